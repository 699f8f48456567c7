/* SPDX-License-Identifier: Apache-2.0
 * What the runners of conformance suites share: where the suites are, excuses, and the closing line.
 */
#ifndef BO_TESTS_SUITE_H
#define BO_TESTS_SUITE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/map.h"

typedef struct suite {
    bo_arena *arena;
    bo_text excuses; /* the file's text, which the map points into */
    bo_map reasons;  /* case -> reason */
    unsigned passed, failed, excused;
    bool verbose;
} suite;

/* The suites' folder and one of them; NULL, after saying so loudly, when it is not there. */
static inline const char *suite_folder(suite *s, const char *name, unsigned cases,
                                       const char *source_folder) {
    const char *set = getenv("BOCAGE_SUITES");
    bo_str path = set ? bo_arena_printf(s->arena, "%s/%s", set, name)
                      : bo_arena_printf(s->arena, "%s/../shared/suites/%s", source_folder, name);
    if (bo_fs_is_dir(path.ptr)) return path.ptr;
    printf("%u CASES WERE NOT RUN: the suite '%s' is not at %s; tests/conformance/get-suites brings it\n",
           cases, name, path.ptr);
    return NULL;
}

/* Lines of excuses.txt in a folder: "case  reason"; # starts a comment. */
static inline void suite_begin(suite *s, const char *folder) {
    *s = (suite){.arena = bo_arena_new(0), .verbose = getenv("VERBOSE") != NULL};
    bo_map_init(&s->reasons, s->arena);
    bo_text_init(&s->excuses, 0);
    bo_str path = bo_arena_printf(s->arena, "%s/excuses.txt", folder);
    if (!bo_fs_exists(path.ptr)) return;
    if (bo_fs_read(&s->excuses, path.ptr, 0) != BO_OK) exit(2);
    bo_str rest = bo_text_str(&s->excuses);
    for (bo_str line; bo_str_cut(&line, &rest, '\n');) {
        line = bo_str_trim(line);
        size_t blank = bo_str_find(line, ' ');
        if (line.len == 0 || line.ptr[0] == '#') continue;
        bo_str reason = bo_str_trim(bo_str_from(line, blank));
        if (reason.len == 0) {
            printf("excuses.txt: '%.*s' has no reason\n", BO_STR_ARG(line));
            exit(2);
        }
        *bo_map_put(&s->reasons, bo_str_head(line, blank), NULL) = (bo_value){.u64 = 1};
    }
}

/* Counts one case; `why` tells what went wrong, NULL or empty when it passed. */
static inline void suite_case(suite *s, bo_str name, const char *why) {
    bool good = why == NULL || why[0] == '\0';
    bool has_excuse = bo_map_get(&s->reasons, name) != NULL;
    if (good && !has_excuse)
        s->passed++;
    else if (!good && has_excuse)
        s->excused++;
    else {
        s->failed++;
        printf("%.*s: %s\n", BO_STR_ARG(name),
               good ? "passes though excuses.txt names it: take the line out" : why);
    }
    if (s->verbose) printf("%s %.*s\n", good ? "ok" : "not", BO_STR_ARG(name));
}

static inline int suite_end(suite *s) {
    printf("%u passed, %u failed", s->passed, s->failed);
    if (s->excused) printf(", %u excused", s->excused);
    printf("\n");
    int code = s->failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    bo_text_done(&s->excuses);
    bo_arena_free(s->arena);
    return code;
}

#endif
