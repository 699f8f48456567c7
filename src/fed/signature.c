/* SPDX-License-Identifier: Apache-2.0 */
#include "fed/signature.h"

#include "bocage/iri.h"

static bo_str digest_of(bo_str body, bo_arena *arena) {
    unsigned char hash[32];
    bo_sha256(hash, body);
    return bo_arena_join(arena, BO_STR("SHA-256="), bo_base64((bo_str){(char *)hash, 32}, arena));
}

static bo_str lower(bo_str s, bo_arena *arena) {
    bo_str copy = bo_arena_str(arena, s);
    for (char *c = (char *)(uintptr_t)copy.ptr; c != NULL && *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
    return copy;
}

/* The text that is signed (section 2.3): a line for each header named. */
static bo_status signing_string(bo_text *out, bo_str names, bo_method method, bo_str target,
                                const bo_headers *headers, bo_arena *arena) {
    bool first = true;
    for (bo_str name; bo_str_cut(&name, &names, ' ');) {
        if (name.len == 0) continue;
        if (!first) bo_text_char(out, '\n');
        first = false;
        bo_text_put(out, lower(name, arena));
        BO_TEXT_LIT(out, ": ");
        if (bo_str_eq_nocase(name, BO_STR("(request-target)"))) {
            bo_text_put(out, lower(bo_method_name(method), arena));
            bo_text_char(out, ' ');
            bo_text_put(out, target);
            continue;
        }
        bo_str value = bo_headers_joined(headers, name, arena);
        if (value.ptr == NULL)
            return bo_fail(BO_UNAUTHENTICATED, "the signature names the header %.*s, which is not there",
                           BO_STR_ARG(name));
        bo_text_put(out, bo_str_trim(value));
    }
    return bo_text_end(out);
}

bo_status bo_signature_sign(bo_fetch *request, const bo_key *key, bo_str key_id, const bo_clock *clock,
                            bo_arena *arena) {
    bo_iri_parts url = bo_iri_split(request->url);
    size_t start = url.scheme.len + 3 + url.authority.len;
    bo_str target = bo_str_from(request->url, start), signature;
    if (target.len == 0 || target.ptr[0] != '/') target = bo_arena_join(arena, BO_STR("/"), target);
    char date[32];
    bo_time_http(date, bo_clock_wall_ms(clock));
    bool has_body = request->body.ptr != NULL;
    bo_str names =
        has_body ? BO_STR("(request-target) host date digest") : BO_STR("(request-target) host date");
    bo_headers_add(&request->headers, BO_STR("Host"), url.authority);
    bo_headers_add(&request->headers, BO_STR("Date"), bo_arena_str(arena, bo_str_of(date)));
    if (has_body) bo_headers_add(&request->headers, BO_STR("Digest"), digest_of(request->body, arena));
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = signing_string(&text, names, request->method, target, &request->headers, arena);
    if (status == BO_OK) status = bo_key_sign(&signature, key, bo_text_str(&text), arena);
    bo_text_done(&text);
    BO_TRY(status);
    bo_headers_add(
        &request->headers, BO_STR("Signature"),
        bo_arena_printf(arena, "keyId=\"%.*s\",algorithm=\"rsa-sha256\",headers=\"%.*s\",signature=\"%.*s\"",
                        BO_STR_ARG(key_id), BO_STR_ARG(names), BO_STR_ARG(bo_base64(signature, arena))));
    return BO_OK;
}

bo_status bo_signature_parse(bo_signature *out, bo_str header, bo_arena *arena) {
    const bo_str scheme = BO_STR("Signature ");
    if (bo_str_starts(header, scheme)) header = bo_str_from(header, scheme.len);
    *out = (bo_signature){.headers = BO_STR("date")};
    const struct {
        bo_str name, *place;
    } fields[] = {{BO_STR("keyId"), &out->key_id},
                  {BO_STR("algorithm"), &out->algorithm},
                  {BO_STR("headers"), &out->headers},
                  {BO_STR("signature"), &out->signature}};
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
    if (out->key_id.len > 0 && out->signature.len > 0) return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED, "the Signature header has no keyId or no signature");
}

static bool is_signed(bo_str names, const char *name) {
    for (bo_str one; bo_str_cut(&one, &names, ' ');)
        if (bo_str_eq_nocase(one, bo_str_of(name))) return true;
    return false;
}

static bo_status check_digest(const bo_http_request *request, bo_arena *arena) {
    bo_str header = bo_headers_joined(&request->headers, BO_STR("Digest"), arena);
    bo_str expected = digest_of(request->body, arena);
    for (bo_str one; bo_str_cut(&one, &header, ',');) {
        one = bo_str_trim(one);
        bool sha256 = bo_str_eq_nocase(bo_str_head(one, 8), BO_STR("SHA-256="));
        if (sha256 && bo_str_eq(bo_str_from(one, 8), bo_str_from(expected, 8))) return BO_OK;
    }
    return bo_fail(BO_UNAUTHENTICATED, "the Digest is not the SHA-256 of the body");
}

static bo_status check_date(const bo_http_request *request, const bo_signature_rules *rules) {
    int64_t date, now = bo_clock_wall_ms(rules->clock);
    if (bo_time_parse_http(&date, bo_headers_get(&request->headers, BO_STR("Date"))) != BO_OK)
        return bo_fail(BO_UNAUTHENTICATED, "the Date is missing or can't be read");
    if (date > now + rules->skew_ms || date < now - rules->skew_ms)
        return bo_fail(BO_UNAUTHENTICATED, "the Date is more than %lld s off: is your clock right?",
                       (long long)(rules->skew_ms / 1000));
    return BO_OK;
}

bo_status bo_signature_check(const bo_signature *signature, const bo_http_request *request,
                             const bo_signature_rules *rules, bo_arena *arena) {
    static const char *const needed[] = {"(request-target)", "host", "date", "digest"};
    bool known = signature->algorithm.ptr == NULL || bo_str_eq(signature->algorithm, BO_STR("rsa-sha256")) ||
                 bo_str_eq(signature->algorithm, BO_STR("hs2019"));
    if (!known)
        return bo_fail(BO_UNAUTHENTICATED, "signatures are read with rsa-sha256, not with %.*s",
                       BO_STR_ARG(signature->algorithm));
    bool has_body = request->method == BO_POST;
    for (size_t i = 0; i < (has_body ? 4 : 3); i++)
        if (!is_signed(signature->headers, needed[i]))
            return bo_fail(BO_UNAUTHENTICATED, "the signature must cover %s", needed[i]);
    if (!bo_str_eq_nocase(request->host, rules->host))
        return bo_fail(BO_UNAUTHENTICATED, "the request was signed for %.*s, and this is %.*s",
                       BO_STR_ARG(request->host), BO_STR_ARG(rules->host));
    BO_TRY(check_date(request, rules));
    return has_body ? check_digest(request, arena) : BO_OK;
}

bo_status bo_signature_verify(const bo_signature *signature, const bo_http_request *request,
                              const bo_key *key, bo_arena *arena) {
    bo_text text;
    bo_str bytes;
    if (bo_key_kind_of(key) != BO_KEY_RSA || bo_base64_decode(&bytes, signature->signature, arena) != BO_OK)
        return bo_fail(BO_UNAUTHENTICATED, "the signature can't be read");
    bo_text_init(&text, 0);
    bo_status status =
        signing_string(&text, signature->headers, request->method, request->target, &request->headers, arena);
    if (status == BO_OK && bo_key_verify(key, bo_text_str(&text), bytes) != BO_OK)
        status = bo_fail(BO_UNAUTHENTICATED, "the signature does not fit the request");
    bo_text_done(&text);
    return status;
}
