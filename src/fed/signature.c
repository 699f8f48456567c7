/* SPDX-License-Identifier: Apache-2.0
 * What both forms have in common: finding a signature, whether it covers enough, verifying, and signing.
 */
#include "fed/signature.h"

#include "bocage/iri.h"

bo_status bo_signature_read(bo_signature *out, const bo_headers *headers, bo_arena *arena) {
    const bo_str scheme = BO_STR("Signature ");
    bo_str header = bo_headers_get(headers, BO_STR("Signature"));
    bo_str authorization = bo_headers_get(headers, BO_STR("Authorization"));
    if (bo_headers_get(headers, BO_STR("Signature-Input")).ptr != NULL)
        return bo_rfc9421_read(out, headers, BO_STR_NONE, arena);
    if (header.ptr == NULL && bo_str_eq_nocase(bo_str_head(authorization, scheme.len), scheme))
        header = bo_str_from(authorization, scheme.len);
    if (header.ptr == NULL) return bo_fail(BO_NOT_FOUND, "the request is not signed");
    return bo_cavage_read(out, header, arena);
}

/* Checking. */

static bool covers(const bo_signature *s, const char *name) {
    bo_str names = s->headers, wanted = bo_str_of(name);
    for (const bo_sf *one = s->input != NULL ? s->input->items : NULL; one != NULL; one = one->next)
        if (bo_str_eq(one->text, wanted) && one->params == NULL) return true;
    for (bo_str one; s->input == NULL && bo_str_cut(&one, &names, ' ');)
        if (bo_str_eq_nocase(one, wanted)) return true;
    return false;
}

/* Of each line one must be covered. Those with `body` go for requests that have one. */
static const struct {
    bo_signature_form form;
    bool body;
    const char *any[4];
} needed[] = {{BO_SIGNED_CAVAGE, false, {"(request-target)"}},
              {BO_SIGNED_CAVAGE, false, {"host"}},
              {BO_SIGNED_CAVAGE, false, {"date", "(created)"}},
              {BO_SIGNED_CAVAGE, true, {"digest"}},
              {BO_SIGNED_RFC9421, false, {"@method"}},
              {BO_SIGNED_RFC9421, false, {"@target-uri", "@path", "@request-target"}},
              {BO_SIGNED_RFC9421, false, {"@target-uri", "@authority", "host"}},
              {BO_SIGNED_RFC9421, true, {"content-digest"}}};

static bo_status check_covered(const bo_signature *s, bool has_body) {
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        bool covered = false;
        if (needed[i].form != s->form || (needed[i].body && !has_body)) continue;
        for (size_t k = 0; k < 4 && needed[i].any[k] != NULL; k++)
            covered = covered || covers(s, needed[i].any[k]);
        if (!covered) return bo_fail(BO_UNAUTHENTICATED, "the signature must cover %s", needed[i].any[0]);
    }
    return BO_OK;
}

static bo_status check_moment(int64_t at_ms, const char *what, const bo_signature_rules *rules) {
    int64_t now = bo_clock_wall_ms(rules->clock);
    if (at_ms <= now + rules->skew_ms && at_ms >= now - rules->skew_ms) return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED, "the %s is more than %lld s off: is your clock right?", what,
                   (long long)(rules->skew_ms / 1000));
}

/* Whatever it says of time must be right, covered or not; and it must cover one moment. */
static bo_status check_time(const bo_signature *s, const bo_http_request *request,
                            const bo_signature_rules *rules) {
    int64_t date, now = bo_clock_wall_ms(rules->clock);
    const int64_t most_s = INT64_C(1) << 40; /* so that it can be counted in milliseconds */
    if ((s->has_created && s->created_s > most_s) || (s->has_expires && s->expires_s > most_s))
        return bo_fail(BO_UNAUTHENTICATED, "the signature is of no time that a clock can show");
    if (covers(s, "date") || (s->form == BO_SIGNED_CAVAGE && !s->has_created)) {
        if (bo_time_parse_http(&date, bo_headers_get(&request->headers, BO_STR("Date"))) != BO_OK)
            return bo_fail(BO_UNAUTHENTICATED, "the Date is missing or can't be read");
        BO_TRY(check_moment(date, "Date", rules));
    }
    if (s->has_created) BO_TRY(check_moment(s->created_s * 1000, "time of the signature", rules));
    if (s->form == BO_SIGNED_RFC9421 && !s->has_created)
        return bo_fail(BO_UNAUTHENTICATED, "the signature must say when it was created");
    if (s->has_expires && s->expires_s * 1000 < now)
        return bo_fail(BO_UNAUTHENTICATED, "the signature has expired");
    return BO_OK;
}

bo_status bo_signature_check(const bo_signature *signature, const bo_http_request *request,
                             const bo_signature_rules *rules, bo_arena *arena) {
    bool has_body = request->method == BO_POST;
    BO_TRY(check_covered(signature, has_body));
    if (!bo_str_eq_nocase(request->host, rules->host))
        return bo_fail(BO_UNAUTHENTICATED, "the request was signed for %.*s, and this is %.*s",
                       BO_STR_ARG(request->host), BO_STR_ARG(rules->host));
    BO_TRY(check_time(signature, request, rules));
    if (!has_body) return BO_OK;
    return signature->form == BO_SIGNED_CAVAGE
               ? bo_digest_check(&request->headers, request->body, arena)
               : bo_content_digest_check(&request->headers, request->body, arena);
}

/* Verifying. */

#define PSS "rsa-pss-sha512"

/* What the names of algorithms mean; the key decides. hs2019 leaves it to the key. */
static bo_status check_algorithm(const bo_signature *s, const bo_key *key) {
    static const struct {
        const char *name;
        bo_key_kind kind;
    } known[] = {{"rsa-sha256", BO_KEY_RSA},
                 {"rsa-v1_5-sha256", BO_KEY_RSA},
                 {"hs2019", BO_KEY_RSA},
                 {PSS, BO_KEY_RSA},
                 {"hs2019", BO_KEY_ED25519},
                 {"ed25519", BO_KEY_ED25519},
                 {"ed25519-sha512", BO_KEY_ED25519},
                 {"ecdsa-p256-sha256", BO_KEY_P256}};
    if (s->algorithm.ptr == NULL) return BO_OK;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bo_str_eq_nocase(s->algorithm, bo_str_of(known[i].name)) && known[i].kind == bo_key_kind_of(key))
            return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED,
                   "signatures are read with rsa-sha256 and ed25519, not with %.*s and this key",
                   BO_STR_ARG(s->algorithm));
}

static bo_status base_of(bo_text *out, const bo_signature *s, const bo_http_request *request, bo_str target,
                         const bo_signature_rules *rules, bo_arena *arena) {
    bo_str method =
        request->method == BO_METHOD_OTHER ? request->method_name : bo_method_name(request->method);
    bo_message message = {.method = method,
                          .target = target,
                          .scheme = rules->scheme,
                          .authority = request->host,
                          .headers = &request->headers};
    if (s->form == BO_SIGNED_RFC9421) return bo_rfc9421_base(out, &message, s->input, arena);
    return bo_cavage_base(out, s, method, target, &request->headers, arena);
}

static bo_status verify(const bo_signature *s, const bo_http_request *request, bo_str target,
                        const bo_signature_rules *rules, const bo_key *key, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = base_of(&text, s, request, target, rules, arena);
    bool pss = bo_str_eq(s->algorithm, BO_STR(PSS));
    if (status == BO_OK)
        status = pss ? bo_key_verify_pss(key, bo_text_str(&text), s->bytes)
                     : bo_key_verify(key, bo_text_str(&text), s->bytes);
    if (status == BO_DENIED) status = bo_fail(BO_UNAUTHENTICATED, "the signature does not fit the request");
    bo_text_done(&text);
    return status;
}

bo_status bo_signature_verify(const bo_signature *signature, const bo_http_request *request,
                              const bo_signature_rules *rules, const bo_key *key, bo_arena *arena) {
    BO_TRY(check_algorithm(signature, key));
    bo_str bare = bo_str_head(request->target, bo_str_find(request->target, '?'));
    bo_status status = verify(signature, request, request->target, rules, key, arena);
    if (status == BO_OK || bare.len == request->target.len || signature->form != BO_SIGNED_CAVAGE)
        return status;
    return verify(signature, request, bare, rules, key, arena);
}

/* Signing. */

static bo_str target_of(bo_str url, bo_arena *arena) {
    bo_iri_parts parts = bo_iri_split(url);
    bo_str target = bo_str_from(bo_iri_document(url), parts.scheme.len + 3 + parts.authority.len);
    return target.len > 0 && target.ptr[0] == '/' ? target : bo_arena_join(arena, BO_STR("/"), target);
}

static bo_status sign_cavage(bo_fetch *request, const bo_signing *signing, bo_str target, bo_arena *arena) {
    bool has_body = request->body.ptr != NULL;
    bo_signature s = {.headers = has_body ? BO_STR("(request-target) host date digest")
                                          : BO_STR("(request-target) host date")};
    bo_str bytes;
    bo_text text;
    if (has_body) bo_headers_add(&request->headers, BO_STR("Digest"), bo_digest_of(request->body, arena));
    bo_text_init(&text, 0);
    bo_status status =
        bo_cavage_base(&text, &s, bo_method_name(request->method), target, &request->headers, arena);
    if (status == BO_OK) status = bo_key_sign(&bytes, signing->key, bo_text_str(&text), arena);
    bo_text_done(&text);
    BO_TRY(status);
    const char *algorithm = bo_key_kind_of(signing->key) == BO_KEY_RSA ? "rsa-sha256" : "hs2019";
    bo_headers_add(&request->headers, BO_STR("Signature"),
                   bo_arena_printf(arena,
                                   "keyId=\"%.*s\",algorithm=\"%s\",headers=\"%.*s\",signature=\"%.*s\"",
                                   BO_STR_ARG(signing->key_id), algorithm, BO_STR_ARG(s.headers),
                                   BO_STR_ARG(bo_base64(bytes, arena))));
    return BO_OK;
}

/* ("@method" "@target-uri" "content-digest");created=...;keyid="...";alg="..." */
static bo_status make_input(bo_sf **out, const bo_signing *signing, bool has_body, bo_arena *arena) {
    bo_str input =
        bo_arena_printf(arena, "(\"@method\" \"@target-uri\"%s);created=%lld;keyid=\"%.*s\";alg=\"%s\"",
                        has_body ? " \"content-digest\"" : "",
                        (long long)(bo_clock_wall_ms(signing->clock) / 1000), BO_STR_ARG(signing->key_id),
                        bo_key_kind_of(signing->key) == BO_KEY_RSA ? "rsa-v1_5-sha256" : "ed25519");
    return bo_sf_read(out, BO_SF_TOP_LIST, input, arena);
}

static bo_str written(bo_sf_type type, bo_sf *value, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_sf_write(&text, type, value);
    bo_str copy = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return copy;
}

static bo_status sign_rfc9421(bo_fetch *request, const bo_signing *signing, bo_str target, bo_arena *arena) {
    bo_iri_parts url = bo_iri_split(request->url);
    bo_message message = {.method = bo_method_name(request->method),
                          .target = target,
                          .scheme = url.scheme,
                          .authority = url.authority,
                          .headers = &request->headers};
    bo_sf *input, signature = {.key = BO_STR("sig1"), .kind = BO_SF_BYTES};
    bo_text text;
    if (request->body.ptr != NULL)
        bo_headers_add(&request->headers, BO_STR("Content-Digest"),
                       bo_content_digest_of(request->body, arena));
    BO_TRY(make_input(&input, signing, request->body.ptr != NULL, arena));
    input->key = signature.key;
    bo_text_init(&text, 0);
    bo_status status = bo_rfc9421_base(&text, &message, input, arena);
    if (status == BO_OK) status = bo_key_sign(&signature.text, signing->key, bo_text_str(&text), arena);
    bo_text_done(&text);
    BO_TRY(status);
    bo_headers_add(&request->headers, BO_STR("Signature-Input"), written(BO_SF_TOP_DICTIONARY, input, arena));
    bo_headers_add(&request->headers, BO_STR("Signature"), written(BO_SF_TOP_DICTIONARY, &signature, arena));
    return BO_OK;
}

bo_status bo_signature_sign(bo_fetch *request, const bo_signing *signing, bo_arena *arena) {
    char date[32];
    bo_str target = target_of(request->url, arena);
    bo_time_http(date, bo_clock_wall_ms(signing->clock));
    bo_headers_add(&request->headers, BO_STR("Host"), bo_iri_split(request->url).authority);
    bo_headers_add(&request->headers, BO_STR("Date"), bo_arena_str(arena, bo_str_of(date)));
    return signing->form == BO_SIGNED_CAVAGE ? sign_cavage(request, signing, target, arena)
                                             : sign_rfc9421(request, signing, target, arena);
}
