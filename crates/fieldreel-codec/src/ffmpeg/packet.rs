//! Packets of FFmpeg from bytes.

use ff::Packet;
use ffmpeg_next as ff;

use crate::error::CodecError;
use crate::ffmpeg_error::FfmpegError;

/// Returns a packet that holds a copy of `bytes`. Its time stamp, which the decoded frame
/// inherits, is `index`.
///
/// # Errors
/// [`CodecError::Ffmpeg`] if memory runs out, or if `bytes` is longer than a packet of FFmpeg can
/// be.
pub(crate) fn new_packet(bytes: &[u8], index: usize) -> Result<Packet, CodecError> {
    let mut packet = match i32::try_from(bytes.len()) {
        Ok(_) => Packet::new(bytes.len()),
        Err(_) => Packet::empty(),
    };
    match packet.data_mut() {
        Some(data) if data.len() == bytes.len() => data.copy_from_slice(bytes),
        _ => {
            return Err(CodecError::Ffmpeg {
                operation: "make a packet",
                source: FfmpegError::OUT_OF_MEMORY,
            });
        }
    }
    packet.set_pts(i64::try_from(index).ok());
    Ok(packet)
}
