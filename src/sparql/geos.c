/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/geos.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

enum { KEPT = 8 };

struct bo_geometry {
    char *text; /* NULL: free */
    size_t len;
    bool swapped;
    GEOSGeometry *shape; /* NULL: the text is none */
    uint64_t used;       /* when last asked for */
};

struct bo_geometries {
    GEOSContextHandle_t geos;
    GEOSWKTReader *reader;
    bo_geometry kept[KEPT];
    uint64_t asked;
};

bo_status bo_geometries_new(bo_geometries **out) {
    bo_geometries *all = calloc(1, sizeof *all);
    if (all != NULL) all->geos = GEOS_init_r();
    if (all != NULL && all->geos != NULL) all->reader = GEOSWKTReader_create_r(all->geos);
    if (all == NULL || all->reader == NULL) {
        bo_geometries_free(all);
        return bo_fail(BO_NO_MEMORY, "memory ran out for geometries");
    }
    *out = all;
    return BO_OK;
}

static void forget(bo_geometries *all, bo_geometry *g) {
    if (g->shape != NULL) GEOSGeom_destroy_r(all->geos, g->shape);
    free(g->text);
    *g = (bo_geometry){0};
}

void bo_geometries_free(bo_geometries *all) {
    if (all == NULL) return;
    for (size_t i = 0; i < KEPT; i++) forget(all, &all->kept[i]);
    if (all->reader != NULL) GEOSWKTReader_destroy_r(all->geos, all->reader);
    if (all->geos != NULL) GEOS_finish_r(all->geos);
    free(all);
}

/* Reading. */

static int swap(double *x, double *y, void *unused) {
    double kept = *x;
    (void)unused;
    *x = *y;
    *y = kept;
    return 1;
}

static int stretch(double *x, double *y, void *factor) {
    (void)y;
    *x *= *(const double *)factor;
    return 1;
}

static GEOSGeometry *changed(bo_geometries *all, const GEOSGeometry *shape, GEOSTransformXYCallback by,
                             void *with) {
    return shape != NULL ? GEOSGeom_transformXY_r(all->geos, shape, by, with) : NULL;
}

static GEOSGeometry *read_shape(bo_geometries *all, const char *text, bool swapped) {
    GEOSGeometry *shape = GEOSWKTReader_read_r(all->geos, all->reader, text);
    if (!swapped || shape == NULL) return shape;
    GEOSGeometry *turned = changed(all, shape, swap, NULL);
    GEOSGeom_destroy_r(all->geos, shape);
    return turned;
}

bo_status bo_geometry_read(bo_geometries *all, const bo_geometry **out, bo_str text, bool swapped) {
    bo_geometry *oldest = &all->kept[0], *found = NULL;
    for (size_t i = 0; i < KEPT && found == NULL; i++) {
        bo_geometry *g = &all->kept[i];
        bool same = g->text != NULL && g->swapped == swapped && bo_str_eq(bo_str_make(g->text, g->len), text);
        if (same) found = g;
        if (g->used < oldest->used) oldest = g;
    }
    if (found == NULL) {
        found = oldest;
        forget(all, found);
        found->text = strndup(text.ptr, text.len);
        if (found->text == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out for a geometry");
        found->len = text.len;
        found->swapped = swapped;
        found->shape = read_shape(all, found->text, swapped);
    }
    found->used = ++all->asked;
    *out = found->shape != NULL ? found : NULL;
    return BO_OK;
}

/* Two geometries. */

bool bo_geometry_relate(bo_geometries *all, bool *out, bo_relation relation, const bo_geometry *a,
                        const bo_geometry *b) {
    static char (*const relations[])(GEOSContextHandle_t, const GEOSGeometry *, const GEOSGeometry *) = {
        [BO_GEO_EQUALS] = GEOSEquals_r,         [BO_GEO_DISJOINT] = GEOSDisjoint_r,
        [BO_GEO_INTERSECTS] = GEOSIntersects_r, [BO_GEO_TOUCHES] = GEOSTouches_r,
        [BO_GEO_CROSSES] = GEOSCrosses_r,       [BO_GEO_WITHIN] = GEOSWithin_r,
        [BO_GEO_CONTAINS] = GEOSContains_r,     [BO_GEO_OVERLAPS] = GEOSOverlaps_r};
    char answer = relations[relation](all->geos, a->shape, b->shape); /* 2: an exception */
    if (answer != 0 && answer != 1) return false;
    *out = answer == 1;
    return true;
}

static bool point_of(bo_geometries *all, double out[2], const GEOSGeometry *shape) {
    return GEOSGeomTypeId_r(all->geos, shape) == GEOS_POINT &&
           GEOSGeomGetX_r(all->geos, shape, &out[0]) == 1 && GEOSGeomGetY_r(all->geos, shape, &out[1]) == 1;
}

static double middle_latitude(bo_geometries *all, const GEOSGeometry *a, const GEOSGeometry *b) {
    const GEOSGeometry *const both[2] = {a, b};
    double sum = 0;
    for (int i = 0; i < 2; i++) {
        double low = 0, high = 0;
        GEOSGeom_getYMin_r(all->geos, both[i], &low);
        GEOSGeom_getYMax_r(all->geos, both[i], &high);
        sum += low + high;
    }
    return sum / 4;
}

static bool nearest(bo_geometries *all, double from[2], double to[2], const GEOSGeometry *a,
                    const GEOSGeometry *b) {
    GEOSCoordSequence *points = GEOSNearestPoints_r(all->geos, a, b);
    if (points == NULL) return false;
    bool found = GEOSCoordSeq_getXY_r(all->geos, points, 0, &from[0], &from[1]) == 1 &&
                 GEOSCoordSeq_getXY_r(all->geos, points, 1, &to[0], &to[1]) == 1;
    GEOSCoordSeq_destroy_r(all->geos, points);
    return found;
}

bool bo_geometry_nearest(bo_geometries *all, double from[2], double to[2], const bo_geometry *a,
                         const bo_geometry *b) {
    if (point_of(all, from, a->shape) && point_of(all, to, b->shape)) return true;
    if (GEOSisEmpty_r(all->geos, a->shape) != 0 || GEOSisEmpty_r(all->geos, b->shape) != 0) return false;
    double factor = cos(middle_latitude(all, a->shape, b->shape) * M_PI / 180);
    if (!(factor > 1e-6)) factor = 1e-6;
    GEOSGeometry *one = changed(all, a->shape, stretch, &factor),
                 *other = changed(all, b->shape, stretch, &factor);
    bool found = one != NULL && other != NULL && nearest(all, from, to, one, other);
    if (one != NULL) GEOSGeom_destroy_r(all->geos, one);
    if (other != NULL) GEOSGeom_destroy_r(all->geos, other);
    from[0] /= factor;
    to[0] /= factor;
    return found;
}
