"""The codec for zarr-python, in Zarr v3 arrays.

zarr-python finds the codec by its name once the package is installed, so reading needs no import:

>>> import fieldreel.zarr, numpy, zarr
>>> values = numpy.random.default_rng(0).normal(size=(60, 73, 144)).astype("f4")
>>> array = zarr.create_array("out.zarr", data=values, chunks=(20, 73, 144), filters=None,
...                           serializer=fieldreel.zarr.FieldreelCodec(abs=0.05), compressors=None)
"""

import asyncio
import json
from dataclasses import dataclass

import numpy
from zarr.abc.codec import ArrayBytesCodec
from zarr.core.common import parse_named_configuration

from fieldreel import _native
from fieldreel._parameters import codec_configuration

__all__ = ["FieldreelCodec"]


@dataclass(frozen=True, init=False)
class FieldreelCodec(ArrayBytesCodec):
    """An array-to-bytes codec that stores a chunk within an error bound.

    Parameters
    ----------
    **parameters
        The parameters of :func:`fieldreel.codec_configuration`.

    Examples
    --------
    >>> fieldreel.zarr.FieldreelCodec(abs=0.05).to_dict()
    {'name': 'fieldreel', 'configuration': {'bound': 'abs:5e-2', 'effort': 'balanced', 'base': 'auto', 'codec': 'any'}}
    """

    is_fixed_size = False

    configuration: str
    """The configuration of the codec in the metadata of an array, as JSON."""

    def __init__(self, **parameters):
        configuration = json.dumps(codec_configuration(**parameters))
        object.__setattr__(self, "configuration", configuration)

    @classmethod
    def from_dict(cls, data):
        """Create the codec from the metadata of an array."""
        _, configuration = parse_named_configuration(data, "fieldreel")
        codec = cls.__new__(cls)
        text = _native.normalize_configuration(json.dumps(configuration))
        object.__setattr__(codec, "configuration", text)
        return codec

    def to_dict(self):
        """Return the metadata of the codec."""
        return {"name": "fieldreel", "configuration": json.loads(self.configuration)}

    def compute_encoded_size(self, input_byte_length, chunk_spec):
        """Raise ``NotImplementedError``, because the size depends on the values."""
        raise NotImplementedError

    def _encode_sync(self, chunk_array, chunk_spec):
        values = chunk_array.as_numpy_array()
        data_type, values = _native_values(values)
        fill_value = numpy.asarray(chunk_spec.fill_value, dtype=values.dtype)
        encoded = _native.encode_chunk(
            values.tobytes(), values.shape, data_type, fill_value.tobytes(), self.configuration
        )
        return chunk_spec.prototype.buffer.from_bytes(encoded)

    async def _encode_single(self, chunk_array, chunk_spec):
        return await asyncio.to_thread(self._encode_sync, chunk_array, chunk_spec)

    def _decode_sync(self, chunk_bytes, chunk_spec):
        dtype = chunk_spec.dtype.to_native_dtype()
        native = dtype.newbyteorder("=")
        decoded = _native.decode_chunk(chunk_bytes.to_bytes(), chunk_spec.shape, native.name)
        values = numpy.frombuffer(bytearray(decoded), dtype=native).reshape(chunk_spec.shape)
        return chunk_spec.prototype.nd_buffer.from_numpy_array(values.astype(dtype, copy=False))

    async def _decode_single(self, chunk_bytes, chunk_spec):
        return await asyncio.to_thread(self._decode_sync, chunk_bytes, chunk_spec)


def _native_values(values):
    """Return the name of the data type of values, and the values in the byte order of the machine."""
    values = values.astype(values.dtype.newbyteorder("="), order="C", copy=False)
    return values.dtype.name, values
