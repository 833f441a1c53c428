#!/bin/sh
# Installs the C libraries that fieldreel needs to build, if they are missing.
#
#   scripts/install-packages.sh          the libraries for fieldreel and its command
#   scripts/install-packages.sh --peers  also the packages for the compressors of benches/peers
#   scripts/install-packages.sh --tests  also the command-line tools that the tests compare with
#   scripts/install-packages.sh --bench  also the ffmpeg command that a benchmark compares with
#   scripts/install-packages.sh --mpi    also Open MPI, for the example of MPI
#
# On Debian and Ubuntu the script uses apt-get (through sudo if not root). On other systems it
# lists the packages and stops.
set -eu

build="build-essential pkg-config libclang-dev libavcodec-dev libavformat-dev libavutil-dev
       libnetcdf-dev libhdf5-dev libeccodes-dev"
peers="cmake libzstd-dev"
tests="netcdf-bin libeccodes-tools python3-h5py hdf5-tools codespell ffmpeg parallel"
bench="ffmpeg"
mpi="libopenmpi-dev openmpi-bin"

case "${1:-}" in
    --peers) wanted="$build $peers" ;;
    --tests) wanted="$build $tests" ;;
    --bench) wanted="$build $bench" ;;
    --mpi) wanted="$build $mpi" ;;
    *) wanted=$build ;;
esac

if ! command -v cargo >/dev/null 2>&1; then
    echo "fieldreel needs Rust: install rustup (https://rustup.rs) and run this again" >&2
    exit 1
fi

if ! command -v apt-get >/dev/null 2>&1; then
    if pkg-config --exists libavcodec libavformat libavutil netcdf eccodes 2>/dev/null; then
        exit 0
    fi
    cat >&2 <<'END'
fieldreel needs FFmpeg's libraries (with libx265, libopenjpeg and libaom), netcdf-c, HDF5, ecCodes,
libclang and pkg-config; for `make peers` cmake and zstd, and for `make mpi-test` an MPI library.
This system has no apt-get; install them with its own package manager:

  Fedora:   sudo dnf install gcc gcc-c++ make pkgconf-pkg-config clang-devel ffmpeg-devel netcdf-devel \
                 hdf5-devel eccodes-devel netcdf eccodes     (ffmpeg-devel: from RPM Fusion)
  Arch:     sudo pacman -S base-devel pkgconf clang ffmpeg netcdf hdf5    (eccodes: from the AUR)
  Homebrew: brew install pkg-config llvm ffmpeg netcdf hdf5 eccodes

and run this again.
END
    exit 1
fi

missing=""
for package in $wanted; do
    status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "these packages are missing, and installing them needs root or sudo:$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the list is split into words on purpose
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
