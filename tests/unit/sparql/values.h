/* SPDX-License-Identifier: Apache-2.0
 * What the tests of values and functions share: values written as N-Triples terms, with a few short forms.
 */
#ifndef BO_TESTS_VALUES_H
#define BO_TESTS_VALUES_H

#include <check.h>
#include <stdio.h>

#include "rdf/vocab.h"
#include "sparql/value.h"

typedef struct values {
    bo_val_context context;
    unsigned blanks;
} values;

static bo_status values_blank(void *owner, bo_val *out, bo_str label) {
    values *v = owner;
    bo_str made = label.ptr != NULL ? bo_arena_join(v->context.arena, BO_STR("l"), label)
                                    : bo_arena_printf(v->context.arena, "n%u", ++v->blanks);
    bo_term term = bo_term_blank(made);
    *out = bo_val_of_term(&term);
    return BO_OK;
}

static inline void values_begin(values *v) {
    *v = (values){.context = {.arena = bo_arena_new(0),
                              .now_ms = 1795518600123,
                              .base = BO_STR("http://example.org/a/b"),
                              .rng = &bo_rng_system,
                              .blank = values_blank}};
    v->context.owner = v;
}

/* <iri>, _:blank, "text", "text"@en, "lexical"^^local name of a datatype of XML Schema or <iri>, 1, 1.5, 1e0,
 * true; empty: an error. Inlined literals come as ids, as they do from a source. */
static inline bo_val value_of(values *v, const char *text) {
    bo_str s = bo_arena_str(v->context.arena, bo_str_of(text));
    bo_term term = {.kind = BO_LITERAL};
    size_t quote = bo_str_find_last(s, '"');
    if (s.len == 0) return bo_val_error();
    if (s.ptr[0] == '<') {
        term = bo_term_iri(bo_str_make(s.ptr + 1, s.len - 2));
    } else if (bo_str_starts(s, BO_STR("_:"))) {
        term = bo_term_blank(bo_str_from(s, 2));
    } else if (s.ptr[0] == '"') {
        bo_str behind = bo_str_from(s, quote + 1);
        term.value = bo_str_make(s.ptr + 1, quote - 1);
        if (bo_str_starts(behind, BO_STR("@"))) term.lang = bo_str_from(behind, 1);
        if (bo_str_starts(behind, BO_STR("^^<")))
            term.datatype = bo_str_make(behind.ptr + 3, behind.len - 4);
        else if (bo_str_starts(behind, BO_STR("^^")))
            term.datatype = bo_arena_join(v->context.arena, BO_STR(BO_XSD_NS), bo_str_from(behind, 2));
    } else {
        bool is_double = bo_str_find(s, 'e') < s.len && s.ptr[0] != 't' && s.ptr[0] != 'f';
        term = bo_term_typed(s, s.ptr[0] == 't' || s.ptr[0] == 'f' ? BO_XSD_BOOLEAN
                                : is_double                        ? BO_XSD_DOUBLE
                                : bo_str_find(s, '.') < s.len      ? BO_XSD_DECIMAL
                                                                   : BO_XSD_INTEGER);
    }
    bo_val value = bo_val_of_term(&term);
    bo_id id = bo_id_inline(&term);
    if (id != BO_ID_NONE) ck_assert_int_eq(bo_val_of_id(&v->context, &value, id), BO_OK);
    return value;
}

/* As N-Triples, datatypes of XML Schema by their local names; "" for an error. */
static inline const char *text_of(values *v, bo_val value) {
    bo_term term;
    bo_text text;
    bo_text_init(&text, 0);
    ck_assert_int_eq(bo_val_term(&v->context, &term, &value), BO_OK);
    if (bo_str_starts(term.datatype, BO_STR(BO_XSD_NS))) {
        bo_text_printf(&text, "\"%.*s\"^^%.*s", BO_STR_ARG(term.value),
                       BO_STR_ARG(bo_str_from(term.datatype, sizeof BO_XSD_NS - 1)));
    } else {
        bo_term_write(&text, &term);
    }
    bo_str copy = bo_arena_str(v->context.arena, bo_text_str(&text));
    bo_text_done(&text);
    return copy.ptr;
}

#endif
