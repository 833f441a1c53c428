//! Groups of frames that are decoded independently of each other. Each group has its own encoder,
//! so that the groups of a long video are encoded in parallel. The boundaries depend on the number
//! of frames alone.

use std::ops::Range;

use ff::Packet;
use ff::codec::Parameters;
use ffmpeg_next as ff;
use ndarray::ArrayView2;

use super::VideoShape;
use crate::backend::Codec;
use crate::error::CodecError;
use crate::ffmpeg::FfmpegEncoder;

/// Returns the frames of each group of a video. There are as many groups as possible of at least
/// `min_frames` frames, and their lengths differ by at most one frame. If `min_frames` is `None`,
/// there is one group.
pub(super) fn group_ranges(
    frames: usize,
    min_frames: Option<usize>,
) -> impl ExactSizeIterator<Item = Range<usize>> {
    let count = (frames / min_frames.unwrap_or(frames).max(1)).max(1);
    let start = move |group: usize| group * (frames / count) + group.min(frames % count);
    (0..count).map(move |group| start(group)..start(group + 1))
}

/// The encoder of one group.
pub(super) struct GroupEncoder {
    encoder: FfmpegEncoder,
    frames: Range<usize>,
    sent: usize,
}

impl GroupEncoder {
    /// Opens the encoder for these frames of a video, to run in about `threads` threads.
    ///
    /// # Errors
    /// The errors of [`FfmpegEncoder::open`].
    pub(super) fn open(
        codec: &dyn Codec,
        shape: VideoShape,
        frame_rate: u16,
        frames: Range<usize>,
        threads: usize,
    ) -> Result<Self, CodecError> {
        let VideoShape {
            size, bit_depth, ..
        } = shape;
        let encoder = FfmpegEncoder::open(codec, size, bit_depth, frame_rate, true, threads)?;
        Ok(Self {
            encoder: encoder.with_first_frame(frames.start),
            sent: 0,
            frames,
        })
    }

    /// Returns the parameters of the stream, which are the same for every group.
    pub(super) fn parameters(&self) -> Parameters {
        self.encoder.parameters()
    }

    /// Returns the number of bits by which codes are shifted up within the pixels.
    pub(super) const fn shift(&self) -> u8 {
        self.encoder.shift()
    }

    /// Returns the indices of the group's frames.
    pub(super) fn frames(&self) -> Range<usize> {
        self.frames.clone()
    }

    /// Returns true if all frames of the group were sent.
    pub(super) fn is_complete(&self) -> bool {
        self.sent >= self.frames.len()
    }

    /// Sends the next frame to the encoder. After the last frame, the remaining packets can be
    /// received.
    ///
    /// # Errors
    /// The errors of [`FfmpegEncoder::send`] and [`FfmpegEncoder::finish`].
    pub(super) fn send(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        self.encoder.send(codes)?;
        self.sent += 1;
        if self.is_complete() {
            self.encoder.finish()?;
        }
        Ok(())
    }

    /// Receives the next packet, in decoding order, or `None` if the encoder has none yet.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the encoder fails.
    pub(super) fn receive(&mut self) -> Result<Option<Packet>, CodecError> {
        let mut packet = self.encoder.receive()?;
        if let Some(packet) = &mut packet
            && self.frames.len() <= 2
        {
            // x265 leaves the decoding times of one or two frames uninitialized. They are the
            // display times, because so few frames are never reordered.
            packet.set_dts(packet.pts());
        }
        Ok(packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn groups_cover_all_frames_in_order_with_equal_lengths(frames in 1_usize..3000, min_frames in 1_usize..400) {
            let groups: Vec<_> = group_ranges(frames, Some(min_frames)).collect();
            let lengths = || groups.iter().map(ExactSizeIterator::len);
            prop_assert_eq!((groups[0].start, groups[groups.len() - 1].end), (0, frames));
            prop_assert!(groups.windows(2).all(|pair| pair[0].end == pair[1].start));
            prop_assert!(lengths().min().unwrap() >= min_frames.min(frames));
            prop_assert!(lengths().max().unwrap() - lengths().min().unwrap() <= 1);
            prop_assert_eq!(groups.len(), (frames / min_frames).max(1));
        }
    }

    #[test]
    fn few_frames_are_one_group() {
        let ranges = |frames, min_frames| group_ranges(frames, min_frames).collect::<Vec<_>>();
        assert_eq!(ranges(7, None).as_slice(), std::slice::from_ref(&(0..7)));
        assert_eq!(ranges(999, Some(500)).len(), 1);
        assert_eq!(ranges(1001, Some(500)), [0..501, 501..1001]);
        assert_eq!(ranges(0, None).len(), 1);
    }
}
