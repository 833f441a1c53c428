//! Bytes as FFmpeg's packets.

use ff::Packet;
use ffmpeg_next as ff;

use crate::error::CodecError;

/// A packet of `bytes`, whose frame says that it is number `index`.
///
/// # Errors
/// [`CodecError::Ffmpeg`] if memory runs out, or the packet is larger than FFmpeg's can be.
pub(crate) fn packet(bytes: &[u8], index: usize) -> Result<Packet, CodecError> {
    let mut packet = match i32::try_from(bytes.len()) {
        Ok(_) => Packet::new(bytes.len()),
        Err(_) => Packet::empty(),
    };
    match packet.data_mut() {
        Some(data) if data.len() == bytes.len() => data.copy_from_slice(bytes),
        _ => {
            let errno = ff::error::ENOMEM;
            return Err(CodecError::Ffmpeg {
                operation: "make a packet",
                source: ff::Error::Other { errno },
            });
        }
    }
    packet.set_pts(i64::try_from(index).ok());
    Ok(packet)
}
