/* SPDX-License-Identifier: Apache-2.0
 * Whether the built-in contexts mean what the published ones mean, term by term:
 *     conformance_contexts < LINES        a line is "package TAB address TAB file"
 * Published contexts that are not built in are passed over. (That the bytes of the built-in ones are those
 * that were reviewed is seen to by the build: src/jsonld/embed.cmake.)
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "jsonld/builtin.h"
#include "jsonld/internal.h"

typedef struct comparison {
    bo_ld *ld;
    const char *package, *address;
    unsigned differences;
} comparison;

static void must(bo_status status) {
    if (status == BO_OK) return;
    fprintf(stderr, "%s\n", bo_error_last()->message);
    exit(EXIT_FAILURE);
}

static void differs(comparison *c, const char *how, bo_str term) {
    printf("%s %s %.*s: %s\n", c->package, c->address, BO_STR_ARG(term), how);
    c->differences++;
}

static bool same(bo_str a, bo_str b) {
    return (a.ptr == NULL) == (b.ptr == NULL) && bo_str_eq(a, b);
}

static const bo_ld_context *processed(bo_ld *ld, const bo_ld_context *active, const bo_json *local) {
    const bo_ld_context *out = NULL;
    must(bo_ld_process(ld, &out, active, local, BO_STR("https://example.org/"), BO_LD_OVERRIDE, NULL));
    return out;
}

/* Two contexts and those that they stand in, whose terms have been compared. */
typedef struct both {
    const bo_ld_context *ours, *theirs;
} both;

static void compare(comparison *c, both now, both outer);

static void compare_term(comparison *c, both outer, const bo_ld_term *x, const bo_ld_term *y) {
    if (!same(x->iri, y->iri)) differs(c, "stands for another IRI", x->name);
    if (!same(x->type, y->type)) differs(c, "has another type", x->name);
    if (!same(x->language, y->language) || x->direction != y->direction)
        differs(c, "has another language or direction", x->name);
    if (x->container != y->container) differs(c, "has another container", x->name);
    if (!same(x->index, y->index) || !same(x->nest, y->nest)) differs(c, "has another index", x->name);
    if (x->is_prefix != y->is_prefix) differs(c, "differs in being a prefix", x->name);
    if (x->is_protected != y->is_protected) differs(c, "differs in being protected", x->name);
    if (x->is_reverse != y->is_reverse) differs(c, "differs in direction of the property", x->name);
    if ((x->context == NULL) != (y->context == NULL))
        differs(c, "one has a context of its own", x->name);
    else if (x->context != NULL && c->ld->spent.depth++ < 8)
        compare(c,
                (both){processed(c->ld, outer.ours, x->context), processed(c->ld, outer.theirs, y->context)},
                outer);
    if (x->context != NULL && y->context != NULL) c->ld->spent.depth--;
}

static void compare(comparison *c, both now, both outer) {
    const bo_map_entry *entry;
    if (!same(now.ours->vocab, now.theirs->vocab)) differs(c, "another vocabulary", BO_STR("@vocab"));
    if (!same(now.ours->language, now.theirs->language)) differs(c, "another language", BO_STR("@language"));
    for (uint32_t at = 0; (entry = bo_map_next(&now.ours->terms, &at)) != NULL;) {
        const bo_ld_term *x = entry->value.ptr, *y = bo_ld_term_of(now.theirs, x->name);
        if (y == NULL)
            differs(c, "is ours alone", x->name);
        else if (x != bo_ld_term_of(outer.ours, x->name) || y != bo_ld_term_of(outer.theirs, x->name))
            compare_term(c, now, x, y);
    }
    for (uint32_t at = 0; (entry = bo_map_next(&now.theirs->terms, &at)) != NULL;)
        if (bo_ld_term_of(now.ours, entry->key) == NULL) differs(c, "is missing", entry->key);
}

/* False when it is not built in. */
static bool compare_file(comparison *c, const char *file) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *theirs, *ours;
    bo_text text;
    bo_str iri;
    bo_ld ld;
    if (bo_loader_builtin.load(NULL, &ours, &iri, bo_str_of(c->address), arena) != BO_OK) {
        bo_arena_free(arena);
        return false;
    }
    bo_text_init(&text, 0);
    must(bo_fs_read(&text, file, 0));
    must(bo_json_parse(&theirs, bo_text_str(&text), NULL, arena));
    const bo_jsonld_options options = {.caps = {.terms = 10000000, .values = 100000000, .contexts = 100000}};
    bo_ld_init(&ld, &options, arena);
    c->ld = &ld;
    const bo_ld_context *empty = bo_ld_context_new(&ld);
    compare(c,
            (both){processed(&ld, empty, bo_json_get(ours, BO_STR("@context"))),
                   processed(&ld, empty, bo_json_get(theirs, BO_STR("@context")))},
            (both){empty, empty});
    bo_text_done(&text);
    bo_arena_free(arena);
    return true;
}

int main(void) {
    char line[8192];
    unsigned compared = 0;
    comparison c = {0};
    while (fgets(line, sizeof line, stdin) != NULL) {
        bo_str rest = bo_str_of(line), package, address, file;
        if (!bo_str_cut(&package, &rest, '\t') || !bo_str_cut(&address, &rest, '\t') ||
            !bo_str_cut(&file, &rest, '\n'))
            continue;
        line[package.len] = line[package.len + 1 + address.len] = '\0';
        line[package.len + address.len + file.len + 2] = '\0';
        c.package = package.ptr;
        c.address = address.ptr;
        if (!compare_file(&c, file.ptr)) continue;
        printf("compared: %s, %s\n", c.package, c.address);
        compared++;
    }
    printf("%u contexts compared, %u differences\n", compared, c.differences);
    return c.differences == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
