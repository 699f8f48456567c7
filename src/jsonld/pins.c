/* SPDX-License-Identifier: Apache-2.0
 * Contexts that an operator adds to the built-in ones: a folder with the documents and contexts.json, which
 * says where each is found on the web and what its hash is. All are read and checked once, at the start.
 */
#include <stdlib.h>

#include "base/fs.h"
#include "crypto/crypto.h"
#include "jsonld/builtin.h"
#include "jsonld/cache.h"

struct bo_jsonld_pins {
    bo_arena *arena;
    bo_map documents; /* address -> bo_json */
    bo_jsonld_cache *cache;
};

enum { FILE_CAP = 4 << 20 };

static bo_status read_file(bo_str *out, const char *folder, bo_str name, bo_arena *arena) {
    bo_text text;
    bo_str path = bo_arena_printf(arena, "%s/%.*s", folder, BO_STR_ARG(name));
    BO_TRY(bo_ld_made(path.ptr));
    bo_text_init(&text, FILE_CAP);
    bo_status status = bo_fs_read(&text, path.ptr, FILE_CAP);
    if (status == BO_OK) *out = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return status == BO_OK ? bo_ld_made(out->ptr) : status;
}

static bool is_builtin(bo_str iri) {
    for (size_t i = 0; i < bo_ld_builtin_count; i++)
        if (bo_str_eq(iri, bo_str_of(bo_ld_builtins[i].iri))) return true;
    return false;
}

/* A plain name: the file lies in the folder itself. */
static bool is_file_name(bo_str name) {
    return name.len > 0 && name.ptr[0] != '.' && bo_str_find(name, '/') == name.len;
}

static bo_status pin(bo_jsonld_pins *pins, const char *folder, bo_str iri, const bo_json *row) {
    bo_str file = bo_json_get_string(row, BO_STR("file")), wanted = bo_json_get_string(row, BO_STR("sha256")),
           text;
    unsigned char digest[32];
    bo_json *document;
    if (!bo_ld_is_iri(iri) || !is_file_name(file))
        return bo_fail(BO_INVALID,
                       "contexts.json: \"%.*s\" must be an address, with the name of a \"file\" beside",
                       BO_STR_ARG(iri));
    if (is_builtin(iri))
        return bo_fail(BO_INVALID,
                       "contexts.json: <%.*s> is built in, and can't be pinned to another document",
                       BO_STR_ARG(iri));
    BO_TRY(read_file(&text, folder, file, pins->arena));
    bo_sha256(digest, text);
    bo_str hash = bo_hex((bo_str){(const char *)digest, sizeof digest}, pins->arena);
    BO_TRY(bo_ld_made(hash.ptr));
    if (!bo_str_eq(hash, wanted))
        return bo_fail(BO_INVALID,
                       "%.*s has the SHA-256 %.*s: review it, and put that into contexts.json as \"sha256\"",
                       BO_STR_ARG(file), BO_STR_ARG(hash));
    if (bo_json_parse(&document, text, NULL, pins->arena) != BO_OK ||
        bo_ld_get(document, BO_LD_CONTEXT) == NULL)
        return bo_fail(BO_INVALID, "%.*s is no JSON object with an @context", BO_STR_ARG(file));
    bo_value *place = bo_map_put(&pins->documents, iri, NULL);
    BO_TRY(bo_ld_made(place));
    place->ptr = document;
    return BO_OK;
}

static bo_status open_folder(bo_jsonld_pins *pins, const char *folder) {
    bo_str text;
    bo_json *table;
    BO_TRY(read_file(&text, folder, BO_STR("contexts.json"), pins->arena));
    bo_status status = bo_json_parse(&table, text, NULL, pins->arena);
    if (status != BO_OK) {
        const bo_error error = *bo_error_last();
        return bo_fail(BO_INVALID, "%.200s/contexts.json:%u:%u: %.200s", folder, error.line, error.column,
                       error.message);
    }
    if (table->kind != BO_JSON_OBJECT)
        return bo_fail(BO_INVALID, "%s/contexts.json must be an object of addresses", folder);
    for (uint32_t i = 0; i < table->len; i++)
        BO_TRY(pin(pins, folder, table->members[i].key, table->members[i].value));
    return bo_jsonld_cache_new(&pins->cache, 0);
}

bo_status bo_jsonld_pins_open(bo_jsonld_pins **out, const char *folder) {
    bo_arena *arena = bo_arena_new(0);
    bo_jsonld_pins *pins = arena ? BO_NEW(arena, bo_jsonld_pins) : NULL;
    bo_status status = bo_ld_made(pins);
    if (status == BO_OK) {
        pins->arena = arena;
        bo_map_init(&pins->documents, arena);
        status = open_folder(pins, folder);
    }
    if (status == BO_OK)
        *out = pins;
    else
        bo_arena_free(arena);
    return status;
}

void bo_jsonld_pins_free(bo_jsonld_pins *pins) {
    if (pins == NULL) return;
    bo_jsonld_cache_free(pins->cache);
    bo_arena_free(pins->arena);
}

static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    const bo_jsonld_pins *pins = context;
    const bo_value *found = bo_map_get(&pins->documents, iri);
    if (found == NULL) return bo_loader_builtin.load(bo_loader_builtin.context, out, final_iri, iri, arena);
    *out = found->ptr;
    *final_iri = iri;
    return BO_OK;
}

bo_loader bo_jsonld_pins_loader(bo_jsonld_pins *pins) {
    return pins ? (bo_loader){load, pins, pins->cache} : bo_loader_builtin;
}
