//! The codec parameters of streams, for decoders and containers.

use ff::codec::{Id, Parameters};
use ff::ffi;
use ff::media::Type;
use ffmpeg_next as ff;

use crate::error::CodecError;
use crate::ffmpeg_error::FfmpegError;
use crate::geometry::FrameSize;
use crate::stream::StreamFormat;

/// Returns the parameters of a stream of gray frames, which its decoder needs before the first
/// packet.
///
/// # Errors
/// [`CodecError::Ffmpeg`] if memory runs out.
pub(crate) fn stream_parameters(
    format: StreamFormat,
    size: Option<FrameSize>,
    extradata: &[u8],
) -> Result<Parameters, CodecError> {
    let no_memory = || CodecError::Ffmpeg {
        operation: "describe a stream",
        source: FfmpegError::OUT_OF_MEMORY,
    };
    let mut parameters = Parameters::new();
    // SAFETY: the pointer is only read.
    if unsafe { parameters.as_ptr() }.is_null() {
        return Err(no_memory());
    }
    parameters.set_medium(Type::Video);
    parameters.set_id(codec_id(format));
    // SAFETY: the pointer is not null, and `parameters` owns its target.
    let raw = unsafe { &mut *parameters.as_mut_ptr() };
    // The encoders are configured for the same range.
    raw.color_range = ffi::AVColorRange::AVCOL_RANGE_JPEG;
    if let Some(size) = size {
        // Sides are at most MAX_SIDE.
        raw.width = size.width as i32;
        raw.height = size.height as i32;
    }
    if !extradata.is_empty() {
        let length = i32::try_from(extradata.len()).map_err(|_| no_memory())?;
        let padding = ffi::AV_INPUT_BUFFER_PADDING_SIZE as usize;
        // SAFETY: any size is allowed; a null result is checked next.
        let copy: *mut u8 = unsafe { ffi::av_mallocz(extradata.len() + padding) }.cast();
        if copy.is_null() {
            return Err(no_memory());
        }
        // SAFETY: `copy` is new, and has room for `extradata` and for the padding after it, which
        // is already zero. `parameters` frees it.
        unsafe { copy.copy_from_nonoverlapping(extradata.as_ptr(), extradata.len()) };
        raw.extradata = copy;
        raw.extradata_size = length;
    }
    Ok(parameters)
}

/// Returns the headers that precede the first packet of a stream (FFmpeg's "extradata"); empty if
/// there are none.
pub(super) fn extradata(parameters: &Parameters) -> Vec<u8> {
    // SAFETY: the pointer is null, or `parameters` owns its target.
    let Some(raw) = (unsafe { parameters.as_ptr().as_ref() }) else {
        return Vec::new();
    };
    match usize::try_from(raw.extradata_size) {
        // SAFETY: `extradata` holds `extradata_size` bytes if it is not null.
        Ok(length) if !raw.extradata.is_null() => unsafe {
            std::slice::from_raw_parts(raw.extradata, length).to_vec()
        },
        _ => Vec::new(),
    }
}

/// Returns FFmpeg's identifier of the codec of a stream.
const fn codec_id(format: StreamFormat) -> Id {
    match format {
        StreamFormat::Hevc => Id::HEVC,
        StreamFormat::Av1 => Id::AV1,
        StreamFormat::Jpeg2000 => Id::JPEG2000,
        StreamFormat::Ffv1 => Id::FFV1,
    }
}
