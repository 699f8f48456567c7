/* SPDX-License-Identifier: Apache-2.0
 * SERVICE (SPARQL 1.1 Federated Query): the rows of the input go to the endpoint some at a time, as VALUES of
 * the variables that the group shares with them; what comes back is joined with these rows. The endpoint's
 * answer is never trusted to have left out what does not fit.
 */
#include "sparql/pile.h"
#include "sparql/plan.h"

enum { ROWS_MOST = 100, CALLS_MOST = 1000 };

/* The rows of one answer: the right side of the join. */
typedef struct answer_op {
    bo_op op;
    bo_arena *arena; /* of one answer */
    bo_results results;
    uint32_t *vars; /* of the answer's columns; UINT32_MAX: nobody asked for it */
    size_t at;
    bo_map blanks; /* labels: they mean nothing outside of one answer */
} answer_op;

typedef struct service_op {
    bo_op op;
    const bo_pattern *pattern;
    bo_op *seed, *join;
    answer_op *answer;
    bo_vars asked; /* that the endpoint is to bind */
    bo_table *in;
    size_t row; /* of the input, the next that nobody asked for yet */
    bool done[BO_BATCH];
    bo_id *one;   /* a row of what is sent */
    bo_pile sent; /* the different solutions of one request */
    bool asking, has_answer;
} service_op;

/* Answers. */

static bo_status id_of(answer_op *a, bo_id *out, const bo_term *term) {
    if (term->kind != BO_BLANK) return bo_exec_id(a->op.exec, out, term);
    bool was_new;
    bo_value *known = bo_map_put(&a->blanks, term->value, &was_new);
    if (known == NULL) return bo_error_last()->status;
    if (was_new) BO_TRY(bo_exec_blank(a->op.exec, &known->u64));
    *out = known->u64;
    return BO_OK;
}

static bo_status answer_next(bo_op *op, bo_table **out) {
    answer_op *a = (answer_op *)op;
    bo_table *table = &op->table;
    table->len = 0;
    *out = table;
    BO_TRY(bo_exec_check(op->exec));
    for (; a->at < a->results.len && table->len < BO_BATCH; a->at++, table->len++) {
        for (uint32_t var = 0; var < op->exec->width; var++)
            if (table->column[var] != NULL) table->column[var][table->len] = BO_ID_NONE;
        for (size_t i = 0; i < a->results.width; i++) {
            const bo_term *term = &a->results.rows[a->at][i];
            if (a->vars[i] == UINT32_MAX || term->kind == BO_NO_TERM) continue;
            BO_TRY(id_of(a, &table->column[a->vars[i]][table->len], term));
        }
    }
    bo_arena_reset(op->exec->scratch); /* new blank nodes are named there */
    return BO_OK;
}

static bo_status answer_restart(bo_op *op) {
    ((answer_op *)op)->at = 0;
    return BO_OK;
}

static void answer_close(bo_op *op) {
    bo_arena_free(((answer_op *)op)->arena);
}

static const bo_op_ops answer_ops = {answer_next, answer_restart, answer_close, "answer"};

static bo_status answer_new(answer_op **out, bo_exec *exec, const bo_vars *vars) {
    answer_op *a = BO_NEW(exec->arena, answer_op);
    if (a == NULL) return bo_error_last()->status;
    *out = a;
    BO_TRY(bo_op_init(&a->op, &answer_ops, exec, NULL));
    a->arena = bo_arena_new(exec->options->memory_cap);
    if (a->arena == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    BO_TRY(bo_vars_copy(&a->op.vars, vars, exec->arena));
    return bo_op_columns(&a->op);
}

/* Finds the variables of the answer's columns. */
static bo_status take_columns(answer_op *a) {
    const bo_query *query = a->op.exec->query;
    a->at = 0;
    bo_map_init(&a->blanks, a->arena);
    a->vars = bo_arena_array(a->arena, a->results.width, sizeof *a->vars);
    if (a->vars == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < a->results.width; i++) {
        a->vars[i] = UINT32_MAX;
        for (uint32_t var = 0; var < query->var_count; var++)
            if (bo_vars_has(&a->op.vars, var) && bo_str_eq(query->vars[var].name, a->results.names[i]))
                a->vars[i] = var;
    }
    return BO_OK;
}

/* Some endpoints name the general type alone. */
static bool format_of(bo_results_format *out, bo_str media_type) {
    bo_str type = bo_str_trim(bo_str_head(media_type, bo_str_find(media_type, ';')));
    if (bo_results_by_media_type(out, type)) return *out == BO_RESULTS_JSON || *out == BO_RESULTS_XML;
    *out = bo_str_eq_nocase(type, BO_STR("application/json")) ? BO_RESULTS_JSON : BO_RESULTS_XML;
    return *out == BO_RESULTS_JSON || bo_str_eq_nocase(type, BO_STR("application/xml"));
}

static bo_status read_answer(answer_op *a, bo_service *service, const bo_service_call *call) {
    bo_results_format format;
    bo_service_answer got;
    BO_TRY(service->ask(service, &got, call, a->arena));
    if (!format_of(&format, got.media_type))
        return bo_fail(BO_PEER, "<%.*s> answers with %.*s, not with SPARQL results as JSON or XML",
                       BO_STR_ARG(call->iri), BO_STR_ARG(got.media_type));
    bo_status status = bo_results_read(&a->results, format, got.body, a->arena);
    if (status == BO_NO_MEMORY || status == BO_LIMIT) return status;
    if (status != BO_OK || a->results.is_answer)
        return bo_fail(BO_PEER, "<%.*s> does not answer with the rows of a SELECT", BO_STR_ARG(call->iri));
    return take_columns(a);
}

/* Requests. */

static void write_variable(bo_text *out, const bo_query *query, uint32_t var) {
    BO_TEXT_LIT(out, " ?");
    bo_text_put(out, query->vars[var].name);
}

static bo_status write_solutions(const service_op *s, bo_text *out) {
    bo_exec *exec = s->op.exec;
    BO_TEXT_LIT(out, "VALUES (");
    for (size_t i = 0; i < s->sent.width; i++) write_variable(out, exec->query, s->sent.vars[i]);
    BO_TEXT_LIT(out, " ) {");
    for (size_t row = 0; row < s->sent.len; row++) {
        const bo_id *ids = bo_pile_row(&s->sent, row);
        BO_TEXT_LIT(out, " (");
        for (size_t i = 0; i < s->sent.width; i++) {
            bo_term term;
            BO_TRY(bo_exec_term(exec, &term, ids[i], s->answer->arena));
            bo_text_char(out, ' ');
            if (term.kind == BO_NO_TERM)
                BO_TEXT_LIT(out, "UNDEF");
            else
                bo_term_write(out, &term);
        }
        BO_TEXT_LIT(out, " )");
    }
    BO_TEXT_LIT(out, " } ");
    return BO_OK;
}

static bo_status write_query(const service_op *s, bo_text *out) {
    const bo_query *query = s->op.exec->query;
    bool any = false;
    bo_text_put(out, s->pattern->service.prologue);
    BO_TEXT_LIT(out, "SELECT");
    for (uint32_t var = 0; var < query->var_count; var++) {
        if (!bo_vars_has(&s->asked, var)) continue;
        write_variable(out, query, var);
        any = true;
    }
    if (!any) BO_TEXT_LIT(out, " *");
    BO_TEXT_LIT(out, " WHERE { ");
    if (s->sent.width > 0) BO_TRY(write_solutions(s, out));
    bo_text_put(out, s->pattern->service.text);
    BO_TEXT_LIT(out, " }");
    return BO_OK;
}

static bo_status count_call(bo_exec *exec, const bo_service *service) {
    unsigned most = service->calls != 0 ? service->calls : CALLS_MOST;
    if (exec->calls++ < most) return BO_OK;
    return bo_fail(BO_LIMIT, "the query makes more than the %u requests to other endpoints that it may",
                   most);
}

static bo_status ask(service_op *s, bo_id endpoint) {
    bo_exec *exec = s->op.exec;
    bo_service *service = exec->options->service;
    bo_service_call call = {.deadline_ns = exec->options->deadline_ns};
    bo_term term;
    bo_text text;
    if (service == NULL || service->ask == NULL) return bo_fail(BO_DENIED, "SERVICE is switched off here");
    BO_TRY(count_call(exec, service));
    BO_TRY(bo_exec_term(exec, &term, endpoint, s->answer->arena));
    if (term.kind != BO_IRI) return bo_fail(BO_BAD_ARGUMENT, "SERVICE needs the IRI of an endpoint");
    call.iri = term.value;
    bo_text_init(&text, exec->options->memory_cap);
    bo_status status = write_query(s, &text);
    if (status == BO_OK) status = bo_text_end(&text);
    call.query = bo_text_str(&text);
    if (status == BO_OK) status = read_answer(s->answer, service, &call);
    bo_text_done(&text);
    return status;
}

/* Puts one request and gets its rows; with SILENT a failure is one row that binds nothing. */
static bo_status get_answer(service_op *s, bo_id endpoint) {
    static const bo_term *nothing[1];
    bo_arena_reset(s->answer->arena);
    s->answer->results = (bo_results){0};
    bo_status status = ask(s, endpoint);
    if (status == BO_OK || !s->pattern->service.silent || status == BO_NO_MEMORY) return status;
    BO_TRY(bo_exec_check(s->op.exec));
    s->answer->results = (bo_results){.rows = nothing, .len = 1};
    s->answer->at = 0;
    return BO_OK;
}

static bo_id endpoint_of(const service_op *s, size_t row) {
    bo_node node = s->pattern->service.endpoint;
    if (node.kind == BO_NODE_TERM) return s->op.exec->terms[node.index];
    const bo_id *column = s->in->column[node.index];
    return column != NULL ? column[row] : BO_ID_NONE;
}

/* What a row tells the endpoint of one variable; blank nodes mean nothing there. */
static bo_id told(const service_op *s, size_t i, size_t row) {
    const bo_id *column = s->in->column[s->sent.vars[i]];
    bo_id id = column != NULL ? column[row] : BO_ID_NONE;
    return id != BO_ID_NONE && bo_id_kind(id) == BO_BLANK ? BO_ID_NONE : id;
}

/* Whether two rows may share a request: to the same endpoint, and about the same variables, so that no answer
 * to one of them fits the other. */
static bool go_together(const service_op *s, size_t a, size_t b) {
    if (endpoint_of(s, a) != endpoint_of(s, b)) return false;
    for (size_t i = 0; i < s->sent.width; i++)
        if ((told(s, i, a) == BO_ID_NONE) != (told(s, i, b) == BO_ID_NONE)) return false;
    return true;
}

static bo_status note_solution(service_op *s, size_t row) {
    size_t place;
    bool was_new;
    for (size_t i = 0; i < s->sent.width; i++) s->one[i] = told(s, i, row);
    return bo_pile_put(&s->sent, s->one, &place, &was_new);
}

/* The rows of one request, up to so many different solutions. */
static bo_status gather(service_op *s) {
    const bo_service *service = s->op.exec->options->service;
    size_t most = service != NULL && service->rows != 0 ? service->rows : ROWS_MOST;
    bo_id endpoint = endpoint_of(s, s->row);
    bo_table *seed = &s->op.table;
    if (endpoint == BO_ID_NONE && !s->pattern->service.silent)
        return bo_fail(BO_BAD_ARGUMENT, "SERVICE: the variable of the endpoint is not bound");
    bo_pile_clear(&s->sent);
    seed->len = 0;
    for (size_t row = s->row; row < s->in->len && s->sent.len < most; row++) {
        if (s->done[row] || !go_together(s, s->row, row)) continue;
        s->done[row] = true;
        BO_TRY(note_solution(s, row));
        for (uint32_t var = 0; var < s->op.exec->width; var++)
            if (seed->column[var] != NULL)
                seed->column[var][seed->len] =
                    s->in->column[var] != NULL ? s->in->column[var][row] : BO_ID_NONE;
        seed->len++;
    }
    bool same = s->has_answer && s->sent.width == 0 && s->pattern->service.endpoint.kind == BO_NODE_TERM;
    if (!same) BO_TRY(get_answer(s, endpoint));
    s->has_answer = true;
    bo_seed_put(s->seed, seed);
    return bo_op_restart(s->join);
}

static bo_status service_next(bo_op *op, bo_table **out) {
    service_op *s = (service_op *)op;
    for (;;) {
        if (s->asking) {
            BO_TRY(bo_op_next(s->join, out));
            if ((*out)->len > 0) return BO_OK;
            s->asking = false;
        }
        while (s->in != NULL && s->row < s->in->len && s->done[s->row]) s->row++;
        if (s->in == NULL || s->row == s->in->len) {
            BO_TRY(bo_exec_check(op->exec));
            BO_TRY(bo_op_next(op->input, &s->in));
            s->row = 0;
            memset(s->done, 0, sizeof s->done);
            *out = s->in;
            if (s->in->len == 0) {
                s->in = NULL;
                return BO_OK;
            }
        }
        BO_TRY(gather(s));
        s->asking = true;
    }
}

static bo_status service_restart(bo_op *op) {
    service_op *s = (service_op *)op;
    s->in = NULL;
    s->asking = false;
    return BO_OK;
}

static const bo_op_ops service_ops = {service_next, service_restart, NULL, "service"};

/* Variables with a name: others can't be asked for. */
static bo_status named(bo_vars *out, const bo_exec *exec, const bo_vars *vars) {
    for (uint32_t var = 0; var < exec->query->var_count; var++)
        if (bo_vars_has(vars, var) && exec->query->vars[var].name.ptr != NULL)
            BO_TRY(bo_vars_add(out, var, exec->arena));
    return BO_OK;
}

static bo_status set_up(service_op *s, const bo_vars *inner, const bo_vars *keep) {
    bo_exec *exec = s->op.exec;
    bo_vars sent = {0}, wanted;
    BO_TRY(named(&sent, exec, inner));
    bo_vars_keep(&sent, &s->op.input->vars);
    BO_TRY(bo_pile_init(&s->sent, exec, &sent));
    s->one = bo_arena_array(exec->arena, s->sent.width, sizeof *s->one);
    if (s->one == NULL) return bo_error_last()->status;
    BO_TRY(bo_vars_copy(&s->op.vars, &s->op.input->vars, exec->arena));
    BO_TRY(bo_op_columns(&s->op)); /* the seed's rows */
    BO_TRY(bo_vars_copy(&wanted, keep, exec->arena));
    BO_TRY(bo_vars_join(&wanted, &s->op.input->vars, exec->arena));
    BO_TRY(named(&s->asked, exec, inner));
    bo_vars_keep(&s->asked, &wanted);
    BO_TRY(answer_new(&s->answer, exec, &s->asked));
    BO_TRY(bo_seed_new(&s->seed, exec, &s->op.input->vars));
    BO_TRY(bo_join_new(&s->join, exec, s->seed, &s->answer->op, &(bo_vars){0}, keep, true));
    return bo_vars_copy(&s->op.vars, &s->join->vars, exec->arena);
}

bo_status bo_service_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_pattern *pattern,
                         const bo_vars *inner, const bo_vars *keep) {
    const bo_service *service = exec->options->service;
    if ((service == NULL || service->ask == NULL) && !pattern->service.silent)
        return bo_fail(BO_DENIED, "SERVICE is switched off here");
    service_op *s = BO_NEW(exec->arena, service_op);
    if (s == NULL) return bo_error_last()->status;
    s->pattern = pattern;
    *out = &s->op;
    BO_TRY(bo_op_init(&s->op, &service_ops, exec, input));
    s->op.graph = pattern->service.endpoint;
    return set_up(s, inner, keep);
}
