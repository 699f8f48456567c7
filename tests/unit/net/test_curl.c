/* SPDX-License-Identifier: Apache-2.0
 * The fetcher against a hostile server on loopback, and against addresses that nobody may ask.
 */
#include <arpa/inet.h>
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/net.h"

Suite *test_curl(void);

/* The server: one request a connection; the path says what it does wrong. */

static int listener;
static unsigned port;
static pthread_t server;
static char seen[4096]; /* the last request */

/* 64 MiB of zeros behind gzip. */
static size_t make_bomb(char *out) {
    FILE *pipe = popen("head -c 67108864 /dev/zero | gzip -9", "r");
    size_t len = fread(out, 1, 1 << 20, pipe);
    pclose(pipe);
    return len;
}

static void say(int socket, const char *text) {
    if (send(socket, text, strlen(text), MSG_NOSIGNAL) < 0) return;
}

static void drip(int socket) {
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 100; i++) {
        usleep(50000);
        if (send(socket, "x", 1, MSG_NOSIGNAL) < 0) return;
    }
}

static void pour(int socket) {
    char piece[4096];
    memset(piece, 'x', sizeof piece);
    say(socket, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 4096 && send(socket, piece, sizeof piece, MSG_NOSIGNAL) > 0; i++) {
    }
}

static void explode(int socket) {
    static char bomb[1 << 20];
    char head[128];
    size_t len = make_bomb(bomb);
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
             len);
    say(socket, head);
    if (send(socket, bomb, len, MSG_NOSIGNAL) < 0) return;
}

static void many_headers(int socket) {
    say(socket, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100000; i++) {
        char line[64];
        snprintf(line, sizeof line, "X-%d: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", i);
        if (send(socket, line, strlen(line), MSG_NOSIGNAL) < 0) return;
    }
}

static void answer(int socket) {
    static const struct {
        const char *path;
        void (*run)(int socket);
    } tricks[] = {{"/drip", drip}, {"/pour", pour}, {"/bomb", explode}, {"/headers", many_headers}};
    char text[512], path[256] = "", *at = seen;
    ssize_t len = recv(socket, seen, sizeof seen - 1, 0);
    seen[len > 0 ? len : 0] = '\0';
    at = strchr(seen, ' ');
    for (size_t i = 0; at != NULL && at[1 + i] != ' ' && i < sizeof path - 1; i++) path[i] = at[1 + i];
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++)
        if (strcmp(path, tricks[i].path) == 0) {
            tricks[i].run(socket);
            return;
        }
    if (strncmp(path, "/to?", 4) == 0)
        snprintf(text, sizeof text, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
                 path + 4);
    else if (strcmp(path, "/hang") == 0)
        text[0] = '\0', sleep(3);
    else
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    say(socket, text);
}

static void *serve(void *context) {
    (void)context;
    for (int socket; (socket = accept(listener, NULL, NULL)) >= 0; close(socket)) answer(socket);
    return NULL;
}

static bo_arena *arena;
static bo_net *open_net, *strict_net;

static void set_up(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(listener, 16), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &len), 0);
    port = ntohs(address.sin_port);
    ck_assert_int_eq(pthread_create(&server, NULL, serve, NULL), 0);
    arena = bo_arena_new(0);
    ck_assert_int_eq(bo_net_curl_new(&open_net, &(bo_net_options){.allow_loopback = true}), BO_OK);
    ck_assert_int_eq(bo_net_curl_new(&strict_net, &(bo_net_options){0}), BO_OK);
}

static void tear_down(void) {
    shutdown(listener, SHUT_RDWR);
    pthread_join(server, NULL);
    close(listener);
    bo_net_free(open_net);
    bo_net_free(strict_net);
    bo_arena_free(arena);
}

static unsigned patience_ms = 20000;

static bo_status ask(bo_net *net, bo_str url, bo_http_response *response, bo_str *final_url) {
    bo_fetch request = {.method = BO_GET,
                        .url = url,
                        .caps = {.body_cap = 1 << 20, .timeout_ms = patience_ms, .redirect_cap = 3}};
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Signature"), BO_STR("secret"));
    bo_headers_add(&request.headers, BO_STR("Authorization"), BO_STR("secret"));
    bo_headers_add(&request.headers, BO_STR("Accept"), BO_STR("text/plain"));
    return net->fetch(net, &request, response, final_url, arena);
}

static bo_str here(const char *path) {
    return bo_arena_printf(arena, "http://127.0.0.1:%u%s", port, path);
}

START_TEST(loopback_is_for_development_alone) {
    bo_http_response response;
    ck_assert_int_eq(ask(open_net, here("/"), &response, NULL), BO_OK);
    ck_assert_int_eq(response.status, 200);
    seen[0] = '\0';
    ck_assert_int_eq(ask(strict_net, here("/"), &response, NULL), BO_DENIED);
    ck_assert_str_eq(seen, "");
}
END_TEST

/* In every spelling that a resolver knows, with a port that would answer and one that would not. */
START_TEST(no_address_within_is_asked) {
    static const char *const hosts[] = {"0.0.0.0",
                                        "0",
                                        "127.0.0.1",
                                        "127.1",
                                        "127.255.255.254",
                                        "0x7f000001",
                                        "2130706433",
                                        "017700000001",
                                        "localhost",
                                        "10.0.0.1",
                                        "100.64.0.1",
                                        "100.127.255.255",
                                        "169.254.169.254",
                                        "172.16.0.1",
                                        "172.31.255.255",
                                        "192.0.0.8",
                                        "192.0.2.1",
                                        "192.88.99.1",
                                        "192.168.1.1",
                                        "198.18.0.1",
                                        "198.19.255.255",
                                        "198.51.100.1",
                                        "203.0.113.1",
                                        "224.0.0.1",
                                        "239.255.255.255",
                                        "240.0.0.1",
                                        "255.255.255.255",
                                        "[::]",
                                        "[::1]",
                                        "[::ffff:127.0.0.1]",
                                        "[::ffff:10.0.0.1]",
                                        "[::127.0.0.1]",
                                        "[64:ff9b::7f00:1]",
                                        "[64:ff9b:1::1]",
                                        "[100::1]",
                                        "[2001::1]",
                                        "[2001:10::1]",
                                        "[2001:20::1]",
                                        "[2001:db8::1]",
                                        "[2002:7f00:1::]",
                                        "[3fff::1]",
                                        "[3fff:fff::1]",
                                        "[5f00::1]",
                                        "[fc00::1]",
                                        "[fdff::1]",
                                        "[fe80::1]",
                                        "[febf::1]",
                                        "[fec0::1]",
                                        "[ff02::1]"};
    bo_http_response response;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        for (unsigned https = 0; https < 2; https++) {
            bo_str url = bo_arena_printf(arena, "http%s://%s:%u/", https ? "s" : "", hosts[i], port);
            bo_status status = ask(strict_net, url, &response, NULL);
            ck_assert_msg(status == BO_DENIED, "%s: %s, %s", url.ptr, bo_status_name(status),
                          bo_error_last()->message);
            bool loopback = strstr(hosts[i], "127") || strstr(hosts[i], "local") ||
                            strcmp(hosts[i], "[::1]") == 0 || strstr(hosts[i], "7f") ||
                            strstr(hosts[i], "2130706433") || hosts[i][1] == '1';
            if (!loopback) ck_assert_msg(ask(open_net, url, &response, NULL) == BO_DENIED, "%s", url.ptr);
        }
}
END_TEST

START_TEST(what_is_no_address_of_the_web_is_not_asked) {
    static const char *const urls[] = {"file:///etc/passwd",
                                       "ftp://example.org/",
                                       "gopher://example.org/",
                                       "dict://example.org/",
                                       "https://",
                                       "//example.org/",
                                       "https://a@127.0.0.1/",
                                       "http://user:pw@127.0.0.1/",
                                       "javascript:alert(1)",
                                       "https://exa mple.org/",
                                       "https://example.org/\r\nX: y",
                                       ""};
    bo_http_response response;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        ck_assert_msg(ask(open_net, bo_str_of(urls[i]), &response, NULL) == BO_DENIED, "%s", urls[i]);
    }
}
END_TEST

START_TEST(each_hop_is_looked_at) {
    static const char *const targets[] = {"http://10.0.0.1/",
                                          "http://169.254.169.254/latest/meta-data/",
                                          "https://[::ffff:10.0.0.1]/",
                                          "file:///etc/passwd",
                                          "http://0.0.0.0/",
                                          "ftp://127.0.0.1/",
                                          "https://a@127.0.0.1/"};
    bo_http_response response;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        bo_str url = here(bo_arena_printf(arena, "/to?%s", targets[i]).ptr);
        ck_assert_msg(ask(open_net, url, &response, NULL) == BO_DENIED, "%s", targets[i]);
    }
}
END_TEST

START_TEST(redirects_end) {
    bo_http_response response;
    bo_str final_url;
    bo_str loop = here("/to?/to?/to?/to?/to?/");
    ck_assert_int_eq(ask(open_net, loop, &response, NULL), BO_PEER);
    ck_assert_int_eq(ask(open_net, here("/to?/to?/to?/end"), &response, &final_url), BO_OK);
    ck_assert_str_eq(bo_arena_str(arena, final_url).ptr, here("/end").ptr);
    ck_assert_ptr_nonnull(strstr(seen, "secret")); /* within one origin nothing is lost */
}
END_TEST

START_TEST(what_proves_who_asks_does_not_leave_the_origin) {
    bo_http_response response;
    bo_str other = bo_arena_printf(arena, "/to?http://localhost:%u/end", port);
    ck_assert_int_eq(ask(open_net, here(other.ptr), &response, NULL), BO_OK);
    ck_assert_ptr_null(strstr(seen, "secret"));
    ck_assert_ptr_nonnull(strstr(seen, "text/plain"));
    ck_assert_ptr_nonnull(strstr(seen, "Host: localhost"));
}
END_TEST

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(slow_and_large_answers_end) {
    static const struct {
        const char *path;
        bo_status status;
    } cases[] = {{"/drip", BO_TIMEOUT}, {"/hang", BO_TIMEOUT}, {"/pour", BO_LIMIT}, {"/bomb", BO_LIMIT}};
    bo_http_response response;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double start = seconds();
        patience_ms = cases[i].status == BO_TIMEOUT ? 1000 : 20000;
        bo_status status = ask(open_net, here(cases[i].path), &response, NULL);
        ck_assert_msg(status == cases[i].status, "%s: %s", cases[i].path, bo_status_name(status));
        bool in_time = cases[i].status != BO_TIMEOUT || seconds() - start < 5;
        ck_assert_msg(in_time, "%s takes %.1f s", cases[i].path, seconds() - start);
    }
    ck_assert_int_eq(ask(open_net, here("/headers"), &response, NULL), BO_PEER);
}
END_TEST

Suite *test_curl(void) {
    Suite *suite = suite_create("net/curl");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, loopback_is_for_development_alone);
    tcase_add_test(all, no_address_within_is_asked);
    tcase_add_test(all, what_is_no_address_of_the_web_is_not_asked);
    tcase_add_test(all, each_hop_is_looked_at);
    tcase_add_test(all, redirects_end);
    tcase_add_test(all, what_proves_who_asks_does_not_leave_the_origin);
    tcase_add_test(all, slow_and_large_answers_end);
    suite_add_tcase(suite, all);
    return suite;
}
