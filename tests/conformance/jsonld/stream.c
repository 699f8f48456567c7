/* SPDX-License-Identifier: Apache-2.0
 * A document read item by item gives the very quads, in the very order, that it gives as a whole: the inputs
 * of the toRdf suite, put into an array or under @graph, and random documents; in pieces of all sizes.
 *
 *     stream [ROUNDS [SEED]]
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/jsonld.h"
#include "bocage/syntax.h"

static unsigned compared, refused, failed;

/* What a reader gave, as N-Quads. */
typedef struct reading {
    bo_text lines;
    bo_status status;
    bo_error error;
} reading;

static void begin(reading *r, bo_lines *lines, bo_sink *sink) {
    bo_text_init(&r->lines, 0);
    *lines = (bo_lines){&r->lines, true};
    *sink = bo_lines_sink(lines);
    bo_error_clear();
}

static void read_whole(reading *r, bo_str document, const bo_read_options *options) {
    bo_lines lines;
    bo_sink sink;
    begin(r, &lines, &sink);
    r->status = bo_read(&sink, BO_JSONLD, document, options);
    r->error = *bo_error_last();
}

static void read_pieces(reading *r, bo_str document, const bo_read_options *options, size_t size) {
    bo_lines lines;
    bo_sink sink;
    bo_reader *reader;
    begin(r, &lines, &sink);
    r->status = bo_reader_new(&reader, &sink, BO_JSONLD, options, 0);
    for (size_t at = 0, len; at < document.len && r->status == BO_OK; at += len) {
        len = size < document.len - at ? size : document.len - at;
        char *piece = malloc(len); /* of its very length, so that reading beyond it is seen */
        memcpy(piece, document.ptr + at, len);
        r->status = bo_reader_feed(reader, (bo_str){piece, len});
        free(piece);
    }
    if (r->status == BO_OK) r->status = bo_reader_end(reader);
    r->error = *bo_error_last();
    bo_reader_free(reader);
}

/* Of two mistakes a reader of items may meet another one first; and a key behind @graph is one for it alone.
 */
static bool alike(const reading *whole, const reading *pieces) {
    if (pieces->status == BO_UNSUPPORTED) return strstr(pieces->error.message, "behind @graph") != NULL;
    if (whole->status == BO_SYNTAX && pieces->status == BO_INVALID) return true;
    if (whole->status != pieces->status || strcmp(whole->error.code, pieces->error.code) != 0) return false;
    if (whole->error.line != pieces->error.line || whole->error.column != pieces->error.column) return false;
    bool cut = strstr(pieces->error.message, "ends too early") != NULL; /* a number that is an item */
    if (strcmp(whole->error.message, pieces->error.message) != 0 && !cut) return false;
    return whole->status != BO_OK || bo_str_eq(bo_text_str(&whole->lines), bo_text_str(&pieces->lines));
}

static void compare(const char *name, bo_str document) {
    static const size_t sizes[] = {1, 7, 64, 1000, 100000};
    bo_read_options options = {.base = BO_STR("http://example.org/folder/document")};
    reading whole, pieces;
    read_whole(&whole, document, &options);
    options.gathered = 1;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        read_pieces(&pieces, document, &options, sizes[i]);
        if (!alike(&whole, &pieces)) {
            failed++;
            printf("FAILED %s in pieces of %zu\n--- as a whole (%s)\n%s--- in pieces (%s)\n%s--- the "
                   "document\n%.*s\n",
                   name, sizes[i], whole.error.message, whole.lines.ptr ? whole.lines.ptr : "",
                   pieces.error.message, pieces.lines.ptr ? pieces.lines.ptr : "",
                   (int)(document.len < 2000 ? document.len : 2000), document.ptr);
        }
        bo_text_done(&pieces.lines);
    }
    compared++;
    refused += whole.status != BO_OK;
    bo_text_done(&whole.lines);
}

/* The ways to put documents where items stand. */
static const char *const shapes[] = {
    "[%s]",
    " [%s , %s]",
    "[[%s], 1]",
    "{\"@context\": {\"@vocab\": \"http://v.example/\", \"id\": \"@id\"},\n \"@graph\": [%s,\n%s]}",
    "{\"@graph\": [%s]}",
    "{\"@context\": {\"g\": \"@graph\"}, \"g\": [%s, null, {\"@id\": \"_:b0\", \"http://p\": 1}]} "};

static void compare_wrapped(const char *name, bo_str document) {
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        bo_text text;
        bo_text_init(&text, 0);
        for (const char *c = shapes[i]; *c != '\0'; c++) {
            if (c[0] == '%') {
                bo_text_put(&text, document);
                c++;
            } else {
                bo_text_char(&text, *c);
            }
        }
        compare(name, bo_text_str(&text));
        bo_text_done(&text);
    }
}

static void compare_file(const char *folder, const char *name) {
    char path[8192];
    bo_text text;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    bo_text_init(&text, 0);
    for (int c; file != NULL && (c = getc(file)) != EOF;) bo_text_char(&text, (char)c);
    if (file != NULL) fclose(file);
    compare(name, bo_text_str(&text));
    compare_wrapped(name, bo_text_str(&text));
    bo_text_done(&text);
}

static bool compare_suite(const char *folder) {
    DIR *open = opendir(folder);
    size_t ending = strlen("-in.jsonld");
    if (open == NULL) return false;
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len > ending && strcmp(entry->d_name + len - ending, "-in.jsonld") == 0)
            compare_file(folder, entry->d_name);
    }
    closedir(open);
    return true;
}

/* Random documents, most of them right. */

static uint64_t dice;

static unsigned roll(unsigned sides) {
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(dice >> 33) % sides;
}

static const char *pick(const char *const *from, unsigned count) {
    return from[roll(count)];
}

static void put_value(bo_text *out, unsigned depth);

static void put_node(bo_text *out, unsigned depth) {
    static const char *const keys[] = {"@id",  "@type",     "name",   "http://p", "list",
                                       "_:p",  "@index",    "@graph", "rev",      "@reverse",
                                       "type", "@included", "@nest",  "g"};
    static const char *const ids[] = {"\"_:b0\"", "\"_:g1\"",       "\"_:x y\"", "\"a\"", "\"#x\"",
                                      "null",     "\"http://i/é\"", "\"_:\"",    "\"t\""};
    bool used[14] = {false};
    bo_text_char(out, '{');
    for (unsigned i = 0, members = roll(5), written = 0; i < members; i++) {
        unsigned key = roll(14);
        if (used[key]) continue;
        used[key] = true;
        if (written++ > 0) bo_text_put(out, BO_STR(", "));
        bo_text_printf(out, "\"%s\"%s: ", keys[key], roll(2) ? "" : " ");
        if (key < 2 || keys[key][0] == 't')
            bo_text_put(out, bo_str_of(pick(ids, 9)));
        else if (strcmp(keys[key], "@index") == 0)
            bo_text_put(out, BO_STR("\"same\"")); /* two different ones are found within an item only */
        else if (strcmp(keys[key], "@reverse") == 0 || strcmp(keys[key], "@nest") == 0)
            put_node(out, depth + 1);
        else
            put_value(out, depth + 1);
    }
    bo_text_char(out, '}');
}

static void put_value(bo_text *out, unsigned depth) {
    static const char *const plain[] = {"1",
                                        "-2.5e3",
                                        "true",
                                        "null",
                                        "\"a\\\"[{\"",
                                        "\"\\\\\"",
                                        "\"é\\u00e9\"",
                                        "{\"@value\": \"x\", \"@language\": \"fr\"}",
                                        "\"\"",
                                        "[]",
                                        "{}",
                                        "{\"@list\": [1, {\"@list\": [2]}]}",
                                        "{\"@set\": [\"]\"]}"};
    unsigned kind = roll(depth < 4 ? 6 : 2);
    if (kind < 2) {
        bo_text_put(out, bo_str_of(pick(plain, 13)));
    } else if (kind < 5) {
        put_node(out, depth);
    } else {
        bo_text_char(out, '[');
        for (unsigned i = 0, items = roll(4); i < items; i++) {
            if (i > 0) bo_text_put(out, BO_STR(",\n "));
            put_value(out, depth + 1);
        }
        bo_text_char(out, ']');
    }
}

static void put_document(bo_text *out) {
    static const char *const contexts[] = {"{\"@vocab\": \"http://v/\"}",
                                           "[{\"name\": {\"@id\": \"http://n\", \"@language\": \"fr\"}}, "
                                           "{\"g\": \"@graph\", \"type\": \"@type\"}]",
                                           "{\"@vocab\": \"#\", \"list\": {\"@container\": \"@list\"}, "
                                           "\"rev\": {\"@reverse\": \"http://r\"}, \"t\": {\"@id\": "
                                           "\"http://t\", \"@context\": {\"name\": \"http://scoped\"}}}",
                                           "{\"@propagate\": false, \"@vocab\": \"http://v/\"}",
                                           "\"https://www.w3.org/ns/activitystreams\"",
                                           "null",
                                           "{\"@vocab\": 1}"};
    unsigned form = roll(4);
    if (form == 0) {
        bo_text_printf(out, "{\"@context\": %s, \"%s\": [", pick(contexts, 7), roll(3) ? "@graph" : "g");
    } else {
        bo_text_put(out, form == 1 ? BO_STR("{\"\\u0040graph\": [") : BO_STR("\n["));
    }
    for (unsigned i = 0, items = roll(6); i < items; i++) {
        if (i > 0) bo_text_put(out, BO_STR(", "));
        put_value(out, 1);
    }
    bo_text_put(out, form < 2 ? BO_STR("]}\n") : BO_STR("]"));
    if (roll(8) > 0) return; /* a mistake, anywhere */
    out->ptr[roll((unsigned)out->len)] = "]}[{\",:x"[roll(8)];
}

int main(int argc, char **argv) {
    const char *suites = getenv("BOCAGE_SUITES"), *source = getenv("BOCAGE_SOURCE_DIR");
    unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 3000;
    char folder[4096];
    dice = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    snprintf(folder, sizeof folder, "%s%s/jsonld/toRdf",
             suites   ? suites
             : source ? source
                      : ".",
             suites ? "" : "/../shared/suites");
    if (!compare_suite(folder))
        printf("NO DOCUMENTS OF THE SUITE: there is no %s; tests/conformance/get-suites brings them\n",
               folder);
    for (unsigned i = 0; i < rounds && failed < 5; i++) {
        bo_text text;
        bo_text_init(&text, 0);
        put_document(&text);
        compare("a random document", bo_text_str(&text));
        bo_text_done(&text);
    }
    printf("%u documents compared (%u of them are refused), %u differences\n", compared, refused, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
