/* SPDX-License-Identifier: Apache-2.0
 * Names in paths.
 */
#include "ldp/resource.h"

enum { SLUG_CAP = 200 }; /* bytes of a slug that are looked at */

static bo_str ascii_of(uint32_t code_point) {
    static const struct {
        const char *characters, *ascii;
    } letters[] = {
#define BO_LETTERS(characters, ascii) {characters, ascii},
#include "ldp/slug.def"
#undef BO_LETTERS
    };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        bo_str characters = bo_str_of(letters[i].characters);
        for (size_t at = 0; at < characters.len;)
            if (bo_utf8_next(characters, &at) == code_point) return bo_str_of(letters[i].ascii);
    }
    return BO_STR(" ");
}

static bool is_combining(uint32_t c) {
    return c >= 0x300 && c <= 0x36F;
}

/* Letters and digits in lower case, "." and "_" stay; runs of anything else become one "-". */
static void put(bo_text *out, bo_str ascii) {
    for (size_t i = 0; i < ascii.len; i++) {
        char c = ascii.ptr[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        bool stays = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
        if (stays)
            bo_text_char(out, c);
        else if (out->len > 0 && out->ptr[out->len - 1] != '-')
            bo_text_char(out, '-');
    }
}

static bo_str without_marks(bo_str s) {
    while (s.len > 0 && strchr("-._", s.ptr[0]) != NULL) s = bo_str_from(s, 1);
    while (s.len > 0 && strchr("-._", s.ptr[s.len - 1]) != NULL) s.len--;
    return s;
}

bo_str bo_ldp_slug(bo_str text, bo_arena *arena) {
    text = bo_str_head(text, SLUG_CAP);
    while (text.len == SLUG_CAP && (text.ptr[text.len - 1] & 0x80) != 0) text.len--;
    bool utf8 = bo_utf8_valid(text);
    bo_text out;
    bo_text_init(&out, 4 * SLUG_CAP);
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8 ? bo_utf8_next(text, &at) : (unsigned char)text.ptr[at++];
        char plain = (char)c;
        if (c < 0x80 && c != '&')
            put(&out, (bo_str){&plain, 1});
        else if (!is_combining(c))
            put(&out, ascii_of(c));
    }
    bo_str slug = bo_arena_str(arena, without_marks(bo_text_str(&out)));
    bo_text_done(&out);
    return slug;
}

static bo_status is_free(bo_txn *txn, bool *out, bo_str iri) {
    bo_str row;
    bo_status status = bo_row_get(txn, BO_TABLE_RESOURCE, iri, &row);
    *out = status == BO_NOT_FOUND;
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_ldp_mint(bo_txn *txn, bo_str *out, bo_str container, bo_str slug, const bo_rng *rng,
                      bo_arena *arena) {
    bo_str folder =
        bo_str_ends(container, BO_STR("/")) ? container : bo_arena_join(arena, container, BO_STR("/"));
    bo_str name = bo_ldp_slug(slug, arena), iri = bo_arena_join(arena, folder, name);
    bool fits = false;
    if (name.len > 0) BO_TRY(is_free(txn, &fits, iri));
    for (unsigned n = 1; name.len > 0 && !fits && n < 1000; n++) {
        iri = bo_arena_printf(arena, "%.*s%.*s%u", BO_STR_ARG(folder), BO_STR_ARG(name), n);
        if (iri.ptr == NULL) return bo_error_last()->status;
        BO_TRY(is_free(txn, &fits, iri));
    }
    if (!fits) {
        char uuid[37];
        bo_rng_uuid(uuid, rng);
        iri = bo_arena_join(arena, folder, bo_str_of(uuid));
    }
    if (iri.ptr == NULL) return bo_error_last()->status;
    *out = iri;
    return BO_OK;
}

bo_str bo_ldp_parent(bo_str iri) {
    size_t authority = bo_str_find_str(iri, BO_STR("://")) + 3;
    if (bo_str_ends(iri, BO_STR("/"))) iri.len--;
    size_t slash = bo_str_find_last(iri, '/');
    if (slash >= iri.len || slash < authority) return BO_STR("");
    bool top = bo_str_find(bo_str_from(iri, authority), '/') + authority == slash;
    return bo_str_head(iri, top ? slash + 1 : slash);
}
