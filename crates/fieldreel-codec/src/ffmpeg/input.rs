//! Containers opened without a look at their packets.

use std::ffi::CStr;
use std::ptr;

use ff::format::context::{Input, StreamIo};
use ff::{Dictionary, ffi};
use ffmpeg_next as ff;

/// Opens the container that `io` reads with FFmpeg's demuxer of this name, or with one that it picks.
///
/// Unlike `format::input_from_stream`, which also reads packets, and would decode some, to guess what
/// the containers that are opened here say themselves.
///
/// # Errors
/// FFmpeg's own, if memory runs out or this is none of the containers that `options` allow.
pub(crate) fn open_input(
    mut io: StreamIo,
    demuxer: Option<&CStr>,
    options: Dictionary<'_>,
) -> Result<Input, ff::Error> {
    // SAFETY: the name ends with a zero. Null, for a demuxer that FFmpeg was built without, is "pick one".
    let demuxer = demuxer.map_or(ptr::null(), |name| unsafe {
        ffi::av_find_input_format(name.as_ptr())
    });
    // SAFETY: takes nothing; null is checked next.
    let mut context = unsafe { ffi::avformat_alloc_context() };
    if context.is_null() {
        return Err(ff::Error::Other {
            errno: ff::error::ENOMEM,
        });
    }
    // SAFETY: the context is new, and `io` outlives it: it moves into what wraps the context.
    unsafe { (*context).pb = io.as_mut_ptr() };
    // SAFETY: `disown` hands over what `own` takes back below.
    let mut options = unsafe { options.disown() };
    // SAFETY: all pointers are valid, or null where FFmpeg allows it. It frees the context, but
    // not `pb`, if it fails.
    let opened =
        unsafe { ffi::avformat_open_input(&mut context, ptr::null(), demuxer, &mut options) };
    // SAFETY: the dictionary as FFmpeg left it, owned by nothing else.
    drop(unsafe { Dictionary::own(options) });
    match opened {
        // SAFETY: an open context of demuxing, owned by nothing else, and the `io` it reads.
        0 => Ok(unsafe { Input::wrap_with_custom_io(context, io) }),
        error => Err(error.into()),
    }
}
