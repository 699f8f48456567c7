/* SPDX-License-Identifier: Apache-2.0
 * Dates, times and durations (XML Schema Definition Language 1.1 Part 2, sections 3.3.6 to 3.3.14 and
 * 3.4.26 to 3.4.28).
 */
#include <stdio.h>

#include "base/clock.h"
#include "rdf/xsd.h"

enum { YEAR = 1, MONTH = 2, DAY = 4, CLOCK = 8, ZONE = 16 };
enum { DAY_SECONDS = 86400, ZONE_CAP = 14 * 60, NANO = 1000000000 };

/* What a datatype's lexical form says. */
static const unsigned char parts_of[BO_DT_COUNT] = {
    [BO_DT_DATE_TIME] = YEAR | MONTH | DAY | CLOCK,
    [BO_DT_DATE_TIME_STAMP] = YEAR | MONTH | DAY | CLOCK | ZONE,
    [BO_DT_DATE] = YEAR | MONTH | DAY,
    [BO_DT_TIME] = CLOCK,
    [BO_DT_G_YEAR] = YEAR,
    [BO_DT_G_YEAR_MONTH] = YEAR | MONTH,
    [BO_DT_G_MONTH] = MONTH,
    [BO_DT_G_MONTH_DAY] = MONTH | DAY,
    [BO_DT_G_DAY] = DAY,
};

typedef struct cursor {
    bo_str s;
    size_t at;
} cursor;

static bool take(cursor *c, char wanted) {
    if (c->at >= c->s.len || c->s.ptr[c->at] != wanted) return false;
    c->at++;
    return true;
}

/* At least `least` and at most `most` digits. */
static bool number(cursor *c, int64_t *out, size_t least, size_t most) {
    size_t begin = c->at;
    int64_t n = 0;
    for (; c->at < c->s.len && c->s.ptr[c->at] >= '0' && c->s.ptr[c->at] <= '9'; c->at++) {
        if (c->at - begin == most) return false;
        n = n * 10 + (c->s.ptr[c->at] - '0');
    }
    if (c->at - begin < least) return false;
    *out = n;
    return true;
}

/* Behind the point; true when there is no point. */
static bool fraction(cursor *c, uint32_t *nanos) {
    *nanos = 0;
    if (!take(c, '.')) return true;
    size_t begin = c->at;
    uint32_t unit = NANO / 10;
    for (; c->at < c->s.len && c->s.ptr[c->at] >= '0' && c->s.ptr[c->at] <= '9'; c->at++, unit /= 10)
        *nanos += (uint32_t)(c->s.ptr[c->at] - '0') * unit;
    return c->at > begin;
}

static bool year(cursor *c, int64_t *out) {
    bool negative = take(c, '-');
    size_t begin = c->at;
    if (!number(c, out, 4, 9)) return false;
    if (c->at - begin > 4 && c->s.ptr[begin] == '0') return false;
    if (negative) *out = -*out;
    return true;
}

static bool zone(cursor *c, int16_t *out) {
    int64_t hours, minutes;
    *out = BO_NO_ZONE;
    if (c->at == c->s.len) return true;
    *out = 0;
    if (take(c, 'Z')) return c->at == c->s.len;
    bool west = c->s.ptr[c->at] == '-';
    if (!take(c, west ? '-' : '+') || !number(c, &hours, 2, 2) || !take(c, ':') ||
        !number(c, &minutes, 2, 2) || minutes > 59 || hours * 60 + minutes > ZONE_CAP)
        return false;
    *out = (int16_t)((west ? -1 : 1) * (hours * 60 + minutes));
    return c->at == c->s.len;
}

static int64_t days_in(int64_t of_year, int64_t month) {
    int64_t begin = bo_time_days(of_year, (unsigned)month, 1);
    return (month == 12 ? bo_time_days(of_year + 1, 1, 1) : bo_time_days(of_year, (unsigned)month + 1, 1)) -
           begin;
}

static bool clock_time(cursor *c, bo_moment *out) {
    int64_t hour, minute, second;
    if (!number(c, &hour, 2, 2) || !take(c, ':') || !number(c, &minute, 2, 2) || !take(c, ':') ||
        !number(c, &second, 2, 2) || !fraction(c, &out->nanos))
        return false;
    bool end_of_day = hour == 24 && minute == 0 && second == 0 && out->nanos == 0;
    if ((hour > 23 && !end_of_day) || minute > 59 || second > 59) return false;
    out->seconds += (hour * 60 + minute) * 60 + second;
    return true;
}

/* What stands for a year that is left out. */
static bool two_dashes(cursor *c) {
    return take(c, '-') && take(c, '-'); /* NOLINT(misc-redundant-expression): each takes one */
}

bool bo_moment_parse(bo_moment *out, bo_datatype type, bo_str lexical) {
    cursor c = {lexical, 0};
    unsigned parts = parts_of[type];
    /* What is left out: a leap year that ends in a month of 31 days. */
    int64_t y = 1972, m = 12, d = 31;
    bo_moment made = {0};
    if (parts & YEAR) {
        if (!year(&c, &y)) return false;
        if (!(parts & MONTH)) m = 1;
        if (!(parts & DAY)) d = 1;
    } else if (parts != CLOCK && !two_dashes(&c)) {
        return false;
    }
    if (parts & MONTH) {
        if ((parts & YEAR && !take(&c, '-')) || !number(&c, &m, 2, 2) || m < 1 || m > 12) return false;
        if (!(parts & DAY)) d = 1;
    }
    if (parts & DAY) {
        if (!take(&c, '-') || !number(&c, &d, 2, 2) || d < 1 || d > days_in(y, m)) return false;
    }
    if (parts != CLOCK) made.seconds = bo_time_days(y, (unsigned)m, (unsigned)d) * DAY_SECONDS;
    if (parts & CLOCK && ((parts != CLOCK && !take(&c, 'T')) || !clock_time(&c, &made))) return false;
    if (parts == CLOCK) made.seconds %= DAY_SECONDS; /* 24:00:00 is 00:00:00 */
    if (!zone(&c, &made.zone) || (parts & ZONE && made.zone == BO_NO_ZONE)) return false;
    *out = made;
    return true;
}

bo_civil bo_moment_civil(bo_moment moment) {
    int64_t days = moment.seconds / DAY_SECONDS, rest = moment.seconds % DAY_SECONDS;
    if (rest < 0) rest += DAY_SECONDS, days--;
    bo_civil civil = {.hour = (unsigned)(rest / 3600),
                      .minute = (unsigned)(rest / 60 % 60),
                      .second = (unsigned)(rest % 60)};
    bo_time_civil(&civil.year, &civil.month, &civil.day, days);
    return civil;
}

static void put_fraction(char *room, size_t size, size_t *at, uint32_t nanos) {
    if (nanos == 0) return;
    *at += (size_t)snprintf(room + *at, size - *at, ".%09u", nanos);
    while (room[*at - 1] == '0') --*at;
}

bo_str bo_moment_write(char room[BO_XSD_ROOM], bo_datatype type, bo_moment moment) {
    bo_civil civil = bo_moment_civil(moment);
    unsigned parts = parts_of[type];
    size_t at = 0, size = BO_XSD_ROOM;
#define PUT(...) at += (size_t)snprintf(room + at, size - at, __VA_ARGS__)
    if (parts & YEAR)
        PUT("%s%04lld", civil.year < 0 ? "-" : "", (long long)(civil.year < 0 ? -civil.year : civil.year));
    else if (parts != CLOCK)
        PUT("-");
    if (parts & MONTH) PUT("-%02u", civil.month);
    if (parts & DAY) PUT("%s-%02u", parts & MONTH ? "" : "-", civil.day);
    if (parts & CLOCK) {
        PUT("%s%02u:%02u:%02u", parts & DAY ? "T" : "", civil.hour, civil.minute, civil.second);
        put_fraction(room, size, &at, moment.nanos);
    }
    if (moment.zone == 0) PUT("Z");
    if (moment.zone != 0 && moment.zone != BO_NO_ZONE) {
        unsigned minutes = (unsigned)(moment.zone < 0 ? -moment.zone : moment.zone);
        PUT("%c%02u:%02u", moment.zone < 0 ? '-' : '+', minutes / 60, minutes % 60);
    }
#undef PUT
    return (bo_str){room, at};
}

static int compare_instants(bo_moment a, bo_moment b) {
    if (a.seconds != b.seconds) return a.seconds < b.seconds ? -1 : 1;
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos;
}

static bo_moment shifted(bo_moment moment, int minutes) {
    moment.seconds -= minutes * 60;
    return moment;
}

/* One without a zone may stand anywhere in 28 hours (section 3.3.7.4 of part 2, version 1.0). */
bo_compared bo_moment_compare(bo_moment a, bo_moment b) {
    bool floats = a.zone == BO_NO_ZONE;
    if (floats == (b.zone == BO_NO_ZONE))
        return (bo_compared)(floats ? compare_instants(a, b)
                                    : compare_instants(shifted(a, a.zone), shifted(b, b.zone)));
    if (!floats) {
        bo_compared other = bo_moment_compare(b, a);
        return other == BO_IS_UNORDERED ? other : (bo_compared)-other;
    }
    bo_moment fixed = shifted(b, b.zone);
    if (compare_instants(shifted(a, -ZONE_CAP), fixed) < 0) return BO_IS_LESS;
    return compare_instants(shifted(a, ZONE_CAP), fixed) > 0 ? BO_IS_GREATER : BO_IS_UNORDERED;
}

/* One part of a duration, if the letter behind the number is its own. */
static bool part(cursor *c, int64_t *sum, char letter, int64_t factor, bool *any) {
    cursor ahead = *c;
    int64_t n;
    if (!number(&ahead, &n, 1, 9) || !take(&ahead, letter)) return false;
    *c = ahead;
    *sum += n * factor;
    return *any = true;
}

static bool seconds_part(cursor *c, bo_duration *out, bool *any) {
    cursor ahead = *c;
    int64_t n;
    uint32_t nanos;
    if (!number(&ahead, &n, 1, 9) || !fraction(&ahead, &nanos) || !take(&ahead, 'S')) return false;
    *c = ahead;
    out->seconds += n;
    out->nanos = (int32_t)nanos;
    return *any = true;
}

bool bo_duration_parse(bo_duration *out, bo_datatype type, bo_str lexical) {
    cursor c = {lexical, 0};
    bo_duration made = {0};
    bool negative = take(&c, '-'), any = false, any_time = false;
    if (!take(&c, 'P')) return false;
    if (type != BO_DT_DAY_TIME_DURATION) {
        part(&c, &made.months, 'Y', 12, &any);
        part(&c, &made.months, 'M', 1, &any);
    }
    if (type != BO_DT_YEAR_MONTH_DURATION) {
        part(&c, &made.seconds, 'D', DAY_SECONDS, &any);
        if (take(&c, 'T')) {
            part(&c, &made.seconds, 'H', 3600, &any_time);
            part(&c, &made.seconds, 'M', 60, &any_time);
            seconds_part(&c, &made, &any_time);
            if (!any_time) return false;
        }
    }
    if (c.at != lexical.len || (!any && !any_time)) return false;
    if (negative) made = (bo_duration){-made.months, -made.seconds, -made.nanos};
    *out = made;
    return true;
}

bo_str bo_duration_write(char room[BO_XSD_ROOM], bo_datatype type, bo_duration d) {
    size_t at = 0, size = BO_XSD_ROOM;
    if (d.months < 0 || d.seconds < 0 || d.nanos < 0) {
        d = (bo_duration){-d.months, -d.seconds, -d.nanos};
        room[at++] = '-';
    }
    const struct {
        int64_t n;
        char letter;
    } rows[] = {{d.months / 12, 'Y'},         {d.months % 12, 'M'},       {d.seconds / DAY_SECONDS, 'D'},
                {d.seconds / 3600 % 24, 'H'}, {d.seconds / 60 % 60, 'M'}, {d.seconds % 60, 'S'}};
    room[at++] = 'P';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (i == 3 && (d.seconds % DAY_SECONDS != 0 || d.nanos != 0)) room[at++] = 'T';
        if (rows[i].n == 0 && (rows[i].letter != 'S' || d.nanos == 0)) continue;
        at += (size_t)snprintf(room + at, size - at, "%lld", (long long)rows[i].n);
        if (rows[i].letter == 'S') put_fraction(room, size, &at, (uint32_t)d.nanos);
        room[at++] = rows[i].letter;
    }
    if (room[at - 1] == 'P')
        at += (size_t)snprintf(room + at, size - at, type == BO_DT_YEAR_MONTH_DURATION ? "0M" : "T0S");
    return (bo_str){room, at};
}

/* They stand as the moments do that they lead to from each of four days (section 3.3.6.2). */
bo_compared bo_duration_compare(bo_duration a, bo_duration b) {
    static const struct { int64_t year, month; } from[] = {{1696, 9}, {1697, 2}, {1903, 3}, {1903, 7}};
    int first = 0;
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        const bo_duration both[] = {a, b};
        bo_moment to[2];
        for (size_t k = 0; k < 2; k++) {
            int64_t months = from[i].year * 12 + from[i].month - 1 + both[k].months;
            int64_t of_year = months >= 0 ? months / 12 : (months - 11) / 12;
            int64_t seconds = bo_time_days(of_year, (unsigned)(months - of_year * 12) + 1, 1) * DAY_SECONDS +
                              both[k].seconds;
            bool borrow = both[k].nanos < 0;
            to[k] = (bo_moment){.seconds = seconds - borrow,
                                .nanos = (uint32_t)(both[k].nanos + (borrow ? NANO : 0))};
        }
        int order = compare_instants(to[0], to[1]);
        if (i > 0 && order != first) return BO_IS_UNORDERED;
        first = order;
    }
    return (bo_compared)first;
}
