/* SPDX-License-Identifier: Apache-2.0
 * The log: one line of key=value pairs an event, to standard error. Floors 0 to 8 never log. Never a body, a
 * key, a token or a password.
 */
#ifndef BO_BASE_LOG_H
#define BO_BASE_LOG_H

#include "bocage/str.h"

typedef enum bo_level { BO_LOG_ERROR, BO_LOG_WARN, BO_LOG_INFO, BO_LOG_DEBUG } bo_level;

void bo_log_level(bo_level most); /* what is written from now on; BO_LOG_INFO at first */
bool bo_log_on(bo_level level);
/* bo_log(BO_LOG_INFO, "listen", "port=%d address=%s", port, address): pairs are `key=value`, separated by a
 * blank. */
void bo_log(bo_level level, const char *event, const char *format, ...) BO_PRINTF(3, 4);

#endif
