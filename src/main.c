/* SPDX-License-Identifier: Apache-2.0 */
#include <malloc.h>

#include "cli/cli.h"

/* Requests take and give back some megabytes each: glibc is told to keep so much, or most of a short query's
 * time goes into the kernel's clearing of pages. */
enum { KEPT = 32 << 20 };

int main(int count, char **words) {
    mallopt(M_MMAP_THRESHOLD, KEPT);
    mallopt(M_TRIM_THRESHOLD, KEPT);
    return bo_cli_run(count, words);
}
