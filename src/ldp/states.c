/* SPDX-License-Identifier: Apache-2.0 */
#include "ldp/states.h"

#include "base/clock.h"
#include "bocage/json.h"
#include "rdf/vocab.h"

#define TRACE "#transition-"

/* Terms in a list, so that the graph that they were read from may change. */
typedef struct found {
    struct found *next;
    bo_quad quad;
} found;

typedef struct finding {
    found *first, **last;
    bo_arena *arena;
} finding;

static bo_status keep(void *context, const bo_quad *quad) {
    finding *f = context;
    found *one = BO_NEW(f->arena, found);
    if (one == NULL) return bo_error_last()->status;
    one->quad = *quad;
    BO_TRY(bo_term_copy(&one->quad.o, &quad->o, f->arena)); /* short literals live in the match alone */
    *f->last = one;
    f->last = &one->next;
    return BO_OK;
}

/* In order of insertion; `graph` may be NULL. */
static bo_status find(found **out, bo_graph *graph, bo_quad pattern, bo_arena *arena) {
    finding f = {.arena = arena, .last = &f.first};
    bo_sink sink = {.quad = keep, .context = &f};
    BO_TRY(graph != NULL ? bo_graph_match(graph, &pattern, &sink) : BO_OK);
    *out = f.first;
    return BO_OK;
}

/* Traces. */

static bool is_trace(const bo_step *step, const bo_quad *quad) {
    bool own = quad->s.kind == BO_IRI && bo_str_starts(quad->s.value, step->iri);
    bo_str rest = own ? bo_str_from(quad->s.value, step->iri.len) : BO_STR("");
    return own && (bo_str_starts(rest, BO_STR(TRACE)) ||
                   (rest.len == 0 && bo_str_eq(quad->p.value, BO_OBC_TRANSITION)));
}

/* What a client says of them is passed over. Gives how many steps there were. */
static bo_status restore_traces(size_t *steps, const bo_step *step, bo_arena *arena) {
    found *old, *new;
    BO_TRY(find(&new, step->after, (bo_quad){0}, arena));
    for (; new != NULL; new = new->next)
        if (is_trace(step, &new->quad)) BO_TRY(bo_target_remove(bo_graph_target(step->after), &new->quad));
    BO_TRY(find(&old, step->before, (bo_quad){0}, arena));
    for (*steps = 0; old != NULL; old = old->next) {
        if (!is_trace(step, &old->quad)) continue;
        *steps += bo_str_eq(old->quad.p.value, BO_OBC_TRANSITION);
        BO_TRY(bo_graph_add(step->after, &old->quad));
    }
    return BO_OK;
}

static bo_status leave_trace(const bo_step *step, size_t number, bo_str from, bo_str to, bo_arena *arena) {
    char now[32];
    bo_time_rfc3339(now, step->now_ms);
    bo_str trace = bo_arena_printf(arena, "%.*s" TRACE "%zu", BO_STR_ARG(step->iri), number);
    bo_str when = bo_arena_str(arena, bo_str_of(now));
    if (trace.ptr == NULL || when.ptr == NULL) return bo_error_last()->status;
    const bo_quad said[] = {
        {bo_term_iri(step->iri), bo_term_iri(BO_OBC_TRANSITION), bo_term_iri(trace), {0}},
        {bo_term_iri(trace), bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_PROV_ACTIVITY), {0}},
        {bo_term_iri(trace), bo_term_iri(BO_OBC_FROM_STATE), bo_term_iri(from), {0}},
        {bo_term_iri(trace), bo_term_iri(BO_OBC_TO_STATE), bo_term_iri(to), {0}},
        {bo_term_iri(trace), bo_term_iri(BO_PROV_ENDED_AT_TIME), bo_term_typed(when, BO_XSD_DATE_TIME), {0}},
        {bo_term_iri(trace), bo_term_iri(BO_PROV_WAS_ASSOCIATED_WITH), bo_term_iri(step->agent), {0}}};
    size_t count = sizeof said / sizeof *said - (step->agent.len == 0);
    for (size_t i = 0; i < count; i++) BO_TRY(bo_graph_add(step->after, &said[i]));
    return BO_OK;
}

/* What may be, and what to say when it is something else. */

typedef struct choice {
    bo_graph *said;
    const bo_step *step;
    bo_str property;
    const bo_term *from, *to; /* NULL: none */
    bo_str *possible;         /* IRIs of states */
    size_t count;
    bo_arena *arena;
} choice;

static bo_status choose(choice *c, bo_term subject, bo_str predicate) {
    found *next;
    BO_TRY(find(&next, c->said, (bo_quad){.s = subject, .p = bo_term_iri(predicate)}, c->arena));
    size_t count = 0;
    for (const found *one = next; one != NULL; one = one->next) count++;
    c->possible = bo_arena_array(c->arena, count + 1, sizeof *c->possible);
    if (c->possible == NULL) return bo_error_last()->status;
    for (; next != NULL; next = next->next) c->possible[c->count++] = next->quad.o.value;
    return BO_OK;
}

static bool is_possible(const choice *c) {
    for (size_t i = 0; i < c->count && c->to != NULL; i++)
        if (bo_str_eq(c->possible[i], c->to->value)) return true;
    return false;
}

/* What people call a state; its IRI when nobody has said. */
static bo_str name_of(const choice *c, bo_str state) {
    found *label;
    bo_str name = state;
    if (find(&label, c->said, (bo_quad){.s = bo_term_iri(state), .p = bo_term_iri(BO_SKOS_PREF_LABEL)},
             c->arena) != BO_OK)
        return name;
    for (; label != NULL; label = label->next)
        if (bo_str_eq_nocase(label->quad.o.lang, bo_language_tag(c->step->language)))
            name = label->quad.o.value;
    return name;
}

enum { TAKEN_OFF, LAST_TAKEN_OFF, NO_BEGINNING, NO_STEP, AFTER_LAST };

/* What stands before the state, between it and the one before, and behind. */
static const struct {
    const char *open, *between, *close;
} sentences[][BO_LANGUAGE_COUNT] = {
    [TAKEN_OFF] = {{"Un état ne s'enlève pas, il change. Après « ", NULL, " » peut venir : "},
                   {"A state is not taken off, it changes. After “", NULL, "” may come: "}},
    [LAST_TAKEN_OFF] = {{"« ", NULL, " » est un état final : il ne s'enlève pas."},
                        {"“", NULL, "” is a last state: it is not taken off."}},
    [NO_BEGINNING] = {{"On ne commence pas par « ", NULL, " », mais par : "},
                      {"One does not begin with “", NULL, "”, but with: "}},
    [NO_STEP] = {{"« ", " » ne vient pas après « ", " ». Ce qui peut suivre : "},
                 {"“", "” does not come after “", "”. What may follow: "}},
    [AFTER_LAST] = {{"« ", " » ne vient pas après « ", " », qui est un état final."},
                    {"“", "” does not come after “", "”, which is a last state."}}};

static void put_sentence(bo_text *out, const choice *c) {
    bool last = c->count == 0;
    int kind = c->from == NULL ? NO_BEGINNING : c->to == NULL ? TAKEN_OFF + last : NO_STEP + last;
    bo_language language = c->step->language;
    bo_text_put(out, bo_str_of(sentences[kind][language].open));
    bo_text_put(out, name_of(c, c->to != NULL ? c->to->value : c->from->value));
    if (sentences[kind][language].between != NULL) {
        bo_text_put(out, bo_str_of(sentences[kind][language].between));
        bo_text_put(out, name_of(c, c->from->value));
    }
    bo_text_put(out, bo_str_of(sentences[kind][language].close));
    for (size_t i = 0; i < c->count; i++) {
        if (i > 0) BO_TEXT_LIT(out, ", ");
        bo_text_put(out, name_of(c, c->possible[i]));
    }
    if (!last) BO_TEXT_LIT(out, ".");
}

static void put_error(bo_text *out, const choice *c, bo_str sentence) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_ARRAY);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("path"), bo_vocab_shorten(c->property, c->arena));
    if (c->to != NULL) bo_json_member_string(&json, BO_STR("value"), c->to->value);
    bo_json_member_string(&json, BO_STR("message"), sentence);
    bo_json_key(&json, BO_STR("possible"));
    bo_json_open(&json, BO_JSON_ARRAY);
    for (size_t i = 0; i < c->count; i++) bo_json_put_string(&json, c->possible[i]);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_json_close(&json, BO_JSON_ARRAY);
}

static bo_status refuse(const choice *c, bo_str *errors) {
    bo_text text;
    bo_text_init(&text, 0);
    put_sentence(&text, c);
    bo_str sentence = bo_arena_str(c->arena, bo_text_str(&text));
    bo_text_clear(&text);
    put_error(&text, c, sentence);
    bo_status status = bo_text_end(&text);
    *errors = status == BO_OK ? bo_arena_str(c->arena, bo_text_str(&text)) : BO_STR_NONE;
    bo_text_done(&text);
    BO_TRY(status);
    return bo_fail_code(BO_CONFLICT, "STATE_NOT_POSSIBLE", "%.*s", BO_STR_ARG(sentence));
}

/* The scheme of a state; false for what is none. */
static bool scheme_of(bo_graph *said, bo_term *out, const bo_term *value) {
    bo_term begins;
    return value->kind == BO_IRI && bo_graph_object(said, out, value, BO_SKOS_IN_SCHEME) &&
           bo_graph_object(said, &begins, out, BO_OBC_BEGINS_WITH);
}

/* The first value of a property that is a state of the scheme; NULL when there is none. */
static bo_status state_in(found **out, bo_graph *said, bo_graph *graph, const bo_quad *of,
                          const bo_term *scheme, bo_arena *arena) {
    bo_term own;
    BO_TRY(find(out, graph, (bo_quad){.s = of->s, .p = of->p}, arena));
    while (*out != NULL && !(scheme_of(said, &own, &(*out)->quad.o) && bo_term_eq(&own, scheme)))
        *out = (*out)->next;
    return BO_OK;
}

/* One state that is new, or no longer there. */
static bo_status check(bo_graph *said, bo_str *errors, const bo_step *step, const bo_quad *state, bool is_new,
                       size_t *steps, bo_arena *arena) {
    bo_term scheme;
    found *other;
    if (!scheme_of(said, &scheme, &state->o)) return BO_OK;
    BO_TRY(state_in(&other, said, is_new ? step->before : step->after, state, &scheme, arena));
    if (!is_new && other != NULL) return BO_OK; /* that one is looked at as new */
    choice c = {.said = said, .step = step, .property = state->p.value, .arena = arena};
    c.to = is_new ? &state->o : NULL;
    c.from = !is_new ? &state->o : other != NULL ? &other->quad.o : NULL;
    BO_TRY(c.from != NULL ? choose(&c, *c.from, BO_OBC_MAY_BECOME) : choose(&c, scheme, BO_OBC_BEGINS_WITH));
    if (!is_possible(&c)) return refuse(&c, errors);
    return c.from != NULL ? leave_trace(step, ++*steps, c.from->value, c.to->value, arena) : BO_OK;
}

/* The resource's statements that are in one graph and not in the other. */
static bo_status differences(found **out, const bo_step *step, bo_graph *in, bo_graph *other,
                             bo_arena *arena) {
    BO_TRY(find(out, in, (bo_quad){.s = bo_term_iri(step->iri)}, arena));
    for (found **at = out; *at != NULL;) {
        bool both = other != NULL && bo_graph_has(other, &(*at)->quad);
        if (both)
            *at = (*at)->next;
        else
            at = &(*at)->next;
    }
    return BO_OK;
}

bo_status bo_states_step(bo_graph *said, bo_str *errors, const bo_step *step, bo_arena *arena) {
    found *new, *old;
    size_t steps;
    BO_TRY(differences(&new, step, step->after, step->before, arena));
    BO_TRY(differences(&old, step, step->before, step->after, arena));
    BO_TRY(restore_traces(&steps, step, arena));
    for (; new != NULL; new = new->next) BO_TRY(check(said, errors, step, &new->quad, true, &steps, arena));
    for (; old != NULL; old = old->next) BO_TRY(check(said, errors, step, &old->quad, false, &steps, arena));
    return BO_OK;
}
