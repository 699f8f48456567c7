/* SPDX-License-Identifier: Apache-2.0
 * The Redland storage module as a C program on librdf meets it: loaded by Redland itself, never linked.
 */
#include <check.h>
#include <librdf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EX "http://example.org/"

static librdf_world *world;
static librdf_storage *storage;
static librdf_model *model;
static char folder[64], said[512];

static int hear(void *context, librdf_log_message *message) {
    (void)context;
    snprintf(said, sizeof said, "%s", librdf_log_message_message(message));
    return 1;
}

static librdf_model *open_model(librdf_storage **out, const char *options) {
    char name[80];
    snprintf(name, sizeof name, "%s/data", folder);
    said[0] = '\0';
    *out = librdf_new_storage(world, "bocage", name, options);
    return *out != NULL ? librdf_new_model(world, *out, NULL) : NULL;
}

static void open_again(const char *options) {
    if (model != NULL) librdf_free_model(model);
    if (storage != NULL) librdf_free_storage(storage);
    model = open_model(&storage, options);
    ck_assert_msg(model != NULL, "%s", said);
}

static void setup(void) {
    snprintf(folder, sizeof folder, "/tmp/bocage-redland-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    world = librdf_new_world();
    librdf_world_set_logger(world, NULL, hear);
    librdf_world_open(world);
    open_again(NULL);
}

static void teardown(void) {
    char command[100];
    if (model != NULL) librdf_free_model(model);
    if (storage != NULL) librdf_free_storage(storage);
    librdf_free_world(world);
    model = NULL;
    storage = NULL;
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

/* Short ways to nodes: "-" is none, "_x" a blank node, "x@fr" and "x^type" literals, "'x" a plain one. */
static librdf_node *node(const char *text) {
    char buffer[200];
    const char *at = strchr(text, '@'), *caret = strchr(text, '^');
    if (strcmp(text, "-") == 0) return NULL;
    if (text[0] == '_') return librdf_new_node_from_blank_identifier(world, (const unsigned char *)text + 1);
    if (text[0] == '\'') return librdf_new_node_from_literal(world, (const unsigned char *)text + 1, NULL, 0);
    snprintf(buffer, sizeof buffer, "%.*s", (int)((at ? at : caret ? caret : text) - text), text);
    if (at != NULL) return librdf_new_node_from_literal(world, (unsigned char *)buffer, at + 1, 0);
    if (caret != NULL) {
        librdf_uri *type = librdf_new_uri(world, (const unsigned char *)caret + 1);
        librdf_node *typed = librdf_new_node_from_typed_literal(world, (unsigned char *)buffer, NULL, type);
        librdf_free_uri(type);
        return typed;
    }
    snprintf(buffer, sizeof buffer, EX "%s", text);
    return librdf_new_node_from_uri_string(world, (unsigned char *)buffer);
}

static librdf_statement *statement(const char *s, const char *p, const char *o) {
    return librdf_new_statement_from_nodes(world, node(s), node(p), node(o));
}

static int add_to(librdf_model *to, const char *s, const char *p, const char *o, const char *context) {
    librdf_statement *one = statement(s, p, o);
    librdf_node *graph = node(context);
    int answer = graph != NULL ? librdf_model_context_add_statement(to, graph, one)
                               : librdf_model_add_statement(to, one);
    librdf_free_statement(one);
    if (graph != NULL) librdf_free_node(graph);
    return answer;
}

static void add(const char *s, const char *p, const char *o, const char *context) {
    ck_assert_msg(add_to(model, s, p, o, context) == 0, "%s", said);
}

static int drop(const char *s, const char *p, const char *o, const char *context) {
    librdf_statement *one = statement(s, p, o);
    librdf_node *graph = node(context);
    int answer = graph != NULL ? librdf_model_context_remove_statement(model, graph, one)
                               : librdf_model_remove_statement(model, one);
    librdf_free_statement(one);
    if (graph != NULL) librdf_free_node(graph);
    return answer;
}

static bool has(const char *s, const char *p, const char *o) {
    librdf_statement *one = statement(s, p, o);
    int found = librdf_model_contains_statement(model, one);
    librdf_free_statement(one);
    return found != 0;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static unsigned char *text_of(librdf_statement *one) {
    raptor_term *terms[3] = {one->subject, one->predicate, one->object};
    char *text = calloc(1, 1 << 12);
    for (unsigned i = 0; i < 3; i++) {
        unsigned char *part = raptor_term_to_string(terms[i]);
        strcat(strcat(text, (char *)part), " ");
        raptor_free_memory(part);
    }
    return (unsigned char *)text;
}

/* Everything a stream gives, sorted, a line each; with the contexts if asked for. */
static char *lines_of(librdf_stream *stream, bool with_contexts, unsigned *count) {
    char *lines[500], *all = calloc(1, 1 << 18);
    *count = 0;
    ck_assert_ptr_nonnull(stream);
    for (; !librdf_stream_end(stream); librdf_stream_next(stream)) {
        unsigned char *text = text_of(librdf_stream_get_object(stream));
        librdf_node *context = librdf_stream_get_context2(stream);
        unsigned char *graph = with_contexts && context ? raptor_term_to_string(context) : NULL;
        size_t size = strlen((char *)text) + (graph ? strlen((char *)graph) : 0) + 8;
        lines[*count] = malloc(size);
        snprintf(lines[(*count)++], size, "%s %s\n", (char *)text, graph ? (char *)graph : "");
        free(text);
        if (graph != NULL) raptor_free_memory(graph);
    }
    librdf_free_stream(stream);
    qsort(lines, *count, sizeof *lines, by_text);
    for (unsigned i = 0; i < *count; i++) strcat(all, lines[i]), free(lines[i]);
    return all;
}

static unsigned count_in(librdf_model *in, const char *s, const char *p, const char *o, const char *context) {
    unsigned count;
    librdf_statement *pattern = statement(s, p, o);
    librdf_node *graph = node(context);
    librdf_stream *found = graph ? librdf_model_find_statements_in_context(in, pattern, graph)
                                 : librdf_model_find_statements(in, pattern);
    free(lines_of(found, false, &count));
    librdf_free_statement(pattern);
    if (graph) librdf_free_node(graph);
    return count;
}

static unsigned count(const char *s, const char *p, const char *o, const char *context) {
    return count_in(model, s, p, o, context);
}

START_TEST(what_is_added_stays_until_it_is_removed) {
    ck_assert_int_eq(librdf_model_size(model), 0);
    add("a", "knows", "b", "-");
    add("a", "knows", "b", "-");
    add("a", "knows", "c", "-");
    ck_assert_int_eq(librdf_model_size(model), 2);
    ck_assert(has("a", "knows", "b"));
    ck_assert(!has("b", "knows", "a"));
    open_again(NULL);
    ck_assert_int_eq(librdf_model_size(model), 2);
    ck_assert_int_eq(drop("a", "knows", "b", "-"), 0);
    ck_assert(!has("a", "knows", "b"));
    ck_assert_int_eq(librdf_model_sync(model), 0);
    open_again("write='no'");
    ck_assert_int_eq(librdf_model_size(model), 1);
    ck_assert_int_ne(add_to(model, "x", "y", "z", "-"), 0);
    ck_assert_ptr_nonnull(strstr(said, "write='no'"));
}
END_TEST

static const char *const values[] = {"a",
                                     "_b",
                                     "'plain",
                                     "'",
                                     "text@fr",
                                     "text@en-GB",
                                     "5^http://www.w3.org/2001/XMLSchema#integer",
                                     "05^http://www.w3.org/2001/XMLSchema#integer",
                                     "x^http://example.org/type",
                                     "'r\xC3\xA9"
                                     "emploi \xE2\x82\xAC \xF0\x9F\x8C\xB3",
                                     "'two\nlines \"quoted\" \\"};

START_TEST(nodes_come_back_as_they_were) {
    enum { VALUES = sizeof values / sizeof *values };
    for (unsigned i = 0; i < VALUES; i++) {
        char predicate[20];
        snprintf(predicate, sizeof predicate, "p%u", i);
        add("_s", predicate, values[i], "-");
    }
    open_again(NULL);
    ck_assert_int_eq(librdf_model_size(model), VALUES);
    for (unsigned i = 0; i < VALUES; i++) {
        char predicate[20];
        snprintf(predicate, sizeof predicate, "p%u", i);
        librdf_node *wanted = node(values[i]), *source = node("_s"), *arc = node(predicate);
        librdf_node *found = librdf_model_get_target(model, source, arc);
        ck_assert_msg(found != NULL && librdf_node_equals(found, wanted), "%s", values[i]);
        librdf_free_node(found), librdf_free_node(wanted), librdf_free_node(source), librdf_free_node(arc);
    }
    char *big = malloc(100001);
    memset(big, 'x', 100000), big[100000] = '\0';
    librdf_node *text = librdf_new_node_from_literal(world, (unsigned char *)big, NULL, 0);
    librdf_statement *one = librdf_new_statement_from_nodes(world, node("a"), node("b"), text);
    ck_assert_int_eq(librdf_model_add_statement(model, one), 0);
    ck_assert_int_ne(librdf_model_contains_statement(model, one), 0);
    librdf_free_statement(one);
    free(big);
}
END_TEST

/* Redland's own storage in memory as the judge: every pattern finds the same. */
START_TEST(patterns_find_what_redlands_memory_finds) {
    static const char *const nodes[] = {"a", "b", "c", "_d", "-"}, *const objects[] = {"a", "'t", "t@fr",
                                                                                       "_d", "-"};
    librdf_storage *memory = librdf_new_storage(world, "memory", NULL, NULL);
    librdf_model *judge = librdf_new_model(world, memory, NULL);
    srand(7);
    for (unsigned i = 0; i < 60; i++) {
        const char *s = nodes[rand() % 4], *p = nodes[rand() % 3], *o = objects[rand() % 4];
        add(s, p, o, "-");
        ck_assert_int_eq(add_to(judge, s, p, o, "-"), 0);
    }
    for (unsigned i = 0; i < 125; i++) {
        librdf_statement *pattern = statement(nodes[i % 5], nodes[i / 5 % 5], objects[i / 25]);
        unsigned ours, theirs;
        char *got = lines_of(librdf_model_find_statements(model, pattern), false, &ours);
        char *wanted = lines_of(librdf_model_find_statements(judge, pattern), false, &theirs);
        ck_assert_str_eq(got, wanted);
        free(got), free(wanted);
        librdf_free_statement(pattern);
    }
    librdf_node *source = node("a"), *arc = node("b");
    librdf_iterator *ours = librdf_model_get_targets(model, source, arc),
                    *theirs = librdf_model_get_targets(judge, source, arc);
    unsigned balance = 0;
    for (; !librdf_iterator_end(ours); librdf_iterator_next(ours)) balance++;
    for (; !librdf_iterator_end(theirs); librdf_iterator_next(theirs)) balance--;
    ck_assert_uint_eq(balance, 0);
    librdf_free_iterator(ours), librdf_free_iterator(theirs);
    ck_assert_int_eq(librdf_model_has_arc_out(model, source, arc) != 0,
                     librdf_model_has_arc_out(judge, source, arc) != 0);
    librdf_free_node(source), librdf_free_node(arc);
    librdf_free_model(judge);
    librdf_free_storage(memory);
}
END_TEST

START_TEST(contexts_are_graphs) {
    unsigned lines;
    add("a", "b", "c", "-");
    add("a", "b", "c", "g1");
    add("a", "b", "d", "g1");
    add("a", "b", "c", "_g2");
    librdf_uri *feature = librdf_new_uri(world, (const unsigned char *)LIBRDF_MODEL_FEATURE_CONTEXTS);
    librdf_node *yes = librdf_model_get_feature(model, feature);
    ck_assert_str_eq((char *)librdf_node_get_literal_value(yes), "1");
    librdf_free_node(yes), librdf_free_uri(feature);
    ck_assert_int_eq(librdf_model_size(model), 4);
    ck_assert_uint_eq(count("a", "b", "c", "-"), 3);
    ck_assert_uint_eq(count("a", "-", "-", "g1"), 2);
    ck_assert_uint_eq(count("a", "-", "d", "_g2"), 0);
    ck_assert_uint_eq(count("-", "-", "-", "nowhere"), 0);
    char *all = lines_of(librdf_model_as_stream(model), true, &lines);
    ck_assert_ptr_nonnull(strstr(all, "<" EX "d>  <" EX "g1>"));
    free(all);
    librdf_iterator *contexts = librdf_model_get_contexts(model);
    for (lines = 0; !librdf_iterator_end(contexts); librdf_iterator_next(contexts)) {
        ck_assert_ptr_nonnull(librdf_iterator_get_object(contexts));
        lines++;
    }
    librdf_free_iterator(contexts);
    ck_assert_uint_eq(lines, 2);
    ck_assert_int_eq(drop("a", "b", "c", "g1"), 0);
    ck_assert_uint_eq(count("a", "b", "c", "-"), 2);
    ck_assert_int_eq(drop("a", "b", "c", "-"), 0);
    ck_assert_uint_eq(count("a", "b", "c", "-"), 1); /* the one in _g2 */
    librdf_node *graph = node("_g2");
    ck_assert_int_eq(librdf_model_context_remove_statements(model, graph), 0);
    librdf_stream *empty = librdf_model_context_as_stream(model, graph);
    free(lines_of(empty, false, &lines));
    librdf_free_node(graph);
    ck_assert_uint_eq(lines, 0);
    ck_assert_int_eq(librdf_model_size(model), 1);
}
END_TEST

START_TEST(all_graphs_as_one) {
    add("a", "b", "c", "-");
    add("a", "b", "c", "g1");
    add("a", "b", "c", "g2");
    add("a", "b", "d", "g2");
    open_again("contexts='no'");
    ck_assert_uint_eq(count("-", "-", "-", "-"), 2);
    ck_assert_uint_eq(count("-", "-", "c", "-"), 1);
    ck_assert_uint_eq(count("-", "-", "-", "g2"), 2);
}
END_TEST

START_TEST(transactions) {
    add("old", "p", "o", "-");
    ck_assert_int_eq(librdf_model_transaction_start(model), 0);
    ck_assert_int_ne(librdf_model_transaction_start(model), 0);
    add("new", "p", "o", "-");
    ck_assert(has("new", "p", "o"));
    ck_assert_int_eq(drop("old", "p", "o", "-"), 0);
    ck_assert_int_eq(librdf_model_size(model), 1);
    ck_assert_int_eq(librdf_model_transaction_rollback(model), 0);
    ck_assert_int_ne(librdf_model_transaction_rollback(model), 0);
    ck_assert(has("old", "p", "o"));
    ck_assert(!has("new", "p", "o"));
    ck_assert_int_eq(librdf_model_transaction_start_with_handle(model, &folder), 0);
    ck_assert_ptr_eq(librdf_model_transaction_get_handle(model), &folder);
    add("new", "p", "o", "-");
    ck_assert_int_eq(librdf_model_transaction_commit(model), 0);
    ck_assert_int_ne(librdf_model_transaction_commit(model), 0);
    ck_assert_int_eq(librdf_model_transaction_start(model), 0);
    add("lost", "p", "o", "-");
    open_again(NULL); /* closing rolls back */
    ck_assert_int_eq(librdf_model_size(model), 2);
}
END_TEST

static unsigned rest_of(librdf_stream *stream) {
    unsigned rest = 0;
    for (; !librdf_stream_end(stream); librdf_stream_next(stream)) rest++;
    librdf_free_stream(stream);
    return rest;
}

START_TEST(streams_and_changes) {
    enum { MANY = 3000 };
    char name[20];
    for (unsigned i = 0; i < MANY; i++) snprintf(name, sizeof name, "s%u", i), add(name, "p", "o", "-");
    librdf_stream *snapshot = librdf_model_as_stream(model);
    for (unsigned i = 0; i < 10; i++) librdf_stream_next(snapshot);
    add("later", "p", "o", "-");
    ck_assert_int_eq(librdf_model_size(model), MANY + 1);
    ck_assert_uint_eq(rest_of(snapshot), MANY - 10);
    for (int commit = 0; commit < 2; commit++) {
        ck_assert_int_eq(librdf_model_transaction_start(model), 0);
        snprintf(name, sizeof name, "in%d", commit);
        add(name, "p", "o", "-");
        librdf_statement *pattern = statement("-", "p", "-");
        librdf_stream *inside = librdf_model_find_statements(model, pattern),
                      *unread = librdf_model_as_stream(model);
        librdf_free_statement(pattern);
        for (unsigned i = 0; i < 10; i++) librdf_stream_next(inside);
        ck_assert_int_eq(
            commit ? librdf_model_transaction_commit(model) : librdf_model_transaction_rollback(model), 0);
        ck_assert_uint_eq(rest_of(inside), commit ? MANY + 2 - 10 : 1); /* it stands on a copy */
        ck_assert_uint_eq(rest_of(unread), commit ? MANY + 2 : 1);
    }
}
END_TEST

static long ask(librdf_model *in, const char *text) {
    librdf_query *query = librdf_new_query(world, "sparql", NULL, (const unsigned char *)text, NULL);
    ck_assert_ptr_nonnull(query);
    librdf_query_results *results = librdf_model_query_execute(in, query);
    ck_assert_msg(results != NULL, "%s", said);
    long rows = 0;
    for (; !librdf_query_results_finished(results); librdf_query_results_next(results)) rows++;
    librdf_free_query_results(results);
    librdf_free_query(query);
    return rows;
}

START_TEST(rasqal_queries_it) {
    static const char *const queries[] = {"SELECT * { ?a <" EX "knows> ?b . ?b <" EX "knows> ?c }",
                                          "SELECT ?n { ?a <" EX "name> ?n FILTER(?n = \"n7\") }",
                                          "SELECT * { ?a <" EX "name> ?n OPTIONAL { ?a <" EX "knows> ?b } }",
                                          "SELECT DISTINCT ?b { { ?a <" EX "knows> ?b } UNION { ?b <" EX
                                          "name> ?x } } ORDER BY ?b"};
    char s[20], o[20], n[20];
    librdf_storage *memory = librdf_new_storage(world, "memory", NULL, NULL);
    librdf_model *judge = librdf_new_model(world, memory, NULL);
    for (unsigned i = 0; i < 60; i++) {
        snprintf(s, sizeof s, "s%u", i), snprintf(o, sizeof o, "s%u", i * 7 % 20),
            snprintf(n, sizeof n, "'n%u", i);
        add(s, "name", n, "-"), add_to(judge, s, "name", n, "-");
        if (i % 3 == 0) add(s, "knows", o, "-"), add_to(judge, s, "knows", o, "-");
    }
    for (unsigned i = 0; i < sizeof queries / sizeof *queries; i++) {
        long rows = ask(model, queries[i]);
        ck_assert_int_gt(rows, 0);
        ck_assert_int_eq(rows, ask(judge, queries[i]));
    }
    librdf_free_model(judge);
    librdf_free_storage(memory);
    add("s0", "knows", "s1", "g");
    ck_assert_int_eq(ask(model, "SELECT * { GRAPH ?g { ?a ?b ?c } }"), 1);
}
END_TEST

START_TEST(two_storages_on_one_store) {
    librdf_storage *other_storage, *copy = librdf_new_storage_from_storage(storage);
    librdf_model *other = open_model(&other_storage, NULL);
    ck_assert_msg(other != NULL, "%s", said);
    add("a", "b", "c", "-");
    ck_assert_int_eq(librdf_model_sync(model), 0);
    ck_assert_int_eq(librdf_model_size(other), 1);
    ck_assert_int_eq(librdf_model_transaction_start(model), 0);
    ck_assert_int_ne(librdf_model_transaction_start(other), 0); /* would wait for itself */
    ck_assert_ptr_nonnull(strstr(said, "transaction open"));
    ck_assert_int_eq(librdf_model_size(other), 1);
    ck_assert_int_eq(librdf_model_transaction_commit(model), 0);
    ck_assert_int_eq(librdf_model_transaction_start(other), 0);
    ck_assert_int_eq(librdf_model_transaction_commit(other), 0);
    librdf_model *cloned = librdf_new_model(world, copy, NULL);
    ck_assert_int_eq(librdf_model_size(cloned), 1);
    librdf_free_model(cloned), librdf_free_storage(copy);
    librdf_free_model(other), librdf_free_storage(other_storage);
    ck_assert_int_eq(librdf_model_size(model), 1);
}
END_TEST

START_TEST(options_and_refusals) {
    librdf_storage *none;
    add("a", "b", "c", "-");
    add("a", "b", "c", "g");
    open_again("new='yes'");
    ck_assert_int_eq(librdf_model_size(model), 0);
    librdf_free_model(model), librdf_free_storage(storage);
    model = NULL, storage = NULL;
    char command[200];
    snprintf(command, sizeof command, "rm -r %s/data", folder);
    ck_assert_int_eq(system(command), 0);
    ck_assert_ptr_null(open_model(&none, "write='no'"));
    ck_assert_ptr_nonnull(strstr(said, "there is no store"));
    if (none != NULL) librdf_free_storage(none);
    open_again(NULL);
    librdf_free_model(model), librdf_free_storage(storage);
    model = NULL, storage = NULL;
    snprintf(command, sizeof command, "%s init --data %s/data --base-url http://node.example",
             getenv("BOCAGE"), folder);
    ck_assert_int_eq(system(command), 0);
    ck_assert_ptr_null(open_model(&none, "new='yes'"));
    ck_assert_ptr_nonnull(strstr(said, "would empty the store of the node http://node.example"));
    if (none != NULL) librdf_free_storage(none);
    open_again(NULL);
    ck_assert_int_gt(librdf_model_size(model), 0);
    ck_assert_int_ne(add_to(model, "'literal", "b", "c", "-"), 0);
    ck_assert_int_ne(add_to(model, "a", "b", "c", "'literal"), 0);
}
END_TEST

START_TEST(much_added_one_by_one) {
    enum { MANY = 25000 }; /* more than gathers */
    char name[20];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "s%u", i);
        add(name, "p", "o", "-");
        if (i % 2) ck_assert_int_eq(drop(name, "p", "o", "-"), 0);
    }
    ck_assert_int_eq(librdf_model_size(model), (MANY + 1) / 2);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("redland");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, what_is_added_stays_until_it_is_removed);
    tcase_add_test(all, nodes_come_back_as_they_were);
    tcase_add_test(all, patterns_find_what_redlands_memory_finds);
    tcase_add_test(all, contexts_are_graphs);
    tcase_add_test(all, all_graphs_as_one);
    tcase_add_test(all, transactions);
    tcase_add_test(all, streams_and_changes);
    tcase_add_test(all, rasqal_queries_it);
    tcase_add_test(all, two_storages_on_one_store);
    tcase_add_test(all, options_and_refusals);
    tcase_add_test(all, much_added_one_by_one);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
