# SPDX-License-Identifier: Apache-2.0
# The Debian packages that Bocage needs, and how ./run and ./test get them. Sourced by both.

# To build and run.
BUILD_PACKAGES="gcc libc6-dev make cmake ninja-build pkg-config ca-certificates
 libcurl4-gnutls-dev libraptor2-dev librdf0-dev librasqal3-dev libmicrohttpd-dev libwslay-dev libssl-dev liblmdb-dev libargon2-dev libcrypt-dev
 libxxhash-dev libpcre2-dev libexpat1-dev libxml2-dev libgeos-dev libgd-dev zlib1g-dev libzstd-dev"
# To test, in addition.
TEST_PACKAGES="check libcjson-dev clang clang-format clang-tidy libclang-rt-14-dev python3 python3-rdflib python3-aiosmtpd python3-websockets redland-utils librdf-storage-sqlite zstd raptor2-utils
 openssl curl git"

say() {
    printf '%s\n' "$*"
}

give_up() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"
    done
}

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        give_up "some packages are missing and this needs root: run it once as root, or install sudo"
    fi
}

install_packages() {
    command -v dpkg-query >/dev/null || give_up "this needs Debian 12 (or a system with apt): dpkg is not here"
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "Installing: $missing"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq ||
        give_up "the lists of packages can't be fetched: is there a network?"
    # shellcheck disable=SC2086 # a list of names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        give_up "apt could not install: $missing"
}

# Builds a preset, with more arguments for cmake if given; configures only when that has not been done. The log is shown when something fails.
build_preset() {
    preset=$1
    shift
    log=build/$preset.log
    mkdir -p build
    if [ ! -f "build/$preset/build.ninja" ]; then
        cmake --preset "$preset" "$@" >"$log" 2>&1 || { cat "$log" >&2; give_up "cmake could not prepare the build"; }
    fi
    cmake --build "build/$preset" >"$log" 2>&1 ||
        { grep -E 'error|FAILED|undefined' "$log" | head -40 >&2; give_up "the build failed; $log tells all"; }
}

# What sudo made belongs to who called it.
give_back() {
    if [ -n "${SUDO_UID:-}" ] && [ "$(id -u)" -eq 0 ]; then
        chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$@" 2>/dev/null || true
    fi
}
