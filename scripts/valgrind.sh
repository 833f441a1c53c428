#!/bin/sh
# Runs x265 through fieldreel under valgrind, with a pool of threads and at the frame sizes at
# which x265 alone overruns its buffers.
set -eu
cd "$(dirname "$0")/.."

command -v valgrind >/dev/null 2>&1 || {
    echo "valgrind is not installed" >&2
    exit 1
}
binary=$(cargo test -p fieldreel-codec --test codec --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
valgrind --error-exitcode=1 --leak-check=no "$binary" \
    --exact lossless::x265_narrower_than_its_look_ahead wavefronts::the_smallest_frames_with_wavefronts \
    --test-threads=1
