/* SPDX-License-Identifier: Apache-2.0
 * Runs the W3C suites of JSON-LD 1.1 and of its framing. run EXCUSES [ID...]: with ids, only these, and says
 * more.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bocage/graph.h"
#include "bocage/jsonld.h"
#include "compare.h"
#include "nquads.h"

typedef struct suite {
    const char *folder, *manifest;
} suite;

static const suite suites[] = {
    {"jsonld", "expand"},  {"jsonld", "compact"},       {"jsonld", "flatten"},    {"jsonld", "toRdf"},
    {"jsonld", "fromRdf"}, {"jsonld-framing", "frame"}, {"jsonld", "remote-doc"},
};

static char root[4096];
static bool verbose;

typedef struct test {
    const suite *suite;
    const bo_json *entry, *option;
    bo_str id, base_iri, document; /* document: the input's address */
    bo_jsonld_options options;
    bo_arena *arena;
    char why[1024];
} test;

static bool read_file(bo_str *out, bo_arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *bytes = bo_arena_alloc(arena, (size_t)size + 1);
    bool all = bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size;
    fclose(file);
    *out = (bo_str){bytes, (size_t)size};
    return all;
}

static bool read_suite_file(bo_str *out, bo_arena *arena, const char *folder, bo_str name) {
    char path[8192];
    snprintf(path, sizeof path, "%s/%s/%.*s", root, folder, BO_STR_ARG(name));
    return read_file(out, arena, path);
}

static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    static const struct {
        const char *prefix, *folder;
    } places[] = {{"https://w3c.github.io/json-ld-api/tests/", "jsonld"},
                  {"https://w3c.github.io/json-ld-framing/tests/", "jsonld-framing"}};
    (void)context;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        bo_str text, prefix = bo_str_of(places[i].prefix);
        if (!bo_str_starts(iri, prefix)) continue;
        if (!read_suite_file(&text, arena, places[i].folder, bo_str_from(iri, prefix.len))) break;
        *final_iri = iri;
        return bo_json_parse(out, text, NULL, arena);
    }
    return bo_fail(BO_NOT_FOUND, "no such document");
}

static const bo_loader loader = {load, NULL};

static const char *fail(test *t, const char *what) {
    snprintf(t->why, sizeof t->why, "%s", what);
    return t->why;
}

static const char *fail_status(test *t) {
    const bo_error *error = bo_error_last();
    snprintf(t->why, sizeof t->why, "error: %s: %s", error->code, error->message);
    return t->why;
}

static void show(const char *title, const bo_json *value) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write_pretty(&text, value);
    printf("--- %s\n%s\n", title, bo_text_str(&text).ptr);
    bo_text_done(&text);
}

static bo_json *read_json(test *t, const char *key) {
    bo_str name = bo_json_get_string(t->entry, bo_str_of(key)), text;
    bo_json *value = NULL;
    if (name.ptr == NULL || !read_suite_file(&text, t->arena, t->suite->folder, name)) return NULL;
    if (bo_json_parse(&value, text, NULL, t->arena) != BO_OK) return NULL;
    return value;
}

static bool option_is(const test *t, const char *name, bool otherwise) {
    const bo_json *value = bo_json_get(t->option, bo_str_of(name));
    return value == NULL ? otherwise : value->kind == BO_JSON_TRUE;
}

static void set_options(test *t) {
    bo_str base = bo_json_get_string(t->option, BO_STR("base"));
    bo_str mode = bo_json_get_string(t->option, BO_STR("processingMode"));
    bo_str direction = bo_json_get_string(t->option, BO_STR("rdfDirection"));
    bo_str expand_context = bo_json_get_string(t->option, BO_STR("expandContext")), text;
    const bo_json *omit_graph = bo_json_get(t->option, BO_STR("omitGraph"));
    bo_jsonld_options *o = &t->options;
    *o = (bo_jsonld_options){.base = base.ptr ? base : t->document,
                             .loader = &loader,
                             .mode_1_0 = bo_str_eq(mode, BO_STR("json-ld-1.0")),
                             .keep_single_arrays = !option_is(t, "compactArrays", true),
                             .no_relative = !option_is(t, "compactToRelative", true),
                             .ordered = option_is(t, "ordered", false),
                             .use_native_types = option_is(t, "useNativeTypes", false),
                             .use_rdf_type = option_is(t, "useRdfType", false),
                             .generalized_rdf = option_is(t, "produceGeneralizedRdf", false)};
    if (omit_graph != NULL) o->omit_graph = omit_graph->kind == BO_JSON_TRUE ? 1 : -1;
    if (bo_str_eq(direction, BO_STR("i18n-datatype"))) o->rdf_direction = BO_DIRECTION_I18N;
    if (bo_str_eq(direction, BO_STR("compound-literal"))) o->rdf_direction = BO_DIRECTION_COMPOUND;
    if (expand_context.ptr != NULL && read_suite_file(&text, t->arena, t->suite->folder, expand_context))
        (void)!bo_json_parse(&o->expand_context, text, NULL, t->arena);
}

static const char *compare(test *t, bo_json *actual, bool expand_too) {
    bo_json *expected = read_json(t, "expect"), *a, *b;
    if (expected == NULL) return fail(t, "the expected result can't be read");
    if (compare_jsonld(actual, expected)) return NULL;
    if (expand_too && bo_jsonld_expand(&a, actual, &t->options, t->arena) == BO_OK &&
        bo_jsonld_expand(&b, expected, &t->options, t->arena) == BO_OK && compare_jsonld(a, b) &&
        bo_json_is(bo_json_get(actual, BO_STR("@context")), BO_JSON_NULL) ==
            bo_json_is(bo_json_get(expected, BO_STR("@context")), BO_JSON_NULL))
        return NULL;
    if (verbose) {
        show("expected", expected);
        show("actual", actual);
    }
    return fail(t, "another result than expected");
}

/* The media type that a server would give a file of the suite. */
static bo_str type_of(const test *t, bo_str name) {
    static const struct {
        const char *ending, *type;
    } types[] = {{".jsonld", "application/ld+json"}, {".json", "application/json"}, {".html", "text/html"}};
    bo_str set = bo_json_get_string(t->option, BO_STR("contentType"));
    bo_str input = bo_json_get_string(t->entry, BO_STR("input"));
    if (set.ptr != NULL && bo_str_eq(name, input)) return set;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (bo_str_ends(name, bo_str_of(types[i].ending))) return bo_str_of(types[i].type);
    return BO_STR("application/octet-stream");
}

/* A server in place of the suite's home: the file, its type, and the headers that the test asks for. */
static bo_jsonld_answer answer_to(test *t, bo_str iri) {
    bo_str name = bo_str_from(iri, t->base_iri.len),
           redirect = bo_json_get_string(t->option, BO_STR("redirectTo"));
    bool asked = bo_str_eq(name, bo_json_get_string(t->entry, BO_STR("input")));
    const bo_json *links = bo_json_get(t->option, BO_STR("httpLink"));
    bo_jsonld_answer answer = {.status = 200};
    if (asked && redirect.ptr != NULL) name = redirect; /* the client follows */
    answer.iri = bo_arena_join(t->arena, t->base_iri, name);
    answer.content_type = type_of(t, name);
    if (asked && bo_json_is(links, BO_JSON_STRING)) answer.link = links->text;
    for (uint32_t i = 0; asked && bo_json_is(links, BO_JSON_ARRAY) && i < links->len; i++) {
        if (i > 0) answer.link = bo_arena_join(t->arena, answer.link, BO_STR(", "));
        answer.link = bo_arena_join(t->arena, answer.link, links->items[i]->text);
    }
    if (!read_suite_file(&answer.body, t->arena, t->suite->folder, name)) answer.status = 404;
    return answer;
}

static bo_status expand_remote(test *t, bo_json **out) {
    bo_jsonld_document document = {.elsewhere = t->document};
    bo_str set = bo_json_get_string(t->option, BO_STR("base"));
    for (int hops = 0; document.json == NULL && hops < 2; hops++) {
        bo_jsonld_answer answer = answer_to(t, document.elsewhere);
        BO_TRY(bo_jsonld_document_of(&document, &answer, NULL, t->arena));
        t->options.base = set.ptr ? set : answer.iri;
    }
    if (document.json == NULL) return bo_fail(BO_PEER, "one answer points to the other");
    if (document.context.ptr != NULL)
        t->options.expand_context = bo_json_new_string(t->arena, document.context);
    return bo_jsonld_expand(out, document.json, &t->options, t->arena);
}

static bo_status to_graph(bo_graph *graph, const test *t, const bo_json *input) {
    bo_sink sink = bo_graph_sink(graph);
    return bo_jsonld_to_rdf(&sink, input, &t->options, t->arena);
}

static const char *compare_graph(test *t, bo_graph *actual) {
    bo_str name = bo_json_get_string(t->entry, BO_STR("expect")), text;
    bo_graph *expected = NULL;
    bool same = false;
    const char *why = NULL;
    if (name.ptr == NULL) return NULL; /* a syntax test */
    if (!read_suite_file(&text, t->arena, t->suite->folder, name))
        return fail(t, "the expected result can't be read");
    if (bo_graph_new(&expected) != BO_OK || nquads_read(expected, text, t->arena) != BO_OK ||
        bo_graph_isomorphic(&same, actual, expected) != BO_OK)
        why = fail_status(t);
    else if (!same)
        why = fail(t, "another graph than expected");
    if (why != NULL && verbose) {
        bo_text out;
        bo_text_init(&out, 0);
        (void)!nquads_write(&out, actual);
        printf("--- expected\n%.*s\n--- actual\n%.*s\n", (int)text.len, text.ptr, (int)out.len,
               out.ptr ? out.ptr : "");
        bo_text_done(&out);
    }
    bo_graph_free(expected);
    return why;
}

/* Runs the algorithm; *done says whether it succeeded, and what is returned is why the result is wrong. */
static const char *run_algorithm(test *t, bo_status *status) {
    const char *kind = t->suite->manifest, *why = NULL;
    bo_json *out = NULL, *input = NULL;
    if (strcmp(kind, "fromRdf") == 0) {
        bo_str text;
        bo_graph *graph;
        *status = BO_IO;
        if (!read_suite_file(&text, t->arena, t->suite->folder,
                             bo_json_get_string(t->entry, BO_STR("input"))))
            return fail(t, "the input can't be read");
        if (bo_graph_new(&graph) != BO_OK) return fail_status(t);
        *status = nquads_read(graph, text, t->arena);
        if (*status == BO_OK)
            *status = bo_jsonld_from_rdf(&out, bo_graph_source(graph), &t->options, t->arena);
        bo_graph_free(graph);
        return *status == BO_OK && bo_json_get(t->entry, BO_STR("expect")) ? compare(t, out, false) : NULL;
    }
    if (strcmp(kind, "remote-doc") == 0) {
        *status = expand_remote(t, &out);
        return *status == BO_OK ? compare(t, out, false) : NULL;
    }
    input = read_json(t, "input");
    if (input == NULL) {
        *status = BO_IO;
        return fail(t, "the input can't be read");
    }
    bool judged = bo_json_get(t->entry, BO_STR("expect")) != NULL;
    if (strcmp(kind, "expand") == 0) {
        *status = bo_jsonld_expand(&out, input, &t->options, t->arena);
        if (*status == BO_OK && judged) why = compare(t, out, false);
    } else if (strcmp(kind, "compact") == 0) {
        *status = bo_jsonld_compact(&out, input, read_json(t, "context"), &t->options, t->arena);
        if (*status == BO_OK && judged) why = compare(t, out, true);
    } else if (strcmp(kind, "flatten") == 0) {
        *status = bo_jsonld_flatten(&out, input, read_json(t, "context"), &t->options, t->arena);
        if (*status == BO_OK && judged) why = compare(t, out, true);
    } else if (strcmp(kind, "frame") == 0) {
        *status = bo_jsonld_frame(&out, input, read_json(t, "frame"), &t->options, t->arena);
        if (*status == BO_OK && judged) why = compare(t, out, true);
    } else if (strcmp(kind, "toRdf") == 0) {
        bo_graph *graph;
        *status = bo_graph_new(&graph);
        if (*status != BO_OK) return fail_status(t);
        *status = to_graph(graph, t, input);
        if (*status == BO_OK) why = compare_graph(t, graph);
        bo_graph_free(graph);
    } else {
        *status = BO_UNSUPPORTED;
        why = fail(t, "no such kind of test");
    }
    return why;
}

static const char *run_test(test *t) {
    bo_str code = bo_json_get_string(t->entry, BO_STR("expectErrorCode"));
    bo_status status;
    bo_error_clear();
    set_options(t);
    const char *why = run_algorithm(t, &status);
    if (code.ptr == NULL) return why != NULL ? why : status != BO_OK ? fail_status(t) : NULL;
    if (status == BO_OK) {
        snprintf(t->why, sizeof t->why, "no error, though %.*s was expected", BO_STR_ARG(code));
        return t->why;
    }
    return bo_str_eq(bo_str_of(bo_error_last()->code), code) ? NULL : fail_status(t);
}

typedef struct counts {
    unsigned passed, failed, excused;
} counts;

/* The reason why a test is excused; empty when it is not. */
static bo_str excuse(bo_str excuses, const test *t) {
    char name[256];
    int len = snprintf(name, sizeof name, "%s%.*s ", t->suite->manifest, BO_STR_ARG(t->id));
    bo_str line;
    while (bo_str_cut(&line, &excuses, '\n'))
        if (bo_str_starts(line, (bo_str){name, (size_t)len}))
            return bo_str_trim(bo_str_from(line, (size_t)len));
    return BO_STR("");
}

static void judge(counts *sum, test *t, bo_str excuses) {
    const char *why = run_test(t);
    bo_str reason = excuse(excuses, t);
    if (why == NULL && reason.len == 0) {
        sum->passed++;
    } else if (why != NULL && reason.len > 0) {
        sum->excused++;
    } else {
        sum->failed++;
        printf("FAILED %s%.*s (%.*s): %s\n", t->suite->manifest, BO_STR_ARG(t->id),
               BO_STR_ARG(bo_json_get_string(t->entry, BO_STR("name"))),
               why ? why : "is excused, and passes: take it off the list");
    }
}

static bool wanted(const test *t, char **ids, int count) {
    char name[256];
    snprintf(name, sizeof name, "%s%.*s", t->suite->manifest, BO_STR_ARG(t->id));
    for (int i = 0; i < count; i++)
        if (strcmp(ids[i], name) == 0 || strcmp(ids[i], t->suite->manifest) == 0) return true;
    return count == 0;
}

static bool run_suite(counts *sum, const suite *s, bo_str excuses, char **ids, int count) {
    char file[128];
    bo_str text;
    bo_json *manifest;
    bo_arena *arena = bo_arena_new(0), *scratch = bo_arena_new(0);
    counts own = {0};
    snprintf(file, sizeof file, "%s-manifest.jsonld", s->manifest);
    bool readable = read_suite_file(&text, arena, s->folder, bo_str_of(file)) &&
                    bo_json_parse(&manifest, text, NULL, arena) == BO_OK;
    const bo_json *tests = readable ? bo_json_get(manifest, BO_STR("sequence")) : NULL;
    for (uint32_t i = 0; readable && i < tests->len; i++) {
        test t = {.suite = s, .entry = tests->items[i], .arena = scratch};
        t.option = bo_json_get(t.entry, BO_STR("option"));
        t.id = bo_json_get_string(t.entry, BO_STR("@id"));
        if (bo_str_eq(bo_json_get_string(t.option, BO_STR("specVersion")), BO_STR("json-ld-1.0"))) continue;
        if (!wanted(&t, ids, count)) continue;
        bo_arena_reset(scratch);
        t.base_iri = bo_json_get_string(manifest, BO_STR("baseIri"));
        t.document = bo_arena_join(scratch, t.base_iri, bo_json_get_string(t.entry, BO_STR("input")));
        judge(&own, &t, excuses);
    }
    if (readable)
        printf("%-10s %u passed, %u failed, %u excused\n", s->manifest, own.passed, own.failed, own.excused);
    sum->passed += own.passed;
    sum->failed += own.failed;
    sum->excused += own.excused;
    bo_arena_free(scratch);
    bo_arena_free(arena);
    return readable;
}

int main(int argc, char **argv) {
    const char *suites_at = getenv("BOCAGE_SUITES"), *source = getenv("BOCAGE_SOURCE_DIR");
    if (suites_at != NULL)
        snprintf(root, sizeof root, "%s", suites_at);
    else
        snprintf(root, sizeof root, "%s/../shared/suites", source ? source : ".");
    bo_arena *arena = bo_arena_new(0);
    bo_str excuses = BO_STR("");
    if (argc > 1 && !read_file(&excuses, arena, argv[1])) {
        fprintf(stderr, "%s can't be read\n", argv[1]);
        return EXIT_FAILURE;
    }
    verbose = argc > 2;
    counts sum = {0};
    unsigned missing = 0;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        if (run_suite(&sum, &suites[i], excuses, argv + 2, argc > 2 ? argc - 2 : 0)) continue;
        missing++;
    }
    if (missing > 0) /* all of them are 1,252 and 91 cases */
        printf("UP TO 1343 CASES WERE NOT RUN: %u manifests of 'jsonld' and 'jsonld-framing' are not at %s; "
               "tests/conformance/get-suites brings them\n",
               missing, root);
    printf("%u passed, %u failed, %u excused\n", sum.passed, sum.failed, sum.excused);
    bo_arena_free(arena);
    return sum.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
