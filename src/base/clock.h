/* SPDX-License-Identifier: Apache-2.0
 * Time and randomness come in through these two tables, so that a simulator can give its own.
 */
#ifndef BO_BASE_CLOCK_H
#define BO_BASE_CLOCK_H

#include "bocage/text.h"

typedef struct bo_clock {
    int64_t (*wall_ms)(void *context);    /* milliseconds since 1970 UTC */
    uint64_t (*steady_ns)(void *context); /* never goes back */
    void *context;
} bo_clock;

typedef struct bo_rng {
    void (*fill)(void *context, void *out, size_t len); /* unpredictable bytes */
    void *context;
} bo_rng;

extern const bo_clock bo_clock_system;
extern const bo_rng bo_rng_system;

static inline int64_t bo_clock_wall_ms(const bo_clock *clock) {
    return clock->wall_ms(clock->context);
}
static inline uint64_t bo_clock_steady_ns(const bo_clock *clock) {
    return clock->steady_ns(clock->context);
}
static inline void bo_rng_fill(const bo_rng *rng, void *out, size_t len) {
    rng->fill(rng->context, out, len);
}
uint64_t bo_rng_u64(const bo_rng *rng);
/* A random UUID (RFC 9562, version 4) as 36 characters and a NUL. */
void bo_rng_uuid(char out[37], const bo_rng *rng);

/* "2026-11-24T12:30:00.123Z" (RFC 3339), 24 characters and a NUL. */
void bo_time_rfc3339(char out[32], int64_t wall_ms);
/* "Tue, 24 Nov 2026 12:30:00 GMT" (RFC 9110 section 5.6.7), 29 characters and a NUL. */
void bo_time_http(char out[32], int64_t wall_ms);
/* Reads the three forms of RFC 9110 dates, GMT only. BO_SYNTAX otherwise. */
bo_status bo_time_parse_http(int64_t *wall_ms, bo_str s) BO_MUST_USE;
/* Reads an RFC 3339 date and time with its offset. BO_SYNTAX otherwise. */
bo_status bo_time_parse_rfc3339(int64_t *wall_ms, bo_str s) BO_MUST_USE;
/* Days since 1970-01-01 of a day in the proleptic Gregorian calendar, and back. */
int64_t bo_time_days(int64_t year, unsigned month, unsigned day);
void bo_time_civil(int64_t *year, unsigned *month, unsigned *day, int64_t days);

#endif
