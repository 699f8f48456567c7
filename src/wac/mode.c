/* SPDX-License-Identifier: Apache-2.0
 * The modes of access and their names.
 */
#include "rdf/vocab.h"
#include "wac/acl.h"

static const struct {
    bo_mode mode;
    char letter;
    const char *word, *name;
    const bo_str *iri;
} modes[] = {
#define BO_ACCESS_MODE(mode, letter, word, name) {BO_MODE_##mode, letter, word, name, &BO_ACL_##mode},
#include "wac/mode.def"
#undef BO_ACCESS_MODE
};
enum { MODES = sizeof modes / sizeof *modes };

static size_t place_of(bo_mode mode) {
    size_t i = 0;
    while (i + 1 < MODES && modes[i].mode != mode) i++;
    return i;
}

const char *bo_mode_name(bo_mode mode) {
    return modes[place_of(mode)].name;
}

bo_str bo_mode_iri(bo_mode mode) {
    return *modes[place_of(mode)].iri;
}

char bo_mode_letter(bo_mode mode) {
    return modes[place_of(mode)].letter;
}

bo_mode bo_mode_of_letter(char letter) {
    for (size_t i = 0; i < MODES; i++)
        if (modes[i].letter == letter) return modes[i].mode;
    return 0;
}

bo_mode bo_mode_of_name(bo_str name) {
    for (size_t i = 0; i < MODES; i++)
        if (bo_str_eq(bo_str_of(modes[i].name), name)) return modes[i].mode;
    return 0;
}

bo_status bo_modes_parse(bo_modes *out, bo_str words) {
    bo_modes found = 0;
    for (bo_str word; bo_str_cut(&word, &words, ' ');) {
        size_t i = 0;
        if (word.len == 0) continue;
        while (i < MODES && !bo_str_eq(word, bo_str_of(modes[i].word))) i++;
        if (i == MODES)
            return bo_fail(BO_BAD_ARGUMENT, "'%.*s' is not read, append, write or control", BO_STR_ARG(word));
        found |= modes[i].mode;
    }
    *out = found;
    return BO_OK;
}

bo_status bo_wac_require(const bo_asker *asker, bo_modes has, bo_modes needed) {
    bo_modes missing = needed & ~has;
    const char *word = "";
    if (missing == 0) return BO_OK;
    for (size_t i = 0; i < MODES; i++)
        if ((missing & modes[i].mode) != 0) word = modes[i].word;
    if (asker->webid.len == 0)
        return bo_fail_code(BO_UNAUTHENTICATED, "NO_RIGHT",
                            "this needs the right to %s: log in, and send your token", word);
    if (asker->origin.len > 0)
        return bo_fail(BO_DENIED, "%.*s has no right to %s here, or none through the application at %.*s",
                       BO_STR_ARG(asker->webid), word, BO_STR_ARG(asker->origin));
    return bo_fail(BO_DENIED, "%.*s has no right to %s here", BO_STR_ARG(asker->webid), word);
}

static size_t put(char *room, size_t at, const char *text) {
    size_t len = strlen(text);
    memcpy(room + at, text, len);
    return at + len;
}

static size_t put_modes(char *room, size_t at, bo_modes has) {
    const char *gap = "";
    for (size_t i = 0; i < MODES; i++) {
        if ((has & modes[i].mode) == 0) continue;
        at = put(room, at, gap);
        at = put(room, at, modes[i].word);
        gap = " ";
    }
    return at;
}

bo_str bo_wac_allow(bo_modes user, bo_modes everyone, char room[128]) {
    size_t at = put(room, 0, "user=\"");
    at = put_modes(room, at, user);
    at = put(room, at, "\", public=\"");
    at = put_modes(room, at, everyone);
    at = put(room, at, "\"");
    return (bo_str){room, at};
}
