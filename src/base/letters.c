/* SPDX-License-Identifier: Apache-2.0 */
#include "base/letters.h"

#include <locale.h>
#include <pthread.h>
#include <wctype.h>

static locale_t letters;

static void find_letters(void) {
    letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

bo_status bo_letters(bo_str *out, bo_str text, bool capital, bo_arena *arena) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_letters);
    if (letters == (locale_t)0) return bo_fail(BO_INTERNAL, "the locale C.UTF-8 is missing");
    char *made = bo_arena_array(arena, text.len, 4);
    if (made == NULL) return bo_error_last()->status;
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        wint_t letter = bo_utf8_next(text, &at);
        len += bo_utf8_put(made + len, capital ? towupper_l(letter, letters) : towlower_l(letter, letters));
    }
    *out = bo_str_make(made, len);
    return BO_OK;
}
