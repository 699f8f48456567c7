/* SPDX-License-Identifier: Apache-2.0
 * The published data of the JSON Canonicalization Scheme (RFC 8785): documents, the numbers of its appendix B
 * and ten thousand more. conformance_jcs THIS-FOLDER SOURCE-FOLDER
 */
#include "bocage/json.h"
#include "tools/suite.h"

static bo_str read_file(suite *s, const char *folder, const char *name) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    bo_str path = bo_arena_printf(s->arena, "%s/%s", folder, name), copy = BO_STR_NONE;
    if (bo_fs_read(&bytes, path.ptr, 0) == BO_OK) copy = bo_arena_str(s->arena, bo_text_str(&bytes));
    bo_text_done(&bytes);
    return copy;
}

/* The canonical form of a JSON text; .ptr NULL when it has none. */
static bo_str canonical(suite *s, bo_str text) {
    bo_json *value;
    bo_text out;
    bo_str result = BO_STR_NONE;
    if (bo_json_parse(&value, text, NULL, s->arena) != BO_OK) return result;
    bo_text_init(&out, 0);
    bo_json_write_canonical(&out, value);
    if (bo_text_end(&out) == BO_OK) result = bo_arena_str(s->arena, bo_text_str(&out));
    bo_text_done(&out);
    return result;
}

static void document(suite *s, const char *folder, const char *name) {
    bo_str input = read_file(s, folder, bo_arena_printf(s->arena, "input/%s.json", name).ptr);
    bo_str output = read_file(s, folder, bo_arena_printf(s->arena, "output/%s.json", name).ptr);
    bo_str got = canonical(s, input);
    bool good = got.ptr && bo_str_eq(got, output) && bo_str_eq(canonical(s, got), output);
    suite_case(s, bo_str_of(name), good ? NULL : got.len ? got.ptr : bo_error_last()->message);
}

/* A line "hex of the double's bits, what ECMAScript prints": the double is printed so, and what is printed
 * reads back as the same. NaN and the infinities are refused: "error". */
static void number(suite *s, bo_str line, char separator) {
    size_t cut = bo_str_find(line, separator);
    bo_str expected = bo_str_from(line, cut + 1);
    expected = bo_str_head(expected, bo_str_find(expected, separator));
    uint64_t bits = strtoull(bo_arena_str(s->arena, bo_str_head(line, cut)).ptr, NULL, 16);
    double value;
    memcpy(&value, &bits, sizeof value);
    bo_text out;
    bo_text_init(&out, 0);
    bo_json_write_double(&out, value);
    bool written = bo_text_end(&out) == BO_OK;
    bool refused = bo_str_eq(expected, BO_STR("error"));
    bool good = refused ? !written : written && bo_str_eq(bo_text_str(&out), expected);
    if (good && !refused) good = bo_str_eq(canonical(s, expected), expected);
    bo_str got = bo_text_str(&out);
    suite_case(s, line, good ? NULL : bo_arena_printf(s->arena, "printed as '%.*s'", BO_STR_ARG(got)).ptr);
    bo_text_done(&out);
}

int main(int argc, char **argv) {
    static const char *const names[] = {"arrays", "french", "structures", "unicode", "values", "weird"};
    suite s;
    if (argc != 3) return EXIT_FAILURE;
    suite_begin(&s, argv[1]);
    const char *folder = suite_folder(&s, "jcs", 10032, argv[2]);
    if (folder != NULL) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) document(&s, folder, names[i]);
        bo_str rest = read_file(&s, folder, "rfc8785-numbers.tsv"), line;
        while (bo_str_cut(&line, &rest, '\n'))
            if (line.len > 0 && line.ptr[0] != '#') number(&s, line, '\t');
        rest = read_file(&s, folder, "es6testfile10k.txt");
        while (bo_str_cut(&line, &rest, '\n'))
            if (line.len > 0) number(&s, line, ',');
        return suite_end(&s);
    }
    bo_text_done(&s.excuses);
    bo_arena_free(s.arena);
    return EXIT_SUCCESS;
}
