#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# suites.sh GET-SUITES: runs it with github.com redirected to folders of this machine by git's own settings.
set -eu
get=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export GIT_CONFIG_COUNT=1 GIT_CONFIG_VALUE_0=https://github.com/

wrong() {
    echo "$1:"
    cat "$place/said"
    exit 1
}

export GIT_CONFIG_KEY_0="url.file://$place/nowhere/.insteadOf"
sh "$get" "$place/suites" >"$place/said" 2>&1 && wrong "it found suites without a network"
[ "$(wc -l <"$place/said")" -eq 1 ] || wrong "not one sentence"
grep -q '^get-suites: github.com/w3c/rdf-tests .*is there a network?' "$place/said" || wrong "it does not say what is wrong"
[ ! -e "$place/suites" ] || wrong "it left a folder behind"

# What is there already is not fetched.
sed -n "/^suites='/,/^'/p" "$get" | awk 'NF == 4 { print $1 }' | while read -r name; do mkdir -p "$place/suites/$name"; done
sh "$get" "$place/suites" >"$place/said" 2>&1 || wrong "it wants suites that are there"
[ "$(grep -c 'there already' "$place/said")" -eq 10 ] || wrong "not all suites are seen"

# A repository that answers but lacks the commit.
mkdir -p "$place/near/w3c"
git init -q "$place/near/w3c/rdf-tests.git"
git -C "$place/near/w3c/rdf-tests.git" -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m a
rmdir "$place/suites/rdf"
export GIT_CONFIG_KEY_0="url.file://$place/near/.insteadOf"
sh "$get" "$place/suites" >"$place/said" 2>&1 && wrong "it took another commit"
grep -q 'has no commit ad541a5f0479' "$place/said" || wrong "it does not say which commit is missing"
[ ! -e "$place/suites/rdf" ] || wrong "it left half a suite behind"
echo "get-suites says what is wrong"
