"""Tests of the Zarr codecs of the installed package with zarr-python and xarray."""

import subprocess
import sys

import numpy
import pytest

pytest.importorskip("zarr")
import zarr

import fieldreel.numcodecs
import fieldreel.zarr

BOUND = 0.05


def waves(dtype="f4", shape=(30, 73, 144)):
    """Return a smooth field with noise, axis order (time, y, x)."""
    t, y, x = numpy.ogrid[: shape[0], : shape[1], : shape[2]]
    noise = numpy.random.default_rng(0).normal(scale=0.1, size=shape)
    return (8 * numpy.sin(x / 20 + t / 9) * numpy.cos(y / 17) + noise).astype(dtype)


def create(store, values, version, **parameters):
    """Write an array in chunks of ten frames."""
    chunks = (10, *values.shape[1:])
    if version == 2:
        codec = fieldreel.numcodecs.FieldreelCodec(**parameters)
        return zarr.create_array(
            store, data=values, chunks=chunks, zarr_format=2, compressors=codec
        )
    codec = fieldreel.zarr.FieldreelCodec(**parameters)
    return zarr.create_array(
        store, data=values, chunks=chunks, filters=None, serializer=codec, compressors=None
    )


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("dtype", ["f4", "f8", ">f4", "f2", "i2", "u1", "i8"])
def test_arrays_decode_within_the_bound(tmp_path, version, dtype):
    values = waves(dtype) if dtype[-2] == "f" else (waves("f8") * 10 + 100).astype(dtype)
    bound = BOUND if dtype[-2] == "f" else 2
    if version == 2 and dtype[0] == ">":
        with pytest.raises(TypeError, match="big-endian"):
            create(tmp_path / "a.zarr", values, version, abs=bound)
        return
    create(tmp_path / "a.zarr", values, version, abs=bound)
    decoded = zarr.open_array(tmp_path / "a.zarr", mode="r")[...]
    # Data types of Zarr v3 have no byte order.
    assert decoded.dtype.newbyteorder("=") == values.dtype.newbyteorder("=")
    assert numpy.abs(decoded.astype("f8") - values.astype("f8")).max() <= bound


def test_another_process_reads_an_array_without_an_import(tmp_path):
    values = waves()
    create(tmp_path / "a.zarr", values, 3, abs=BOUND)
    numpy.save(tmp_path / "original.npy", values)
    code = """
import sys, numpy, zarr
folder = sys.argv[1]
decoded = zarr.open_array(folder + "/a.zarr", mode="r")[...]
print(abs(decoded - numpy.load(folder + "/original.npy")).max())
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) <= BOUND


def test_the_chunks_are_those_of_the_rust_codec(tmp_path):
    array = create(tmp_path / "a.zarr", waves(), 3, abs=BOUND)
    metadata = array.metadata.to_dict()["codecs"]
    assert metadata[0]["name"] == "fieldreel"
    assert metadata[0]["configuration"]["bound"] == "abs:5e-2"
    chunk = (tmp_path / "a.zarr" / "c" / "0" / "0" / "0").read_bytes()
    assert len(chunk) * 4 < 10 * 73 * 144 * 4


def test_fill_values_and_nan_come_back_exactly(tmp_path):
    values = waves()
    values[:, 20:30, 40:60] = numpy.nan
    values[3, 4, 5] = -999
    create(tmp_path / "a.zarr", values, 3, abs=BOUND, fill_values=[-999])
    decoded = zarr.open_array(tmp_path / "a.zarr", mode="r")[...]
    numpy.testing.assert_array_equal(numpy.isnan(decoded), numpy.isnan(values))
    assert decoded[3, 4, 5] == -999


def test_sharded_arrays_are_read_in_part(tmp_path):
    values = waves()
    array = zarr.create_array(
        tmp_path / "a.zarr",
        shape=values.shape,
        dtype="f4",
        shards=(30, 73, 144),
        chunks=(10, 73, 144),
        filters=None,
        serializer=fieldreel.zarr.FieldreelCodec(abs=BOUND),
        compressors=None,
    )
    array[...] = values
    part = zarr.open_array(tmp_path / "a.zarr", mode="r")[12:14]
    assert numpy.abs(part - values[12:14]).max() <= BOUND


def test_xarray_writes_and_reads_a_dataset(tmp_path):
    import xarray

    values = waves()
    dataset = xarray.Dataset({"wind": (("time", "y", "x"), values)})
    codec = fieldreel.zarr.FieldreelCodec(abs=BOUND)
    encoding = {
        "wind": {
            "chunks": (10, 73, 144),
            "serializer": codec,
            "compressors": None,
            "filters": None,
        }
    }
    dataset.to_zarr(tmp_path / "a.zarr", zarr_format=3, encoding=encoding, consolidated=False)
    decoded = xarray.open_zarr(tmp_path / "a.zarr", consolidated=False)["wind"]
    assert numpy.abs(decoded.values - values).max() <= BOUND
    assert sum(path.stat().st_size for path in (tmp_path / "a.zarr").rglob("c/**/*")) * 4 < (
        values.nbytes
    )


@pytest.mark.parametrize("codec", [fieldreel.numcodecs.FieldreelCodec, fieldreel.zarr.FieldreelCodec])
def test_invalid_parameters_are_errors(codec):
    with pytest.raises(TypeError):
        codec()
    with pytest.raises(ValueError):
        codec(abs=-1)
    with pytest.raises(ValueError):
        codec(abs=1, effort="slow")
    with pytest.raises(TypeError):
        codec(abs=1, level=3)


def test_damaged_chunks_and_unsupported_types_are_errors(tmp_path):
    create(tmp_path / "a.zarr", waves(), 3, abs=BOUND)
    chunk = tmp_path / "a.zarr" / "c" / "0" / "0" / "0"
    chunk.write_bytes(chunk.read_bytes()[:-9])
    with pytest.raises(ValueError):
        zarr.open_array(tmp_path / "a.zarr", mode="r")[...]
    with pytest.raises(TypeError):
        create(tmp_path / "b.zarr", waves("c8"), 3, abs=BOUND)
