"""Registration of the plugin with the HDF5 libraries of this process."""

import ctypes
import os
import pathlib
import sys

VARIABLE = "HDF5_PLUGIN_PATH"


def plugin_directory():
    """Return the directory of the HDF5 plugin.

    Programs other than Python find the plugin if ``HDF5_PLUGIN_PATH`` names this directory, which
    ``python -m fieldreel`` prints.

    Returns
    -------
    str
        The path of the directory.

    Examples
    --------
    >>> import os, fieldreel
    >>> any("fieldreel" in name for name in os.listdir(fieldreel.plugin_directory()))
    True
    """
    return str(pathlib.Path(__file__).parent / "plugins")


def register():
    """Make the plugin known to the HDF5 libraries of this process.

    Importing :mod:`fieldreel` calls this function. It sets ``HDF5_PLUGIN_PATH``, which libraries
    that are loaded later and child processes read, and adds the directory to the search path of
    libraries that are loaded already. A second call changes nothing.
    """
    directory = plugin_directory()
    paths = [path for path in os.environ.get(VARIABLE, "").split(os.pathsep) if path]
    if directory not in paths:
        os.environ[VARIABLE] = os.pathsep.join([directory, *paths])
    for library in _loaded_libraries():
        _prepend(library, directory)


def _loaded_libraries():
    """Return handles in which the symbols of the loaded HDF5 libraries can be found.

    A symbol is also looked up in the libraries that an extension module is linked to, so the
    modules of h5py and netCDF4 lead to the HDF5 library that each of them uses.
    """
    modules = [sys.modules.get(name) for name in ("h5py.h5pl", "netCDF4._netCDF4")]
    return [ctypes.CDLL(module.__file__) for module in modules if module is not None]


def _prepend(library, directory):
    """Add a directory to the front of the plugin search path of an HDF5 library."""
    try:
        size, get, prepend = library.H5PLsize, library.H5PLget, library.H5PLprepend
    except AttributeError:
        # Before HDF5 1.10.1 there is only the environment variable.
        return
    size.argtypes = [ctypes.POINTER(ctypes.c_uint)]
    get.argtypes = [ctypes.c_uint, ctypes.c_char_p, ctypes.c_size_t]
    get.restype = ctypes.c_ssize_t
    prepend.argtypes = [ctypes.c_char_p]
    count = ctypes.c_uint()
    if size(ctypes.byref(count)) < 0:
        return
    path = os.fsencode(directory)
    for index in range(count.value):
        buffer = ctypes.create_string_buffer(4096)
        get(index, buffer, len(buffer))
        if buffer.value == path:
            return
    prepend(path)
