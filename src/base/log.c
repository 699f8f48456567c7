/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

static atomic_int most_written = BO_LOG_INFO;

void bo_log_level(bo_level most) {
    atomic_store(&most_written, (int)most);
}

bool bo_log_on(bo_level level) {
    return (int)level <= atomic_load(&most_written);
}

void bo_log(bo_level level, const char *event, const char *format, ...) {
    static const char *const names[] = {"error", "warn", "info", "debug"};
    if (!bo_log_on(level)) return;
    char line[2048], when[32], pairs[1800];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(pairs, sizeof pairs, format, arguments);
    va_end(arguments);
    for (char *c = pairs; *c; c++)
        if (*c == '\n' || *c == '\r') *c = ' '; /* one event, one line */
    bo_time_rfc3339(when, bo_clock_wall_ms(&bo_clock_system));
    int len = snprintf(line, sizeof line, "%s %s %s %s\n", when, names[level], event, pairs);
    if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0) return; /* nowhere left to complain */
}
