//! Opening a container without reading its packets.

use std::ffi::CStr;
use std::ptr;

use ff::format::context::{Input, StreamIo};
use ff::{Dictionary, ffi};
use ffmpeg_next as ff;

/// Opens the container that `io` reads, with the given demuxer of FFmpeg, or with one that FFmpeg
/// selects.
///
/// `format::input_from_stream` would also read packets and decode some of them, to guess
/// properties that the supported containers state themselves.
///
/// # Errors
/// FFmpeg's error if memory runs out, or if the container is not one that `options` allow.
pub(crate) fn open_input(
    mut io: StreamIo,
    demuxer: Option<&CStr>,
    options: Dictionary<'_>,
) -> Result<Input, ff::Error> {
    // SAFETY: the name ends with a zero byte. A demuxer that FFmpeg lacks gives a null pointer,
    // which lets FFmpeg select one.
    let demuxer = demuxer.map_or(ptr::null(), |name| unsafe {
        ffi::av_find_input_format(name.as_ptr())
    });
    // SAFETY: the function has no arguments; a null result is checked next.
    let mut context = unsafe { ffi::avformat_alloc_context() };
    if context.is_null() {
        return Err(ff::Error::Other {
            errno: ff::error::ENOMEM,
        });
    }
    // SAFETY: the context is new, and `io` outlives it, because `io` moves into the wrapper of the
    // context.
    unsafe { (*context).pb = io.as_mut_ptr() };
    // SAFETY: `own` takes back below what `disown` releases here.
    let mut options = unsafe { options.disown() };
    // SAFETY: all pointers are valid, or null where FFmpeg allows it. If the call fails, it frees
    // the context, but not `pb`.
    let opened =
        unsafe { ffi::avformat_open_input(&mut context, ptr::null(), demuxer, &mut options) };
    // SAFETY: FFmpeg left a valid dictionary, and nothing else owns it.
    drop(unsafe { Dictionary::own(options) });
    match opened {
        // SAFETY: the context is open for demuxing, nothing else owns it, and `io` is its reader.
        0 => Ok(unsafe { Input::wrap_with_custom_io(context, io) }),
        error => Err(error.into()),
    }
}
