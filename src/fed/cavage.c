/* SPDX-License-Identifier: Apache-2.0
 * draft-cavage-http-signatures-12: reading, and the text that is signed.
 */
#include "fed/signature.h"

/* A time is a number of seconds, maybe with a fraction. */
static bo_status read_time(bo_str text, const char *what, bool *has, int64_t *out) {
    *has = text.ptr != NULL;
    if (!*has || bo_str_to_i64(out, bo_str_head(text, bo_str_find(text, '.'))) == BO_OK) return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED, "the signature's %s is no number of seconds: %.*s", what,
                   BO_STR_ARG(text));
}

bo_status bo_cavage_read(bo_signature *out, bo_str header, bo_arena *arena) {
    const bo_str scheme = BO_STR("Signature ");
    bo_str created = BO_STR_NONE, expires = BO_STR_NONE, bytes = BO_STR_NONE;
    bo_signature s = {.form = BO_SIGNED_CAVAGE, .headers = BO_STR_NONE};
    if (bo_str_starts(header, scheme)) header = bo_str_from(header, scheme.len);
    const struct {
        bo_str name, *place;
    } fields[] = {{BO_STR("keyId"), &s.key_id},    {BO_STR("algorithm"), &s.algorithm},
                  {BO_STR("headers"), &s.headers}, {BO_STR("signature"), &bytes},
                  {BO_STR("created"), &created},   {BO_STR("expires"), &expires}};
    /* The parameters are those of a media type, with commas between them. */
    bo_str copy = bo_arena_join(arena, BO_STR("s;"), header);
    bool quoted = false;
    for (char *c = (char *)(uintptr_t)copy.ptr; c != NULL && *c; c++) {
        if (*c == '"') quoted = !quoted;
        if (*c == ',' && !quoted) *c = ';';
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        bo_str value = bo_http_parameter(copy, fields[i].name, arena);
        if (value.ptr != NULL) *fields[i].place = value;
    }
    if (s.key_id.len == 0 || bytes.len == 0)
        return bo_fail(BO_UNAUTHENTICATED, "the Signature header has no keyId or no signature");
    if (bo_base64_decode(&s.bytes, bytes, arena) != BO_OK)
        return bo_fail(BO_UNAUTHENTICATED, "the signature is no base64");
    BO_TRY(read_time(created, "created", &s.has_created, &s.created_s));
    BO_TRY(read_time(expires, "expires", &s.has_expires, &s.expires_s));
    /* Section 2.1.6 says (created); before draft 11 it was the Date. */
    if (s.headers.ptr == NULL) s.headers = s.has_created ? BO_STR("(created)") : BO_STR("date");
    *out = s;
    return BO_OK;
}

static bo_str lower(bo_str s, bo_arena *arena) {
    bo_str copy = bo_arena_str(arena, s);
    for (char *c = (char *)(uintptr_t)copy.ptr; c != NULL && *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
    return copy;
}

/* (created) and (expires) are not for the algorithms that were there before them (section 2.3). */
static bo_status put_time(bo_text *out, const bo_signature *s, bo_str name, bool has, int64_t seconds) {
    static const char *const old[] = {"rsa", "hmac", "ecdsa"};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        if (bo_str_starts(s->algorithm, bo_str_of(old[i])))
            return bo_fail(BO_UNAUTHENTICATED, "with %.*s, a signature can't cover %.*s",
                           BO_STR_ARG(s->algorithm), BO_STR_ARG(name));
    if (!has)
        return bo_fail(BO_UNAUTHENTICATED, "the signature covers %.*s, which it does not give",
                       BO_STR_ARG(name));
    bo_text_i64(out, seconds);
    return BO_OK;
}

static bo_status put_value(bo_text *out, const bo_signature *s, bo_str name, bo_str method, bo_str target,
                           const bo_headers *headers, bo_arena *arena) {
    if (bo_str_eq(name, BO_STR("(created)"))) return put_time(out, s, name, s->has_created, s->created_s);
    if (bo_str_eq(name, BO_STR("(expires)"))) return put_time(out, s, name, s->has_expires, s->expires_s);
    if (bo_str_eq(name, BO_STR("(request-target)"))) {
        bo_text_put(out, lower(method, arena));
        bo_text_char(out, ' ');
        bo_text_put(out, target);
        return BO_OK;
    }
    bo_str value = bo_headers_joined(headers, name, arena);
    if (value.ptr == NULL)
        return bo_fail(BO_UNAUTHENTICATED, "the signature names the header %.*s, which is not there",
                       BO_STR_ARG(name));
    bo_text_put(out, bo_str_trim(value));
    return BO_OK;
}

bo_status bo_cavage_base(bo_text *out, const bo_signature *signature, bo_str method, bo_str target,
                         const bo_headers *headers, bo_arena *arena) {
    bo_str names = signature->headers;
    bool first = true;
    for (bo_str name; bo_str_cut(&name, &names, ' ');) {
        if (name.len == 0) continue;
        if (!first) bo_text_char(out, '\n');
        first = false;
        name = lower(name, arena);
        bo_text_put(out, name);
        BO_TEXT_LIT(out, ": ");
        BO_TRY(put_value(out, signature, name, method, target, headers, arena));
    }
    return bo_text_end(out);
}
