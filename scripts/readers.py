"""Readers and a writer for readers.sh, each with the Python package of its name.

readers.py LIBRARY[,LIBRARY...] FILE VARIABLE    prints the values, one a line, as the last library reads them
readers.py write FILE VARIABLE SIDES BOUND < VALUES    writes a file with h5py, chunks of a third of the first side
readers.py pipelines FILE    writes FILE with other filters before and after, which must be refused or keep the bound
"""

import importlib
import itertools
import sys

import numpy

FILTER = 61921


def read(libraries, path, variable):
    """The values of a variable; the libraries are imported in this order."""
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
    """Writes what comes from the standard input."""
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
    # HDF5 asks the filter in another way when a file is opened to be written.
    with h5py.File(path, "r+") as file:
        file[variable][: sides[0] // 3] = values[: sides[0] // 3]


def pipelines(path):
    """Tries every combination of h5py's filters, every order of two others around fieldreel's, and xarray, where they are."""
    import h5py

    t, y, x = numpy.meshgrid(range(6), range(24), range(30), indexing="ij")
    values = 280 + 10 * numpy.sin(x / 9 + t / 5) + 5 * numpy.cos(y / 7)
    bound = 0.05
    numbers = (0, *numpy.array([bound], "<f8").view("<u4").tolist(), 0, 3)
    counts = {"kept": 0, "refused": 0}

    def attempt(case, dtype, create):
        """Creates the dataset `v`: refused, or its values are within the bound and it is smaller than they are."""
        given = values.astype(dtype)
        try:
            create(given)
        except (ValueError, OSError, RuntimeError) as error:
            counts["refused"] += 1
            if "61921" not in str(error) and "scale/offset" not in str(error):
                sys.exit(f"{case}: an error that does not name the filter: {error}")
            return False
        with h5py.File(path) as file:
            # In double precision: a difference of two floats may be rounded to less than it is.
            error = abs(file["v"][...].astype("f8") - given.astype("f8")).max()
            stored = file["v"].id.get_storage_size()
        if error > bound or stored * 3 > given.nbytes:
            sys.exit(f"{case}: an error of {error}, {stored} of {given.nbytes} bytes")
        counts["kept"] += 1
        return True

    for dtype in ("<f4", ">f4", "<f8", ">f8"):
        for shuffle, fletcher32, scaleoffset in itertools.product((False, True), (False, True), (None, 1)):
            options = {"shuffle": shuffle, "fletcher32": fletcher32, "scaleoffset": scaleoffset}

            def create(given):
                with h5py.File(path, "w") as file:
                    file.create_dataset(
                        "v", data=given, chunks=given.shape, compression=FILTER, compression_opts=numbers, **options
                    )

            kept = attempt(f"h5py, {dtype}, {options}", dtype, create)
            if kept and (shuffle or scaleoffset):
                sys.exit(f"h5py, {dtype}, {options}: taken")

    ours = lambda flag: lambda pipeline: pipeline.set_filter(FILTER, flag, numbers)
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
    for first, second, place, flag in itertools.product(
        range(len(others)), range(len(others)), range(3), (h5py.h5z.FLAG_OPTIONAL, h5py.h5z.FLAG_MANDATORY)
    ):
        steps = [others[first], others[second]]
        steps.insert(place, ours(flag))

        def create(given):
            pipeline = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            pipeline.set_chunk(given.shape)
            for step in steps:
                step(pipeline)
            with h5py.File(path, "w") as file:
                dtype = h5py.h5t.py_create(given.dtype)
                space = h5py.h5s.create_simple(given.shape)
                dataset = h5py.h5d.create(file.id, b"v", dtype, space, dcpl=pipeline)
                dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, given)

        case = f"h5py, filters {first} and {second}, ours at {place}, flag {flag}"
        if attempt(case, "<f4", create) != (place == 0 and max(first, second) < 3):
            sys.exit(f"{case}: taken or refused, and should not be")

    try:
        import xarray

        encoding = {"chunksizes": values.shape, "compression": FILTER, "compression_opts": numbers}
        for more in ({}, {"shuffle": True}, {"fletcher32": True}):

            def create(given):
                dataset = xarray.Dataset({"v": (("t", "y", "x"), given)})
                dataset.to_netcdf(path, engine="h5netcdf", encoding={"v": encoding | more})

            if attempt(f"xarray, {more}", "<f4", create) and "shuffle" in more:
                sys.exit(f"xarray, {more}: taken")
    except ImportError:
        pass
    print(f"{counts['kept']} pipelines kept the bound, {counts['refused']} were refused")


if sys.argv[1] == "write":
    write(*sys.argv[2:])
elif sys.argv[1] == "pipelines":
    pipelines(*sys.argv[2:])
else:
    read(*sys.argv[1:])
