/* SPDX-License-Identifier: Apache-2.0
 * What a node asks of a resource before it stores it: the shapes of shapes/, and those that a territory
 * brings along in a folder of its own. They are compiled once, and again when the folder has changed.
 * Thread-safe.
 */
#ifndef BO_LDP_RULES_H
#define BO_LDP_RULES_H

#include "bocage/shacl.h"
#include "ldp/states.h"

typedef struct bo_rules bo_rules;

/* With the built-in shapes and the *.ttl files of a folder, which need not exist; NULL: the built-in ones
 * alone. BO_SYNTAX and BO_INVALID with the file's name when they can't be used. */
bo_status bo_rules_new(bo_rules **out, const char *folder) BO_MUST_USE;
void bo_rules_free(bo_rules *rules); /* accepts NULL */
/* Takes the folder's files in again when they have changed, looking at most once a second. On failure the
 * rules stay as they were, and the next change is waited for. *changed may be NULL. */
bo_status bo_rules_refresh(bo_rules *rules, bool *changed) BO_MUST_USE;
/* All shapes as one Turtle document, for whoever wants to read them; in the arena. */
bo_status bo_rules_text(bo_rules *rules, bo_str *out, bo_arena *arena) BO_MUST_USE;

/* Reads the built-in shapes, and the ontologies that name their properties; either may be NULL. */
bo_status bo_rules_builtin(bo_graph *shapes, bo_graph *labels) BO_MUST_USE;

typedef struct bo_rules_question {
    bo_graph *content; /* what is to be stored, in its default graph */
    bo_str iri;        /* the graph whose place it takes */
    bo_source *behind; /* the store's snapshot, for links; may be NULL */
    bo_str home;       /* of bo_validate_options: for what comes from elsewhere; may be empty */
    bo_language language;
    uint64_t deadline_ns; /* steady clock; 0: none */
    size_t result_cap;    /* errors and warnings that are listed; 0: 100 */
} bo_rules_question;

typedef struct bo_rules_answer {
    bo_str errors; /* what forbids it, and what does not: JSON arrays as of bo_report_json, in the arena */
    bo_str warnings;
} bo_rules_answer;

/* BO_OK when nothing forbids it, warnings or not. Else BO_INVALID, whose text is the first error in words,
 * and how many there are. `out` may be NULL, and is left alone when all is well. */
bo_status bo_rules_check(bo_rules *rules, bo_rules_answer *out, const bo_rules_question *question,
                         bo_arena *arena) BO_MUST_USE;

/* Holds a change of states against what the ontologies allow (states.h). `out` may be NULL. */
bo_status bo_rules_step(bo_rules *rules, bo_rules_answer *out, const bo_step *step,
                        bo_arena *arena) BO_MUST_USE;

#endif
