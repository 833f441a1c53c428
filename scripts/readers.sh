#!/bin/sh
# Reads a file with other programs through fieldreel's HDF5 plugin and compares the values.
#
#   scripts/readers.sh                                files that nccopy and h5py write
#   scripts/readers.sh FILE VARIABLE                  FILE; all must read the values of ncdump
#   scripts/readers.sh FILE VARIABLE ORIGINAL BOUND   FILE; all must be within BOUND of ORIGINAL
#
# Prints "read" or "not installed" for each program. Fails if an installed program cannot read the
# file or reads other values. PYTHON is the Python interpreter that has some or all of h5py,
# netCDF4 and xarray.
set -eu

cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
# The packages and features. The flags must be those of the existing build, so that nothing is
# built again.
flags=${CARGO_FLAGS:-}
bound_of_sample=0.05
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

has() { command -v "$1" >/dev/null 2>&1; }

has ncdump || { echo "ncdump is needed: scripts/install-packages.sh --tests" >&2; exit 1; }

# Debian's h5py belongs to Debian's Python, which may not be the first one in PATH.
if [ -z "${PYTHON:-}" ]; then
    PYTHON=python3
    "$PYTHON" -c 'import h5py' 2>/dev/null || ! [ -x /usr/bin/python3 ] || PYTHON=/usr/bin/python3
fi

importable() {
    for library in $(echo "$1" | tr ',' ' '); do
        "$PYTHON" -c "import $library" 2>/dev/null || return 1
    done
}

# Prints the values of a variable as ncdump reads them, one per line.
with_ncdump() {
    ncdump -p 17,17 -v "$2" "$1" |
        awk -v name="$2" '/^data:/ { data = 1 } data && $1 == name && $2 == "=" { on = 1; sub(/.*=/, "") } on { print }
            on && /;/ { exit }' |
        tr -d ' ;' | tr ',' '\n' | sed '/^$/d'
}

with_h5dump() {
    h5dump -y -w 65535 -m %.17g -d "/$2" "$1" |
        awk '/^ *DATA \{/ { on = 1; next } on && /\}/ { exit } on { print }' | tr -d ' ' | tr ',' '\n' | sed '/^$/d'
}

with_cdo() { cdo -s outputf,%.17g,1 -selname,"$2" "$1"; }

with_ncks() { ncks --trd -H -C -s '%.17g\n' -v "$2" "$1" | sed '/^$/d'; }

with_python() { "$PYTHON" scripts/readers.py "$3" "$1" "$2"; }

# Reads with fieldreel itself, without the plugin.
with_fieldreel() {
    env -u HDF5_PLUGIN_PATH "$target/debug/fieldreel" compress --quiet \
        "$1" "$work/copy.reel" --variable "$2" --bound lossless --base prediction
    "$target/debug/fieldreel" decompress --quiet "$work/copy.reel" "$work/copy.nc"
    with_ncdump "$work/copy.nc" "$2"
}

# Replaces missing values by nan, in the notation of any program. $1 is the fill value, if any.
missing_as_nan() {
    awk -v fill="$1" '
        $1 == "_" || tolower($1) ~ /nan/ { print "nan"; next }
        fill != "" { off = $1 - fill; size = fill < 0 ? -fill : fill
            if ((off < 0 ? -off : off) <= 1e-6 * size) { print "nan"; next } }
        { print $1 }'
}

fill_of() {
    ncdump -h "$1" | sed -n "s/^[[:space:]]*$2:_FillValue = \([-+.0-9eE]*\).*/\1/p"
}

# compare EXPECTED FOUND BOUND: checks that the number of values and the missing values agree and
# that all errors are within the bound.
compare() {
    paste "$1" "$2" | awk -F '\t' -v bound="$3" '
        $1 == "nan" || $2 == "nan" || $1 == "" || $2 == "" { if ($1 != $2) wrong++; else missing++; next }
        { off = $1 - $2; if (off < 0) off = -off; if (off > largest) largest = off
          if (off > bound * 1.000001) wrong++ }
        END { printf "%d values, %d missing, largest error %g", NR, missing, largest
              if (wrong) printf ", %d WRONG", wrong
              exit wrong > 0 || NR == 0 }'
}

# try NAME FUNCTION FILE VARIABLE EXPECTED BOUND [ARGUMENT]
try() {
    name=$1 reader=$2 file=$3 variable=$4 expected=$5 bound=$6
    if ! "$reader" "$file" "$variable" ${7:+"$7"} 2>"$work/messages" >"$work/raw"; then
        echo "$name: FAILED"
        cat "$work/messages"
        failed=1
        return
    fi
    missing_as_nan "$(fill_of "$file" "$variable")" <"$work/raw" >"$work/found"
    if result=$(compare "$expected" "$work/found" "$bound"); then
        echo "$name: read ($result)"
    else
        echo "$name: FAILED ($result)"
        head -n 3 "$work/messages"
        failed=1
    fi
}

# read_by_all FILE VARIABLE EXPECTED BOUND WITHOUT: reads with all programs except those in
# WITHOUT.
read_by_all() {
    for program in ncdump h5dump cdo ncks; do
        case " $5 " in *" $program "*) continue ;; esac
        if has $program; then
            try $program with_$program "$1" "$2" "$3" "$4"
        else
            echo "$program: not installed"
        fi
    done
    for libraries in h5py netCDF4 xarray h5py,netCDF4 netCDF4,h5py; do
        if importable $libraries; then
            try $libraries with_python "$1" "$2" "$3" "$4" $libraries
        else
            echo "$libraries: not installed"
        fi
    done
    try fieldreel with_fieldreel "$1" "$2" "$3" "$4"
}

# With the examples, the features of dependencies are those of `make compile`, so that nothing is
# built again.
# shellcheck disable=SC2086 # The flags are several words.
"$cargo" build -q --locked $flags --lib --bin fieldreel --examples
target=${CARGO_TARGET_DIR:-target}
mkdir "$work/plugin"
cp "$target/debug/libfieldreel_hdf5_filter.so" "$work/plugin/"
HDF5_PLUGIN_PATH=$work/plugin
export HDF5_PLUGIN_PATH

if [ $# -ge 2 ]; then
    reference=${3:-$1}
    with_ncdump "$reference" "$2" | missing_as_nan "$(fill_of "$reference" "$2")" >"$work/expected"
    read_by_all "$1" "$2" "$work/expected" "${4:-0}" ""
    exit $failed
fi

sample=data/navy_winds_uwnd.nc
with_ncdump $sample UWND | missing_as_nan "$(fill_of $sample UWND)" >"$work/expected"

# through_filter FROM TO: the nccopy command of docs/reference/hdf5-filter.md.
through_filter() {
    nccopy -4 -F "UWND,61921,0,${bound_of_sample}d,0,0,-99.9d" -c UWND:20,73,144 "$1" "$2"
}

if has nccopy; then
    echo "== written by nccopy"
    through_filter $sample "$work/nccopy.nc" 2>"$work/messages"
    if [ -s "$work/messages" ]; then
        echo "nccopy: FAILED: unexpected messages"
        cat "$work/messages"
        failed=1
    fi
    read_by_all "$work/nccopy.nc" UWND "$work/expected" $bound_of_sample ""

    echo "== verified by fieldreel with the bound in the parameters of the filter"
    "$target/debug/fieldreel" verify "$work/nccopy.nc" --against $sample --json >"$work/verified" || failed=1
    grep -q '"abs:5e-2"' "$work/verified" || { echo "fieldreel: FAILED: the bound is not found"; failed=1; }

    echo "== written by nccopy from a file with other filters, in two steps"
    nccopy -4 -d 4 -s $sample "$work/deflated.nc"
    nccopy -4 -F none "$work/deflated.nc" "$work/plain.nc"
    through_filter "$work/plain.nc" "$work/steps.nc"
    if ncdump -hs "$work/steps.nc" | grep -q 'UWND:_Filter = "61921,'; then
        try ncdump with_ncdump "$work/steps.nc" UWND "$work/expected" $bound_of_sample
    else
        echo "nccopy: FAILED: the file does not use the filter"
        failed=1
    fi
else
    echo "nccopy: not installed"
fi

if importable h5py; then
    echo "== written by h5py"
    # The sample has no missing values, so every 97th value is replaced by one.
    awk 'NR % 97 == 0 { print "nan"; next } { print }' "$work/expected" >"$work/with_missing"
    "$PYTHON" scripts/readers.py write "$work/h5py.nc" UWND 60,73,144 $bound_of_sample <"$work/with_missing"
    # A file without NetCDF dimensions has no grid for cdo and no names for ncks.
    read_by_all "$work/h5py.nc" UWND "$work/with_missing" $bound_of_sample "cdo ncks"

    echo "== other filters before and after, set by h5py"
    "$PYTHON" scripts/readers.py pipelines "$work/pipelines.h5" || failed=1
else
    echo "h5py: not installed"
fi
exit $failed
