/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/french.h"

#include "base/clock.h"
#include "rdf/xsd.h"

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };

static bo_str date(int64_t days, bo_arena *arena) {
    static const char *const months[] = {"janvier",   "février", "mars",     "avril",
                                         "mai",       "juin",    "juillet",  "août",
                                         "septembre", "octobre", "novembre", "décembre"};
    int64_t year;
    unsigned month, day;
    bo_time_civil(&year, &month, &day, days);
    return bo_arena_printf(arena, "%u%s %s %lld", day, day == 1 ? "er" : "", months[month - 1],
                           (long long)year);
}

static bo_str moment(const bo_xsd *value, const bo_term *literal, bo_arena *arena) {
    if (value->type != BO_DT_DATE && value->type != BO_DT_DATE_TIME) return literal->value;
    int64_t second = value->moment.seconds % DAY;
    if (second < 0) second += DAY;
    bo_str day = date((value->moment.seconds - second) / DAY, arena);
    if (value->type == BO_DT_DATE) return day;
    return bo_arena_printf(arena, "%.*s à %lld h %02lld", BO_STR_ARG(day), (long long)(second / HOUR),
                           (long long)(second % HOUR / MINUTE));
}

static bo_str number(bo_xsd *value, const bo_term *literal, bo_arena *arena) {
    char room[BO_XSD_ROOM];
    bo_decimal exact;
    if (bo_datatype_kind(value->type) != BO_XSD_KIND_DECIMAL) {
        if (!bo_decimal_from_double(&exact, value->number, value->type == BO_DT_FLOAT)) return literal->value;
        value->decimal = exact;
    }
    value->type = value->decimal.scale == 0 ? BO_DT_INTEGER : BO_DT_DECIMAL;
    bo_str text = bo_xsd_write(room, value);
    char *point = memchr(room, '.', text.len);
    if (point != NULL) *point = ',';
    return bo_arena_str(arena, text);
}

bo_str bo_french(const bo_term *literal, bo_arena *arena) {
    bo_xsd value;
    if (!bo_xsd_of_term(&value, literal)) return literal->value;
    switch (bo_datatype_kind(value.type)) {
    case BO_XSD_KIND_BOOLEAN: return value.boolean ? BO_STR("oui") : BO_STR("non");
    case BO_XSD_KIND_DECIMAL:
    case BO_XSD_KIND_FLOAT:
    case BO_XSD_KIND_DOUBLE: return number(&value, literal, arena);
    case BO_XSD_KIND_MOMENT: return moment(&value, literal, arena);
    default: return literal->value;
    }
}
