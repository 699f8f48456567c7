/* SPDX-License-Identifier: Apache-2.0
 * Literals that live inside their id. Only a lexical form that comes back to the very same characters is
 * taken in; within a tag, ids order as values do.
 */
#include <stdio.h>

#include "base/clock.h"
#include "bocage/source.h"
#include "rdf/vocab.h"
#include "rdf/xsd.h"

#define BIAS ((int64_t)1 << 55)
enum { DECIMAL_PLACES = 6, DAY_MS = 86400000 };

static const bo_str languages[] = {
#define BO_LANG(tag) {tag, sizeof(tag) - 1},
#include "rdf/lang.def"
#undef BO_LANG
};

const unsigned char bo_order_columns[BO_ORDER_COUNT][4] = {
    [BO_SPOG] = {0, 1, 2, 3}, [BO_PSOG] = {1, 0, 2, 3}, [BO_POSG] = {1, 2, 0, 3},
    [BO_OSPG] = {2, 0, 1, 3}, [BO_GSPO] = {3, 0, 1, 2},
};

bo_order bo_order_for(const bo_ids *pattern) {
    /* bit 3: s, bit 2: p, bit 1: o, bit 0: g */
    static const unsigned char best[16] = {
        BO_SPOG, BO_GSPO, BO_OSPG, BO_OSPG, BO_PSOG, BO_PSOG, BO_POSG, BO_POSG,
        BO_SPOG, BO_GSPO, BO_OSPG, BO_OSPG, BO_SPOG, BO_GSPO, BO_SPOG, BO_SPOG,
    };
    return (bo_order)
        best[(pattern->s != 0) << 3 | (pattern->p != 0) << 2 | (pattern->o != 0) << 1 | (pattern->g != 0)];
}

bo_term_kind bo_id_kind(bo_id id) {
    switch (bo_id_tag(id)) {
    case BO_TAG_SPECIAL: return BO_NO_TERM;
    case BO_TAG_IRI:
    case BO_TAG_LOCAL_IRI: return BO_IRI;
    case BO_TAG_BLANK:
    case BO_TAG_LOCAL_BLANK: return BO_BLANK;
    default: return BO_LITERAL;
    }
}

static bo_id biased(bo_tag tag, int64_t n) {
    return n < -BIAS || n >= BIAS ? BO_ID_NONE : bo_id_make(tag, (uint64_t)(n + BIAS));
}

static int64_t unbiased(bo_id id) {
    return (int64_t)bo_id_payload(id) - BIAS;
}

static uint64_t packed(bo_str s, unsigned bytes) {
    uint64_t n = 0;
    for (unsigned i = 0; i < bytes; i++) n = n << 8 | (i < s.len ? (unsigned char)s.ptr[i] : 0u);
    return n;
}

static bo_str unpacked(char *room, uint64_t n, unsigned bytes) {
    size_t len = 0;
    for (unsigned i = 0; i < bytes; i++) {
        char c = (char)(n >> (8 * (bytes - 1 - i)));
        if (c == '\0') break;
        room[len++] = c;
    }
    return (bo_str){room, len};
}

static bool fits(bo_str s, size_t most) {
    return s.len <= most && memchr(s.ptr ? s.ptr : "", 0, s.len) == NULL;
}

static bo_id inline_lang(const bo_term *term) {
    if (!fits(term->value, 5)) return BO_ID_NONE;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (bo_str_eq(languages[i], term->lang))
            return bo_id_make(BO_TAG_LANG, packed(term->value, 5) << 16 | i);
    return BO_ID_NONE;
}

/* Digits only, no leading zero unless it is the only one. */
static bool canonical_digits(bo_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len == 1 || (s.len > 1 && s.ptr[0] != '0');
}

static int64_t digits_value(bo_str s) {
    int64_t n = 0;
    for (size_t i = 0; i < s.len; i++) n = n * 10 + (s.ptr[i] - '0');
    return n;
}

static bo_id inline_integer(bo_str s) {
    bool negative = s.len > 0 && s.ptr[0] == '-';
    bo_str digits = bo_str_from(s, negative);
    if (digits.len > 17 || !canonical_digits(digits) || (negative && digits.ptr[0] == '0')) return BO_ID_NONE;
    int64_t n = digits_value(digits);
    return biased(BO_TAG_INTEGER, negative ? -n : n);
}

/* Whole part, point, 1 to 6 places of which the last is no zero unless it stands alone; scaled by 10^6. */
static bo_id inline_decimal(bo_str s) {
    bool negative = s.len > 0 && s.ptr[0] == '-';
    bo_str rest = bo_str_from(s, negative);
    size_t point = bo_str_find(rest, '.');
    bo_str whole = bo_str_head(rest, point), places = bo_str_from(rest, point + 1);
    if (point >= rest.len || whole.len > 11 || !canonical_digits(whole) || places.len < 1 ||
        places.len > DECIMAL_PLACES)
        return BO_ID_NONE;
    for (size_t i = 0; i < places.len; i++)
        if (places.ptr[i] < '0' || places.ptr[i] > '9') return BO_ID_NONE;
    if (places.len > 1 && places.ptr[places.len - 1] == '0') return BO_ID_NONE;
    int64_t n = digits_value(whole) * 1000000, fraction = digits_value(places);
    for (size_t i = places.len; i < DECIMAL_PLACES; i++) fraction *= 10;
    n += fraction;
    if (negative && n == 0) return BO_ID_NONE;
    return biased(BO_TAG_DECIMAL, negative ? -n : n);
}

static bo_str write_decimal(char *room, int64_t n) {
    uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    int len = snprintf(room, BO_ID_ROOM, "%s%llu.%06llu", n < 0 ? "-" : "",
                       (unsigned long long)(size / 1000000), (unsigned long long)(size % 1000000));
    while (room[len - 1] == '0' && room[len - 2] != '.') len--;
    return (bo_str){room, (size_t)len};
}

static bo_str write_date_time(char *room, int64_t ms) {
    bo_time_rfc3339(room, ms); /* "....ss.mmmZ" */
    size_t len = 23;
    while (room[len - 1] == '0' && len > 20) len--;
    if (len == 20) len = 19;
    room[len] = 'Z';
    return (bo_str){room, len + 1};
}

static bo_str write_date(char *room, int64_t days) {
    bo_time_rfc3339(room, days * DAY_MS);
    return (bo_str){room, 10};
}

/* 1000 to 9999, so that four digits always come back. */
static bool plain_year(bo_str s) {
    return s.len >= 10 && s.ptr[0] >= '1' && s.ptr[0] <= '9' && s.ptr[4] == '-';
}

static bo_id inline_date_time(bo_str s) {
    char room[BO_ID_ROOM];
    int64_t ms;
    if (!plain_year(s) || s.len > 24 || s.ptr[s.len - 1] != 'Z' || s.ptr[10] != 'T') return BO_ID_NONE;
    if (bo_time_parse_rfc3339(&ms, s) != BO_OK || !bo_str_eq(write_date_time(room, ms), s)) return BO_ID_NONE;
    return biased(BO_TAG_DATE_TIME, ms);
}

static bo_id inline_date(bo_str s) {
    char room[BO_ID_ROOM], whole[21];
    int64_t ms;
    if (!plain_year(s) || s.len != 10) return BO_ID_NONE;
    memcpy(whole, s.ptr, 10);
    memcpy(whole + 10, "T00:00:00Z", 10);
    if (bo_time_parse_rfc3339(&ms, (bo_str){whole, 20}) != BO_OK) return BO_ID_NONE;
    return bo_str_eq(write_date(room, ms / DAY_MS), s) ? biased(BO_TAG_DATE, ms / DAY_MS) : BO_ID_NONE;
}

static bo_id inline_boolean(bo_str s) {
    if (bo_str_eq(s, BO_STR("true"))) return bo_id_make(BO_TAG_BOOLEAN, 1);
    return bo_str_eq(s, BO_STR("false")) ? bo_id_make(BO_TAG_BOOLEAN, 0) : BO_ID_NONE;
}

static const struct {
    const bo_str *datatype;
    bo_tag tag;
    bo_id (*take)(bo_str lexical);
} typed[] = {
    {&BO_XSD_INTEGER, BO_TAG_INTEGER, inline_integer},
    {&BO_XSD_DECIMAL, BO_TAG_DECIMAL, inline_decimal},
    {&BO_XSD_DATE_TIME, BO_TAG_DATE_TIME, inline_date_time},
    {&BO_XSD_BOOLEAN, BO_TAG_BOOLEAN, inline_boolean},
    {&BO_XSD_DATE, BO_TAG_DATE, inline_date},
};

bo_id bo_id_inline(const bo_term *term) {
    if (term->kind != BO_LITERAL) return BO_ID_NONE;
    if (term->lang.len) return inline_lang(term);
    if (term->datatype.len == 0)
        return fits(term->value, 7) ? bo_id_make(BO_TAG_STRING, packed(term->value, 7)) : BO_ID_NONE;
    if (term->value.len > 26) return BO_ID_NONE;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        if (bo_str_eq(*typed[i].datatype, term->datatype)) return typed[i].take(term->value);
    return BO_ID_NONE;
}

void bo_id_expand(bo_term *out, bo_id id, char room[BO_ID_ROOM]) {
    *out = (bo_term){.kind = BO_LITERAL};
    bo_tag tag = bo_id_tag(id);
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        if (typed[i].tag == tag) out->datatype = *typed[i].datatype;
    switch (tag) {
    case BO_TAG_STRING: out->value = unpacked(room, bo_id_payload(id), 7); break;
    case BO_TAG_BOOLEAN: out->value = bo_id_payload(id) ? BO_STR("true") : BO_STR("false"); break;
    case BO_TAG_INTEGER:
        out->value = (bo_str){room, (size_t)snprintf(room, BO_ID_ROOM, "%lld", (long long)unbiased(id))};
        break;
    case BO_TAG_DECIMAL: out->value = write_decimal(room, unbiased(id)); break;
    case BO_TAG_DATE_TIME: out->value = write_date_time(room, unbiased(id)); break;
    case BO_TAG_DATE: out->value = write_date(room, unbiased(id)); break;
    case BO_TAG_LANG:
        out->value = unpacked(room, bo_id_payload(id) >> 16, 5);
        if ((id & 0xFFFF) < sizeof languages / sizeof *languages) out->lang = languages[id & 0xFFFF];
        break;
    default: *out = (bo_term){.kind = BO_NO_TERM};
    }
}

bool bo_xsd_of_id(bo_xsd *out, bo_id id) {
    bo_xsd made = {0};
    int64_t n = unbiased(id);
    switch (bo_id_tag(id)) {
    case BO_TAG_BOOLEAN:
        made.type = BO_DT_BOOLEAN;
        made.boolean = bo_id_payload(id) != 0;
        break;
    case BO_TAG_INTEGER:
        made.type = BO_DT_INTEGER;
        made.decimal.n = n;
        break;
    case BO_TAG_DECIMAL:
        made.type = BO_DT_DECIMAL;
        made.decimal = (bo_decimal){n, DECIMAL_PLACES};
        while (made.decimal.scale > 0 && made.decimal.n % 10 == 0) made.decimal.n /= 10, made.decimal.scale--;
        break;
    case BO_TAG_DATE_TIME:
        made.type = BO_DT_DATE_TIME;
        made.moment.seconds = (n - (n % 1000 + 1000) % 1000) / 1000;
        made.moment.nanos = (uint32_t)((n % 1000 + 1000) % 1000) * 1000000;
        break;
    case BO_TAG_DATE:
        made.type = BO_DT_DATE;
        made.moment = (bo_moment){.seconds = n * (DAY_MS / 1000), .zone = BO_NO_ZONE};
        break;
    default: return false;
    }
    *out = made;
    return true;
}

static bo_id id_of_decimal(bo_decimal d) {
    if (d.scale > DECIMAL_PLACES || d.n < -BIAS || d.n >= BIAS) return BO_ID_NONE;
    bo_i128 n = d.n;
    for (unsigned i = d.scale; i < DECIMAL_PLACES; i++) n *= 10;
    return n < -BIAS || n >= BIAS ? BO_ID_NONE : biased(BO_TAG_DECIMAL, (int64_t)n);
}

/* Years of four digits only, as when they are read. */
static bo_id id_of_moment(bo_datatype type, bo_moment moment) {
    int64_t year = bo_moment_civil(moment).year;
    if (year < 1000 || year > 9999) return BO_ID_NONE;
    if (type == BO_DT_DATE && moment.zone == BO_NO_ZONE)
        return biased(BO_TAG_DATE, moment.seconds / (DAY_MS / 1000));
    if (type != BO_DT_DATE_TIME || moment.zone != 0 || moment.nanos % 1000000 != 0) return BO_ID_NONE;
    return biased(BO_TAG_DATE_TIME, moment.seconds * 1000 + moment.nanos / 1000000);
}

bo_id bo_xsd_id(const bo_xsd *value) {
    switch (value->type) {
    case BO_DT_BOOLEAN: return bo_id_make(BO_TAG_BOOLEAN, value->boolean);
    case BO_DT_INTEGER:
        return value->decimal.n < -BIAS || value->decimal.n >= BIAS
                   ? BO_ID_NONE
                   : biased(BO_TAG_INTEGER, (int64_t)value->decimal.n);
    case BO_DT_DECIMAL: return id_of_decimal(value->decimal);
    case BO_DT_DATE_TIME:
    case BO_DT_DATE: return id_of_moment(value->type, value->moment);
    default: return BO_ID_NONE;
    }
}
