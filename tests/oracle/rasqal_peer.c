/* SPDX-License-Identifier: Apache-2.0
 * librdf with rasqal as a peer of tests/fuzz-sparql/fuzz.c: "DATA-LENGTH QUERY-LENGTH\n", data as N-Quads and
 * a query in; "KIND LENGTH\n" and the answer out, KIND being json or error. Only the unnamed graph is loaded.
 * Every question is answered by a process of its own, since rasqal ends in some of them. Forms that it is
 * known not to have, or to answer wrongly without a word, are refused here.
 */
#include <librdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bocage/json.h"

enum { SECONDS = 3 };

static const struct {
    const char *word, *why;
} refused[] = {
    {"VALUES", "rows given inside a group are not joined"},
    {"MINUS", "it gives nothing"},
    {"EXISTS", "it has no grammar for it"},
    {"GRAPH", "only the unnamed graph is loaded"},
    {"CONSTRUCT", "its blank nodes are compared by the suites"},
    {"DISTINCT", "it is not heeded inside aggregates, and rows of terms equal by value are one"},
    {"GROUP BY", "groups of what is unbound are lost"},
    {"{ SELECT", "rows of sub-selects are lost"},
};

/* JSON of what rasqal found. */

static void put_node(bo_text *out, librdf_node *node) {
    bool iri = librdf_node_is_resource(node), blank = librdf_node_is_blank(node);
    const char *value = iri     ? (char *)librdf_uri_as_string(librdf_node_get_uri(node))
                        : blank ? (char *)librdf_node_get_blank_identifier(node)
                                : (char *)librdf_node_get_literal_value(node);
    BO_TEXT_LIT(out, "{\"type\":");
    bo_json_write_string(out, bo_str_of(iri ? "uri" : blank ? "bnode" : "literal"));
    BO_TEXT_LIT(out, ",\"value\":");
    bo_json_write_string(out, bo_str_of(value));
    if (!iri && !blank) {
        const char *lang = librdf_node_get_literal_value_language(node);
        librdf_uri *datatype = librdf_node_get_literal_value_datatype_uri(node);
        if (lang != NULL) BO_TEXT_LIT(out, ",\"xml:lang\":");
        if (lang != NULL) bo_json_write_string(out, bo_str_of(lang));
        if (datatype != NULL) BO_TEXT_LIT(out, ",\"datatype\":");
        if (datatype != NULL) bo_json_write_string(out, bo_str_of((char *)librdf_uri_as_string(datatype)));
    }
    bo_text_char(out, '}');
}

static void put_row(bo_text *out, librdf_query_results *results) {
    bool any = false;
    bo_text_char(out, '{');
    for (int i = 0; i < librdf_query_results_get_bindings_count(results); i++) {
        librdf_node *node = librdf_query_results_get_binding_value(results, i);
        if (node == NULL) continue;
        if (any) bo_text_char(out, ',');
        any = true;
        bo_json_write_string(out, bo_str_of(librdf_query_results_get_binding_name(results, i)));
        bo_text_char(out, ':');
        put_node(out, node);
        librdf_free_node(node);
    }
    bo_text_char(out, '}');
}

static void put_results(bo_text *out, librdf_query_results *results) {
    BO_TEXT_LIT(out, "{\"head\":{\"vars\":[");
    for (int i = 0; i < librdf_query_results_get_bindings_count(results); i++) {
        if (i > 0) bo_text_char(out, ',');
        bo_json_write_string(out, bo_str_of(librdf_query_results_get_binding_name(results, i)));
    }
    BO_TEXT_LIT(out, "]},\"results\":{\"bindings\":[");
    for (bool any = false; !librdf_query_results_finished(results); librdf_query_results_next(results)) {
        if (any) bo_text_char(out, ',');
        any = true;
        put_row(out, results);
    }
    BO_TEXT_LIT(out, "]}}");
}

/* One question. */

static void keep_statement(void *model, raptor_statement *statement) {
    if (statement->graph == NULL) librdf_model_add_statement(model, statement);
}

static int pass_over(void *context, librdf_log_message *message) {
    (void)context, (void)message;
    return 1;
}

/* "json" or "error", and the text. */
static const char *answer(bo_text *out, const char *data, size_t len, const char *query) {
    librdf_world *world = librdf_new_world();
    librdf_world_set_logger(world, NULL, pass_over);
    librdf_world_open(world);
    librdf_storage *storage = librdf_new_storage(world, "trees", NULL, NULL);
    librdf_model *model = librdf_new_model(world, storage, NULL);
    raptor_world *syntaxes = librdf_world_get_raptor(world);
    raptor_parser *parser = raptor_new_parser(syntaxes, "nquads");
    raptor_uri *base = raptor_new_uri(syntaxes, (const unsigned char *)"x:base");
    raptor_parser_set_statement_handler(parser, model, keep_statement);
    if (raptor_parser_parse_start(parser, base) != 0 ||
        raptor_parser_parse_chunk(parser, (const unsigned char *)data, len, 1) != 0)
        return bo_text_put(out, BO_STR("raptor does not read the data")), "error";
    librdf_query *asked = librdf_new_query(world, "sparql", NULL, (const unsigned char *)query, NULL);
    librdf_query_results *results = asked != NULL ? librdf_query_execute(asked, model) : NULL;
    if (results == NULL) return bo_text_put(out, BO_STR("rasqal refuses it")), "error";
    if (librdf_query_results_is_boolean(results))
        bo_text_put(out, librdf_query_results_get_boolean(results) > 0
                             ? BO_STR("{\"head\":{},\"boolean\":true}")
                             : BO_STR("{\"head\":{},\"boolean\":false}"));
    else
        put_results(out, results);
    return "json";
}

static void write_answer(FILE *to, const char *kind, bo_str text) {
    fprintf(to, "%s %zu\n", kind, text.len);
    fwrite(text.ptr, 1, text.len, to);
    fflush(to);
}

/* In a process that may end as it likes: what it had to say comes through a file. */
static void ask_apart(const char *data, size_t len, const char *query) {
    FILE *file = tmpfile();
    int status = 1;
    bo_text found;
    bo_text_init(&found, 0);
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS);
        if (freopen("/dev/null", "w", stderr) == NULL) _exit(1);
        const char *kind = answer(&found, data, len, query);
        write_answer(file, kind, bo_text_str(&found));
        _exit(0);
    }
    waitpid(child, &status, 0);
    rewind(file);
    char piece[4096];
    for (size_t got; status == 0 && (got = fread(piece, 1, sizeof piece, file)) > 0;)
        bo_text_put(&found, (bo_str){piece, got});
    fclose(file);
    if (status == 0)
        fwrite(found.ptr, 1, bo_text_str(&found).len, stdout);
    else
        write_answer(stdout, "error", BO_STR("rasqal has ended"));
    fflush(stdout);
    bo_text_done(&found);
}

int main(void) {
    size_t data_len, query_len;
    while (scanf("%zu %zu", &data_len, &query_len) == 2 && getchar() == '\n') {
        char *data = calloc(1, data_len + query_len + 2), *query = data + data_len + 1;
        const char *why = NULL;
        if (fread(data, 1, data_len, stdin) != data_len || fread(query, 1, query_len, stdin) != query_len)
            return 1;
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
            if (strstr(query, refused[i].word) != NULL) why = refused[i].why;
        if (why != NULL)
            write_answer(stdout, "error", bo_str_of(why));
        else
            ask_apart(data, data_len, query);
        free(data);
    }
    return 0;
}
