/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *text;
    int http;
} table[] = {
#define BO_STATUS(name, text, http) {#name, text, http},
#include "bocage/status.def"
#undef BO_STATUS
};

static _Thread_local bo_error last;

BO_PRINTF(5, 0)
static bo_status keep(bo_status status, const char *code, unsigned line, unsigned column, const char *format,
                      va_list arguments) {
    char message[sizeof last.message]; /* an argument may point into the last message */
    vsnprintf(message, sizeof message, format, arguments);
    last.status = status;
    last.line = line;
    last.column = column;
    snprintf(last.code, sizeof last.code, "%s", code);
    memcpy(last.message, message, sizeof message);
    return status;
}

bo_status bo_fail(bo_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    keep(status, "", 0, 0, format, arguments);
    va_end(arguments);
    return status;
}

bo_status bo_fail_at(bo_status status, unsigned line, unsigned column, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    keep(status, "", line, column, format, arguments);
    va_end(arguments);
    return status;
}

bo_status bo_fail_code(bo_status status, const char *code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    keep(status, code, 0, 0, format, arguments);
    va_end(arguments);
    return status;
}

const bo_error *bo_error_last(void) {
    return &last;
}

void bo_error_clear(void) {
    memset(&last, 0, sizeof last);
}

static size_t row(bo_status status) {
    return (unsigned)status < BO_STATUS_COUNT ? (size_t)status : BO_INTERNAL;
}

const char *bo_status_name(bo_status status) {
    return table[row(status)].name;
}
const char *bo_status_text(bo_status status) {
    return table[row(status)].text;
}
int bo_status_http(bo_status status) {
    return table[row(status)].http;
}
