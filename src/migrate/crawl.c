/* SPDX-License-Identifier: Apache-2.0
 * The public part of a live instance: what its VoID lists, one container after the other.
 */
#include <time.h>

#include "bocage/json.h"
#include "bocage/jsonld.h"
#include "bocage/syntax.h"
#include "migrate/internal.h"

typedef struct crawling {
    bo_migration *m;
    const bo_crawl *crawl;
    bo_loader loader; /* knows the instance's own context, and the built-in ones */
    bo_str context_iri;
    bo_json *context; /* as it was answered; NULL: it has none */
    uint64_t asked;
} crawling;

static void pause_for(uint64_t ms) {
    struct timespec time = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    while (nanosleep(&time, &time) != 0) continue;
}

static bo_status get(crawling *c, bo_str iri, bo_http_response *out) {
    bo_arena *arena = c->m->arena;
    bo_fetch request = {.method = BO_GET,
                        .url = iri,
                        .caps = {.body_cap = c->crawl->body_cap, .timeout_ms = 60000, .redirect_cap = 3}};
    if (c->asked == c->crawl->most)
        return bo_fail(BO_LIMIT, "%.*s lists more than %llu documents: nothing was taken over (--crawl-most)",
                       BO_STR_ARG(c->crawl->base), (unsigned long long)c->crawl->most);
    if (c->asked++ > 0) pause_for(c->crawl->pause_ms);
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Accept"), BO_STR("application/ld+json"));
    return c->crawl->net->fetch(c->crawl->net, &request, out, NULL, arena);
}

static bo_status get_json(crawling *c, bo_str path, bo_json **out) {
    bo_http_response response;
    bo_str iri = bo_arena_join(c->m->arena, c->crawl->base, path);
    BO_TRY(get(c, iri, &response));
    if (response.status != 200)
        return bo_fail(BO_PEER, "%.*s answers %d: is it a SemApps instance?", BO_STR_ARG(iri),
                       response.status);
    if (bo_json_parse(out, response.body, NULL, c->m->arena) == BO_OK) return BO_OK;
    return bo_fail(BO_PEER, "%.*s does not answer with JSON-LD", BO_STR_ARG(iri));
}

static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    crawling *c = context;
    if (!bo_str_eq(iri, c->context_iri))
        return bo_loader_builtin.load(bo_loader_builtin.context, out, final_iri, iri, arena);
    *out = c->context;
    *final_iri = iri;
    return BO_OK;
}

/* A container that can't be had is passed over: it may be private. */
static bo_status read_container(crawling *c, bo_str iri) {
    bo_http_response response;
    bo_sink sink = bo_migration_data(c->m);
    bo_str blanks = bo_arena_printf(c->m->arena, "c%llu-", (unsigned long long)c->asked);
    bo_read_options options = {.base = iri, .loader = &c->loader, .blank_prefix = blanks};
    BO_TRY(get(c, iri, &response));
    if (response.status == 401 || response.status == 403 || response.status == 404) return BO_OK;
    if (response.status != 200) return bo_fail(BO_PEER, "%.*s answers %d", BO_STR_ARG(iri), response.status);
    return bo_read(&sink, BO_JSONLD, response.body, &options);
}

/* One or several, as JSON-LD compacts them. */
static const bo_json *nth(const bo_json *value, size_t index) {
    if (bo_json_is(value, BO_JSON_ARRAY)) return bo_json_at(value, index);
    return index == 0 ? value : NULL;
}

static bo_status read_partitions(crawling *c, const bo_json *dataset) {
    const bo_json *parts = bo_json_get(dataset, BO_STR("void:classPartition")), *part;
    bo_map seen;
    bo_map_init(&seen, c->m->arena);
    for (size_t i = 0; (part = nth(parts, i)) != NULL; i++) {
        bool was_new = false;
        bo_str iri = bo_json_get_string(part, BO_STR("void:uriSpace"));
        bool ours = bo_str_starts(iri, bo_arena_join(c->m->arena, c->crawl->base, BO_STR("/")));
        if (!ours || bo_json_get(part, BO_STR("semapps:doNotMirror")) != NULL) continue;
        if (bo_map_put(&seen, iri, &was_new) == NULL) return bo_error_last()->status;
        if (was_new) BO_TRY(read_container(c, iri));
    }
    return BO_OK;
}

bo_status bo_migration_crawl(bo_migration *m, const bo_crawl *crawl) {
    crawling c = {.m = m, .crawl = crawl};
    bo_json *described;
    c.loader = (bo_loader){.load = load, .context = &c};
    c.context_iri = bo_arena_join(m->arena, crawl->base, BO_STR("/.well-known/context.jsonld"));
    m->is_crawled = true;
    BO_TRY(get_json(&c, BO_STR("/.well-known/void"), &described));
    BO_TRY(get_json(&c, BO_STR("/.well-known/context.jsonld"), &c.context));
    BO_TRY(read_container(&c, bo_arena_join(m->arena, crawl->base, BO_STR("/"))));
    const bo_json *datasets = bo_json_get(described, BO_STR("@graph")), *dataset;
    for (size_t i = 0; (dataset = nth(datasets, i)) != NULL; i++) BO_TRY(read_partitions(&c, dataset));
    return c.asked > 3 ? BO_OK : bo_fail(BO_PEER, "%.*s lists no containers", BO_STR_ARG(crawl->base));
}
