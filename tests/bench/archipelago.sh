#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# archipelago.sh [quick|full] [--docs]: builds a release and measures what front ends of Archipelago ask, beside its peers.
set -eu
cd "$(dirname "$0")/../.."
. cmake/packages.sh
build_preset release
exec python3 tests/bench/archipelago.py build/release "$@"
