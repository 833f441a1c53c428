//! Safe wrappers of FFmpeg's libraries: encoder, decoder, and frames of codes.

mod decoder;
mod encoder;
mod frame;
mod input;
mod packet;
mod parameters;

use std::sync::Once;

use ffmpeg_next as ff;

pub(crate) use decoder::FfmpegDecoder;
pub(crate) use encoder::FfmpegEncoder;
pub(crate) use input::open_input;
pub(crate) use packet::new_packet;
use parameters::extradata;
pub(crate) use parameters::stream_parameters;

/// Disables FFmpeg's log and loads its error messages, once per process.
pub(crate) fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        ff::log::set_level(ff::log::Level::Quiet);
        // The call can only fail for devices and filters, which are not built in.
        let _ = ff::init();
    });
}

/// Returns a configuration of `count` threads that work on frames in parallel. The struct has one
/// more field with FFmpeg 5.1 than with FFmpeg 6 and 7, so a struct literal would not compile with
/// all of them.
fn frame_threads(count: usize) -> ff::codec::threading::Config {
    let mut config = ff::codec::threading::Config::count(count);
    config.kind = ff::codec::threading::Type::Frame;
    config
}

/// Converts the result of FFmpeg's receive calls: `None` means that there is no output yet, or no
/// more output.
fn receive_result(
    result: Result<(), ff::Error>,
    operation: &'static str,
) -> Result<Option<()>, crate::CodecError> {
    match result {
        Ok(()) => Ok(Some(())),
        Err(ff::Error::Eof) => Ok(None),
        Err(ff::Error::Other { errno }) if errno == ff::error::EAGAIN => Ok(None),
        Err(source) => Err(crate::CodecError::ffmpeg(operation)(source)),
    }
}
