/* SPDX-License-Identifier: Apache-2.0
 * Who may do what (Web Access Control, in SemApps' additive form). Rights come from one policy so far: anyone
 * reads, members append to containers, authors and administrators do everything with what is theirs.
 */
#ifndef BO_WAC_WAC_H
#define BO_WAC_WAC_H

#include "bocage/str.h"

typedef enum bo_mode { BO_MODE_READ = 1, BO_MODE_APPEND = 2, BO_MODE_WRITE = 4, BO_MODE_CONTROL = 8 } bo_mode;
typedef unsigned bo_modes; /* a set of them */
enum { BO_MODE_ALL = 15 };

/* Who asks. */
typedef struct bo_asker {
    bo_str webid; /* empty: not known */
    bool is_admin;
} bo_asker;

/* What is asked for, as far as rights go. */
typedef struct bo_guarded {
    bool is_container;
    bo_str owner; /* WebID; may be empty */
} bo_guarded;

bo_modes bo_wac_modes(const bo_asker *asker, const bo_guarded *what);
/* BO_UNAUTHENTICATED for strangers, BO_DENIED for the rest, when a mode is missing; says which. */
bo_status bo_wac_require(const bo_asker *asker, const bo_guarded *what, bo_modes needed) BO_MUST_USE;
/* `user="read write", public="read"`, the value of WAC-Allow (Solid Protocol section 10.1). */
bo_str bo_wac_allow(const bo_asker *asker, const bo_guarded *what, char room[128]);

#endif
