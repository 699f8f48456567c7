/* SPDX-License-Identifier: Apache-2.0
 * What the files of this runner share.
 */
#ifndef BO_TESTS_SIGNATURES_RUN_H
#define BO_TESTS_SIGNATURES_RUN_H

#include "bocage/json.h"
#include "tools/suite.h"

typedef struct bench {
    suite *s;
    const char *vectors; /* the folder http-signatures */
} bench;

bo_str read_file(const bench *b, const char *folder, const char *name);
bo_json *read_json(const bench *b, const char *folder, const char *name);
void judge(const bench *b, const char *room, bo_str name, const char *why); /* NULL: it passed */
const char *compare(const bench *b, bo_str got, bo_str expected);

void run_fields(const bench *b); /* structured fields */

#endif
