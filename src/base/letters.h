/* SPDX-License-Identifier: Apache-2.0
 * Capital and small letters of the whole of Unicode, one for one.
 */
#ifndef BO_BASE_LETTERS_H
#define BO_BASE_LETTERS_H

#include "bocage/arena.h"

/* The text in capital or in small letters. BO_INTERNAL when the locale C.UTF-8 is missing. */
bo_status bo_letters(bo_str *out, bo_str text, bool capital, bo_arena *arena) BO_MUST_USE;

#endif
