/* SPDX-License-Identifier: Apache-2.0
 * How calls end. Every fallible function returns a bo_status; BO_OK is 0. The text of an error is set where
 * it is known, with bo_fail, and read by whoever answers for it, with bo_error_last. One error is kept per
 * thread.
 */
#ifndef BOCAGE_STATUS_H
#define BOCAGE_STATUS_H

#include <stddef.h>

#pragma GCC visibility push(default)

typedef enum bo_status {
#define BO_STATUS(name, text, http) BO_##name,
#include "bocage/status.def"
#undef BO_STATUS
    BO_STATUS_COUNT
} bo_status;

#define BO_MUST_USE __attribute__((warn_unused_result))
#define BO_PRINTF(at, first) __attribute__((format(printf, at, first)))

/* Returns early with the status of a call that failed. */
#define BO_TRY(call)                                                                                         \
    do {                                                                                                     \
        bo_status bo_try_status_ = (call);                                                                   \
        if (bo_try_status_ != BO_OK) return bo_try_status_;                                                  \
    } while (0)

typedef struct bo_error {
    bo_status status;
    unsigned line, column; /* in the text that was read, from 1; 0 when there is no place to point at */
    char code[64];         /* a name fixed by a specification ("invalid term definition"), or empty */
    char message[512];     /* one sentence, UTF-8 */
} bo_error;

/* Keeps the text of an error for this thread and returns `status`, so that it ends with `return
 * bo_fail(...)`. */
bo_status bo_fail(bo_status status, const char *format, ...) BO_PRINTF(2, 3);
/* The same with a place in the text that was read, both from 1. */
bo_status bo_fail_at(bo_status status, unsigned line, unsigned column, const char *format, ...)
    BO_PRINTF(4, 5);
/* The same with an error code that a specification fixes. */
bo_status bo_fail_code(bo_status status, const char *code, const char *format, ...) BO_PRINTF(3, 4);

/* This thread's last error. Never NULL; valid until the thread's next bo_fail. */
const bo_error *bo_error_last(void);
void bo_error_clear(void);

const char *bo_status_name(bo_status status); /* "NOT_FOUND" */
const char *bo_status_text(bo_status status); /* "there is no such thing" */
int bo_status_http(bo_status status);         /* 404 */

#pragma GCC visibility pop
#endif
