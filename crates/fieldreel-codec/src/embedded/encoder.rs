//! rav1e: frames of codes to packets.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ndarray::ArrayView2;
use rav1e::prelude::{
    ChromaSampling, Config, Context, EncoderConfig as Rav1eConfig, EncoderStatus, Frame,
    PixelRange, Rational, SceneDetectionSpeed, Tune,
};

use super::EmbeddedError;
use crate::backend::{Codec, EncoderConfig};
use crate::codes::FrameLayout;
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded_row};

/// The maximum number of frames between key frames. The frames after the first depend on it, as
/// x265's and libaom's do.
const MAX_KEY_FRAME_INTERVAL: u64 = 1_000_000;

/// An open encoder of rav1e, which runs in the caller's thread.
pub(crate) struct Rav1eEncoder {
    /// The encoder; `None` after it has panicked.
    context: Option<Context<u16>>,
    layout: FrameLayout,
    /// The index of the next frame.
    next_frame: usize,
}

impl Rav1eEncoder {
    /// Opens the encoder of `codec` for frames of `size`, with rav1e's `speed` and `quantizer`.
    ///
    /// # Errors
    /// [`CodecError::Embedded`] if rav1e refuses its configuration.
    pub(crate) fn open(
        codec: &dyn Codec,
        config: &EncoderConfig,
        size: FrameSize,
        bit_depth: u8,
        frame_rate: u16,
        (speed, quantizer): (u8, u8),
    ) -> Result<Self, CodecError> {
        let layout = FrameLayout::new(codec, config, size, bit_depth);
        let mut settings = Rav1eConfig::with_speed_preset(speed);
        settings.width = layout.encoded_size.width;
        settings.height = layout.encoded_size.height;
        settings.bit_depth = layout.pixel_bits.into();
        settings.chroma_sampling = ChromaSampling::Cs400;
        // Codes use all values of their bit depth, as full-range video does.
        settings.pixel_range = PixelRange::Full;
        settings.time_base = Rational::new(1, frame_rate.into());
        settings.quantizer = quantizer.into();
        settings.tune = Tune::Psnr;
        settings.set_key_frame_interval(0, MAX_KEY_FRAME_INTERVAL);
        settings.speed_settings.scene_detection_mode = SceneDetectionSpeed::None;
        // More threads do not change the bytes, but segments and trials run in parallel already.
        let config = Config::new().with_encoder_config(settings).with_threads(1);
        let open = "open the encoder";
        let context = catch_unwind(|| config.new_context())
            .map_err(|_| failure(open, EmbeddedError::Panicked))?
            .map_err(|_| failure(open, EmbeddedError::Refused))?;
        Ok(Self {
            context: Some(context),
            layout,
            next_frame: 0,
        })
    }

    /// Returns the size of the encoded frames, padding included.
    pub(crate) const fn encoded_size(&self) -> FrameSize {
        self.layout.encoded_size
    }

    /// Returns the number of bits by which codes are shifted up within the pixels.
    pub(crate) const fn shift(&self) -> u8 {
        self.layout.shift
    }

    /// Sends the next frame to the encoder. The frame has the size for which the encoder was
    /// opened.
    ///
    /// # Errors
    /// [`CodecError::CodeOutOfRange`]; [`CodecError::Embedded`] if the encoder fails.
    pub(crate) fn send(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        self.layout.check_codes(self.next_frame, codes)?;
        let layout = self.layout;
        let sent = self.run(|context| {
            let mut frame = context.new_frame();
            fill(&mut frame, codes, &layout);
            context.send_frame(frame)
        })?;
        self.next_frame += 1;
        sent.map_err(|_| failure("encode a frame", EmbeddedError::Other { code: 0 }))
    }

    /// Marks the end of the stream; the remaining packets can then be received.
    ///
    /// # Errors
    /// [`CodecError::Embedded`] if the encoder fails.
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        self.run(Context::flush)
    }

    /// Receives the next packet, or `None` if the encoder has none yet.
    ///
    /// # Errors
    /// [`CodecError::Embedded`] if the encoder fails.
    pub(crate) fn receive(&mut self) -> Result<Option<Vec<u8>>, CodecError> {
        loop {
            return match self.run(Context::receive_packet)? {
                Ok(packet) => Ok(Some(packet.data)),
                // A frame was encoded that is shown later.
                Err(EncoderStatus::Encoded) => continue,
                Err(EncoderStatus::NeedMoreData | EncoderStatus::LimitReached) => Ok(None),
                Err(_) => {
                    let other = EmbeddedError::Other { code: 0 };
                    Err(failure("encode a frame", other))
                }
            };
        }
    }

    /// Calls the encoder. After a panic, the encoder is in an unknown state and is not called
    /// again.
    fn run<T>(&mut self, call: impl FnOnce(&mut Context<u16>) -> T) -> Result<T, CodecError> {
        let panicked = || failure("encode a frame", EmbeddedError::Panicked);
        let mut context = self.context.take().ok_or_else(panicked)?;
        let result = catch_unwind(AssertUnwindSafe(|| call(&mut context)));
        let value = result.map_err(|_| panicked())?;
        self.context = Some(context);
        Ok(value)
    }
}

/// Sets the pixels of a frame to `codes`. The frame is padded by repeating the last row and the
/// last column.
fn fill(frame: &mut Frame<u16>, codes: ArrayView2<'_, u16>, layout: &FrameLayout) {
    let FrameSize { height, width } = layout.encoded_size;
    let codes = codes.as_standard_layout();
    let plane = &mut frame.planes[0];
    let stride = plane.cfg.stride;
    let last = codes.nrows().saturating_sub(1);
    let rows = plane.data_origin_mut().chunks_mut(stride).take(height);
    for (y, pixels) in rows.enumerate() {
        let row = codes.row(y.min(last));
        let row = row.as_slice().unwrap_or_default();
        for (pixel, code) in pixels.iter_mut().zip(padded_row(row, width)) {
            *pixel = code << layout.shift;
        }
    }
}

/// Returns the error for a failure of rav1e.
const fn failure(operation: &'static str, source: EmbeddedError) -> CodecError {
    CodecError::Embedded { operation, source }
}
