/* SPDX-License-Identifier: Apache-2.0
 * JSON-LD object comparison, as the test suites define it.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "bocage/json.h"

/* Members in any order, arrays in any order except under @list, language tags without regard to case, blank
 * nodes up to a renaming. */
bool compare_jsonld(const bo_json *a, const bo_json *b);

#endif
