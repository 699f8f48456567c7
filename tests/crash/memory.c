/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/memory.h"

#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long failing_after = -1, failures;
static bool failing_all;

void memory_fail(long after, bool all) {
    failing_after = after;
    failing_all = all;
    failures = 0;
}

long memory_failures(void) {
    return failures;
}

static bool fails(void) {
    if (failing_after < 0) return false;
    if (failing_after > 0) {
        failing_after--;
        return false;
    }
    if (!failing_all) failing_after = -1;
    failures++;
    return true;
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return fails() ? NULL : __real_realloc(old, size);
}
