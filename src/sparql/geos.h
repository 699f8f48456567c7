/* SPDX-License-Identifier: Apache-2.0
 * The GEOS edge: geometries from their text, and what holds between two of them in the plane of their
 * coordinates. Those read last are kept, since a query asks for one of the two again and again. One thread.
 */
#ifndef BO_SPARQL_GEOS_H
#define BO_SPARQL_GEOS_H

#include "bocage/str.h"

typedef struct bo_geometries bo_geometries;
typedef struct bo_geometry bo_geometry; /* lives until the next but one is read */

typedef enum bo_relation {
    BO_GEO_EQUALS,
    BO_GEO_DISJOINT,
    BO_GEO_INTERSECTS,
    BO_GEO_TOUCHES,
    BO_GEO_CROSSES,
    BO_GEO_WITHIN,
    BO_GEO_CONTAINS,
    BO_GEO_OVERLAPS,
    BO_GEO_RELATIONS
} bo_relation;

bo_status bo_geometries_new(bo_geometries **out) BO_MUST_USE;
void bo_geometries_free(bo_geometries *all); /* accepts NULL */
/* Well-known text (OGC 06-103r4 section 7.2); *out NULL when it is none. `swapped`: its coordinates are
 * latitude and longitude. */
bo_status bo_geometry_read(bo_geometries *all, const bo_geometry **out, bo_str text,
                           bool swapped) BO_MUST_USE;
/* False when it can't be told: a polygon that crosses itself, for one. */
bool bo_geometry_relate(bo_geometries *all, bool *out, bo_relation relation, const bo_geometry *a,
                        const bo_geometry *b);
/* A point of each, longitude and latitude, that are nearest to one another when degrees of longitude count as
 * many metres as they are long there. False for empty geometries. */
bool bo_geometry_nearest(bo_geometries *all, double from[2], double to[2], const bo_geometry *a,
                         const bo_geometry *b);

#endif
