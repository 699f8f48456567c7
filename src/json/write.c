/* SPDX-License-Identifier: Apache-2.0
 * Writes JSON: whole values, and piece by piece.
 */
#include "bocage/json.h"

/* 0: stands for itself; 'u': \u00XX; anything else: the letter behind the backslash. */
static const char escapes[256] = {'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b',         't',          'n', 'u',
                                  'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u',         'u',          'u', 'u',
                                  'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\'};

void bo_json_write_string(bo_text *out, bo_str text) {
    bo_text_char(out, '"');
    size_t from = 0;
    for (size_t at = 0; at < text.len; at++) {
        unsigned char c = (unsigned char)text.ptr[at];
        if (escapes[c] == 0) continue;
        bo_text_put(out, (bo_str){text.ptr + from, at - from});
        char escape[6] = {'\\', escapes[c], '0', '0', (char)('0' + (c >> 4)), "0123456789abcdef"[c & 15]};
        bo_text_put(out, (bo_str){escape, escapes[c] == 'u' ? 6 : 2});
        from = at + 1;
    }
    bo_text_put(out, bo_str_from(text, from));
    bo_text_char(out, '"');
}

static void break_line(bo_text *out, int level) {
    if (level < 0) return;
    bo_text_char(out, '\n');
    for (int i = 0; i < level; i++) BO_TEXT_LIT(out, "  ");
}

/* `level` is negative for the compact form. */
static void write_value(bo_text *out, const bo_json *value, int level) {
    static const bo_str words[] = {{"null", 4}, {"false", 5}, {"true", 4}};
    int inner = level < 0 ? level : level + 1;
    switch (value->kind) {
    case BO_JSON_NULL:
    case BO_JSON_FALSE:
    case BO_JSON_TRUE: bo_text_put(out, words[value->kind]); break;
    case BO_JSON_NUMBER: bo_text_put(out, value->text); break;
    case BO_JSON_STRING: bo_json_write_string(out, value->text); break;
    case BO_JSON_ARRAY:
        bo_text_char(out, '[');
        for (uint32_t i = 0; i < value->len; i++) {
            if (i > 0) bo_text_char(out, ',');
            break_line(out, inner);
            write_value(out, value->items[i], inner);
        }
        if (value->len > 0) break_line(out, level);
        bo_text_char(out, ']');
        break;
    case BO_JSON_OBJECT:
        bo_text_char(out, '{');
        for (uint32_t i = 0; i < value->len; i++) {
            if (i > 0) bo_text_char(out, ',');
            break_line(out, inner);
            bo_json_write_string(out, value->members[i].key);
            bo_text_char(out, ':');
            if (level >= 0) bo_text_char(out, ' ');
            write_value(out, value->members[i].value, inner);
        }
        if (value->len > 0) break_line(out, level);
        bo_text_char(out, '}');
        break;
    }
}

void bo_json_write(bo_text *out, const bo_json *value) {
    write_value(out, value, -1);
}

void bo_json_write_pretty(bo_text *out, const bo_json *value) {
    write_value(out, value, 0);
}

void bo_json_begin(bo_json_writer *writer, bo_text *out) {
    *writer = (bo_json_writer){.out = out};
}

/* Sets the comma that the next key or item needs. */
static void separate(bo_json_writer *writer) {
    uint64_t bit = (uint64_t)1 << (writer->depth % 64), *open = &writer->open[writer->depth / 64];
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (*open & bit) bo_text_char(writer->out, ',');
    if (writer->depth > 0) *open |= bit;
}

void bo_json_open(bo_json_writer *writer, bo_json_kind array_or_object) {
    separate(writer);
    if (writer->depth == 511) {
        bo_text_fail(writer->out, bo_fail(BO_LIMIT, "JSON is nested deeper than 511 levels"));
        return;
    }
    bo_text_char(writer->out, array_or_object == BO_JSON_ARRAY ? '[' : '{');
    writer->depth++;
    writer->open[writer->depth / 64] &= ~((uint64_t)1 << (writer->depth % 64));
}

void bo_json_close(bo_json_writer *writer, bo_json_kind array_or_object) {
    if (writer->depth == 0) {
        bo_text_fail(writer->out, bo_fail(BO_INTERNAL, "a JSON array or object is closed that is not open"));
        return;
    }
    writer->depth--;
    bo_text_char(writer->out, array_or_object == BO_JSON_ARRAY ? ']' : '}');
}

void bo_json_key(bo_json_writer *writer, bo_str key) {
    separate(writer);
    bo_json_write_string(writer->out, key);
    bo_text_char(writer->out, ':');
    writer->after_key = true;
}

void bo_json_put_string(bo_json_writer *writer, bo_str text) {
    separate(writer);
    bo_json_write_string(writer->out, text);
}

void bo_json_put_i64(bo_json_writer *writer, int64_t number) {
    separate(writer);
    bo_text_i64(writer->out, number);
}

void bo_json_put_raw(bo_json_writer *writer, bo_str json) {
    separate(writer);
    bo_text_put(writer->out, json);
}

void bo_json_put(bo_json_writer *writer, const bo_json *value) {
    separate(writer);
    bo_json_write(writer->out, value);
}

void bo_json_member_string(bo_json_writer *writer, bo_str key, bo_str text) {
    bo_json_key(writer, key);
    bo_json_put_string(writer, text);
}

void bo_json_member_i64(bo_json_writer *writer, bo_str key, int64_t number) {
    bo_json_key(writer, key);
    bo_json_put_i64(writer, number);
}
