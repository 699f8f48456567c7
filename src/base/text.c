/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void bo_text_init(bo_text *text, size_t cap) {
    *text = (bo_text){.cap = cap};
}

void bo_text_init_stream(bo_text *text, size_t flush_at, bo_flush_fn flush, void *context) {
    *text = (bo_text){.flush_at = flush_at ? flush_at : 64 * 1024, .flush = flush, .context = context};
}

void bo_text_done(bo_text *text) {
    free(text->ptr);
    *text = (bo_text){.status = BO_OK};
}

void bo_text_clear(bo_text *text) {
    text->len = 0;
    text->status = BO_OK;
}

void bo_text_fail(bo_text *text, bo_status status) {
    if (text->status == BO_OK) text->status = status;
}

static void flush(bo_text *text) {
    if (text->len == 0) return;
    bo_text_fail(text, text->flush(text->context, (bo_str){text->ptr, text->len}));
    text->flushed += text->len;
    text->len = 0;
}

/* Room for `more` bytes and a NUL, or NULL with the failure kept. */
static char *room(bo_text *text, size_t more) {
    if (text->status != BO_OK) return NULL;
    if (text->flush != NULL && text->len >= text->flush_at) flush(text);
    if (text->cap != 0 && more > text->cap - text->len) {
        text->status = bo_fail(BO_LIMIT, "a text grew beyond %zu bytes", text->cap);
        return NULL;
    }
    if (more >= text->size - text->len || text->ptr == NULL) {
        size_t size = text->size ? text->size * 2 : 256;
        while (size <= text->len + more) size *= 2;
        char *larger = realloc(text->ptr, size);
        if (larger == NULL) {
            text->status = bo_fail(BO_NO_MEMORY, "memory ran out");
            return NULL;
        }
        text->ptr = larger;
        text->size = size;
    }
    return text->ptr + text->len;
}

void bo_text_put(bo_text *text, bo_str s) {
    if (s.len == 0) return;
    char *at = room(text, s.len);
    if (at == NULL) return;
    memcpy(at, s.ptr, s.len);
    text->len += s.len;
}

void bo_text_char(bo_text *text, char c) {
    char *at = room(text, 1);
    if (at == NULL) return;
    *at = c;
    text->len++;
}

void bo_text_utf8(bo_text *text, uint32_t code_point) {
    char bytes[4];
    bo_text_put(text, (bo_str){bytes, bo_utf8_put(bytes, code_point)});
}

void bo_text_u64(bo_text *text, uint64_t n) {
    char digits[20], *at = digits + sizeof digits;
    do *--at = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    bo_text_put(text, (bo_str){at, (size_t)(digits + sizeof digits - at)});
}

void bo_text_i64(bo_text *text, int64_t n) {
    if (n < 0) bo_text_char(text, '-');
    bo_text_u64(text, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void bo_text_printf(bo_text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *at = len < 0 ? NULL : room(text, (size_t)len);
    if (at == NULL) return;
    va_start(arguments, format);
    vsnprintf(at, (size_t)len + 1, format, arguments);
    va_end(arguments);
    text->len += (size_t)len;
}

bo_status bo_text_end(bo_text *text) {
    if (text->flush != NULL && text->status == BO_OK) flush(text);
    return text->status;
}

bo_str bo_text_str(const bo_text *text) {
    if (text->ptr == NULL) return BO_STR("");
    text->ptr[text->len] = '\0';
    return (bo_str){text->ptr, text->len};
}
