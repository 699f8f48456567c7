/* SPDX-License-Identifier: Apache-2.0
 * The W3C suite of RDF Dataset Canonicalization (RDFC-1.0): canonical texts, maps of labels, and a dataset
 * that must be given up. Every case runs with the default caps. conformance_rdfc THIS-FOLDER SOURCE-FOLDER
 */
#include "bocage/canon.h"
#include "bocage/graph.h"
#include "bocage/json.h"
#include "bocage/syntax.h"
#include "tools/suite.h"

static bo_str read_file(suite *s, const char *folder, bo_str name) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    bo_str path = bo_arena_printf(s->arena, "%s/%.*s", folder, BO_STR_ARG(name)), copy = BO_STR_NONE;
    if (bo_fs_read(&bytes, path.ptr, 0) == BO_OK) copy = bo_arena_str(s->arena, bo_text_str(&bytes));
    bo_text_done(&bytes);
    return copy;
}

static bo_status keep_label(void *context, bo_str blank, bo_str canonical) {
    bo_json *map = ((bo_json **)context)[0];
    bo_arena *arena = ((void **)context)[1];
    bo_json *label = bo_json_new_string(arena, bo_arena_str(arena, canonical));
    return bo_json_set(arena, map, bo_arena_str(arena, blank), label) ? BO_OK : bo_error_last()->status;
}

/* The names of the input up to a renaming: the reader keeps them, so that the maps are equal. */
static const char *run(suite *s, const char *folder, const bo_json *test) {
    bo_str type = bo_json_get_string(test, BO_STR("type"));
    bo_str input = read_file(s, folder, bo_json_get_string(test, BO_STR("action")));
    bo_str result = bo_json_get_string(test, BO_STR("result"));
    bo_json *map = bo_json_new(s->arena, BO_JSON_OBJECT), *expected_map;
    void *keeping[] = {map, s->arena};
    bool negative = bo_str_find_str(type, BO_STR("Negative")) < type.len;
    bo_canon_options options = {.label = keep_label, .context = keeping};
    if (bo_str_eq(bo_json_get_string(test, BO_STR("hashAlgorithm")), BO_STR("SHA384")))
        options.hash = BO_CANON_SHA384;
    bo_graph *graph;
    if (input.ptr == NULL || bo_graph_new(&graph) != BO_OK) return "the input can't be read";
    bo_sink sink = bo_graph_sink(graph);
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = bo_read(&sink, BO_NQUADS, input, &(bo_read_options){.depth_cap = 0});
    if (status == BO_OK) status = bo_canon_write(&text, bo_graph_source(graph), &options);
    bo_str got = bo_arena_str(s->arena, bo_text_str(&text));
    bo_text_done(&text);
    bo_graph_free(graph);
    if (negative) return status == BO_LIMIT ? NULL : "it should have been given up";
    if (status != BO_OK) return bo_arena_str(s->arena, bo_str_of(bo_error_last()->message)).ptr;
    bo_str expected = read_file(s, folder, result);
    if (bo_str_ends(type, BO_STR("EvalTest")))
        return bo_str_eq(got, expected) ? NULL : bo_arena_printf(s->arena, "another text:\n%s", got.ptr).ptr;
    if (bo_json_parse(&expected_map, expected, NULL, s->arena) != BO_OK) return "the map can't be read";
    return bo_json_eq(map, expected_map) ? NULL : "another map of labels";
}

int main(int argc, char **argv) {
    suite s;
    bo_json *manifest;
    if (argc != 3) return EXIT_FAILURE;
    suite_begin(&s, argv[1]);
    const char *folder = suite_folder(&s, "rdf-canon", 86, argv[2]);
    if (folder != NULL) {
        bo_str text = read_file(&s, folder, BO_STR("manifest.jsonld"));
        if (bo_json_parse(&manifest, text, NULL, s.arena) != BO_OK) return EXIT_FAILURE;
        const bo_json *tests = bo_json_get(manifest, BO_STR("entries"));
        for (uint32_t i = 0; i < tests->len; i++)
            suite_case(&s, bo_json_get_string(tests->items[i], BO_STR("id")),
                       run(&s, folder, tests->items[i]));
        return suite_end(&s);
    }
    bo_text_done(&s.excuses);
    bo_arena_free(s.arena);
    return EXIT_SUCCESS;
}
