//! EBCC: JPEG 2000 images with wavelet-coded residuals.

use std::num::NonZeroUsize;

use ebcc::{EBCCConfig, ebcc_decode_chunking_into, ebcc_encode_chunking};
use ndarray::{Array3, ArrayView3};
use ndarray_0_16 as nd;

use super::axis_permutation::AxisPermutation;
use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;

/// The maximum side of an image of EBCC, in which frames are stacked vertically.
const MAX_SIDE: usize = 2047;
/// The minimum side of a frame.
const MIN_SIDE: usize = 32;
/// The initial ratio of EBCC's search, its default. Other values change the size by 1 %.
const BASE_RATIO: f32 = 100.0;

/// EBCC (Huang et al., "Error Bounded Compression for Weather and Climate Applications", 2025) in
/// the mode with a bound of the maximum absolute error.
pub(super) struct Ebcc;

impl Peer for Ebcc {
    fn name(&self) -> String {
        "ebcc".to_owned()
    }

    fn version(&self) -> String {
        env!("VERSION_EBCC").to_owned()
    }

    // EBCC searches by encoding. It processes about 80,000 values per second.
    fn trial_values(&self) -> usize {
        300_000
    }

    fn finalists(&self) -> usize {
        1
    }

    fn max_values(&self) -> usize {
        6_000_000
    }

    fn candidates(&self, field: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        let mut all: Vec<Box<dyn PeerCodec>> = Vec::new();
        for order in [
            AxisPermutation::NATURAL,
            AxisPermutation::ALL[3],
            AxisPermutation::ALL[2],
        ] {
            let [_, height, _] = order.shape(field.shape());
            let max_frames = (MAX_SIDE / height.max(MIN_SIDE)).clamp(1, 8);
            all.push(Box::new(EbccSetting { order, frames: 1 }));
            if max_frames > 1 {
                all.push(Box::new(EbccSetting {
                    order,
                    frames: max_frames,
                }));
            }
        }
        Ok(all)
    }
}

/// The number of frames per image, and the axis order.
struct EbccSetting {
    order: AxisPermutation,
    /// The number of frames in a chunk.
    frames: usize,
}

impl EbccSetting {
    /// Returns a chunk of complete frames, as far as the limits of EBCC permit.
    fn chunk(&self, shape: [usize; 3]) -> Result<[NonZeroUsize; 3]> {
        let [frames, height, width] = self.order.shape(shape);
        let side = |length: usize| length.clamp(MIN_SIDE, MAX_SIDE);
        let chunk = [self.frames.min(frames), side(height), side(width)];
        let [Some(frames), Some(height), Some(width)] = chunk.map(NonZeroUsize::new) else {
            return Err("the field is empty".into());
        };
        Ok([frames, height, width])
    }
}

impl PeerCodec for EbccSetting {
    fn setting(&self) -> String {
        let (frames, order) = (self.frames, self.order.name());
        match frames {
            1 => format!("1 frame per chunk, {order}"),
            frames => format!("{frames} frames per chunk, {order}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let shape = values.dim().into();
        let chunk = self.chunk(shape)?;
        let values = self.order.apply(values);
        let view = nd::ArrayView3::from_shape(self.order.shape(shape), &values)?;
        // The bound in single precision must not exceed the request.
        let mut error = request as f32;
        if f64::from(error) > request {
            error = error.next_down();
        }
        let config = EBCCConfig::max_absolute_error_bounded(error).with_base_cr(BASE_RATIO);
        Ok(ebcc_encode_chunking(view, &config, chunk)?)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let mut values = nd::Array3::zeros(self.order.shape(shape));
        ebcc_decode_chunking_into(bytes, values.view_mut())?;
        self.order.undo(values.into_raw_vec_and_offset().0, shape)
    }
}
