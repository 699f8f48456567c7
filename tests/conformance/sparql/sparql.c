/* SPDX-License-Identifier: Apache-2.0
 * The SPARQL 1.0 and 1.1 test suites: syntax of queries and updates, evaluation of both, in memory and on a
 * store, planned and as written. Every answer is written in a result format and read back before it is
 * compared. conformance_sparql THIS-FOLDER SOURCE-FOLDER [CASE]
 */
#include <unistd.h>

#include "bocage/iri.h"
#include "bocage/store.h"
#include "bocage/syntax.h"
#include "conformance/sparql/table.h"
#include "rdf/vocab.h"
#include "sparql/algebra.h"
#include "tools/suite.h"

#define MF "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
#define QT "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
#define UT "http://www.w3.org/2009/sparql/tests/test-update#"
#define HOME "https://w3c.github.io/rdf-tests/sparql/"

enum { SPARQL10 = 482, SPARQL11 = 495, FEDERATED = 10 }; /* cases */

typedef struct room {
    suite *suite;
    const char *only;       /* run this case alone */
    const char *folders[2]; /* of sparql10 and sparql11 */
    bo_graph *manifest;
    bo_store *store; /* empty between cases */
    bo_arena *arena; /* of one case */
    unsigned loads;  /* files, to keep their blank nodes apart */
    bo_term action, result;
} room;

/* "https://.../sparql11/x/y.rq" -> its file */
static const char *file_of(room *r, bo_str iri) {
    bo_str behind = bo_str_from(iri, sizeof HOME - 1);
    size_t cut = bo_str_find(behind, '/');
    if (!bo_str_starts(iri, BO_STR(HOME)) || cut < 8) return "";
    return bo_arena_printf(r->suite->arena, "%s/%.*s", r->folders[behind.ptr[7] == '1'],
                           BO_STR_ARG(bo_str_from(behind, cut + 1)))
        .ptr;
}

static bo_status read_text(room *r, bo_str *out, bo_str iri) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    bo_status status = bo_fs_read(&bytes, file_of(r, iri), 0);
    if (status == BO_OK) *out = bo_arena_str(r->arena, bo_text_str(&bytes));
    bo_text_done(&bytes);
    return status;
}

/* A file into a graph of a dataset. */
static bo_status load(room *r, bo_graph *to, bo_str iri, bo_term graph) {
    bo_str bytes;
    bo_format format;
    if (!bo_format_by_path(&format, iri)) return bo_fail(BO_INVALID, "%.*s: no format", BO_STR_ARG(iri));
    BO_TRY(read_text(r, &bytes, iri));
    bo_sink sink = bo_graph_sink(to);
    return bo_read(&sink, format, bytes,
                   &(bo_read_options){.base = iri,
                                      .graph = graph,
                                      .blank_prefix = bo_arena_printf(r->arena, "f%u", r->loads++)});
}

typedef struct loading {
    room *room;
    bo_graph *to;
} loading;

static bo_status load_default(void *context, const bo_quad *quad) {
    loading *l = context;
    return load(l->room, l->to, quad->o.value, (bo_term){0});
}

/* qt:graphData names a file, and the graph by it; ut:graphData may have a name of its own. */
static bo_status load_named(void *context, const bo_quad *quad) {
    loading *l = context;
    bo_term file = quad->o, name = quad->o;
    if (file.kind == BO_BLANK) {
        if (!bo_graph_object(l->room->manifest, &file, &quad->o, BO_STR(UT "graph")) ||
            !bo_graph_object(l->room->manifest, &name, &quad->o, BO_RDFS_LABEL))
            return bo_fail(BO_INVALID, "ut:graphData lacks its file or its name");
    }
    return load(l->room, l->to, file.value, bo_term_iri(name.value));
}

static bo_status each(room *r, const bo_term *subject, const char *property, loading *to,
                      bo_status (*take)(void *context, const bo_quad *quad)) {
    bo_quad pattern = {.s = *subject, .p = bo_term_iri(bo_str_of(property))};
    return bo_graph_match(r->manifest, &pattern, &(bo_sink){take, NULL, to});
}

static bo_status load_data(room *r, bo_graph *to, const bo_term *subject) {
    loading l = {r, to};
    BO_TRY(each(r, subject, QT "data", &l, load_default));
    BO_TRY(each(r, subject, UT "data", &l, load_default));
    BO_TRY(each(r, subject, QT "graphData", &l, load_named));
    return each(r, subject, UT "graphData", &l, load_named);
}

/* FROM and FROM NAMED are files too. */
static bo_status load_dataset(room *r, bo_graph *to, const bo_query *query) {
    for (size_t i = 0; i < query->dataset.graph_count + query->dataset.named_count; i++) {
        size_t count = query->dataset.graph_count;
        uint32_t at = i < count ? query->dataset.graphs[i] : query->dataset.named[i - count];
        bool again = false;
        for (size_t k = 0; k < i && k < count; k++) again |= query->dataset.graphs[k] == at;
        if (!again) BO_TRY(load(r, to, query->terms[at].value, query->terms[at]));
    }
    return BO_OK;
}

static bool is_sorted(const bo_query *query) {
    const bo_pattern *p = query->where;
    while (p != NULL &&
           (p->kind == BO_SLICE || p->kind == BO_DISTINCT || p->kind == BO_REDUCED || p->kind == BO_PROJECT))
        p = p->left;
    return p != NULL && p->kind == BO_ORDER;
}

/* The store: holds what a graph holds, and is emptied again. */

static bo_status each_graph(void *context, bo_str graph, const bo_graph_info *info) {
    bo_txn *txn = context;
    (void)info;
    bo_term name = {.kind = BO_NO_TERM};
    if (graph.len > 0)
        name = bo_str_starts(graph, BO_STR("_:")) ? bo_term_blank(bo_str_from(graph, 2)) : bo_term_iri(graph);
    return bo_target_clear(bo_txn_target(txn), &name);
}

static bo_status fill_store(room *r, bo_graph *data) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, r->store, BO_WRITE));
    bo_status status = bo_txn_graphs(txn, BO_STR(""), each_graph, txn);
    bo_sink sink = bo_target_sink(bo_txn_target(txn));
    if (status == BO_OK && data != NULL) status = bo_graph_match(data, &(bo_quad){0}, &sink);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, NULL);
    bo_txn_abort(txn);
    return status;
}

/* SERVICE: the data of each endpoint, served inside the runner; the two formats that are read take turns. */

typedef struct serving {
    bo_service base;
    room *room;
    unsigned answers;
} serving;

static bo_status find_endpoint(void *context, const bo_quad *quad) {
    const void **search = context; /* room, endpoint, graph */
    room *r = (room *)(uintptr_t)search[0];
    bo_term endpoint, file;
    bool same = bo_graph_object(r->manifest, &endpoint, &quad->o, BO_STR(QT "endpoint")) &&
                bo_str_eq(endpoint.value, *(const bo_str *)search[1]) &&
                bo_graph_object(r->manifest, &file, &quad->o, BO_STR(QT "data"));
    if (!same) return BO_OK;
    search[1] = NULL;
    BO_TRY(load(r, (bo_graph *)(uintptr_t)search[2], file.value, (bo_term){0}));
    return BO_CANCELLED;
}

static bo_status serve_query(bo_service *service, bo_graph *data, bo_str text, bo_results_format format,
                             bo_text *out) {
    bo_query_options options = {.unnamed_default = true, .service = service};
    bo_query *query;
    bo_rows *rows = NULL;
    BO_TRY(bo_query_parse(&query, text, &options));
    bo_status status = bo_query_run(&rows, query, bo_graph_source(data), &options);
    if (status == BO_OK) status = bo_results_write(out, format, rows);
    bo_rows_free(rows);
    bo_query_free(query);
    return status;
}

static bo_status serve(bo_service *service, bo_service_answer *out, const bo_service_call *call,
                       bo_arena *arena) {
    serving *s = (serving *)service;
    bo_graph *data;
    bo_text text;
    BO_TRY(bo_graph_new(&data));
    const void *search[] = {s->room, &call->iri, data};
    bo_status status = bo_graph_match(
        s->room->manifest, &(bo_quad){.s = s->room->action, .p = bo_term_iri(BO_STR(QT "serviceData"))},
        &(bo_sink){find_endpoint, NULL, search});
    if (search[1] != NULL) status = bo_fail(BO_PEER, "there is no endpoint <%.*s>", BO_STR_ARG(call->iri));
    if (status == BO_CANCELLED) status = BO_OK;
    bo_results_format format = s->answers++ % 2 ? BO_RESULTS_XML : BO_RESULTS_JSON;
    bo_text_init(&text, 0);
    if (status == BO_OK) status = serve_query(service, data, call->query, format, &text);
    if (status == BO_OK) status = bo_text_end(&text);
    out->media_type = bo_results_media_type(format);
    out->body = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    bo_graph_free(data);
    return status;
}

/* Every query and update is run on a graph in memory and on the store, as it is planned and as it is written.
 */
typedef struct way {
    bool store, no_planner;
} way;
enum { WAYS = 4 };
static const way ways[WAYS] = {{false, false}, {false, true}, {true, false}, {true, true}};

static const char *named_way(room *r, const way *w, const char *why) {
    return why == NULL ? NULL
                       : bo_arena_printf(r->suite->arena, "%s, planner %s: %s", w->store ? "store" : "memory",
                                         w->no_planner ? "off" : "on", why)
                             .ptr;
}

/* Queries */

static bool results_format(bo_results_format *out, bo_str path) {
    static const bo_str endings[] = {[BO_RESULTS_JSON] = {".srj", 4},
                                     [BO_RESULTS_XML] = {".srx", 4},
                                     [BO_RESULTS_CSV] = {".csv", 4},
                                     [BO_RESULTS_TSV] = {".tsv", 4}};
    *out = BO_RESULTS_JSON;
    for (unsigned i = 0; i < BO_RESULTS_COUNT; i++)
        if (bo_str_ends(path, endings[i])) return *out = (bo_results_format)i, true;
    return false;
}

static const char *message(void) {
    return bo_error_last()->message;
}

static const char *compare_graphs(room *r, bo_rows *rows) {
    bo_graph *got = NULL, *expected = NULL;
    const bo_term *row = NULL;
    bool same = false;
    bo_status status = bo_graph_new(&got);
    if (status == BO_OK) status = bo_graph_new(&expected);
    while (status == BO_OK) {
        status = bo_rows_next(rows, &row);
        if (status != BO_OK || row == NULL) break;
        status = bo_graph_add(got, &(bo_quad){row[0], row[1], row[2], {0}});
    }
    if (status == BO_OK) status = load(r, expected, r->result.value, (bo_term){0});
    if (status == BO_OK) status = bo_graph_isomorphic(&same, got, expected);
    bo_graph_free(expected);
    bo_graph_free(got);
    return status != BO_OK ? message() : same ? NULL : "the graph is another one";
}

static bo_status read_expected(room *r, table *out, bo_results_format *format) {
    bo_str bytes;
    if (results_format(format, r->result.value)) {
        BO_TRY(read_text(r, &bytes, r->result.value));
        return table_read(out, *format, bytes);
    }
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    bo_status status = load(r, graph, r->result.value, (bo_term){0});
    if (status == BO_OK) status = table_read_graph(out, graph);
    bo_graph_free(graph);
    return status;
}

static const char *compare_tables(room *r, bo_rows *rows, table_rules rules) {
    table got = {.arena = r->arena}, expected = {.arena = r->arena};
    bo_results_format format;
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = read_expected(r, &expected, &format);
    if (status == BO_OK) status = bo_results_write(&text, format, rows);
    if (status == BO_OK) status = bo_text_end(&text);
    if (status == BO_OK) status = table_read(&got, format, bo_arena_str(r->arena, bo_text_str(&text)));
    if (r->only != NULL) printf("%.*s\n", BO_STR_ARG(bo_text_str(&text)));
    bo_text_done(&text);
    return status != BO_OK ? message() : table_compare(&got, &expected, rules);
}

static const char *run_on(room *r, bo_query *query, bo_source *source, const bo_query_options *options,
                          table_rules rules) {
    bo_rows *rows = NULL;
    if (bo_query_run(&rows, query, source, options) != BO_OK) return message();
    bool graph = bo_query_form_of(query) == BO_CONSTRUCT || bo_query_form_of(query) == BO_DESCRIBE;
    const char *why = graph ? compare_graphs(r, rows) : compare_tables(r, rows, rules);
    bo_rows_free(rows);
    return why;
}

static const char *run_on_store(room *r, bo_query *query, const bo_query_options *options,
                                table_rules rules) {
    bo_source *source;
    bo_txn *txn;
    if (bo_txn_begin(&txn, r->store, BO_READ) != BO_OK) return message();
    const char *why = bo_txn_source(&source, txn, NULL, r->arena) != BO_OK
                          ? message()
                          : run_on(r, query, source, options, rules);
    bo_txn_abort(txn);
    return why;
}

static const char *run_query(room *r, bo_str iri, const bo_term *test) {
    bo_str text;
    bo_query *query = NULL;
    bo_graph *data = NULL;
    bo_term lax;
    serving service = {.base.ask = serve, .room = r};
    bo_query_options options = {.base = iri, .unnamed_default = true, .service = &service.base};
    bo_status status = read_text(r, &text, iri);
    if (status == BO_OK) status = bo_query_parse(&query, text, &options);
    if (status == BO_OK) status = bo_graph_new(&data);
    if (status == BO_OK) status = load_data(r, data, &r->action);
    if (status == BO_OK) status = load_dataset(r, data, query);
    if (status == BO_OK) status = fill_store(r, data);
    const char *why = status != BO_OK ? message() : NULL;
    table_rules rules = {.ordered = query != NULL && is_sorted(query),
                         .lax = bo_graph_object(r->manifest, &lax, test, BO_STR(MF "resultCardinality"))};
    for (size_t i = 0; i < WAYS && why == NULL; i++) {
        options.no_planner = ways[i].no_planner;
        why = ways[i].store ? run_on_store(r, query, &options, rules)
                            : run_on(r, query, bo_graph_source(data), &options, rules);
        why = named_way(r, &ways[i], why);
    }
    bo_graph_free(data);
    bo_query_free(query);
    return why;
}

/* Updates the store, and puts into `to` what it holds then. */
static bo_status update_store(room *r, bo_graph *to, bo_query *update, const bo_query_options *options) {
    bo_source *source;
    bo_txn *txn;
    bo_sink sink = bo_graph_sink(to);
    BO_TRY(bo_txn_begin(&txn, r->store, BO_WRITE));
    bo_status status = bo_txn_source(&source, txn, NULL, r->arena);
    if (status == BO_OK) status = bo_update_run(update, source, bo_txn_target(txn), options);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, NULL));
    BO_TRY(bo_txn_begin(&txn, r->store, BO_READ));
    status = bo_txn_source(&source, txn, NULL, r->arena);
    if (status == BO_OK) status = bo_source_match(source, &(bo_quad){0}, false, &sink);
    bo_txn_abort(txn);
    return status;
}

/* One way of running an update; `expected` is what must be there then. */
static const char *run_update_on(room *r, const way *w, bo_query *update, bo_graph *expected,
                                 bo_query_options *options) {
    bo_graph *data = NULL, *after = NULL;
    bool same = false;
    options->no_planner = w->no_planner;
    bo_status status = bo_graph_new(&data);
    if (status == BO_OK) status = bo_graph_new(&after);
    if (status == BO_OK) status = load_data(r, data, &r->action);
    if (status == BO_OK && w->store) {
        status = fill_store(r, data);
        if (status == BO_OK) status = update_store(r, after, update, options);
    } else if (status == BO_OK) {
        status = bo_update_run(update, bo_graph_source(data), bo_graph_target(data), options);
    }
    if (status == BO_OK) status = bo_graph_isomorphic(&same, w->store ? after : data, expected);
    bo_graph_free(after);
    bo_graph_free(data);
    return status != BO_OK ? message() : same ? NULL : "the dataset is another one";
}

static const char *run_update(room *r, bo_str iri) {
    bo_str text;
    bo_query *update = NULL;
    bo_graph *expected = NULL;
    bo_query_options options = {.base = iri, .unnamed_default = true};
    bo_status status = read_text(r, &text, iri);
    if (status == BO_OK) status = bo_update_parse(&update, text, &options);
    if (status == BO_OK) status = bo_graph_new(&expected);
    if (status == BO_OK) status = load_data(r, expected, &r->result);
    const char *why = status != BO_OK ? message() : NULL;
    for (size_t i = 0; i < WAYS && why == NULL; i++)
        why = named_way(r, &ways[i], run_update_on(r, &ways[i], update, expected, &options));
    bo_graph_free(expected);
    bo_query_free(update);
    return why;
}

static const char *run_syntax(room *r, bool is_update, bool negative) {
    bo_str text;
    bo_query *query = NULL;
    bo_query_options options = {.base = r->action.value};
    if (read_text(r, &text, r->action.value) != BO_OK) return message();
    bo_status status =
        is_update ? bo_update_parse(&query, text, &options) : bo_query_parse(&query, text, &options);
    bo_query_free(query);
    if (status == BO_OK) return negative ? "it is read, though it must be refused" : NULL;
    return negative && status == BO_SYNTAX ? NULL : message();
}

/* Manifests */

static const char *run_test(room *r, const bo_term *test, bo_str type) {
    bo_term text;
    bool is_update = bo_str_find_str(type, BO_STR("Update")) < type.len;
    if (bo_str_find_str(type, BO_STR("Syntax")) < type.len)
        return run_syntax(r, is_update, bo_str_find_str(type, BO_STR("Negative")) < type.len);
    if (!bo_graph_object(r->manifest, &r->result, test, BO_STR(MF "result"))) return "there is no result";
    if (bo_graph_object(r->manifest, &text, &r->action, BO_STR(UT "request")))
        return run_update(r, text.value);
    if (bo_graph_object(r->manifest, &text, &r->action, BO_STR(QT "query")))
        return run_query(r, text.value, test);
    return "there is neither a query nor an update";
}

static void run_entry(room *r, bo_str manifest, const bo_term *test) {
    bo_term type;
    char label[256];
    bo_str folder = bo_str_head(manifest, bo_str_find_last(manifest, '/'));
    snprintf(label, sizeof label, "%.*s/%.*s", BO_STR_ARG(bo_str_from(folder, sizeof HOME - 1)),
             BO_STR_ARG(bo_str_from(test->value, bo_str_find(test->value, '#') + 1)));
    if (r->only != NULL && strcmp(r->only, label) != 0) return;
    const char *why = "the manifest gives no type or no action";
    r->arena = bo_arena_new(0);
    if (bo_graph_object(r->manifest, &type, test, BO_RDF_TYPE) &&
        bo_graph_object(r->manifest, &r->action, test, BO_STR(MF "action")))
        why = run_test(r, test, type.value);
    suite_case(r->suite, bo_str_of(label), why);
    bo_arena_free(r->arena);
}

static void run_manifest(room *r, bo_str iri);

/* Calls for every member of the lists that a property of the manifest leads to. */
static void each_member(room *r, bo_str iri, const char *property, bool include) {
    bo_term cell, member, self, nil = bo_term_iri(BO_RDF_NIL), type = bo_term_iri(BO_STR(MF "Manifest"));
    bool more = bo_graph_subject(r->manifest, &self, BO_RDF_TYPE, &type) &&
                bo_graph_object(r->manifest, &cell, &self, bo_str_of(property));
    while (more && !bo_term_eq(&cell, &nil)) {
        if (bo_graph_object(r->manifest, &member, &cell, BO_RDF_FIRST)) {
            if (include)
                run_manifest(r, member.value);
            else
                run_entry(r, iri, &member);
        }
        more = bo_graph_object(r->manifest, &cell, &cell, BO_RDF_REST);
    }
}

static void run_manifest(room *r, bo_str iri) {
    bo_graph *outer = r->manifest;
    r->arena = r->suite->arena;
    if (bo_graph_new(&r->manifest) != BO_OK) exit(2);
    if (load(r, r->manifest, iri, (bo_term){0}) != BO_OK) suite_case(r->suite, iri, message());
    unsigned before = r->suite->passed + r->suite->failed + r->suite->excused;
    each_member(r, iri, MF "include", true);
    if (r->suite->passed + r->suite->failed + r->suite->excused == before) {
        each_member(r, iri, MF "entries", false);
        unsigned count = r->suite->passed + r->suite->failed + r->suite->excused - before;
        if (r->only == NULL) printf("%.*s: %u cases\n", BO_STR_ARG(bo_str_from(iri, sizeof HOME - 1)), count);
    }
    bo_graph_free(r->manifest);
    r->manifest = outer;
}

/* A case that is not found is a case that fails. */
static void run_suite(room *r, bo_str manifest, unsigned cases) {
    const suite *s = r->suite;
    unsigned before = s->passed + s->failed + s->excused;
    run_manifest(r, manifest);
    unsigned found = s->passed + s->failed + s->excused - before;
    if (r->only != NULL || found == cases) return;
    suite_case(r->suite, manifest,
               bo_arena_printf(s->arena, "%u cases were found, not %u", found, cases).ptr);
}

static void open_store(room *r, char folder[]) {
    if (mkdtemp(folder) != NULL &&
        bo_store_open(&r->store, folder, &(bo_store_options){.create = true, .size_cap = 1 << 28}) == BO_OK)
        return;
    printf("no store can be made: %s\n", message());
    exit(2);
}

static void remove_store(room *r, const char *folder) {
    bo_store_close(r->store);
    unlink(bo_arena_printf(r->suite->arena, "%s/data.mdb", folder).ptr);
    unlink(bo_arena_printf(r->suite->arena, "%s/lock.mdb", folder).ptr);
    rmdir(folder);
}

int main(int argc, char **argv) {
    suite s;
    char folder[] = "/tmp/bocage-sparql-XXXXXX";
    if (argc < 3) return EXIT_FAILURE;
    suite_begin(&s, argv[1]);
    room r = {.suite = &s, .only = argc > 3 ? argv[3] : NULL};
    open_store(&r, folder);
    r.folders[0] = suite_folder(&s, "sparql10", SPARQL10, argv[2]);
    r.folders[1] = suite_folder(&s, "sparql11", SPARQL11 + FEDERATED, argv[2]);
    if (r.folders[0] != NULL) run_suite(&r, BO_STR(HOME "sparql10/manifest.ttl"), SPARQL10);
    if (r.folders[1] != NULL) run_suite(&r, BO_STR(HOME "sparql11/manifest.ttl"), SPARQL11);
    if (r.folders[1] != NULL) run_suite(&r, BO_STR(HOME "sparql11/manifest-sparql11-fed.ttl"), FEDERATED);
    remove_store(&r, folder);
    return suite_end(&s);
}
