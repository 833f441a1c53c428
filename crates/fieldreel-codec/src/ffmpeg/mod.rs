//! FFmpeg's libraries behind safe types: one encoder, one decoder, and frames of codes.

mod decoder;
mod encoder;
mod frame;
mod input;
mod packet;
mod parameters;

use std::sync::Once;

use ffmpeg_next as ff;

pub(crate) use decoder::Decoder;
pub(crate) use encoder::Encoder;
pub(crate) use input::open_input;
pub(crate) use packet::packet;
pub(crate) use parameters::{extradata, stream_parameters};

/// Switches FFmpeg's log off and fills its table of error texts, once per process.
pub(crate) fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        ff::log::set_level(ff::log::Level::Quiet);
        // Can only fail for devices and filters, which are not built in.
        let _ = ff::init();
    });
}

/// Threads that work on frames side by side. The setting has one field more with FFmpeg 5.1 than with 6 and 7.
fn frame_threads(count: usize) -> ff::codec::threading::Config {
    let mut config = ff::codec::threading::Config::count(count);
    config.kind = ff::codec::threading::Type::Frame;
    config
}

/// Turns "nothing now" and "nothing more" of FFmpeg's receive calls into `None`.
fn received(
    result: Result<(), ff::Error>,
    operation: &'static str,
) -> Result<Option<()>, crate::CodecError> {
    match result {
        Ok(()) => Ok(Some(())),
        Err(ff::Error::Eof) => Ok(None),
        Err(ff::Error::Other { errno }) if errno == ff::error::EAGAIN => Ok(None),
        Err(source) => Err(crate::CodecError::Ffmpeg { operation, source }),
    }
}
