#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# example.sh SOURCE-FOLDER BUILD-FOLDER: installs into a folder of its own, builds docs/example.c against the shared
# and the static library and runs both.
set -eu
source=$1 build=$2
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$build" --prefix "$place/usr" >"$place/install.log" 2>&1 || { cat "$place/install.log"; exit 1; }
config=$(find "$place/usr" -name bocage.pc)
libraries=$(dirname "$(dirname "$config")")
export PKG_CONFIG_PATH="$(dirname "$config")"
flags="${CFLAGS:-} -std=c11 -Wall -Wextra -Werror"
printf '@prefix : <#> .\n:le-bocage :joint :les-champs , :les-gens .\n' >"$place/two.ttl"

# Word splitting of the flags is wanted here.
# shellcheck disable=SC2086,SC2046
${CC:-cc} $flags "$source/docs/example.c" $(pkg-config --cflags --libs bocage) -o "$place/shared"
# shellcheck disable=SC2086,SC2046
${CC:-cc} $flags "$source/docs/example.c" $(pkg-config --cflags bocage) "$libraries/libbocage.a" \
    $(pkg-config --static --libs bocage | sed 's/-lbocage//') -o "$place/static"

for part in bin/bocage share/man/man1/bocage.1 include/bocage/store.h; do
    [ -s "$place/usr/$part" ] || { echo "$part was not installed"; exit 1; }
done
[ -n "$(find "$place/usr" -path '*/redland/librdf_storage_bocage.so')" ] || { echo "the Redland module was not installed"; exit 1; }

for kind in shared static; do
    answer=$(LD_LIBRARY_PATH="$libraries" "$place/$kind" "$place/store-$kind" "$place/two.ttl")
    [ "$answer" = "2 triples" ] || { echo "$kind: expected '2 triples', got '$answer'"; exit 1; }
done
echo "the example runs against the shared and the static library"
