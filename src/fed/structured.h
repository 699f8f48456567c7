/* SPDX-License-Identifier: Apache-2.0
 * Structured field values for HTTP (RFC 9651): read strictly, written canonically. Signature-Input,
 * Signature, Content-Digest and Accept-Signature are such fields.
 */
#ifndef BO_FED_STRUCTURED_H
#define BO_FED_STRUCTURED_H

#include "bocage/arena.h"
#include "bocage/text.h"

typedef enum bo_sf_kind {
    BO_SF_INTEGER, /* number */
    BO_SF_DECIMAL, /* number, in thousandths */
    BO_SF_STRING,  /* text */
    BO_SF_TOKEN,   /* text */
    BO_SF_BYTES,   /* text: the bytes themselves */
    BO_SF_BOOLEAN, /* number: 0 or 1 */
    BO_SF_DATE,    /* number: seconds since 1970 */
    BO_SF_DISPLAY, /* text: UTF-8 */
    BO_SF_LIST     /* items: an inner list */
} bo_sf_kind;

typedef struct bo_sf bo_sf;
struct bo_sf {
    bo_sf *next; /* in the list, dictionary or parameters that it belongs to */
    bo_str key;  /* of a member or parameter; absent in lists */
    bo_sf_kind kind;
    int64_t number;
    bo_str text;
    bo_sf *items, *params; /* the first of them */
};

typedef enum bo_sf_type { BO_SF_TOP_ITEM, BO_SF_TOP_LIST, BO_SF_TOP_DICTIONARY } bo_sf_type;
/* Section 4.2. *out is the first item or member; NULL: the field is an empty list or dictionary. Everything
 * lives in the arena. BO_SYNTAX. */
bo_status bo_sf_read(bo_sf **out, bo_sf_type type, bo_str text, bo_arena *arena) BO_MUST_USE;
/* Section 4.1. */
void bo_sf_write(bo_text *out, bo_sf_type type, const bo_sf *first);
void bo_sf_write_value(bo_text *out, const bo_sf *value); /* one item or inner list, with its parameters */

/* NULL when there is none of this name; accepts NULL. */
const bo_sf *bo_sf_get(const bo_sf *first, bo_str key);

#endif
