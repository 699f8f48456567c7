#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint.sh format|tidy ROOT BUILD: holds the sources against .clang-format or .clang-tidy; BUILD has compile_commands.json.
set -eu
kind=$1 root=$2 build=$3
cd "$root"
case $kind in
format)
    git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run -Werror ||
        { echo "clang-format -i on these files mends it"; exit 1; }
    ;;
tidy)
    # Flags that gcc knows and clang does not are passed over.
    git ls-files -co --exclude-standard 'src/*.c' |
        xargs -P "$(nproc)" -n 4 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option 2>&1 |
        grep -v ' warnings\{0,1\} generated' >"$build/tidy.log" || true
    ! grep -E '(error|warning):' "$build/tidy.log"
    ;;
*) echo "lint.sh: '$kind' is neither format nor tidy"; exit 2 ;;
esac
