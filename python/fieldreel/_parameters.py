"""The parameters of the filter and the Zarr codec."""

import json
import math

from fieldreel import _native

FILTER_ID = _native.FILTER_ID
"""The identifier of the filter, which HDF5 stores with each dataset."""

# The size of a chunk that `encoding` chooses, in bytes. A chunk is decoded as a whole.
_CHUNK_BYTES = 4 << 20


def filter(
    *,
    abs=None,
    rel=None,
    pointwise=None,
    lossless=False,
    psnr=None,
    ratio=None,
    effort="balanced",
    base="auto",
    codec="any",
    fill_value=None,
):
    """Return the arguments with which h5py's ``create_dataset`` applies the filter.

    Exactly one of the first six parameters is required. All of them apply to each chunk apart,
    so that ``rel``, ``psnr`` and ``ratio`` mean a different error in each chunk; use ``abs`` for
    the same error everywhere.

    Parameters
    ----------
    abs : float, optional
        The largest absolute error of a value, in the unit of the values.
    rel : float, optional
        The largest absolute error, as a fraction of the range of the chunk's values.
    pointwise : float, optional
        The largest error relative to each value.
    lossless : bool, default False
        If true, every value comes back exactly.
    psnr : float, optional
        The lowest peak signal-to-noise ratio, in dB.
    ratio : float, optional
        The lowest compression ratio.
    effort : {"balanced", "fast", "best"}
        The time that encoding may take.
    base : {"auto", "prediction", "video"}
        The base layer. The plugin of this package encodes predictions; a video needs the plugin
        that is built with FFmpeg.
    codec : {"any", "x265", "av1"}
        The codec of a video.
    fill_value : float, optional
        A value that marks missing values, which come back exactly. The default is the fill value
        of the dataset. NaN and infinities always come back exactly.

    Returns
    -------
    dict
        The arguments ``compression`` and ``compression_opts``.

    Raises
    ------
    TypeError
        If none or several of the first six parameters are given.
    ValueError
        If a parameter is out of its range or unknown.

    Examples
    --------
    >>> fieldreel.filter(abs=0.5)
    {'compression': 61921, 'compression_opts': (0, 0, 1071644672, 1, 0)}
    """
    bound = _bound(
        abs=abs, rel=rel, pointwise=pointwise, lossless=lossless or None, psnr=psnr, ratio=ratio
    )
    values = _native.cd_values(bound, effort, base, codec, fill_value)
    return {"compression": FILTER_ID, "compression_opts": tuple(values)}


def encoding(variable, *, chunks=None, **parameters):
    """Return the encoding with which xarray's ``to_netcdf`` applies the filter to a variable.

    Use it with the engine ``h5netcdf``, which passes the parameters to HDF5.

    Parameters
    ----------
    variable : xarray.DataArray or numpy.ndarray
        The variable, or anything that has its ``shape`` and ``dtype``.
    chunks : tuple of int, optional
        The shape of a chunk. By default, a chunk has whole frames, which are the last two
        dimensions, and as many of them as fit 4 MiB.
    **parameters
        The parameters of :func:`filter`.

    Returns
    -------
    dict
        The encoding of the variable: ``chunksizes`` and the arguments of :func:`filter`.

    Raises
    ------
    TypeError, ValueError
        Those of :func:`filter`; ``ValueError`` if the variable has no dimensions, because only
        arrays have chunks.

    Examples
    --------
    >>> dataset.to_netcdf("out.nc", engine="h5netcdf", encoding={
    ...     "wind": fieldreel.encoding(dataset["wind"], abs=0.05)})
    """
    shape = tuple(variable.shape)
    if not shape:
        raise ValueError("a variable without dimensions cannot be compressed")
    chunks = _whole_frames(shape, variable.dtype.itemsize) if chunks is None else tuple(chunks)
    return {"chunksizes": chunks, **filter(**parameters)}


def codec_configuration(
    *,
    abs=None,
    rel=None,
    pointwise=None,
    lossless=False,
    psnr=None,
    ratio=None,
    effort="balanced",
    base="auto",
    codec="any",
    fill_values=(),
    range=None,
):
    """Return the configuration of the Zarr codec.

    Exactly one of the first six parameters is required. They are those of :func:`filter`.

    Parameters
    ----------
    effort, base, codec
        The parameters of :func:`filter`.
    fill_values : sequence of float, optional
        Values that mark missing values, in addition to the fill value of the array, NaN and
        infinities. Missing values come back exactly.
    range : float, optional
        The range, max - min, that ``rel`` and ``psnr`` refer to. The default is the range of each
        chunk.

    Returns
    -------
    dict
        The configuration, as in the metadata of a Zarr array.

    Raises
    ------
    TypeError
        If none or several of the first six parameters are given.
    ValueError
        If a parameter is out of its range or unknown.
    """
    bound = _bound(
        abs=abs, rel=rel, pointwise=pointwise, lossless=lossless or None, psnr=psnr, ratio=ratio
    )
    configuration = {"bound": bound, "effort": effort, "base": base, "codec": codec}
    if len(fill_values):
        configuration["fill_values"] = list(fill_values)
    if range is not None:
        configuration["range"] = range
    return json.loads(_native.normalize_configuration(json.dumps(configuration)))


def _bound(**given):
    """Return the bound in the notation of the programs, such as ``abs:0.05``."""
    given = {kind: number for kind, number in given.items() if number is not None}
    if len(given) != 1:
        raise TypeError(
            "state one of abs, rel, pointwise, lossless, psnr and ratio"
            + (f", not {' and '.join(given)}" if given else "")
        )
    ((kind, number),) = given.items()
    return kind if kind == "lossless" else f"{kind}:{float(number)!r}"


def _whole_frames(shape, item_bytes):
    """Return the shape of a chunk of whole frames that takes about ``_CHUNK_BYTES``."""
    remaining = max(1, _CHUNK_BYTES // max(1, item_bytes * math.prod(shape[-2:])))
    chunks = list(shape)
    for axis in reversed(range(len(shape) - 2)):
        chunks[axis] = max(1, min(shape[axis], remaining))
        remaining //= chunks[axis]
    return tuple(max(1, side) for side in chunks)
