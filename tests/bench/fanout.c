/* SPDX-License-Identifier: Apache-2.0
 * One post to many followers on many hosts: how long its transaction takes, how long until every host has it,
 * what the queue weighs meanwhile, and how many signatures a core makes. The hosts are addresses of loopback,
 * behind which one stub takes everything.
 *
 *     fanout FOLLOWERS HOSTS
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "fed/internal.h"

#define MUST(call) must((call), #call)
static void must(bo_status status, const char *what) {
    if (status == BO_OK) return;
    fprintf(stderr, "%s: %s\n", what, bo_error_last()->message);
    exit(EXIT_FAILURE);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
static double cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* The stub. A request is over when its connection says nothing more for now: deliveries fit a packet or two.
 */

static int listener, polling;
static unsigned port;
static atomic_uint taken; /* addresses that were posted to, each once */
static unsigned char met[1 << 16];

static void answer(int socket) {
    static const char text[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    char room[8192];
    ssize_t len = recv(socket, room, sizeof room - 1, 0);
    room[len > 0 ? len : 0] = '\0';
    char *body = strstr(room, "\r\n\r\n"), *size = strcasestr(room, "Content-Length:");
    if (len > 0 && (body == NULL || (size != NULL && body + 4 + strtol(size + 15, NULL, 10) > room + len))) {
        ssize_t more = recv(socket, room + len, sizeof room - 1 - (size_t)len, 0);
        (void)more;
    }
    struct sockaddr_in own = {0};
    socklen_t size_of_own = sizeof own;
    getsockname(socket, (struct sockaddr *)&own, &size_of_own);
    unsigned place = ntohl(own.sin_addr.s_addr) & 0xFFFF; /* the last two bytes tell the hosts apart */
    if (len > 0 && send(socket, text, sizeof text - 1, MSG_NOSIGNAL) > 0 && !met[place]) {
        met[place] = 1;
        atomic_fetch_add(&taken, 1);
    }
    close(socket);
}

static void *serve(void *context) {
    struct epoll_event events[64];
    (void)context;
    for (;;) {
        int count = epoll_wait(polling, events, 64, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd != listener) {
                answer(events[i].data.fd);
                continue;
            }
            int socket = accept(listener, NULL, NULL);
            struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};
            if (socket >= 0) epoll_ctl(polling, EPOLL_CTL_ADD, socket, &event);
        }
    }
    return NULL;
}

static void start_stub(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    pthread_t thread;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, 4096) != 0)
        exit(EXIT_FAILURE);
    getsockname(listener, (struct sockaddr *)&address, &len);
    port = ntohs(address.sin_port);
    polling = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(polling, EPOLL_CTL_ADD, listener, &event);
    pthread_create(&thread, NULL, serve, NULL);
}

/* Followers, whose addresses are known as they are once they have followed. */

#define RELAY "http://localhost:1/bots/relay"

static void follow_all(bo_store *store, unsigned followers, unsigned hosts) {
    bo_txn *txn;
    bo_arena *arena = bo_arena_new(0);
    MUST(bo_txn_begin(&txn, store, BO_WRITE));
    for (unsigned i = 0; i < followers; i++) {
        unsigned h = i % hosts;
        bo_str host =
            bo_arena_printf(arena, "http://127.%u.%u.%u:%u", 1 + h / 60000, h / 250 % 240, 1 + h % 250, port);
        bo_str actor = bo_arena_printf(arena, "%.*s/u/%u", BO_STR_ARG(host), i);
        bo_str row = bo_arena_printf(arena, "{\"inbox\":\"%.*s/inbox\",\"shared\":\"%.*s/inbox\",\"at\":1}",
                                     BO_STR_ARG(actor), BO_STR_ARG(host));
        MUST(bo_ap_collect(txn, BO_STR(RELAY "/followers"), actor, arena));
        MUST(bo_row_put(txn, BO_TABLE_REMOTE, actor, row));
        if (i % 1000 == 999) bo_arena_reset(arena);
    }
    MUST(bo_txn_commit(txn, NULL, arena));
    bo_arena_free(arena);
}

static bo_status weigh(void *context, bo_str key, bo_str value) {
    size_t *sum = context;
    sum[0]++;
    sum[1] += key.len + value.len;
    return BO_OK;
}

/* Hosts that still have a row: that wait, fail, or have refused something. */
static size_t left_over(bo_store *store) {
    bo_txn *txn;
    size_t rows[2] = {0};
    MUST(bo_txn_begin(&txn, store, BO_READ));
    MUST(bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), BO_STR(""), weigh, rows));
    bo_txn_abort(txn);
    return rows[0];
}

static void measure(bo_store *store, bo_fed *fed, unsigned hosts, bo_arena *arena) {
    bo_json *activity;
    bo_txn *txn;
    bo_str id;
    size_t rows[2] = {0}, log[2] = {0};
    int64_t wait = 0;
    MUST(bo_json_parse(
        &activity,
        BO_STR("{\"type\":\"Announce\",\"object\":\"http://localhost:1/x\",\"to\":\"" RELAY "/followers\"}"),
        NULL, arena));
    double start = now();
    MUST(bo_txn_begin(&txn, store, BO_WRITE));
    MUST(bo_ap_post(&fed->ap, txn, BO_STR(RELAY), activity, &id, arena));
    MUST(bo_txn_commit(txn, NULL, arena));
    double posted = now();
    MUST(bo_fed_dispatch(fed, &wait, arena));
    double spread = now(), begun = cpu();
    MUST(bo_txn_begin(&txn, store, BO_READ));
    MUST(bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), BO_STR(""), weigh, rows));
    MUST(bo_row_each(txn, BO_TABLE_OUTGOING, BO_STR(""), BO_STR(""), weigh, log));
    bo_txn_abort(txn);
    MUST(bo_fed_start(fed));
    while (left_over(store) > 0 && now() - start < 120) usleep(10000);
    double all = now(), used = cpu() - begun;
    printf("post committed in %.1f ms; spread over %zu hosts in %.1f ms\n", (posted - start) * 1e3, rows[0],
           (spread - posted) * 1e3);
    printf("queue: %zu bytes in %zu rows of hosts, %zu bytes in %zu entries\n", rows[1], rows[0], log[1],
           log[0]);
    printf("%u of %u hosts have it, and the queue is empty, after %.2f s; %.2f s of CPU, stub included\n",
           atomic_load(&taken), hosts, all - start, used);
}

static void sign_alone(bo_str pem, bo_arena *arena) {
    enum { COUNT = 500 };
    bo_key *key;
    bo_str signature;
    MUST(bo_key_from_pem(&key, pem));
    double start = cpu();
    for (int i = 0; i < COUNT; i++)
        MUST(bo_key_sign(&signature, key, BO_STR("(request-target): post /inbox"), arena));
    printf("RSA-2048 alone: %.0f signatures a second of CPU\n", COUNT / (cpu() - start));
    bo_key_free(key);
}

int main(int count, char **words) {
    unsigned followers = count > 1 ? (unsigned)strtoul(words[1], NULL, 10) : 100000;
    unsigned hosts = count > 2 ? (unsigned)strtoul(words[2], NULL, 10) : 5000;
    char folder[] = "/tmp/bocage-fanout-XXXXXX";
    bo_arena *arena = bo_arena_new(0);
    bo_wac wac = {.base_url = BO_STR("http://localhost:1")};
    bo_fed_options options = {.clock = &bo_clock_system,
                              .rng = &bo_rng_system,
                              .wac = &wac,
                              .allow_loopback = true,
                              .delivery = {.first_retry_ms = 1000, .connections = 32}};
    bo_fed *fed;
    bo_str pem;
    bo_txn *txn;
    if (mkdtemp(folder) == NULL) return EXIT_FAILURE;
    start_stub();
    MUST(bo_store_open(&options.store, folder, &(bo_store_options){.create = true}));
    MUST(bo_net_curl_new(&options.net,
                         &(bo_net_options){.allow_loopback = true, .user_agent = BO_STR("bench")}));
    MUST(bo_ap_key_new(&pem, arena));
    MUST(bo_txn_begin(&txn, options.store, BO_WRITE));
    MUST(bo_row_put(txn, BO_TABLE_KEY, BO_STR(RELAY), pem));
    MUST(bo_txn_commit(txn, NULL, arena));
    follow_all(options.store, followers, hosts);
    MUST(bo_fed_new(&fed, &options));
    sign_alone(pem, arena);
    measure(options.store, fed, hosts, arena);
    bo_fed_stop(fed);
    bo_fed_free(fed);
    bo_net_free(options.net);
    bo_store_close(options.store);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
