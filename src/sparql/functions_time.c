/* SPDX-License-Identifier: Apache-2.0
 * Functions on dates and times (SPARQL 1.1 section 17.4.5). Dates give what they have, too.
 */
#include "sparql/calls.h"

static bool has_date(const bo_val *value) {
    return value->kind == BO_VAL_XSD && value->xsd.type >= BO_DT_DATE_TIME && value->xsd.type <= BO_DT_DATE;
}

static bool has_clock(const bo_val *value) {
    return value->kind == BO_VAL_XSD &&
           (value->xsd.type == BO_DT_DATE_TIME || value->xsd.type == BO_DT_DATE_TIME_STAMP ||
            value->xsd.type == BO_DT_TIME);
}

CALL(YEAR) {
    if (has_date(args)) *out = bo_val_of_integer(bo_moment_civil(args->xsd.moment).year);
    return BO_OK;
}

CALL(MONTH) {
    if (has_date(args)) *out = bo_val_of_integer(bo_moment_civil(args->xsd.moment).month);
    return BO_OK;
}

CALL(DAY) {
    if (has_date(args)) *out = bo_val_of_integer(bo_moment_civil(args->xsd.moment).day);
    return BO_OK;
}

CALL(HOURS) {
    if (has_clock(args)) *out = bo_val_of_integer(bo_moment_civil(args->xsd.moment).hour);
    return BO_OK;
}

CALL(MINUTES) {
    if (has_clock(args)) *out = bo_val_of_integer(bo_moment_civil(args->xsd.moment).minute);
    return BO_OK;
}

CALL(SECONDS) {
    if (!has_clock(args)) return BO_OK;
    bo_decimal whole = {bo_moment_civil(args->xsd.moment).second, 0}, sum;
    bo_decimal nanos = {args->xsd.moment.nanos, 9};
    if (bo_decimal_add(&sum, whole, nanos)) *out = bo_val_of_decimal(sum);
    return BO_OK;
}

CALL(TIMEZONE) {
    if (!has_date(args) && !has_clock(args)) return BO_OK;
    if (args->xsd.moment.zone == BO_NO_ZONE) return BO_OK;
    *out = (bo_val){.kind = BO_VAL_XSD,
                    .xsd = {.type = BO_DT_DAY_TIME_DURATION, .duration.seconds = args->xsd.moment.zone * 60}};
    return BO_OK;
}

/* The zone as the canonical form of the value ends in it. */
CALL(TZ) {
    if (!has_date(args) && !has_clock(args)) return BO_OK;
    char *room = bo_arena_alloc(context->arena, BO_XSD_ROOM);
    if (room == NULL) return bo_error_last()->status;
    bo_str with = bo_xsd_write(room, &args->xsd);
    bo_xsd bare = args->xsd;
    bare.moment.zone = BO_NO_ZONE;
    char other[BO_XSD_ROOM];
    *out = bo_val_of_string(bo_str_from(with, bo_xsd_write(other, &bare).len));
    return BO_OK;
}

CALL(NOW) {
    int64_t ms = (context->now_ms % 1000 + 1000) % 1000;
    *out = (bo_val){
        .kind = BO_VAL_XSD,
        .xsd = {.type = BO_DT_DATE_TIME,
                .moment = {.seconds = (context->now_ms - ms) / 1000, .nanos = (uint32_t)ms * 1000000}}};
    return BO_OK;
}
