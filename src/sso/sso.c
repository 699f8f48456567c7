/* SPDX-License-Identifier: Apache-2.0 */
#include "sso/internal.h"

#include <stdlib.h>

#include "bocage/iri.h"

/* Without slashes at the end. */
static bo_str trimmed(bo_arena *arena, bo_str address) {
    while (bo_str_ends(address, BO_STR("/"))) address.len--;
    return bo_arena_str(arena, address);
}

bo_status bo_sso_new(bo_sso **out, const bo_sso_options *options) {
    bo_sso *sso = calloc(1, sizeof *sso);
    if (sso == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    sso->options = *options;
    sso->arena = bo_arena_new(0);
    pthread_mutex_init(&sso->lock, NULL);
    if (sso->arena == NULL) {
        bo_sso_free(sso);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    sso->options.issuer = trimmed(sso->arena, options->issuer);
    sso->options.cas = trimmed(sso->arena, options->cas);
    *out = sso;
    return BO_OK;
}

void bo_sso_free(bo_sso *sso) {
    if (sso == NULL) return;
    bo_text_done(&sso->metadata.text);
    bo_text_done(&sso->keys.text);
    pthread_mutex_destroy(&sso->lock);
    bo_arena_free(sso->arena);
    free(sso);
}

bo_str bo_sso_address(bo_str address, const bo_sso_parameter *parameters, size_t count, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_text_put(&text, address);
    char mark = bo_str_find(address, '?') < address.len ? '&' : '?';
    for (size_t i = 0; i < count; i++) {
        if (parameters[i].value.ptr == NULL) continue;
        bo_text_char(&text, mark);
        bo_text_put(&text, bo_str_of(parameters[i].name));
        bo_text_char(&text, '=');
        bo_percent_encode(&text, parameters[i].value);
        mark = '&';
    }
    bo_str whole = text.status == BO_OK ? bo_arena_str(arena, bo_text_str(&text)) : BO_STR_NONE;
    bo_text_done(&text);
    return whole;
}

static bool is_oidc(const bo_sso *sso) {
    return sso->options.issuer.len > 0;
}

bo_status bo_sso_begin(bo_sso *sso, bo_str *location, bo_str *cookie, bo_str redirect_url, bo_arena *arena) {
    bo_sso_login login;
    bo_str sealed;
    BO_TRY(bo_sso_seal(sso, &login, &sealed, redirect_url, arena));
    BO_TRY(is_oidc(sso) ? bo_oidc_begin(sso, location, &login, arena)
                        : bo_cas_begin(sso, location, &login, arena));
    if (location->ptr == NULL) return bo_error_last()->status;
    *cookie = sealed;
    return BO_OK;
}

bo_status bo_sso_finish(bo_sso *sso, bo_identity *out, bo_str *redirect_url, bo_str path, bo_str query,
                        bo_str cookie, bo_arena *arena) {
    bo_sso_login login;
    bo_str state;
    BO_TRY(bo_sso_unseal(sso, &login, cookie, arena));
    if (is_oidc(sso))
        BO_TRY(bo_http_form(&state, query, BO_STR("state"), 0, arena));
    else
        state = bo_str_from(path, bo_str_find_last(path, '/') + 1);
    if (!bo_str_eq(state, login.state))
        return bo_fail_code(BO_BAD_ARGUMENT, "login.unknown",
                            "this is the answer to another login: begin again");
    *redirect_url = login.redirect_url;
    *out = (bo_identity){0};
    return is_oidc(sso) ? bo_oidc_finish(sso, out, &login, query, arena)
                        : bo_cas_finish(sso, out, &login, query, arena);
}

bool bo_sso_is_issuer(bo_sso *sso, bo_str issuer, bo_arena *arena) {
    bo_json *metadata;
    if (!is_oidc(sso) || bo_sso_metadata(sso, &metadata, arena) != BO_OK) return false;
    return bo_str_eq(bo_json_get_string(metadata, BO_STR("issuer")), issuer);
}

bo_status bo_sso_end_session(bo_sso *sso, bo_str *location, bo_str redirect_url, bo_arena *arena) {
    bo_json *metadata;
    if (!is_oidc(sso)) {
        const bo_sso_parameter service = {"service", redirect_url};
        *location =
            bo_sso_address(bo_arena_join(arena, sso->options.cas, BO_STR("/logout")), &service, 1, arena);
        return location->ptr != NULL ? BO_OK : bo_error_last()->status;
    }
    BO_TRY(bo_sso_metadata(sso, &metadata, arena));
    bo_str end = bo_json_get_string(metadata, BO_STR("end_session_endpoint"));
    if (end.len == 0) return bo_fail(BO_NOT_FOUND, "the provider has no address for logging out");
    const bo_sso_parameter parameters[] = {{"client_id", sso->options.client},
                                           {"post_logout_redirect_uri", redirect_url}};
    *location = bo_sso_address(end, parameters, 2, arena);
    return location->ptr != NULL ? BO_OK : bo_error_last()->status;
}
