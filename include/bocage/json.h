/* SPDX-License-Identifier: Apache-2.0
 * JSON (RFC 8259): values in an arena, and a writer that streams. Members keep their order; numbers keep
 * their text, so that nothing is rounded; strings are decoded UTF-8.
 */
#ifndef BOCAGE_JSON_H
#define BOCAGE_JSON_H

#include "bocage/arena.h"
#include "bocage/text.h"

#pragma GCC visibility push(default)

typedef enum bo_json_kind {
    BO_JSON_NULL,
    BO_JSON_FALSE,
    BO_JSON_TRUE,
    BO_JSON_NUMBER,
    BO_JSON_STRING,
    BO_JSON_ARRAY,
    BO_JSON_OBJECT
} bo_json_kind;

typedef struct bo_json bo_json;
typedef struct bo_json_member {
    bo_str key;
    bo_json *value;
} bo_json_member;

struct bo_json {
    bo_json_kind kind;
    uint32_t len;         /* items or members */
    uint32_t size : 31;   /* places that there is room for */
    uint32_t indexed : 1; /* an object of many members: an index of them follows its places */
    union {
        bo_str text; /* a string's characters, a number's digits as they were written */
        bo_json **items;
        bo_json_member *members;
    };
};

typedef struct bo_json_limits {
    size_t depth; /* 0: 512 */
    size_t nodes; /* values of any kind; 0: no cap */
} bo_json_limits;

/* Reads one JSON text and nothing behind it. Duplicate members, lone surrogates, bad UTF-8 and anything
 * outside the grammar are BO_SYNTAX with line and column; beyond a limit BO_LIMIT. All of the value lives in
 * the arena, its strings too. */
bo_status bo_json_parse(bo_json **out, bo_str text, const bo_json_limits *limits,
                        bo_arena *arena) BO_MUST_USE;

/* Looking up; NULL, and a NULL value is accepted, when there is no such thing. */
bo_json *bo_json_get(const bo_json *object, bo_str key);
bo_json *bo_json_at(const bo_json *array, size_t index);
bo_str bo_json_string(const bo_json *value);                  /* .ptr NULL when it is no string */
bo_str bo_json_get_string(const bo_json *object, bo_str key); /* likewise */
bool bo_json_is(const bo_json *value, bo_json_kind kind);     /* false for NULL */
bool bo_json_number(double *out, const bo_json *value);       /* false when it is no finite number */
bool bo_json_integer(int64_t *out, const bo_json *value);     /* false when it is no integer in range */

/* Making; every function returns NULL when the arena is exhausted, and passes a NULL argument through. */
bo_json *bo_json_new(bo_arena *arena, bo_json_kind kind);
bo_json *bo_json_new_string(bo_arena *arena, bo_str text); /* the text is not copied */
bo_json *bo_json_new_number(bo_arena *arena, bo_str digits);
bo_json *bo_json_new_bool(bo_arena *arena, bool value);
bo_json *bo_json_push(bo_arena *arena, bo_json *array, bo_json *item); /* returns the array */
bo_json *bo_json_set(bo_arena *arena, bo_json *object, bo_str key,
                     bo_json *value); /* replaces; returns the object */
/* The same for a key that is known to be new: does not look for it. */
bo_json *bo_json_add(bo_arena *arena, bo_json *object, bo_str key, bo_json *value);
bool bo_json_unset(bo_json *object, bo_str key);
bo_json *bo_json_copy(bo_arena *arena, const bo_json *value); /* deep; text shared */
bool bo_json_eq(const bo_json *a, const bo_json *b);          /* members in any order; numbers by value */

void bo_json_write(bo_text *out, const bo_json *value);
void bo_json_write_pretty(bo_text *out, const bo_json *value); /* two blanks a level */
/* A string with its quotes and escapes. */
void bo_json_write_string(bo_text *out, bo_str text);
/* A number as ECMAScript prints it: the shortest text that reads back as the same double. */
void bo_json_write_double(bo_text *out, double number);
/* Canonical JSON (JCS, RFC 8785). The text fails with BO_INVALID for a number that no double can hold. */
void bo_json_write_canonical(bo_text *out, const bo_json *value);
/* The order of members there: by UTF-16 code units. */
int bo_json_key_cmp(bo_str a, bo_str b);

/* The streaming writer: commas and nesting are its own business. A key precedes every value inside an object.
 */
typedef struct bo_json_writer {
    bo_text *out;
    uint64_t open[8]; /* a bit for each level: whether something stands there already */
    unsigned depth;   /* at most 511 */
    bool after_key;
} bo_json_writer;

void bo_json_begin(bo_json_writer *writer, bo_text *out);
void bo_json_open(bo_json_writer *writer, bo_json_kind array_or_object);
void bo_json_close(bo_json_writer *writer, bo_json_kind array_or_object);
void bo_json_key(bo_json_writer *writer, bo_str key);
void bo_json_put_string(bo_json_writer *writer, bo_str text);
void bo_json_put_i64(bo_json_writer *writer, int64_t number);
void bo_json_put_raw(bo_json_writer *writer, bo_str json); /* already JSON: true, null, 1.5, {...} */
void bo_json_put(bo_json_writer *writer, const bo_json *value);
/* key and value at once */
void bo_json_member_string(bo_json_writer *writer, bo_str key, bo_str text);
void bo_json_member_i64(bo_json_writer *writer, bo_str key, int64_t number);

#pragma GCC visibility pop
#endif
