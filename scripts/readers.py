"""Reads and writes files for readers.sh, with the Python packages that it names.

readers.py LIBRARY[,LIBRARY...] FILE VARIABLE
    prints the values as the last library reads them, one per line
readers.py write FILE VARIABLE SIDES BOUND < VALUES
    writes a file with h5py, in chunks of a third of the first side
readers.py pipelines FILE
    writes FILE with other filters before and after fieldreel's; each combination must be refused
    or keep the bound
"""

import importlib
import itertools
import sys

import numpy

FILTER = 61921


def read(libraries, path, variable):
    """Prints the values of a variable, after importing the libraries in their order."""
    modules = [importlib.import_module(name) for name in libraries.split(",")]
    for module in modules:
        if module.__name__ == "h5py":
            with module.File(path) as file:
                values = file[variable][...]
        elif module.__name__ == "netCDF4":
            with module.Dataset(path) as file:
                values = numpy.ma.filled(file[variable][...].astype("f8"), numpy.nan)
        else:
            with module.open_dataset(path, decode_times=False) as file:
                values = file[variable].values
    for value in values.ravel():
        print(f"{value:.17g}")


def write(path, variable, sides, bound):
    """Writes the values of the standard input."""
    import h5py

    sides = [int(side) for side in sides.split(",")]
    fill = -99.9
    values = numpy.array([float(line) for line in sys.stdin], "f4").reshape(sides)
    values = numpy.where(numpy.isnan(values), numpy.float32(fill), values)
    low, high = numpy.array([bound], "<f8").view("<u4").tolist()
    with h5py.File(path, "w") as file:
        file.create_dataset(
            variable,
            data=values,
            chunks=(max(1, sides[0] // 3), *sides[1:]),
            fillvalue=fill,
            compression=FILTER,
            compression_opts=(0, low, high, 0),
        ).attrs["_FillValue"] = numpy.array([fill], "f4")
    # HDF5 calls the filter in another way if a file is opened for writing.
    with h5py.File(path, "r+") as file:
        file[variable][: sides[0] // 3] = values[: sides[0] // 3]


def pipelines(path):
    """Tries pipelines of several filters, as far as the packages are installed.

    These are every combination of h5py's filters, every order of two other filters and
    fieldreel's, and the options of xarray.
    """
    import h5py

    t, y, x = numpy.meshgrid(range(6), range(24), range(30), indexing="ij")
    values = 280 + 10 * numpy.sin(x / 9 + t / 5) + 5 * numpy.cos(y / 7)
    bound = 0.05
    parameters = (0, *numpy.array([bound], "<f8").view("<u4").tolist(), 0, 3)
    counts = {"accepted": 0, "refused": 0}

    def attempt(case, dtype, create):
        """Creates the dataset `v` and returns whether the filter accepted it.

        An accepted dataset must keep the bound and be smaller than its values.
        """
        original = values.astype(dtype)
        try:
            create(original)
        except (ValueError, OSError, RuntimeError) as error:
            counts["refused"] += 1
            if "61921" not in str(error) and "scale/offset" not in str(error):
                sys.exit(f"{case}: an error that does not name the filter: {error}")
            return False
        with h5py.File(path) as file:
            # In double precision, because a difference of two floats may be rounded down.
            error = abs(file["v"][...].astype("f8") - original.astype("f8")).max()
            stored = file["v"].id.get_storage_size()
        if error > bound or stored * 3 > original.nbytes:
            sys.exit(f"{case}: an error of {error}, {stored} of {original.nbytes} bytes")
        counts["accepted"] += 1
        return True

    for dtype in ("<f4", ">f4", "<f8", ">f8"):
        for shuffle, fletcher32, scaleoffset in itertools.product((False, True), (False, True), (None, 1)):
            options = {"shuffle": shuffle, "fletcher32": fletcher32, "scaleoffset": scaleoffset}

            def create(original):
                with h5py.File(path, "w") as file:
                    file.create_dataset(
                        "v", data=original, chunks=original.shape, compression=FILTER, compression_opts=parameters, **options
                    )

            is_accepted = attempt(f"h5py, {dtype}, {options}", dtype, create)
            if is_accepted and (shuffle or scaleoffset):
                sys.exit(f"h5py, {dtype}, {options}: must be refused, but was accepted")

    fieldreel_filter = lambda flag: lambda pipeline: pipeline.set_filter(FILTER, flag, parameters)
    others = [
        lambda pipeline: pipeline.set_shuffle(),
        lambda pipeline: pipeline.set_fletcher32(),
        lambda pipeline: pipeline.set_deflate(4),
        lambda pipeline: pipeline.set_scaleoffset(h5py.h5z.SO_FLOAT_DSCALE, 1),
        lambda pipeline: pipeline.set_filter(h5py.h5z.FILTER_NBIT, h5py.h5z.FLAG_OPTIONAL, ()),
        lambda pipeline: pipeline.set_filter(h5py.h5z.FILTER_LZF, h5py.h5z.FLAG_OPTIONAL, ()),
    ]
    try:
        import hdf5plugin

        plugins = (hdf5plugin.Zfp(accuracy=0.5), hdf5plugin.Bitshuffle(), hdf5plugin.Blosc(), hdf5plugin.Zstd())
        for plugin in plugins:
            others.append(
                lambda pipeline, plugin=plugin: pipeline.set_filter(
                    plugin.filter_id, h5py.h5z.FLAG_OPTIONAL, tuple(plugin.filter_options)
                )
            )
    except ImportError:
        pass
    for first, second, index, flag in itertools.product(
        range(len(others)), range(len(others)), range(3), (h5py.h5z.FLAG_OPTIONAL, h5py.h5z.FLAG_MANDATORY)
    ):
        steps = [others[first], others[second]]
        steps.insert(index, fieldreel_filter(flag))

        def create(original):
            pipeline = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            pipeline.set_chunk(original.shape)
            for step in steps:
                step(pipeline)
            with h5py.File(path, "w") as file:
                dtype = h5py.h5t.py_create(original.dtype)
                space = h5py.h5s.create_simple(original.shape)
                dataset = h5py.h5d.create(file.id, b"v", dtype, space, dcpl=pipeline)
                dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, original)

        case = f"h5py, filters {first} and {second}, fieldreel at {index}, flag {flag}"
        if attempt(case, "<f4", create) != (index == 0 and max(first, second) < 3):
            sys.exit(f"{case}: the filter did not accept or refuse the dataset as expected")

    try:
        import xarray

        encoding = {"chunksizes": values.shape, "compression": FILTER, "compression_opts": parameters}
        for options in ({}, {"shuffle": True}, {"fletcher32": True}):

            def create(original):
                dataset = xarray.Dataset({"v": (("t", "y", "x"), original)})
                dataset.to_netcdf(path, engine="h5netcdf", encoding={"v": encoding | options})

            if attempt(f"xarray, {options}", "<f4", create) and "shuffle" in options:
                sys.exit(f"xarray, {options}: must be refused, but was accepted")
    except ImportError:
        pass
    print(f"{counts['accepted']} pipelines kept the bound, {counts['refused']} were refused")


if sys.argv[1] == "write":
    write(*sys.argv[2:])
elif sys.argv[1] == "pipelines":
    pipelines(*sys.argv[2:])
else:
    read(*sys.argv[1:])
