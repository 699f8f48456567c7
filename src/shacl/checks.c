/* SPDX-License-Identifier: Apache-2.0
 * The checks of SHACL Core on values and on sets of them (sections 4.1 to 4.5, 4.8): one for each component.
 */
#include "shacl/run.h"

/* Whether one value is as the rule wants it. */
typedef bo_status (*test_fn)(bo_sh_run *run, const bo_sh_rule *rule, bo_id value, bool *good);

static bo_status each(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, const bo_sh_set *values,
                      test_fn test) {
    for (size_t i = 0; i < values->len; i++) {
        bool good = false;
        BO_TRY(test(run, rule, values->ids[i], &good));
        if (!good) BO_TRY(bo_sh_fault(run, rule, focus, values->ids[i]));
    }
    return BO_OK;
}

#define CHECK(name)                                                                                          \
    bo_status bo_sh_check_##name(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, const bo_sh_set *values)
/* A component that looks at one value after the other. */
#define TEST(name)                                                                                           \
    static bo_status test_##name(bo_sh_run *run, const bo_sh_rule *rule, bo_id value, bool *good);           \
    CHECK(name) {                                                                                            \
        return each(run, rule, focus, values, test_##name);                                                  \
    }                                                                                                        \
    static bo_status test_##name(bo_sh_run *run, const bo_sh_rule *rule, bo_id value, bool *good)

/* Kinds of values. */

TEST(class) {
    if (bo_id_kind(value) == BO_LITERAL && bo_id_is_inline(value)) return BO_OK;
    BO_TRY(bo_sh_is_instance(run, good, value, rule->constant));
    return *good ? BO_OK : bo_sh_is_unknown(run, good, value);
}

TEST(datatype) {
    bo_term term;
    bo_xsd parsed;
    BO_TRY(bo_sh_term(run, &term, value));
    *good = term.kind == BO_LITERAL && bo_str_eq(bo_term_datatype(&term), rule->parameter.value) &&
            (rule->datatype == BO_DT_NONE || bo_id_is_inline(value) || bo_xsd_of_term(&parsed, &term));
    return BO_OK;
}

static bo_term_kind kind_of(bo_id node) {
    static const bo_term_kind behind[] = {
        [BO_TAG_LOCAL_IRI] = BO_IRI, [BO_TAG_LOCAL_BLANK] = BO_BLANK, [BO_TAG_LOCAL_LITERAL] = BO_LITERAL};
    return bo_sh_is_behind(node) ? behind[bo_id_tag(node)] : bo_id_kind(node);
}

TEST(node_kind) {
    (void)run;
    *good = (rule->kinds >> kind_of(value) & 1) != 0;
    return BO_OK;
}

/* How many. */

CHECK(min_count) {
    return values->len < rule->number ? bo_sh_fault(run, rule, focus, BO_ID_NONE) : BO_OK;
}

CHECK(max_count) {
    return values->len > rule->number ? bo_sh_fault(run, rule, focus, BO_ID_NONE) : BO_OK;
}

/* Ranges. */

static bo_status compare(bo_sh_run *run, const bo_sh_rule *rule, bo_id value, bo_comparison comparison,
                         bool *good) {
    bo_term term;
    bo_truth truth;
    BO_TRY(bo_sh_term(run, &term, value));
    bo_val left = bo_val_of_term(&term), right = rule->bound;
    BO_TRY(bo_val_compare(&run->values, &truth, comparison, &left, &right));
    *good = term.kind == BO_LITERAL && truth == BO_TRUE;
    return BO_OK;
}

TEST(min_exclusive) {
    return compare(run, rule, value, BO_CMP_GREATER, good);
}
TEST(min_inclusive) {
    return compare(run, rule, value, BO_CMP_GREATER_EQUAL, good);
}
TEST(max_exclusive) {
    return compare(run, rule, value, BO_CMP_LESS, good);
}
TEST(max_inclusive) {
    return compare(run, rule, value, BO_CMP_LESS_EQUAL, good);
}

/* Texts: of IRIs and literals. */

static size_t length_of(bo_str text) {
    size_t length = 0;
    for (size_t at = 0; at < text.len; length++) bo_utf8_next(text, &at);
    return length;
}

TEST(min_length) {
    bo_term term;
    BO_TRY(bo_sh_term(run, &term, value));
    *good = term.kind != BO_BLANK && length_of(term.value) >= rule->number;
    return BO_OK;
}

TEST(max_length) {
    bo_term term;
    BO_TRY(bo_sh_term(run, &term, value));
    *good = term.kind != BO_BLANK && length_of(term.value) <= rule->number;
    return BO_OK;
}

TEST(pattern) {
    bo_term term;
    BO_TRY(bo_sh_term(run, &term, value));
    return term.kind != BO_BLANK ? bo_regex_matches(rule->regex, good, term.value) : BO_OK;
}

/* Basic filtering (RFC 4647 section 3.3.1), as LANGMATCHES does. */
static bool language_fits(bo_str tag, bo_str range) {
    if (bo_str_eq(range, BO_STR("*"))) return tag.len > 0;
    return bo_str_eq_nocase(bo_str_head(tag, range.len), range) &&
           (tag.len == range.len || tag.ptr[range.len] == '-');
}

TEST(language_in) {
    bo_term term;
    BO_TRY(bo_sh_term(run, &term, value));
    for (size_t i = 0; i < rule->terms.len && term.lang.len > 0; i++)
        *good |= language_fits(term.lang, rule->terms.items[i].value);
    return BO_OK;
}

/* One result for each language that is there more than once, naming the language. */
CHECK(unique_lang) {
    for (size_t i = 1; i < values->len; i++) {
        bo_term term, other;
        unsigned before = 0;
        BO_TRY(bo_sh_term(run, &term, values->ids[i]));
        for (size_t k = 0; k < i && term.lang.len > 0; k++) {
            BO_TRY(bo_sh_term(run, &other, values->ids[k]));
            before += bo_str_eq_nocase(other.lang, term.lang);
        }
        if (before == 1) BO_TRY(bo_sh_fault(run, rule, focus, BO_ID_NONE));
    }
    return BO_OK;
}

/* Pairs of properties. */

CHECK(equals) {
    bo_sh_set others = {0};
    BO_TRY(bo_sh_step(run, &others, focus, rule->constant, false));
    for (size_t i = 0; i < values->len; i++)
        if (!bo_sh_set_has(&others, values->ids[i])) BO_TRY(bo_sh_fault(run, rule, focus, values->ids[i]));
    for (size_t i = 0; i < others.len; i++)
        if (!bo_sh_set_has(values, others.ids[i])) BO_TRY(bo_sh_fault(run, rule, focus, others.ids[i]));
    return BO_OK;
}

CHECK(disjoint) {
    bo_sh_set others = {0};
    BO_TRY(bo_sh_step(run, &others, focus, rule->constant, false));
    for (size_t i = 0; i < values->len; i++)
        if (bo_sh_set_has(&others, values->ids[i])) BO_TRY(bo_sh_fault(run, rule, focus, values->ids[i]));
    return BO_OK;
}

static bo_status in_order(bo_sh_run *run, bo_id low, bo_id high, bo_comparison comparison, bool *good) {
    bo_term terms[2];
    bo_truth truth;
    BO_TRY(bo_sh_term(run, &terms[0], low));
    BO_TRY(bo_sh_term(run, &terms[1], high));
    bo_val left = bo_val_of_term(&terms[0]), right = bo_val_of_term(&terms[1]);
    BO_TRY(bo_val_compare(&run->values, &truth, comparison, &left, &right));
    *good = truth == BO_TRUE;
    return BO_OK;
}

/* A result for each pair that is not in order. */
static bo_status check_order(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, const bo_sh_set *values,
                             bo_comparison comparison) {
    bo_sh_set others = {0};
    BO_TRY(bo_sh_step(run, &others, focus, rule->constant, false));
    for (size_t i = 0; i < values->len; i++)
        for (size_t k = 0; k < others.len; k++) {
            bool good;
            BO_TRY(in_order(run, values->ids[i], others.ids[k], comparison, &good));
            if (!good) BO_TRY(bo_sh_fault(run, rule, focus, values->ids[i]));
        }
    return BO_OK;
}

CHECK(less_than) {
    return check_order(run, rule, focus, values, BO_CMP_LESS);
}
CHECK(less_than_or_equals) {
    return check_order(run, rule, focus, values, BO_CMP_LESS_EQUAL);
}

/* Particular values. */

CHECK(has_value) {
    bool found = false;
    for (size_t i = 0; i < values->len && !found; i++)
        BO_TRY(bo_sh_is(run, &found, values->ids[i], rule->constant));
    return found ? BO_OK : bo_sh_fault(run, rule, focus, BO_ID_NONE);
}

TEST(in) {
    bo_term term;
    BO_TRY(bo_sh_term(run, &term, value));
    *good = bo_sh_terms_have(&rule->terms, &term);
    return BO_OK;
}

/* A result for each triple whose property has no place there. */
static bo_status check_closed(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, bo_id node) {
    bo_sh_set pairs = {0};
    BO_TRY(bo_sh_about(run, &pairs, node));
    for (size_t i = 0; i + 1 < pairs.len; i += 2) {
        bo_result seed = {.rule = rule};
        bo_term property;
        BO_TRY(bo_sh_term(run, &property, pairs.ids[i]));
        if (bo_sh_terms_have(&rule->terms, &property)) continue;
        BO_TRY(bo_sh_term(run, &seed.value, pairs.ids[i + 1]));
        BO_TRY(bo_sh_link_to(run, &seed.path, &property));
        BO_TRY(bo_sh_fault_of(run, focus, &seed, NULL));
    }
    return BO_OK;
}

CHECK(closed) {
    for (size_t i = 0; i < values->len; i++) BO_TRY(check_closed(run, rule, focus, values->ids[i]));
    return BO_OK;
}

/* Shapes (sections 4.6 and 4.7). */

CHECK(node) {
    for (size_t i = 0; i < values->len; i++) {
        bool good;
        BO_TRY(bo_sh_conforms(run, rule->shapes[0], values->ids[i], &good));
        if (!good) BO_TRY(bo_sh_fault_in(run, rule, focus, values->ids[i]));
    }
    return BO_OK;
}

TEST(not ) {
    BO_TRY(bo_sh_conforms(run, rule->shapes[0], value, good));
    *good = !*good;
    return BO_OK;
}

/* How many of the shapes the value has; stops once there are `enough`. */
static bo_status count_shapes(bo_sh_run *run, const bo_sh_rule *rule, bo_id value, size_t enough,
                              size_t *out) {
    *out = 0;
    for (size_t i = 0; i < rule->shape_count && *out < enough; i++) {
        bool conforms;
        BO_TRY(bo_sh_conforms(run, rule->shapes[i], value, &conforms));
        *out += conforms;
    }
    return BO_OK;
}

TEST(and) {
    *good = true;
    for (size_t i = 0; i < rule->shape_count && *good; i++)
        BO_TRY(bo_sh_conforms(run, rule->shapes[i], value, good));
    return BO_OK;
}

TEST(or) {
    size_t count;
    BO_TRY(count_shapes(run, rule, value, 1, &count));
    *good = count == 1;
    return BO_OK;
}

TEST(xone) {
    size_t count;
    BO_TRY(count_shapes(run, rule, value, 2, &count));
    *good = count == 1;
    return BO_OK;
}

/* The property shape says itself what is wrong. */
CHECK(property) {
    (void)focus;
    for (size_t i = 0; i < values->len; i++) {
        bool conforms;
        BO_TRY(bo_sh_hold(run, rule->shapes[0], values->ids[i], &conforms));
    }
    return BO_OK;
}

static bo_status counts(bo_sh_run *run, const bo_sh_rule *rule, bo_id value, bool *out) {
    BO_TRY(bo_sh_conforms(run, rule->shapes[0], value, out));
    for (size_t i = 0; i < rule->sibling_count && *out; i++) {
        bool other;
        BO_TRY(bo_sh_conforms(run, rule->siblings[i], value, &other));
        *out = !other;
    }
    return BO_OK;
}

static bo_status count_qualified(bo_sh_run *run, const bo_sh_rule *rule, const bo_sh_set *values,
                                 size_t *out) {
    *out = 0;
    for (size_t i = 0; i < values->len; i++) {
        bool one;
        BO_TRY(counts(run, rule, values->ids[i], &one));
        *out += one;
    }
    return BO_OK;
}

CHECK(qualified_min) {
    size_t count;
    BO_TRY(count_qualified(run, rule, values, &count));
    return count < rule->number ? bo_sh_fault(run, rule, focus, BO_ID_NONE) : BO_OK;
}

CHECK(qualified_max) {
    size_t count;
    BO_TRY(count_qualified(run, rule, values, &count));
    return count > rule->number ? bo_sh_fault(run, rule, focus, BO_ID_NONE) : BO_OK;
}
