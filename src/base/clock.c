/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t system_wall(void *context) {
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t system_steady(void *context) {
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void system_fill(void *context, void *out, size_t len) {
    (void)context;
    for (char *at = out; len > 0;) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0) continue; /* only EINTR can happen here */
        at += got;
        len -= (size_t)got;
    }
}

const bo_clock bo_clock_system = {system_wall, system_steady, NULL};
const bo_rng bo_rng_system = {system_fill, NULL};

uint64_t bo_rng_u64(const bo_rng *rng) {
    uint64_t n;
    bo_rng_fill(rng, &n, sizeof n);
    return n;
}

void bo_rng_uuid(char out[37], const bo_rng *rng) {
    unsigned char b[16];
    bo_rng_fill(rng, b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* Both ways by the method of counting days in eras of 400 years that begin on 1 March. */
int64_t bo_time_days(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned of_era = (unsigned)(year - era * 400);
    unsigned of_year = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;
    return era * 146097 + (int64_t)(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

void bo_time_civil(int64_t *year, unsigned *month, unsigned *day, int64_t days) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned of_era = (unsigned)(days - era * 146097);
    unsigned y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * y + y / 4 - y / 100);
    unsigned m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int64_t)y + era * 400 + (*month <= 2);
}

typedef struct parts {
    int64_t year;
    unsigned month, day, hour, minute, second, ms, weekday;
} parts;

static parts split(int64_t wall_ms) {
    int64_t days = wall_ms / 86400000, rest = wall_ms % 86400000;
    if (rest < 0) rest += 86400000, days--;
    parts p;
    bo_time_civil(&p.year, &p.month, &p.day, days);
    unsigned ms = (unsigned)rest;
    p.ms = ms % 1000;
    p.second = ms / 1000 % 60;
    p.minute = ms / 60000 % 60;
    p.hour = ms / 3600000;
    p.weekday = (unsigned)(((days % 7) + 11) % 7); /* 1970-01-01 was a Thursday */
    return p;
}

static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static char *put_digits(char *at, unsigned n, unsigned digits, char behind) {
    for (unsigned i = digits; i-- > 0; n /= 10) at[i] = (char)('0' + n % 10);
    at[digits] = behind;
    return at + digits + 1;
}

void bo_time_rfc3339(char out[32], int64_t wall_ms) {
    parts p = split(wall_ms);
    char *at = out;
    if (p.year < 0 || p.year > 9999)
        at += snprintf(out, 12, "%04d-", (int)p.year);
    else
        at = put_digits(at, (unsigned)p.year, 4, '-');
    at = put_digits(at, p.month, 2, '-');
    at = put_digits(at, p.day, 2, 'T');
    at = put_digits(at, p.hour, 2, ':');
    at = put_digits(at, p.minute, 2, ':');
    at = put_digits(at, p.second, 2, '.');
    *put_digits(at, p.ms, 3, 'Z') = '\0';
}

void bo_time_http(char out[32], int64_t wall_ms) {
    parts p = split(wall_ms);
    snprintf(out, 32, "%s, %02u %s %04d %02u:%02u:%02u GMT", day_names[p.weekday], p.day,
             month_names[p.month - 1], (int)p.year, p.hour, p.minute, p.second);
}

/* Reads exactly `digits` decimal digits at *at. */
static bool number(unsigned *out, bo_str s, size_t *at, unsigned digits) {
    unsigned n = 0;
    if (s.len - *at < digits || *at > s.len) return false;
    for (unsigned i = 0; i < digits; i++) {
        unsigned digit = (unsigned)(s.ptr[*at + i] - '0');
        if (digit > 9) return false;
        n = n * 10 + digit;
    }
    *at += digits;
    *out = n;
    return true;
}

static bool literal(bo_str s, size_t *at, bo_str text) {
    if (!bo_str_starts(bo_str_from(s, *at), text)) return false;
    *at += text.len;
    return true;
}

static bool name_of_month(unsigned *out, bo_str s, size_t *at) {
    for (unsigned i = 0; i < 12; i++)
        if (literal(s, at, bo_str_of(month_names[i]))) return *out = i + 1, true;
    return false;
}

static unsigned days_in(unsigned year, unsigned month) {
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 ? (leap ? 29 : 28) : 30 + ((month + (month > 7)) & 1);
}

static bool to_ms(int64_t *out, unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                  unsigned second) {
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    *out = ((bo_time_days(year, month, day) * 24 + hour) * 60 + minute) * 60000 + (int64_t)second * 1000;
    return true;
}

static bool clock_time(unsigned *hour, unsigned *minute, unsigned *second, bo_str s, size_t *at) {
    return number(hour, s, at, 2) && literal(s, at, BO_STR(":")) && number(minute, s, at, 2) &&
           literal(s, at, BO_STR(":")) && number(second, s, at, 2);
}

bo_status bo_time_parse_http(int64_t *wall_ms, bo_str s) {
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    size_t at = bo_str_find(s, ',') + 1;
    bool read;
    if (at <= s.len) { /* "Sun, 06 Nov 1994 08:49:37 GMT" or "Sunday, 06-Nov-94 08:49:37 GMT" */
        read = literal(s, &at, BO_STR(" ")) && number(&day, s, &at, 2);
        bool dashes = read && literal(s, &at, BO_STR("-"));
        read = read && (dashes || literal(s, &at, BO_STR(" "))) && name_of_month(&month, s, &at) &&
               literal(s, &at, dashes ? BO_STR("-") : BO_STR(" ")) && number(&year, s, &at, dashes ? 2 : 4);
        if (dashes) year += year < 70 ? 2000 : 1900;
        read = read && literal(s, &at, BO_STR(" ")) && clock_time(&hour, &minute, &second, s, &at) &&
               literal(s, &at, BO_STR(" GMT"));
    } else { /* "Sun Nov  6 08:49:37 1994" */
        at = 4;
        read = s.len == 24 && name_of_month(&month, s, &at) && literal(s, &at, BO_STR(" "));
        read = read && (literal(s, &at, BO_STR(" ")) ? number(&day, s, &at, 1) : number(&day, s, &at, 2)) &&
               literal(s, &at, BO_STR(" ")) && clock_time(&hour, &minute, &second, s, &at) &&
               literal(s, &at, BO_STR(" ")) && number(&year, s, &at, 4);
    }
    if (!read || at != s.len || !to_ms(wall_ms, year, month, day, hour, minute, second))
        return bo_fail(BO_SYNTAX, "'%.*s' is not an HTTP date", BO_STR_ARG(s));
    return BO_OK;
}

bo_status bo_time_parse_rfc3339(int64_t *wall_ms, bo_str s) {
    unsigned year, month, day, hour, minute, second, digit, ms = 0, off_hour = 0, off_minute = 0;
    size_t at = 0;
    int64_t time = 0;
    bool read = number(&year, s, &at, 4) && literal(s, &at, BO_STR("-")) && number(&month, s, &at, 2) &&
                literal(s, &at, BO_STR("-")) && number(&day, s, &at, 2) &&
                (literal(s, &at, BO_STR("T")) || literal(s, &at, BO_STR("t"))) &&
                clock_time(&hour, &minute, &second, s, &at);
    if (read && literal(s, &at, BO_STR("."))) {
        read = number(&digit, s, &at, 1);
        ms = read ? digit * 100 : 0;
        for (unsigned scale = 10; read && number(&digit, s, &at, 1); scale /= 10) ms += digit * scale;
    }
    bool east = false;
    if (read && !literal(s, &at, BO_STR("Z")) && !literal(s, &at, BO_STR("z"))) {
        east = literal(s, &at, BO_STR("+"));
        read = (east || literal(s, &at, BO_STR("-"))) && number(&off_hour, s, &at, 2) &&
               literal(s, &at, BO_STR(":")) && number(&off_minute, s, &at, 2) && off_hour <= 23 &&
               off_minute <= 59;
    }
    if (!read || at != s.len || !to_ms(&time, year, month, day, hour, minute, second))
        return bo_fail(BO_SYNTAX, "'%.*s' is not a date and time as RFC 3339 has it", BO_STR_ARG(s));
    int64_t offset = ((int64_t)off_hour * 60 + off_minute) * 60000;
    *wall_ms = time + ms + (east ? -offset : offset);
    return BO_OK;
}
