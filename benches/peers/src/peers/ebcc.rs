//! EBCC: JPEG 2000 frames, and their residual in wavelets.

use std::num::NonZeroUsize;

use ebcc::{EBCCConfig, ebcc_decode_chunking_into, ebcc_encode_chunking};
use ndarray::{Array3, ArrayView3};
use ndarray_0_16 as nd;

use super::order::Order;
use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;

/// The longest side of what EBCC encodes as one image, frames below each other.
const LONGEST: usize = 2047;
/// The shortest side of a frame.
const SHORTEST: usize = 32;
/// Where its search for a rate starts, as its own default has it: others change a size by 1 %.
const BASE_RATIO: f32 = 100.0;

/// Huang et al., "Error Bounded Compression for Weather and Climate Applications" (2025). Largest
/// error mode.
pub(super) struct Ebcc;

impl Peer for Ebcc {
    fn name(&self) -> String {
        "ebcc".to_owned()
    }

    fn version(&self) -> String {
        env!("VERSION_EBCC").to_owned()
    }

    // It searches by encoding: a second takes some 80,000 values.
    fn trial_values(&self) -> usize {
        300_000
    }

    fn finalists(&self) -> usize {
        1
    }

    fn most_values(&self) -> usize {
        6_000_000
    }

    fn candidates(&self, field: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        let mut all: Vec<Box<dyn Codec>> = Vec::new();
        for order in [Order::NATURAL, Order::ALL[3], Order::ALL[2]] {
            let [_, height, _] = order.shape(field.shape());
            let most = (LONGEST / height.max(SHORTEST)).clamp(1, 8);
            all.push(Box::new(Setting { order, frames: 1 }));
            if most > 1 {
                all.push(Box::new(Setting {
                    order,
                    frames: most,
                }));
            }
        }
        Ok(all)
    }
}

/// What is encoded as one image.
struct Setting {
    order: Order,
    /// Frames in a chunk.
    frames: usize,
}

impl Setting {
    /// A chunk of whole frames, as far as EBCC takes them.
    fn chunk(&self, shape: [usize; 3]) -> Outcome<[NonZeroUsize; 3]> {
        let [frames, height, width] = self.order.shape(shape);
        let side = |length: usize| length.clamp(SHORTEST, LONGEST);
        let chunk = [self.frames.min(frames), side(height), side(width)];
        let [Some(frames), Some(height), Some(width)] = chunk.map(NonZeroUsize::new) else {
            return Err("an empty field".into());
        };
        Ok([frames, height, width])
    }
}

impl Codec for Setting {
    fn setting(&self) -> String {
        let (frames, order) = (self.frames, self.order.name());
        match frames {
            1 => format!("1 frame a chunk, {order}"),
            frames => format!("{frames} frames a chunk, {order}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let shape = values.dim().into();
        let chunk = self.chunk(shape)?;
        let values = self.order.apply(values);
        let view = nd::ArrayView3::from_shape(self.order.shape(shape), &values)?;
        // In single precision; never above what is asked for.
        let mut error = request as f32;
        if f64::from(error) > request {
            error = error.next_down();
        }
        let config = EBCCConfig::max_absolute_error_bounded(error).with_base_cr(BASE_RATIO);
        Ok(ebcc_encode_chunking(view, &config, chunk)?)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let mut values = nd::Array3::zeros(self.order.shape(shape));
        ebcc_decode_chunking_into(bytes, values.view_mut())?;
        self.order.undo(values.into_raw_vec_and_offset().0, shape)
    }
}
