/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

int main(int count, char **words) {
    return bo_cli_run(count, words);
}
