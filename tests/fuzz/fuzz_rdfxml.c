/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_reader(BO_RDFXML, fuzz_text(data, size), BO_STR("http://example.org/folder/document"));
    return 0;
}
