/* SPDX-License-Identifier: Apache-2.0
 * Counting tries: a table of counters by hash. Two keys may share a counter, which only makes it stricter.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "crypto/crypto.h"

enum { COUNTERS = 4096, WINDOW_S = 60 };

struct bo_throttle {
    const bo_clock *clock;
    unsigned most;
    pthread_mutex_t lock;
    struct {
        uint64_t window;
        unsigned count;
    } counters[COUNTERS];
};

bo_status bo_throttle_new(bo_throttle **out, const bo_clock *clock, unsigned most) {
    bo_throttle *throttle = calloc(1, sizeof *throttle);
    if (throttle == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    throttle->clock = clock;
    throttle->most = most;
    pthread_mutex_init(&throttle->lock, NULL);
    *out = throttle;
    return BO_OK;
}

void bo_throttle_free(bo_throttle *throttle) {
    if (throttle == NULL) return;
    pthread_mutex_destroy(&throttle->lock);
    free(throttle);
}

/* Names and addresses compare without case here too. */
static uint64_t hash_of(bo_str key) {
    char room[256];
    size_t len = key.len < sizeof room ? key.len : sizeof room;
    for (size_t i = 0; i < len; i++)
        room[i] = key.ptr[i] >= 'A' && key.ptr[i] <= 'Z' ? (char)(key.ptr[i] + 32) : key.ptr[i];
    return bo_str_hash(bo_str_make(room, len));
}

bo_status bo_throttle_try(bo_throttle *throttle, bo_str key) {
    uint64_t window = bo_clock_steady_ns(throttle->clock) / (WINDOW_S * UINT64_C(1000000000)) + 1;
    size_t at = hash_of(key) % COUNTERS;
    pthread_mutex_lock(&throttle->lock);
    if (throttle->counters[at].window != window) {
        throttle->counters[at].window = window;
        throttle->counters[at].count = 0;
    }
    bool good = throttle->counters[at].count++ < throttle->most;
    pthread_mutex_unlock(&throttle->lock);
    if (good) return BO_OK;
    return bo_fail_code(BO_THROTTLED, "too-many-tries", "too many tries: wait a minute");
}

bo_str bo_throttle_peer(bo_str address, bo_arena *arena) {
    unsigned char bytes[16];
    bo_str text = bo_arena_str(arena, address);
    if (text.ptr == NULL || inet_pton(AF_INET6, text.ptr, bytes) != 1) return address;
    bool is_ipv4 = IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)bytes);
    return is_ipv4 ? address : bo_hex(bo_str_make((char *)bytes, 8), arena);
}
