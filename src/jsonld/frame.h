/* SPDX-License-Identifier: Apache-2.0
 * What the parts of framing share. Not for use outside of jsonld/.
 */
#ifndef BO_JSONLD_FRAME_H
#define BO_JSONLD_FRAME_H

#include "jsonld/internal.h"

enum { BO_LD_EMBED_LAST = BO_EMBED_NEVER + 1 }; /* JSON-LD 1.0 only */

typedef struct bo_ld_flags {
    int embed; /* as in bo_jsonld_options, or BO_LD_EMBED_LAST */
    bool explicit, require_all;
} bo_ld_flags;

/* An object of an expanded frame, looked through once. */
typedef struct bo_ld_pattern {
    const bo_json *frame;
    bo_ld_flags flags;
    bool omit_default;
    const bo_json *id, *type;
    const bo_json_member **properties; /* those that are no keywords, by code point */
    size_t count;
} bo_ld_pattern;

/* One call's state. */
typedef struct bo_ld_framer {
    bo_ld *ld;
    bo_ld_node_map map;
    bo_idmap patterns;  /* object of the frame -> bo_ld_pattern */
    bo_idmap held;      /* node -> where it has been embedded, see frame.c */
    bo_map mentions;    /* graph and property -> bo_map of id -> array of the nodes that mention it there */
    uint64_t top_level; /* matches so far */
    bo_json *any;       /* {} */
    bo_json *null;      /* stands for a property that has no value */
    bool has_null;      /* one does */
    bo_map blanks;      /* blank node -> where its name stands, see frame.c */
} bo_ld_framer;

/* The first object of `frames`, checked: "invalid frame", "invalid @embed value". */
bo_status bo_ld_pattern_of(bo_ld_framer *f, const bo_ld_pattern **out, const bo_json *frames) BO_MUST_USE;
/* Framing 4.2 Frame Matching for one node. */
bo_status bo_ld_matches(bo_ld_framer *f, bool *out, const bo_ld_graph *graph, const bo_json *node,
                        const bo_ld_pattern *pattern) BO_MUST_USE;
/* Whether a value object is one that a value pattern asks for; any is, when it asks for none. */
bool bo_ld_matches_value(const bo_json *pattern, const bo_json *value);

#endif
