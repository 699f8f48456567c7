/* SPDX-License-Identifier: Apache-2.0
 * Activities as JSON documents; for this folder alone.
 */
#ifndef BO_AP_ACTIVITY_H
#define BO_AP_ACTIVITY_H

#include "ap/ap.h"

extern const bo_str bo_ap_public; /* the IRI of everyone */

/* An actor's "/inbox", "/followers" and so on. */
bo_str bo_ap_part(bo_str actor, const char *part, bo_arena *arena);
bool bo_ap_same_host(bo_str a, bo_str b);
/* The IRI that a value is or has; BO_STR_NONE when there is none. */
bo_str bo_ap_id_of(const bo_json *value);

bo_status bo_ap_keep(bo_txn *txn, bo_str id, const bo_json *activity) BO_MUST_USE;
bo_status bo_ap_load(bo_txn *txn, bo_json **out, bo_str id, bo_arena *arena) BO_MUST_USE; /* BO_NOT_FOUND */

#endif
