"""Writes the Zarr stores of this folder. Needs xarray and zarr-python 3."""

import shutil
import warnings

import numpy as np
import xarray as xr
import zarr
from zarr.codecs import BytesCodec, GzipCodec, ShardingCodec, TransposeCodec

warnings.simplefilter("ignore")

t2m = (("time", "x"), np.arange(6, dtype="f4").reshape(2, 3))
attributes = {"units": "K", "valid_min": np.float32(0.1), "levels": [1, 2], "limit": np.nan}
root = xr.Dataset(
    {
        "t2m": (*t2m, attributes),
        "count": ("x", np.array([1, -1, 3], dtype="i2")),
        "letters": (("x", "length"), np.array([list("abc"), list("def"), list("gh ")], dtype="S1")),
        "bytes": ("x", np.array([b"ab", b"c", b""], dtype="S4")),
        "unicode": ("x", np.array(["ab", "c", "é"])),
        "names": ("x", np.array(["ab", "", "é"], dtype=object)),
        "flag": ("x", np.array([True, False, True])),
        "half": ("x", np.array([1, 2.5, -3], dtype="f2")),
        "scalar": ((), np.float64(7.5)),
    },
    coords={"x": [1.0, 2.0, 3.0]},
    attrs={"title": "sample", "authors": ["a", "b"]},
)
root["t2m"].encoding["_FillValue"] = np.float32(-999)
root["count"].encoding["_FillValue"] = np.int16(-1)
group = xr.Dataset({"t2m": (*t2m, {"units": "K"})})
for version in (2, 3):
    name = f"xarray_v{version}.zarr"
    shutil.rmtree(name, ignore_errors=True)
    tree = xr.DataTree.from_dict({"/": root, "/forecast": group.drop_vars("x", errors="ignore")})
    tree.to_zarr(name, zarr_format=version, consolidated=True)

values = np.arange(30, dtype="i4").reshape(5, 6)
shutil.rmtree("codecs_v3.zarr", ignore_errors=True)
store = zarr.open_group("codecs_v3.zarr", mode="w", zarr_format=3)
names = ("y", "x")


def add(name, values, **options):
    array = store.create_array(
        name, shape=values.shape, dtype=values.dtype, dimension_names=names, **options
    )
    array[...] = values


add("shards", values, chunks=(2, 2), shards=(4, 4))
add("gzip", values, chunks=(2, 3), compressors=GzipCodec(level=5))
add("blosc", values, chunks=(5, 6), compressors=zarr.codecs.BloscCodec())
add("big", values, chunks=(2, 4), serializer=BytesCodec(endian="big"), compressors=None)
add("transpose", values, chunks=(2, 4), filters=TransposeCodec(order=(1, 0)))
# All chunks but one have the fill value and are not stored.
sparse = np.full((5, 6), 9, dtype="i4")
sparse[4, 5] = 1
add("sparse", sparse, chunks=(2, 3), fill_value=9)

shutil.rmtree("codecs_v2.zarr", ignore_errors=True)
store = zarr.open_group("codecs_v2.zarr", mode="w", zarr_format=2)
import numcodecs


def add2(name, values, **options):
    array = store.create_array(name, shape=values.shape, dtype=values.dtype, **options)
    array[...] = values
    array.attrs["_ARRAY_DIMENSIONS"] = names


add2("big", values.astype(">i4"), chunks=(2, 4), compressors=numcodecs.GZip(), fill_value=None)
add2("fortran", values, chunks=(2, 4), order="F", compressors=numcodecs.Zlib(), fill_value=None)
add2("zstd", values, chunks=(2, 4), compressors=numcodecs.Zstd(), fill_value=None)
add2("bz2", values, chunks=(2, 4), compressors=numcodecs.BZ2(), fill_value=None)
add2(
    "shuffle",
    values,
    chunks=(2, 4),
    filters=[numcodecs.Shuffle(4)],
    compressors=None,
    fill_value=None,
)
