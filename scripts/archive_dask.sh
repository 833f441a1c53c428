#!/bin/sh
# Runs examples/archive_dask.py over 50 copies of the sample with two workers of a local Dask
# cluster, and verifies every value. `fieldreel` must be in PATH; PYTHON names a Python with Dask.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/in"
for number in $(seq 50); do
    cp "$root/data/navy_winds_uwnd.nc" "$folder/in/$number.nc"
done
printf '[[rules]]\nunits = "M/S"\nbound = "abs:0.05"\n' >"$folder/bounds.toml"
cd "$folder"
fieldreel archive plan in --out archive --rules bounds.toml
"${PYTHON:-python3}" "$root/examples/archive_dask.py" archive/manifest.jsonl --workers 2 --parts 8
fieldreel archive status archive/manifest.jsonl
fieldreel archive verify archive/manifest.jsonl --against
