/* SPDX-License-Identifier: Apache-2.0
 * A text being written: grows up to a cap, remembers the first failure and reports it once, at the end. With
 * a flush function it is a stream: what is written is handed on whenever `flush_at` bytes have gathered.
 */
#ifndef BOCAGE_TEXT_H
#define BOCAGE_TEXT_H

#include "bocage/str.h"

#pragma GCC visibility push(default)

typedef bo_status (*bo_flush_fn)(void *context, bo_str bytes);

typedef struct bo_text {
    char *ptr;  /* heap, owned */
    size_t len; /* bytes written and not yet flushed */
    size_t size, cap;
    size_t flushed; /* bytes handed on so far */
    size_t flush_at;
    bo_flush_fn flush;
    void *context;
    bo_status status; /* the first failure; later writes do nothing */
} bo_text;

/* In memory, at most `cap` bytes (0: no cap); BO_LIMIT beyond. */
void bo_text_init(bo_text *text, size_t cap);
/* A stream; flush is called with pieces of about `flush_at` bytes and once more by bo_text_end. */
void bo_text_init_stream(bo_text *text, size_t flush_at, bo_flush_fn flush, void *context);
void bo_text_done(bo_text *text); /* frees; the text may be initialised again */
void bo_text_clear(bo_text *text);

void bo_text_put(bo_text *text, bo_str s);
void bo_text_char(bo_text *text, char c);
void bo_text_utf8(bo_text *text, uint32_t code_point);
void bo_text_u64(bo_text *text, uint64_t n);
void bo_text_i64(bo_text *text, int64_t n);
/* For messages and logs; JSON, Turtle, SPARQL and HTML have writers of their own. */
void bo_text_printf(bo_text *text, const char *format, ...) BO_PRINTF(2, 3);
void bo_text_fail(bo_text *text, bo_status status); /* makes the text fail from here on */

#define BO_TEXT_LIT(text, literal) bo_text_put((text), BO_STR(literal))

/* Flushes a stream's rest, and tells how all the writing went. */
bo_status bo_text_end(bo_text *text) BO_MUST_USE;
/* What stands in it; valid until the next write. A NUL byte follows it. */
bo_str bo_text_str(const bo_text *text);

#pragma GCC visibility pop
#endif
