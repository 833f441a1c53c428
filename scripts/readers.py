"""Readers and a writer for readers.sh, each with the Python package of its name.

readers.py LIBRARY[,LIBRARY...] FILE VARIABLE    prints the values, one a line, as the last library reads them
readers.py write FILE VARIABLE SIDES BOUND < VALUES    writes a file with h5py, chunks of a third of the first side
"""

import importlib
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


if sys.argv[1] == "write":
    write(*sys.argv[2:])
else:
    read(*sys.argv[1:])
