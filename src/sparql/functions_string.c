/* SPDX-License-Identifier: Apache-2.0
 * Functions on strings, and digests (SPARQL 1.1 sections 17.4.3 and 17.4.6). Places and lengths count
 * characters, not bytes.
 */
#include <math.h>

#include "base/letters.h"
#include "bocage/iri.h"
#include "crypto/crypto.h"
#include "sparql/calls.h"

CALL(CONCAT) {
    bo_term *terms = bo_arena_array(context->arena, count, sizeof *terms);
    size_t len = 0;
    bool is_text, same = true;
    if (terms == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < count; i++) {
        BO_TRY(bo_call_text(context, &terms[i], &is_text, &args[i]));
        if (!is_text) return BO_OK;
        same &= bo_str_eq_nocase(terms[i].lang, terms[0].lang);
        len += terms[i].value.len;
    }
    char *text = bo_arena_alloc(context->arena, len);
    if (text == NULL) return bo_error_last()->status;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (terms[i].value.len > 0) memcpy(text + at, terms[i].value.ptr, terms[i].value.len);
        at += terms[i].value.len;
    }
    bo_str whole = bo_str_make(text, len);
    *out = same && count > 0 ? bo_call_like(whole, &terms[0]) : bo_val_of_string(whole);
    return BO_OK;
}

CALL(STRLEN) {
    bo_term term;
    bool is_text;
    int64_t characters = 0;
    BO_TRY(bo_call_text(context, &term, &is_text, args));
    if (!is_text) return BO_OK;
    for (size_t at = 0; at < term.value.len; characters++) bo_utf8_next(term.value, &at);
    *out = bo_val_of_integer(characters);
    return BO_OK;
}

/* fn:substring: the characters whose place, from 1, is not before `start` and is before `end`. */
static bo_str characters_between(bo_str text, double start, double end) {
    size_t at = 0, from = text.len, to = text.len;
    for (double place = 1; at < text.len; place++) {
        if (place >= start && from == text.len) from = at;
        if (!(place < end)) {
            to = at;
            break;
        }
        bo_utf8_next(text, &at);
    }
    return from < to ? bo_str_make(text.ptr + from, to - from) : BO_STR("");
}

CALL(SUBSTR) {
    bo_term term;
    bool is_text;
    BO_TRY(bo_call_text(context, &term, &is_text, args));
    if (!is_text) return BO_OK;
    double numbers[2] = {0, INFINITY};
    for (size_t i = 1; i < count; i++) {
        if (!bo_val_is_numeric(&args[i])) return BO_OK;
        numbers[i - 1] = floor(bo_xsd_double(&args[i].xsd) + 0.5);
    }
    *out = bo_call_like(characters_between(term.value, numbers[0], numbers[0] + numbers[1]), &term);
    return BO_OK;
}

static bo_status change_case(bo_val_context *context, bo_val *out, bo_val *value, bool upper) {
    bo_term term;
    bool is_text;
    bo_str made;
    BO_TRY(bo_call_text(context, &term, &is_text, value));
    if (!is_text) return BO_OK;
    BO_TRY(bo_letters(&made, term.value, upper, context->arena));
    *out = bo_call_like(made, &term);
    return BO_OK;
}

CALL(UCASE) {
    return change_case(context, out, args, true);
}

CALL(LCASE) {
    return change_case(context, out, args, false);
}

CALL(ENCODE_FOR_URI) {
    bo_term term;
    bo_text text;
    bool is_text;
    BO_TRY(bo_call_text(context, &term, &is_text, args));
    if (!is_text) return BO_OK;
    bo_text_init(&text, 0);
    bo_percent_encode(&text, term.value);
    bo_status status = bo_text_end(&text);
    bo_str made = bo_arena_str(context->arena, bo_text_str(&text));
    bo_text_done(&text);
    BO_TRY(status);
    if (made.ptr == NULL) return bo_error_last()->status;
    *out = bo_val_of_string(made);
    return BO_OK;
}

/* Two strings that go together (section 17.4.3.1.2): the second has no language, or that of the first. */
static bo_status both_texts(bo_val_context *context, bo_term terms[2], bool *good, bo_val *args) {
    BO_TRY(bo_call_text(context, &terms[0], good, &args[0]));
    if (*good) BO_TRY(bo_call_text(context, &terms[1], good, &args[1]));
    *good = *good && (terms[1].lang.len == 0 || bo_str_eq_nocase(terms[0].lang, terms[1].lang));
    return BO_OK;
}

CALL(CONTAINS) {
    bo_term terms[2];
    bool good;
    BO_TRY(both_texts(context, terms, &good, args));
    if (good)
        *out = bo_val_of_bool(terms[1].value.len == 0 ||
                              bo_str_find_str(terms[0].value, terms[1].value) < terms[0].value.len);
    return BO_OK;
}

CALL(STRSTARTS) {
    bo_term terms[2];
    bool good;
    BO_TRY(both_texts(context, terms, &good, args));
    if (good) *out = bo_val_of_bool(bo_str_starts(terms[0].value, terms[1].value));
    return BO_OK;
}

CALL(STRENDS) {
    bo_term terms[2];
    bool good;
    BO_TRY(both_texts(context, terms, &good, args));
    if (good) *out = bo_val_of_bool(bo_str_ends(terms[0].value, terms[1].value));
    return BO_OK;
}

/* What stands before or behind the first place of a piece; without it, the empty string without language. */
static bo_status beside(bo_val_context *context, bo_val *out, bo_val *args, bool before) {
    bo_term terms[2];
    bool good;
    BO_TRY(both_texts(context, terms, &good, args));
    if (!good) return BO_OK;
    bo_str text = terms[0].value, piece = terms[1].value;
    size_t at = piece.len == 0 ? 0 : bo_str_find_str(text, piece);
    if (at + piece.len > text.len)
        *out = bo_val_of_string(BO_STR(""));
    else
        *out = bo_call_like(before ? bo_str_head(text, at) : bo_str_from(text, at + piece.len), &terms[0]);
    return BO_OK;
}

CALL(STRBEFORE) {
    return beside(context, out, args, true);
}

CALL(STRAFTER) {
    return beside(context, out, args, false);
}

/* Digests, in hexadecimal. */

#define DIGEST(name, function, size)                                                                         \
    CALL(name) {                                                                                             \
        bo_str text;                                                                                         \
        bool plain;                                                                                          \
        unsigned char digest[size];                                                                          \
        BO_TRY(bo_call_plain(context, &text, &plain, args));                                                 \
        if (!plain) return BO_OK;                                                                            \
        function(digest, text);                                                                              \
        bo_str hex = bo_hex(bo_str_make((const char *)digest, size), context->arena);                        \
        if (hex.ptr == NULL) return bo_error_last()->status;                                                 \
        *out = bo_val_of_string(hex);                                                                        \
        return BO_OK;                                                                                        \
    }
DIGEST(MD5, bo_md5, 16)
DIGEST(SHA1, bo_sha1, 20)
DIGEST(SHA256, bo_sha256, 32)
DIGEST(SHA384, bo_sha384, 48)
DIGEST(SHA512, bo_sha512, 64)
