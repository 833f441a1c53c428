"""Tests of the installed package with h5py, netCDF4 and xarray."""

import os
import subprocess
import sys

import numpy
import pytest

import fieldreel

BOUND = 0.05


def waves(dtype="f4"):
    """Return a smooth field with noise, axis order (time, y, x)."""
    t, y, x = numpy.ogrid[:30, :73, :144]
    noise = numpy.random.default_rng(0).normal(scale=0.1, size=(30, 73, 144))
    return (8 * numpy.sin(x / 20 + t / 9) * numpy.cos(y / 17) + noise).astype(dtype)


def write(path, values, **parameters):
    """Write one compressed dataset by h5py."""
    import h5py

    with h5py.File(path, "w") as file:
        file.create_dataset(
            "wind", data=values, chunks=(10, 73, 144), **fieldreel.filter(**parameters)
        )
        file.flush()


def run(code, *arguments, **environment):
    """Run code in a process of its own, and return its output."""
    environment = {**os.environ, **environment}
    environment.pop("HDF5_PLUGIN_PATH", None)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("dtype", ["f4", "f8", ">f4"])
def test_h5py_writes_and_reads_within_the_bound(tmp_path, dtype):
    import h5py

    values = waves(dtype)
    path = tmp_path / "out.h5"
    write(path, values, abs=BOUND)
    with h5py.File(path) as file:
        decoded = file["wind"][...]
        stored = file["wind"].id.get_storage_size()
    assert numpy.abs(decoded.astype("f8") - values.astype("f8")).max() <= BOUND
    assert stored * 4 < values.nbytes


def test_lossless_gives_back_every_value(tmp_path):
    import h5py

    values = waves()
    values[3, 4, 5] = numpy.nan
    write(tmp_path / "out.h5", values, lossless=True)
    with h5py.File(tmp_path / "out.h5") as file:
        numpy.testing.assert_array_equal(file["wind"][...], values)


def test_missing_values_come_back_exactly(tmp_path):
    import h5py

    values = waves()
    values[:, 20:30, 40:60] = -99.9
    write(tmp_path / "out.h5", values, abs=BOUND, fill_value=-99.9)
    with h5py.File(tmp_path / "out.h5") as file:
        decoded = file["wind"][...]
    missing = values == numpy.float32(-99.9)
    numpy.testing.assert_array_equal(decoded == numpy.float32(-99.9), missing)


READ = """
import sys, numpy
{imports}
with {opened} as file:
    print(float(numpy.asarray(file["wind"][0]).astype("f8").sum()))
"""


@pytest.mark.parametrize(
    "imports",
    ["import fieldreel, {library}", "import {library}, fieldreel"],
    ids=["before", "after"],
)
@pytest.mark.parametrize(
    "library, opened",
    [
        ("h5py", "h5py.File(sys.argv[1])"),
        ("netCDF4", "netCDF4.Dataset(sys.argv[1])"),
        ("xarray", "xarray.open_dataset(sys.argv[1], engine='netcdf4')"),
    ],
)
def test_the_order_of_imports_does_not_matter(tmp_path, imports, library, opened):
    import h5py

    write(tmp_path / "out.h5", waves(), abs=BOUND)
    with h5py.File(tmp_path / "out.h5") as file:
        expected = file["wind"][0].astype("f8").sum()
    code = READ.format(imports=imports.format(library=library), opened=opened)
    assert float(run(code, tmp_path / "out.h5")) == pytest.approx(expected, rel=1e-12)


def test_xarray_writes_what_netcdf4_reads(tmp_path):
    import netCDF4
    import xarray

    values = waves()
    values[2, 3, :] = numpy.nan
    dataset = xarray.Dataset({"wind": (("time", "y", "x"), values, {"units": "m s-1"})})
    path = tmp_path / "out.nc"
    encoding = {"wind": fieldreel.encoding(dataset["wind"], abs=BOUND)}
    dataset.to_netcdf(path, engine="h5netcdf", encoding=encoding)
    with netCDF4.Dataset(path) as file:
        decoded = file["wind"][...].filled(numpy.nan)
        assert file["wind"].units == "m s-1"
    numpy.testing.assert_array_equal(numpy.isnan(decoded), numpy.isnan(values))
    assert numpy.nanmax(numpy.abs(decoded - values)) <= BOUND
    assert path.stat().st_size * 3 < values.nbytes


def test_parameters_are_those_of_the_reference():
    # 0.05 is 2576980378 and 1068079513 in docs/reference/hdf5-filter.md.
    halves = (2576980378, 1068079513)
    options = {"compression": 61921, "compression_opts": (0, *halves, 1, 0)}
    assert fieldreel.filter(abs=0.05) == options
    values = fieldreel.filter(rel=0.05, effort="fast", base="video", codec="av1")
    assert values["compression_opts"] == (1, *halves, 0, 6)
    assert fieldreel.filter(lossless=True)["compression_opts"][0] == 5
    filled = fieldreel.filter(abs=0.05, fill_value=0.05)["compression_opts"]
    assert filled == (0, *halves, 1, 0, *halves)


@pytest.mark.parametrize(
    "parameters, error, message",
    [
        ({}, TypeError, "state one of abs"),
        ({"abs": 1, "rel": 0.1}, TypeError, "not abs and rel"),
        ({"abs": -1}, ValueError, "positive"),
        ({"abs": numpy.nan}, ValueError, "NaN"),
        ({"abs": 1, "effort": "slow"}, ValueError, "slow"),
        ({"abs": 1, "base": "wavelet"}, ValueError, "wavelet"),
        ({"abs": 1, "codec": "vp9"}, ValueError, "vp9"),
    ],
)
def test_invalid_parameters_are_errors(parameters, error, message):
    with pytest.raises(error, match=message):
        fieldreel.filter(**parameters)


def test_default_chunks_are_whole_frames():
    def chunks(shape, dtype="f4"):
        variable = numpy.empty(0, dtype).reshape(0) if 0 in shape else numpy.broadcast_to(
            numpy.zeros((), dtype), shape
        )
        return fieldreel.encoding(variable, abs=1)["chunksizes"]

    assert chunks((30, 73, 144)) == (30, 73, 144)
    assert chunks((1000, 721, 1440)) == (1, 721, 1440)
    assert chunks((1000, 100, 100)) == (104, 100, 100)
    assert chunks((1000, 5, 100, 100)) == (20, 5, 100, 100)
    assert chunks((7,)) == (7,)
    variable = numpy.zeros((30, 73, 144))
    assert fieldreel.encoding(variable, chunks=[5, 73, 144], abs=1)["chunksizes"] == (5, 73, 144)
    with pytest.raises(ValueError, match="dimensions"):
        fieldreel.encoding(numpy.zeros(()), abs=1)


def test_the_module_prints_the_directory_of_the_plugin():
    command = [sys.executable, "-m", "fieldreel"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert printed == fieldreel.plugin_directory()
    assert any(name.startswith("libfieldreel_hdf5_filter") for name in os.listdir(printed))


def test_registration_is_done_once(tmp_path):
    import h5py

    fieldreel.register()
    paths = [h5py.h5pl.get(index).decode() for index in range(h5py.h5pl.size())]
    assert paths.count(fieldreel.plugin_directory()) == 1
    variable = os.environ["HDF5_PLUGIN_PATH"].split(os.pathsep)
    assert variable.count(fieldreel.plugin_directory()) == 1
