/* SPDX-License-Identifier: Apache-2.0 */
#include "wac/wac.h"

static const struct {
    bo_mode mode;
    const char *name;
} names[] = {{BO_MODE_READ, "read"},
             {BO_MODE_APPEND, "append"},
             {BO_MODE_WRITE, "write"},
             {BO_MODE_CONTROL, "control"}};

bo_modes bo_wac_modes(const bo_asker *asker, const bo_guarded *what) {
    bool known = asker->webid.len > 0;
    bo_modes modes = BO_MODE_READ;
    if (known && what->is_container) modes |= BO_MODE_APPEND;
    if (known && bo_str_eq(asker->webid, what->owner)) modes = BO_MODE_ALL;
    return asker->is_admin ? BO_MODE_ALL : modes;
}

bo_status bo_wac_require(const bo_asker *asker, const bo_guarded *what, bo_modes needed) {
    bo_modes missing = needed & ~bo_wac_modes(asker, what);
    if (missing == 0) return BO_OK;
    const char *name = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((missing & names[i].mode) != 0) name = names[i].name;
    if (asker->webid.len == 0)
        return bo_fail(BO_UNAUTHENTICATED, "this needs the right to %s: log in, and send your token", name);
    return bo_fail(BO_DENIED, "%.*s has no right to %s here", BO_STR_ARG(asker->webid), name);
}

static size_t put(char *room, size_t at, const char *text) {
    size_t len = strlen(text);
    memcpy(room + at, text, len);
    return at + len;
}

static size_t put_modes(char *room, size_t at, bo_modes modes) {
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((modes & names[i].mode) == 0) continue;
        if (any) at = put(room, at, " ");
        at = put(room, at, names[i].name);
        any = true;
    }
    return at;
}

bo_str bo_wac_allow(const bo_asker *asker, const bo_guarded *what, char room[128]) {
    static const bo_asker anyone;
    size_t at = put(room, 0, "user=\"");
    at = put_modes(room, at, bo_wac_modes(asker, what));
    at = put(room, at, "\", public=\"");
    at = put_modes(room, at, bo_wac_modes(&anyone, what));
    at = put(room, at, "\"");
    return (bo_str){room, at};
}
