"""The codec for numcodecs, in Zarr v2 arrays and other programs that use numcodecs.

numcodecs finds the codec by its name once the package is installed, so reading needs no import:

>>> import fieldreel.numcodecs, zarr
>>> array = zarr.create_array("out.zarr", data=values, chunks=(20, 73, 144), zarr_format=2,
...                           compressors=fieldreel.numcodecs.FieldreelCodec(abs=0.05))
"""

import json

import numpy
from numcodecs.abc import Codec
from numcodecs.compat import ensure_bytes, ensure_ndarray, ndarray_copy

from fieldreel import _native
from fieldreel._parameters import codec_configuration

__all__ = ["FieldreelCodec"]


class FieldreelCodec(Codec):
    """A compressor of arrays within an error bound.

    The fill value of an array is not known to a compressor. State it as one of the
    ``fill_values``, unless it is NaN.

    Parameters
    ----------
    **parameters
        The parameters of :func:`fieldreel.codec_configuration`.
    """

    codec_id = "fieldreel"

    def __init__(self, **parameters):
        self._configuration = codec_configuration(**parameters)

    @classmethod
    def from_config(cls, config):
        """Create the codec from its configuration without the member ``id``."""
        codec = cls.__new__(cls)
        codec._configuration = json.loads(_native.normalize_configuration(json.dumps(config)))
        return codec

    def get_config(self):
        """Return the configuration, with the member ``id``."""
        return {"id": self.codec_id, **self._configuration}

    def encode(self, buf):
        """Return the encoded bytes of an array.

        Raises
        ------
        TypeError
            If the values are big-endian, because the encoded bytes do not say so and a reader
            expects the bytes of the array, or if their type is not supported.
        """
        values = ensure_ndarray(buf)
        if values.dtype != values.dtype.newbyteorder("<"):
            raise TypeError("fieldreel does not support big-endian arrays in Zarr v2")
        values = values.astype(values.dtype.newbyteorder("="), order="C", copy=False)
        configuration = json.dumps(self._configuration)
        return _native.encode_chunk(
            values.tobytes(), values.shape, values.dtype.name, None, configuration
        )

    def decode(self, buf, out=None):
        """Return the decoded values as an array, or write them to ``out``."""
        shape, data_type, decoded = _native.decode_segment(ensure_bytes(buf))
        values = numpy.frombuffer(bytearray(decoded), dtype=data_type).reshape(shape)
        values = values.astype(values.dtype.newbyteorder("<"), copy=False)
        return values if out is None else ndarray_copy(values, out)

    def __repr__(self):
        return f"FieldreelCodec({self._configuration!r})"
