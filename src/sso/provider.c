/* SPDX-License-Identifier: Apache-2.0
 * An OpenID provider's documents: fetched when they are needed, kept for a while, and beyond that while it
 * does not answer.
 */
#include "sso/internal.h"

bo_status bo_sso_ask(bo_sso *sso, bo_json **out, bo_fetch *request, bo_arena *arena) {
    const bo_json_limits limits = {.depth = 32, .nodes = 20000};
    bo_http_response response;
    bo_json *json = NULL;
    request->caps.timeout_ms = sso->options.timeout_ms ? sso->options.timeout_ms : 5000;
    bo_headers_add(&request->headers, BO_STR("Accept"), BO_STR("application/json"));
    BO_TRY(sso->options.net->fetch(sso->options.net, request, &response, NULL, arena));
    bool good =
        bo_json_parse(&json, response.body, &limits, arena) == BO_OK && bo_json_is(json, BO_JSON_OBJECT);
    if (good) *out = json;
    if (good && response.status >= 200 && response.status < 300) return BO_OK;
    return bo_fail(BO_PEER, "the identity provider answers %d%s at %.*s", response.status,
                   good ? "" : " without JSON", BO_STR_ARG(request->url));
}

static bool read_kept(bo_sso *sso, const bo_sso_kept *kept, bo_str *text, uint64_t most_ns, bo_arena *arena) {
    uint64_t now = bo_clock_steady_ns(sso->options.clock);
    pthread_mutex_lock(&sso->lock);
    bool good = kept->fetched_ns != 0 && now - kept->fetched_ns < most_ns;
    if (good) *text = bo_arena_str(arena, bo_text_str(&kept->text));
    pthread_mutex_unlock(&sso->lock);
    return good && text->ptr != NULL;
}

static void keep(bo_sso *sso, bo_sso_kept *kept, const bo_json *json) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write(&text, json);
    pthread_mutex_lock(&sso->lock);
    if (text.status == BO_OK) {
        bo_text old = kept->text;
        kept->text = text;
        kept->fetched_ns = bo_clock_steady_ns(sso->options.clock);
        text = old;
    }
    pthread_mutex_unlock(&sso->lock);
    bo_text_done(&text);
}

/* One document, not older than that if it can be had. `check` says whether it may be kept. */
static bo_status get(bo_sso *sso, bo_sso_kept *kept, bo_json **out, bo_str url, uint64_t most_ns,
                     bo_status (*check)(const bo_sso *sso, const bo_json *json), bo_arena *arena) {
    bo_str text;
    bo_json *json = NULL;
    bo_fetch request = {.method = BO_GET, .url = url, .caps = {.redirect_cap = 3}};
    if (read_kept(sso, kept, &text, most_ns, arena)) return bo_json_parse(out, text, NULL, arena);
    bo_headers_init(&request.headers, arena);
    bo_status status = bo_sso_ask(sso, &json, &request, arena);
    if (status == BO_OK) status = check(sso, json);
    if (status == BO_OK) {
        keep(sso, kept, json);
        *out = json;
        return BO_OK;
    }
    if (!read_kept(sso, kept, &text, UINT64_MAX, arena)) return status;
    return bo_json_parse(out, text, NULL, arena);
}

static uint64_t keep_ns(const bo_sso *sso) {
    const uint64_t hour_ms = 3600000;
    return (sso->options.keep_ms ? sso->options.keep_ms : hour_ms) * 1000000;
}

/* The issuer must call itself what it was found by (Discovery section 4.3), but for a slash at the end. */
static bo_status check_metadata(const bo_sso *sso, const bo_json *json) {
    static const char *const needed[] = {"authorization_endpoint", "token_endpoint", "jwks_uri"};
    bo_str issuer = bo_json_get_string(json, BO_STR("issuer")), bare = issuer;
    if (bo_str_ends(bare, BO_STR("/"))) bare.len--;
    if (!bo_str_eq(bare, sso->options.issuer))
        return bo_fail(BO_PEER, "the provider at %.*s calls itself '%.*s': oidc-issuer must be the same",
                       BO_STR_ARG(sso->options.issuer), BO_STR_ARG(issuer));
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        bo_str url = bo_json_get_string(json, bo_str_of(needed[i]));
        if (!bo_str_starts(url, BO_STR("https://")) && !bo_str_starts(url, BO_STR("http://")))
            return bo_fail(BO_PEER, "the provider %.*s does not tell its %s", BO_STR_ARG(issuer), needed[i]);
    }
    return BO_OK;
}

bo_status bo_sso_metadata(bo_sso *sso, bo_json **out, bo_arena *arena) {
    bo_str url = bo_arena_join(arena, sso->options.issuer, BO_STR("/.well-known/openid-configuration"));
    return get(sso, &sso->metadata, out, url, keep_ns(sso), check_metadata, arena);
}

static bo_status check_keys(const bo_sso *sso, const bo_json *json) {
    (void)sso;
    if (bo_json_is(bo_json_get(json, BO_STR("keys")), BO_JSON_ARRAY)) return BO_OK;
    return bo_fail(BO_PEER, "the identity provider has no keys where it says (jwks_uri)");
}

bo_status bo_sso_keys(bo_sso *sso, bo_json **out, const bo_json *metadata, bool fresh, bo_arena *arena) {
    const uint64_t second_ns = 1000000000;
    return get(sso, &sso->keys, out, bo_json_get_string(metadata, BO_STR("jwks_uri")),
               fresh ? second_ns : keep_ns(sso), check_keys, arena);
}
