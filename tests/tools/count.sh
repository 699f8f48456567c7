#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Counts the cases in the log of `ctest -V`: count.sh LOG GROUP FAILED_LOG prints "GROUP: N passed, M failed ...".
# Runners end on "N passed, M failed", units of Check on "100%: Checks: N, Failures: F, Errors: E"; any other test is one
# case. A test that ctest calls failed counts at least one failure. What failing tests said goes to FAILED_LOG.
set -eu
log=$1 group=$2 failed_log=$3
awk -v group="$group" -v failed_log="$failed_log" '
    match($0, /^[0-9]+: /) {
        id = substr($0, 1, RLENGTH - 2)
        line = substr($0, RLENGTH + 1)
        said[id] = said[id] line "\n"
        if (match(line, /[0-9]+ passed, [0-9]+ failed/)) {
            split(substr(line, RSTART, RLENGTH), part, /[ ,]+/)
            good[id] = part[1]; bad[id] = part[3]; counted[id] = 1
            if (match(line, /[0-9]+ (excused|not run)/)) excused += substr(line, RSTART) + 0
        } else if (match(line, /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/)) {
            split(substr(line, RSTART, RLENGTH), part, /[ ,:]+/)
            good[id] += part[2] - part[4] - part[6]; bad[id] += part[4] + part[6]; counted[id] = 1
        }
    }
    /^ *[0-9]+\/[0-9]+ Test +#[0-9]+:/ {
        id = $0; sub(/^ *[0-9]+\/[0-9]+ Test +#/, "", id); name = id
        sub(/:.*/, "", id); sub(/^[0-9]+: */, "", name)
        ok = $0 ~ / Passed /
        if (!(id in counted)) { good[id] = ok ? 1 : 0; bad[id] = ok ? 0 : 1 }
        if (!ok && bad[id] == 0) bad[id] = 1
        if (!ok) printf "---- %s\n%s", name, said[id] >> failed_log
        passed += good[id]; failed += bad[id]
    }
    END {
        printf "%s: %d passed, %d failed", group, passed, failed
        if (excused) printf ", %d excused", excused
        printf "\n"
    }' "$log"
