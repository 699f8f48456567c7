/* SPDX-License-Identifier: Apache-2.0
 * Memory that runs out: the linker puts these in place of malloc, calloc and realloc in the project's own
 * code.
 */
#ifndef CRASH_MEMORY_H
#define CRASH_MEMORY_H

#include <stdbool.h>

/* The allocation after `after` more fails, and with `all` every later one too; -1: none. */
void memory_fail(long after, bool all);
long memory_failures(void); /* since then */

#endif
