#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lines.sh: lines of C per module, as a table in Markdown.
cd "$(dirname "$0")/../.." || exit 1
echo "| module | lines |"
echo "|---|---|"
for folder in src/*/; do
    lines=$(cat "$folder"*.c "$folder"*.h "$folder"*.def 2>/dev/null | wc -l)
    [ "$lines" -gt 0 ] && echo "| $(basename "$folder") | $lines |"
done
echo "| include/bocage | $(cat include/bocage/* | wc -l) |"
echo "| tests | $(git ls-files tests | grep -E '\.(c|py|sh|wire)$' | xargs cat | wc -l) |"
