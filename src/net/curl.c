/* SPDX-License-Identifier: Apache-2.0
 * The libcurl edge. Redirects are followed here, one by one, so that every hop is looked at; the address is
 * looked at once more when the socket is opened, since a name may lead anywhere.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "bocage/iri.h"
#include "net/curl.h"

enum { IDLE_MAX = 16 };

typedef struct curl_net {
    bo_net net; /* first: a bo_net is one */
    bool allow_loopback;
    char *user_agent;
    bo_smtp smtp;
    pthread_mutex_t lock;
    CURL *idle[IDLE_MAX]; /* handles that keep their connections for the next request */
    unsigned idle_count;
} curl_net;

/* Which addresses may be connected to. */

typedef enum reach { REACH_NEVER, REACH_LOOPBACK, REACH_GLOBAL } reach;

static reach reach_of_v4(uint32_t address) {
    static const struct {
        uint32_t net, mask;
    } closed[] = {{0x00000000, 0xFF000000}, {0x0A000000, 0xFF000000}, {0x64400000, 0xFFC00000},
                  {0xA9FE0000, 0xFFFF0000}, {0xAC100000, 0xFFF00000}, {0xC0000000, 0xFFFFFF00},
                  {0xC0000200, 0xFFFFFF00}, {0xC0586300, 0xFFFFFF00}, {0xC0A80000, 0xFFFF0000},
                  {0xC6120000, 0xFFFE0000}, {0xC6336400, 0xFFFFFF00}, {0xCB007100, 0xFFFFFF00},
                  {0xE0000000, 0xE0000000}};
    if ((address & 0xFF000000) == 0x7F000000) return REACH_LOOPBACK;
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if ((address & closed[i].mask) == closed[i].net) return REACH_NEVER;
    return REACH_GLOBAL;
}

/* Global unicast is 2000::/3, but for addresses that wrap an IPv4 address and those for documents. */
static reach reach_of_v6(const struct in6_addr *address) {
    const unsigned char *b = address->s6_addr;
    uint32_t tail = (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15];
    if (IN6_IS_ADDR_LOOPBACK(address)) return REACH_LOOPBACK;
    if (IN6_IS_ADDR_V4MAPPED(address)) return reach_of_v4(tail);
    if ((b[0] & 0xE0) != 0x20) return REACH_NEVER;
    if (b[0] == 0x20 && b[1] == 0x01 && b[2] < 0x02) return REACH_NEVER; /* 2001::/23: Teredo and such */
    if (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0D && b[3] == 0xB8) return REACH_NEVER;
    if (b[0] == 0x20 && b[1] == 0x02) return REACH_NEVER;                /* 6to4 */
    if (b[0] == 0x3F && b[1] == 0xFF && b[2] < 0x10) return REACH_NEVER; /* 3fff::/20: for documents */
    return REACH_GLOBAL;
}

static reach reach_of(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return reach_of_v4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
    if (address->sa_family == AF_INET6)
        return reach_of_v6(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    return REACH_NEVER;
}

/* One request. */

typedef struct transfer {
    curl_net *net;
    bo_arena *arena;
    bo_headers headers;
    bo_text body;
    bool secure;  /* https */
    bool refused; /* the address */
    bool too_large;
} transfer;

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    transfer *t = context;
    (void)purpose;
    reach found = reach_of(&address->addr);
    bool good = found == REACH_LOOPBACK ? t->net->allow_loopback : found == REACH_GLOBAL && t->secure;
    t->refused = !good;
    if (!good) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    transfer *t = context;
    bo_text_put(&t->body, (bo_str){bytes, size * count});
    t->too_large = t->body.status == BO_LIMIT;
    return t->body.status == BO_OK ? size * count : 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
    enum { HEADERS_MAX = 200 };
    transfer *t = context;
    bo_str line = bo_arena_str(t->arena, bo_str_trim((bo_str){bytes, size * count}));
    size_t colon = bo_str_find(line, ':');
    if (bo_str_starts(line, BO_STR("HTTP/"))) t->headers.len = 0; /* what came before was a 1xx */
    if (colon < line.len && t->headers.len < HEADERS_MAX)
        bo_headers_add(&t->headers, bo_str_head(line, colon), bo_str_trim(bo_str_from(line, colon + 1)));
    return size * count;
}

static CURL *take_handle(curl_net *net) {
    pthread_mutex_lock(&net->lock);
    CURL *handle = net->idle_count > 0 ? net->idle[--net->idle_count] : NULL;
    pthread_mutex_unlock(&net->lock);
    if (handle == NULL) return curl_easy_init();
    curl_easy_reset(handle);
    return handle;
}

static void give_handle(curl_net *net, CURL *handle) {
    pthread_mutex_lock(&net->lock);
    bool room = net->idle_count < IDLE_MAX;
    if (room) net->idle[net->idle_count++] = handle;
    pthread_mutex_unlock(&net->lock);
    if (!room) curl_easy_cleanup(handle);
}

/* Headers that are for one origin alone: they say who asks, or what was signed. */
static bool stays(bo_str name) {
    static const char *const names[] = {"Host",   "Authorization",  "Cookie", "Signature", "Signature-Input",
                                        "Digest", "Content-Digest", "Date"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bo_str_eq_nocase(name, bo_str_of(names[i]))) return true;
    return false;
}

static bool is_same_origin(bo_str a, bo_str b) {
    bo_iri_parts left = bo_iri_split(a), right = bo_iri_split(b);
    return bo_str_eq(left.scheme, right.scheme) && bo_str_eq_nocase(left.authority, right.authority);
}

static struct curl_slist *header_list(const bo_fetch *request, bo_str url, bo_arena *arena) {
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    bool moved = !is_same_origin(url, request->url);
    for (size_t i = 0; i < request->headers.len; i++) {
        const bo_header *header = &request->headers.items[i];
        if (moved && stays(header->name)) continue;
        bo_str line = bo_arena_join(arena, header->name, bo_arena_join(arena, BO_STR(": "), header->value));
        if (line.ptr == NULL || bo_str_find(line, '\n') < line.len || bo_str_find(line, '\r') < line.len)
            continue;
        struct curl_slist *longer = curl_slist_append(list, line.ptr);
        if (longer != NULL) list = longer;
    }
    return list;
}

static void set_up(CURL *handle, transfer *t, const bo_fetch *request, const char *url,
                   struct curl_slist *headers) {
    const bo_fetch_caps *caps = &request->caps;
    bo_str method = bo_arena_str(t->arena, bo_method_name(request->method));
    long timeout = caps->timeout_ms ? (long)caps->timeout_ms : 10000;
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, timeout / 2);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, t->net->user_agent);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, t);
    if (request->method == BO_HEAD) curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    if (request->body.ptr != NULL) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body.ptr);
    }
    if (request->method != BO_GET && request->method != BO_HEAD)
        curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.ptr);
}

static bo_status explain(const transfer *t, CURLcode code, const char *url) {
    if (t->refused)
        return bo_fail(BO_DENIED, "%s is not asked: its address is not a public one, or it is not https",
                       url);
    if (t->too_large) return bo_fail(BO_LIMIT, "the answer of %s is too large", url);
    if (code == CURLE_OPERATION_TIMEDOUT) return bo_fail(BO_TIMEOUT, "%s did not answer in time", url);
    return bo_fail(BO_PEER, "%s can't be reached: %s", url, curl_easy_strerror(code));
}

/* One hop; the answer's text lives in the arena. */
static bo_status hop(curl_net *net, const bo_fetch *request, bo_str url, bo_http_response *response,
                     bo_arena *arena) {
    size_t cap = request->caps.body_cap ? request->caps.body_cap : 1u << 20;
    transfer t = {.net = net, .arena = arena, .secure = bo_str_starts(url, BO_STR("https://"))};
    bo_str text = bo_arena_str(arena, url);
    CURL *handle = take_handle(net);
    if (handle == NULL || text.ptr == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_headers_init(&t.headers, arena);
    bo_text_init(&t.body, cap);
    struct curl_slist *headers = header_list(request, url, arena);
    set_up(handle, &t, request, text.ptr, headers);
    CURLcode code = curl_easy_perform(handle);
    long http = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &http);
    bo_status status = code == CURLE_OK ? BO_OK : explain(&t, code, text.ptr);
    *response = (bo_http_response){
        .status = (int)http, .headers = t.headers, .body = bo_arena_str(arena, bo_text_str(&t.body))};
    curl_slist_free_all(headers);
    bo_text_done(&t.body);
    give_handle(net, handle);
    return status;
}

/* http or https, with a host, without a user, and with nothing that an address can't have. */
static bool is_of_the_web(bo_str url) {
    bo_iri_parts parts = bo_iri_split(url);
    bool web = bo_str_eq(parts.scheme, BO_STR("https")) || bo_str_eq(parts.scheme, BO_STR("http"));
    return web && parts.authority.len > 0 && bo_str_find(parts.authority, '@') == parts.authority.len &&
           bo_iri_check(url) == BO_OK;
}

static bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bo_status fetch(bo_net *base, const bo_fetch *request, bo_http_response *response, bo_str *final_url,
                       bo_arena *arena) {
    curl_net *net = (curl_net *)base;
    bo_str url = request->url;
    bool may_move = request->method == BO_GET || request->method == BO_HEAD;
    for (unsigned hops = 0;; hops++) {
        if (!is_of_the_web(url))
            return bo_fail(BO_DENIED, "%.*s is not asked: it is no address of the web", BO_STR_ARG(url));
        BO_TRY(hop(net, request, url, response, arena));
        bo_str to = bo_headers_get(&response->headers, BO_STR("Location"));
        if (!may_move || !is_redirect(response->status) || to.ptr == NULL || request->caps.redirect_cap == 0)
            break;
        if (hops == request->caps.redirect_cap)
            return bo_fail(BO_PEER, "%.*s redirects too often", BO_STR_ARG(request->url));
        BO_TRY(bo_iri_resolve(&url, url, to, arena));
    }
    if (final_url != NULL) *final_url = url;
    return BO_OK;
}

static bo_status mail(bo_net *base, const bo_mail *mail, bo_arena *arena) {
    return bo_smtp_send(&((curl_net *)base)->smtp, mail, arena);
}

static void free_net(bo_net *base) {
    curl_net *net = (curl_net *)base;
    while (net->idle_count > 0) curl_easy_cleanup(net->idle[--net->idle_count]);
    pthread_mutex_destroy(&net->lock);
    free(net->user_agent);
    free(net);
}

static void start_curl(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

bo_status bo_net_curl_new(bo_net **out, const bo_net_options *options) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_curl);
    curl_net *net = calloc(1, sizeof *net);
    if (net == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    net->net = (bo_net){fetch, mail, free_net};
    net->allow_loopback = options->allow_loopback;
    net->smtp = options->smtp;
    net->user_agent =
        strndup(options->user_agent.ptr ? options->user_agent.ptr : "", options->user_agent.len);
    pthread_mutex_init(&net->lock, NULL);
    *out = &net->net;
    return BO_OK;
}
