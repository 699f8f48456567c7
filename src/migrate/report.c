/* SPDX-License-Identifier: Apache-2.0
 * What was taken over and what was not, in full, for programs and archives.
 */
#include "bocage/json.h"
#include "migrate/internal.h"

static const struct {
    const char *code, *what;
} reasons[] = {
#define BO_LEFT(name, code, text) {code, text},
#include "migrate/left.def"
#undef BO_LEFT
};

void bo_migration_leave(bo_migration *m, bo_left why, bo_str example) {
    bo_left_behind *left = &m->counts.left[why];
    left->what = reasons[why].what;
    left->count++;
    if (left->len > 0 && bo_str_eq(left->examples[left->len - 1], example)) return;
    if (left->len == left->size) {
        size_t size = left->size * 2 + 4;
        bo_str *more =
            bo_arena_grow(m->arena, left->examples, left->size * sizeof *more, size * sizeof *more);
        if (more == NULL) return; /* the count tells all the same */
        left->examples = more;
        left->size = size;
    }
    left->examples[left->len++] = bo_arena_str(m->arena, example);
}

static void write_taken(bo_json_writer *json, const bo_migration_counts *counts) {
    bo_json_key(json, BO_STR("taken"));
    bo_json_open(json, BO_JSON_OBJECT);
#define BO_TAKEN(field, text) bo_json_member_i64(json, BO_STR(#field), (int64_t)counts->field);
#include "migrate/taken.def"
#undef BO_TAKEN
    bo_json_close(json, BO_JSON_OBJECT);
}

static void write_left(bo_json_writer *json, const bo_left_behind *left, unsigned why) {
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("code"), bo_str_of(reasons[why].code));
    bo_json_member_string(json, BO_STR("what"), bo_str_of(reasons[why].what));
    bo_json_member_i64(json, BO_STR("count"), (int64_t)left->count);
    bo_json_key(json, BO_STR("which"));
    bo_json_open(json, BO_JSON_ARRAY);
    for (size_t i = 0; i < left->len; i++) bo_json_put_string(json, left->examples[i]);
    bo_json_close(json, BO_JSON_ARRAY);
    bo_json_close(json, BO_JSON_OBJECT);
}

bo_status bo_migration_report(const bo_migration *m, bo_text *out) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("node"), m->ap->base_url);
    write_taken(&json, &m->counts);
    bo_json_key(&json, BO_STR("left"));
    bo_json_open(&json, BO_JSON_ARRAY);
    for (unsigned i = 0; i < BO_LEFT_COUNT; i++)
        if (m->counts.left[i].count > 0) write_left(&json, &m->counts.left[i], i);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_text_char(out, '\n');
    return bo_text_end(out);
}
