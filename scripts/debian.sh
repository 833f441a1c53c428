#!/usr/bin/env bash
# Runs a command, `make test` by default, in a fresh Debian system in a directory.
#
#   scripts/debian.sh 13                   runs `make test` on Debian 13
#   scripts/debian.sh 12 make demo         runs another command on Debian 12
#
# Needs root, debootstrap, and 12 GB of disk. The system has make, git and a C compiler, and uses
# the Rust toolchain of the host; the command installs everything else. It sees a clone of the last
# commit in /fieldreel. The directory is kept, so that a second run is faster; remove it to start
# anew.
#
#   DEBIAN_DIR      the directory (default: target/debian-VERSION)
#   DEBIAN_MIRROR   the mirror (default: http://deb.debian.org/debian)
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:?"usage: scripts/debian.sh 12|13 [COMMAND...]"}
shift
case "$version" in
    12) suite=bookworm ;;
    13) suite=trixie ;;
    *)
        echo "scripts/debian.sh knows Debian 12 and 13, not $version" >&2
        exit 2
        ;;
esac
[ $# -gt 0 ] || set -- make test

if [ "$(id -u)" -ne 0 ]; then
    echo "scripts/debian.sh needs root to make a system and to mount directories in it" >&2
    exit 1
fi
if ! command -v debootstrap >/dev/null 2>&1; then
    echo "scripts/debian.sh needs debootstrap: apt-get install debootstrap" >&2
    exit 1
fi

root=${DEBIAN_DIR:-target/debian-$version}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
mkdir -p "$root"
root=$(realpath "$root")
if [ ! -e "$root/complete" ]; then
    debootstrap --variant=minbase --include=make,git,gcc,libc6-dev,ca-certificates \
        "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log" >&2; exit 1; }
    touch "$root/complete"
fi
# Files that have not changed keep their time, so that a second run builds only what has changed.
if [ -d "$root/fieldreel/.git" ]; then
    git -C "$root/fieldreel" fetch --quiet "$PWD" HEAD
    git -C "$root/fieldreel" reset --quiet --hard FETCH_HEAD
    git -C "$root/fieldreel" clean --quiet -ffdx
else
    git clone --quiet --no-hardlinks . "$root/fieldreel"
fi

toolchain=$(rustc --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
mkdir -p "$root/rust" "$root/cargo" "$cargo_home/registry" "$root/cargo/registry" "$root/target"
export toolchain cargo_home root

# The mounts and processes are in namespaces of their own, and end with this script.
# shellcheck disable=SC2016 # the inner shell expands the variables
exec unshare --mount --pid --fork --kill-child bash -euc '
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount --bind "$toolchain" "$root/rust"
    mount --bind "$cargo_home/registry" "$root/cargo/registry"
    # Networks may have certificates of their own.
    mount --bind /etc/ssl/certs "$root/etc/ssl/certs"
    cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
    exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
        PATH=/rust/bin:/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        CARGO_HOME=/cargo CARGO_TARGET_DIR=/target CARGO_INCREMENTAL=0 \
        http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" \
        bash -c "cd /fieldreel && exec \"\$@\"" bash "$@"
' bash "$@"
