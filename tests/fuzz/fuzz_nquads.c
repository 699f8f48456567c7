/* SPDX-License-Identifier: Apache-2.0
 * N-Triples and N-Quads: what one reads the other reads, unless it names a graph.
 */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_str text = fuzz_text(data, size);
    fuzz_reader(BO_NQUADS, text, BO_STR_NONE);
    fuzz_reader(BO_NTRIPLES, text, BO_STR_NONE);
    return 0;
}
