"""Compression of scientific fields within an error bound, as an HDF5 filter and a Zarr codec.

Importing this package makes the filter known to the HDF5 libraries of h5py and netCDF4, so that
compressed datasets can be read. To write one, pass the parameters of :func:`filter` to h5py, or
those of :func:`encoding` to xarray:

>>> import fieldreel, h5py, numpy
>>> values = numpy.random.default_rng(0).normal(size=(60, 73, 144)).astype("f4")
>>> with h5py.File("out.h5", "w") as file:
...     dataset = file.create_dataset("wind", data=values, chunks=(20, 73, 144),
...                                   **fieldreel.filter(abs=0.05))

The codecs for zarr-python are :class:`fieldreel.zarr.FieldreelCodec` for Zarr v3 and
:class:`fieldreel.numcodecs.FieldreelCodec` for Zarr v2.
"""

from fieldreel._parameters import FILTER_ID, codec_configuration, encoding, filter
from fieldreel._plugin import plugin_directory, register

__all__ = [
    "FILTER_ID",
    "codec_configuration",
    "encoding",
    "filter",
    "plugin_directory",
    "register",
]

register()
