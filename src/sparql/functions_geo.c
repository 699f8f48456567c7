/* SPDX-License-Identifier: Apache-2.0
 * geof:distance and the simple-features relations (OGC GeoSPARQL 11-052r4) on geo:wktLiteral. Relations hold
 * in the plane of longitude and latitude; distances are along the ellipsoid WGS 84.
 */
#include <math.h>

#include "rdf/vocab.h"
#include "sparql/calls.h"
#include "sparql/geos.h"

/* Distances. */

enum { STEPS_MOST = 200 };

#define MEAN_RADIUS 6371008.8 /* metres */

static double great_circle(const double from[2], const double to[2]) {
    double y = sin((to[1] - from[1]) / 2), x = sin((to[0] - from[0]) / 2);
    double h = y * y + cos(from[1]) * cos(to[1]) * x * x;
    return 2 * MEAN_RADIUS * asin(sqrt(h < 1 ? h : 1));
}

/* Metres between two points, in radians: Vincenty's inverse formula (Survey Review 23, 1975). It does not
 * converge for points that are nearly opposite on the globe: for these the great circle on a sphere, within
 * 0.6 %. */
static double geodesic(const double from[2], const double to[2]) {
    const double a = 6378137, f = 1 / 298.257223563, b = a * (1 - f);
    double u1 = atan((1 - f) * tan(from[1])), u2 = atan((1 - f) * tan(to[1])), l = to[0] - from[0];
    double s1 = sin(u1), c1 = cos(u1), s2 = sin(u2), c2 = cos(u2), lambda = l;
    for (int step = 0; step < STEPS_MOST; step++) {
        double x = c2 * sin(lambda), y = c1 * s2 - s1 * c2 * cos(lambda);
        double sin_sigma = sqrt(x * x + y * y), cos_sigma = s1 * s2 + c1 * c2 * cos(lambda);
        if (sin_sigma == 0) return 0;
        double sigma = atan2(sin_sigma, cos_sigma), sin_alpha = c1 * c2 * sin(lambda) / sin_sigma;
        double cos2_alpha = 1 - sin_alpha * sin_alpha;
        double cos_2m = cos2_alpha > 0 ? cos_sigma - 2 * s1 * s2 / cos2_alpha : 0;
        double c = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha));
        double m = 2 * cos_2m * cos_2m - 1, before = lambda;
        lambda = l + (1 - c) * f * sin_alpha * (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * m));
        if (fabs(lambda - before) > 1e-12) continue;
        double u = cos2_alpha * (a * a - b * b) / (b * b);
        double big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)));
        double big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)));
        double wide = big_b / 6 * cos_2m * (4 * sin_sigma * sin_sigma - 3) * (4 * cos_2m * cos_2m - 3);
        double less = big_b * sin_sigma * (cos_2m + big_b / 4 * (cos_sigma * m - wide));
        return b * big_a * (sigma - less);
    }
    return great_circle(from, to);
}

/* Metres in a unit; false when it is none that is known. */
static bool read_unit(double *out, const bo_val *value, bo_val_context *context) {
    static const struct {
        bo_str iri;
        double metres;
    } units[] = {
        {{"http://www.opengis.net/def/uom/OGC/1.0/metre", 44}, 1},
        {{"http://www.opengis.net/def/uom/OGC/1.0/radian", 45}, MEAN_RADIUS},
        {{"http://www.opengis.net/def/uom/OGC/1.0/degree", 45}, MEAN_RADIUS * M_PI / 180},
        {{"http://www.opengis.net/def/uom/EPSG/0/9001", 42}, 1},
        {{"http://www.opengis.net/def/uom/EPSG/0/9036", 42}, 1000},
        {{"http://qudt.org/vocab/unit/M", 28}, 1},
        {{"http://qudt.org/vocab/unit/KiloM", 32}, 1000},
    };
    bo_val copy = *value;
    bo_term term;
    if (value->kind != BO_VAL_IRI || bo_val_term(context, &term, &copy) != BO_OK) return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!bo_str_eq(units[i].iri, term.value)) continue;
        *out = units[i].metres;
        return true;
    }
    return false;
}

/* Arguments. */

/* Takes the reference system off a literal's text: CRS 84 when it names none. Unknown ones are false. */
static bool read_system(bo_str *text, bool *swapped) {
    static const struct {
        bo_str iri;
        bool swapped; /* latitude first */
    } systems[] = {
        {{"http://www.opengis.net/def/crs/OGC/1.3/CRS84", 44}, false},
        {{"http://www.opengis.net/def/crs/EPSG/0/4326", 42}, true},
    };
    *text = bo_str_trim(*text);
    *swapped = false;
    if (text->len == 0 || text->ptr[0] != '<') return true;
    size_t end = bo_str_find(*text, '>');
    bo_str iri = bo_str_from(bo_str_head(*text, end), 1);
    *text = bo_str_trim(bo_str_from(*text, end + 1));
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        if (!bo_str_eq(systems[i].iri, iri)) continue;
        *swapped = systems[i].swapped;
        return true;
    }
    return false;
}

enum { TEXT_MOST = 1 << 20 };

static bo_status read_geometry(bo_val_context *context, const bo_geometry **out, bo_val *value) {
    bo_term term;
    bool swapped;
    *out = NULL;
    if (context->geometries == NULL) BO_TRY(bo_geometries_new(&context->geometries));
    if (value->kind != BO_VAL_OTHER) return BO_OK;
    BO_TRY(bo_val_term(context, &term, value));
    if (!bo_str_eq(term.datatype, BO_STR(BO_GEO_NS "wktLiteral"))) return BO_OK;
    if (term.value.len > TEXT_MOST)
        return bo_fail(BO_LIMIT, "a geometry may have %d bytes of text at most", TEXT_MOST);
    if (!read_system(&term.value, &swapped)) return BO_OK;
    return bo_geometry_read(context->geometries, out, term.value, swapped);
}

static bo_status read_two(bo_val_context *context, const bo_geometry *both[2], bool *good, bo_val *args) {
    for (int i = 0; i < 2; i++) BO_TRY(read_geometry(context, &both[i], &args[i]));
    *good = both[0] != NULL && both[1] != NULL;
    return BO_OK;
}

/* Calls. */

CALL(GEO_DISTANCE) {
    const bo_geometry *both[2];
    double metres, from[2], to[2];
    bool good;
    BO_TRY(read_two(context, both, &good, args));
    if (!good || !read_unit(&metres, &args[2], context) ||
        !bo_geometry_nearest(context->geometries, from, to, both[0], both[1]))
        return BO_OK;
    for (int i = 0; i < 2; i++) {
        from[i] *= M_PI / 180;
        to[i] *= M_PI / 180;
    }
    double distance = geodesic(from, to) / metres;
    if (isfinite(distance)) *out = bo_val_of_double(distance);
    return BO_OK;
}

static bo_status relate(bo_val_context *context, bo_val *out, bo_val *args, bo_relation relation) {
    const bo_geometry *both[2];
    bool good, answer;
    BO_TRY(read_two(context, both, &good, args));
    if (good && bo_geometry_relate(context->geometries, &answer, relation, both[0], both[1]))
        *out = bo_val_of_bool(answer);
    return BO_OK;
}

#define RELATION(name)                                                                                       \
    CALL(name) {                                                                                             \
        return relate(context, out, args, BO_##name);                                                        \
    }
RELATION(GEO_EQUALS)
RELATION(GEO_DISJOINT)
RELATION(GEO_INTERSECTS)
RELATION(GEO_TOUCHES)
RELATION(GEO_CROSSES)
RELATION(GEO_WITHIN)
RELATION(GEO_CONTAINS)
RELATION(GEO_OVERLAPS)
