/* SPDX-License-Identifier: Apache-2.0
 * Asking other endpoints (SERVICE) and reading documents (LOAD) for the query engine: through the node's one
 * fetcher, and only what the lists allow.
 */
#include "bocage/iri.h"
#include "fed/internal.h"

enum { PATIENCE_MS = 10000, BYTES_MOST = 10 << 20, REDIRECTS = 3 };

/* Whether a list of addresses, separated by commas or blanks, has this one: itself, what it starts with up to
 * a slash (`https://host/path/` and a star), or a star alone. */
static bool is_listed(bo_str list, bo_str iri) {
    for (size_t i = 0; i < list.len;) {
        size_t from = i;
        while (i < list.len && list.ptr[i] != ',' && list.ptr[i] != ' ') i++;
        bo_str entry = bo_str_make(list.ptr + from, i - from);
        i++;
        if (bo_str_eq(entry, BO_STR("*"))) return true;
        bool open = bo_str_ends(entry, BO_STR("/*"));
        if (open ? bo_str_starts(iri, bo_str_head(entry, entry.len - 1)) && iri.len >= entry.len
                 : entry.len > 0 && bo_str_eq(entry, iri))
            return true;
    }
    return false;
}

static bo_fed *fed_of(bo_service *service) {
    return (bo_fed *)((char *)service - offsetof(bo_fed, service));
}

/* Time is what the query has left, up to the setting. */
static bo_status caps_for(const bo_fed *fed, bo_fetch_caps *out, const bo_service_call *call) {
    unsigned most = fed->options.service_ms != 0 ? fed->options.service_ms : PATIENCE_MS;
    *out =
        (bo_fetch_caps){.body_cap = fed->options.service_bytes != 0 ? fed->options.service_bytes : BYTES_MOST,
                        .timeout_ms = most,
                        .redirect_cap = REDIRECTS};
    if (call->deadline_ns == 0) return BO_OK;
    uint64_t now = bo_clock_steady_ns(fed->options.clock);
    if (now >= call->deadline_ns)
        return bo_fail(BO_TIMEOUT, "no time is left to ask <%.*s>", BO_STR_ARG(call->iri));
    uint64_t left = (call->deadline_ns - now) / 1000000 + 1;
    if (left < most) out->timeout_ms = (unsigned)left;
    return BO_OK;
}

static bo_status ask(bo_service *service, bo_service_answer *out, const bo_service_call *call,
                     bo_arena *arena) {
    bo_fed *fed = fed_of(service);
    bo_fetch request = {.method = BO_POST, .url = call->iri, .body = call->query};
    bo_http_response response;
    if (!is_listed(fed->options.service_endpoints, call->iri))
        return bo_fail(BO_DENIED,
                       "<%.*s> is not among the endpoints that SERVICE may ask here (service-endpoints)",
                       BO_STR_ARG(call->iri));
    BO_TRY(caps_for(fed, &request.caps, call));
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Content-Type"), BO_STR("application/sparql-query"));
    bo_headers_add(&request.headers, BO_STR("Accept"),
                   BO_STR("application/sparql-results+json, application/sparql-results+xml;q=0.8"));
    BO_TRY(fed->options.net->fetch(fed->options.net, &request, &response, NULL, arena));
    if (response.status < 200 || response.status >= 300)
        return bo_fail(BO_PEER, "<%.*s> answers SERVICE with status %d", BO_STR_ARG(call->iri),
                       response.status);
    out->media_type = bo_headers_get(&response.headers, BO_STR("Content-Type"));
    out->body = response.body;
    return BO_OK;
}

static bo_status load(bo_service *service, const bo_sink *to, const bo_service_call *call, bo_arena *arena) {
    bo_fed *fed = fed_of(service);
    bo_fetch_caps caps;
    char label[37];
    if (!is_listed(fed->options.load_sources, call->iri))
        return bo_fail(BO_DENIED, "<%.*s> is not among the documents that LOAD may read here (load-sources)",
                       BO_STR_ARG(call->iri));
    BO_TRY(caps_for(fed, &caps, call));
    bo_rng_uuid(label, fed->options.rng);
    label[0] = 'b';
    return bo_fed_read(fed, to, call->iri, &caps, bo_str_of(label), arena);
}

void bo_fed_service_init(bo_fed *fed) {
    if (fed->options.service_endpoints.len > 0) fed->service.ask = ask;
    if (fed->options.load_sources.len > 0) fed->service.load = load;
}

bo_service *bo_fed_service(bo_fed *fed) {
    return &fed->service;
}
