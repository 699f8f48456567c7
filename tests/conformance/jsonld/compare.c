/* SPDX-License-Identifier: Apache-2.0 */
#include "compare.h"

enum { MOST_BLANKS = 256, MOST_ITEMS = 1024 };

typedef struct renaming {
    bo_str a[MOST_BLANKS], b[MOST_BLANKS];
    size_t count;
} renaming;

static bool is_blank(bo_str text) {
    return bo_str_starts(text, BO_STR("_:"));
}

static bool blanks_match(renaming *r, bo_str a, bo_str b) {
    for (size_t i = 0; i < r->count; i++) {
        bool left = bo_str_eq(r->a[i], a), right = bo_str_eq(r->b[i], b);
        if (left || right) return left && right;
    }
    if (r->count == MOST_BLANKS) return false;
    r->a[r->count] = a;
    r->b[r->count++] = b;
    return true;
}

static bool match(renaming *r, const bo_json *a, const bo_json *b, bool ordered);

static bool strings_match(renaming *r, bo_str a, bo_str b) {
    if (is_blank(a) && is_blank(b)) return blanks_match(r, a, b);
    return bo_str_eq(a, b);
}

static bool array_matches(renaming *r, const bo_json *a, const bo_json *b, bool ordered) {
    bool used[MOST_ITEMS] = {false};
    if (a->len != b->len || a->len > MOST_ITEMS) return false;
    for (uint32_t i = 0; i < a->len; i++) {
        bool found = false;
        for (uint32_t j = ordered ? i : 0; j < (ordered ? i + 1 : b->len) && !found; j++) {
            size_t before = r->count;
            found = !used[j] && match(r, a->items[i], b->items[j], false);
            if (found)
                used[j] = true;
            else
                r->count = before;
        }
        if (!found) return false;
    }
    return true;
}

static bool member_matches(renaming *r, const bo_json_member *m, const bo_json *b) {
    const bo_json *other = bo_json_get(b, m->key);
    if (is_blank(m->key)) {
        for (uint32_t i = 0; i < b->len; i++) {
            size_t before = r->count;
            if (is_blank(b->members[i].key) && blanks_match(r, m->key, b->members[i].key) &&
                match(r, m->value, b->members[i].value, false))
                return true;
            r->count = before;
        }
        return false;
    }
    if (other == NULL) return false;
    if (bo_str_eq(m->key, BO_STR("@language")) && other->kind == BO_JSON_STRING &&
        m->value->kind == BO_JSON_STRING)
        return bo_str_eq_nocase(m->value->text, other->text);
    return match(r, m->value, other, bo_str_eq(m->key, BO_STR("@list")));
}

static bool match(renaming *r, const bo_json *a, const bo_json *b, bool ordered) {
    if (a->kind != b->kind) return false;
    if (a->kind == BO_JSON_STRING) return strings_match(r, a->text, b->text);
    if (a->kind == BO_JSON_ARRAY) return array_matches(r, a, b, ordered);
    if (a->kind != BO_JSON_OBJECT) return bo_json_eq(a, b);
    if (a->len != b->len) return false;
    for (uint32_t i = 0; i < a->len; i++)
        if (!member_matches(r, &a->members[i], b)) return false;
    return true;
}

bool compare_jsonld(const bo_json *a, const bo_json *b) {
    renaming r = {.count = 0};
    return match(&r, a, b, false);
}
