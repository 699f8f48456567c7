#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# engines.sh [quick|full|big] [--docs]: builds a release and measures the query engine beside its peers.
set -eu
cd "$(dirname "$0")/../.."
. cmake/packages.sh
build_preset release
exec python3 tests/bench/engines.py build/release "$@"
