//! A part of a variable to the segment that is its chunk.

use fieldreel_reel::{Options, Plan, ReelError, Value, segment};
use ndarray::{ArrayD, ArrayView3, IxDyn, SliceInfoElem};

use super::chunking::Part;

/// The way in which the chunks of a variable are encoded.
#[derive(Debug, Clone)]
pub(super) struct Encoder {
    pub(super) options: Options,
    /// Lengths of a chunk.
    pub(super) chunk: Vec<usize>,
}

/// A chunk that is encoded.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// The largest error of a value, in the unit of the variable.
    pub(super) max_abs: f64,
    /// What others like it may follow.
    pub(super) plan: Option<Plan>,
}

impl Encoder {
    /// Encodes the values of a part, by a plan if there is one.
    pub(super) fn encode<T: Value>(
        &self,
        part: &Part,
        values: Vec<T>,
        plan: Option<&Plan>,
    ) -> Result<Encoded, ReelError> {
        let values = self.whole(part, values);
        let [.., height, width] = self.chunk[..] else {
            return Err(ReelError::Empty { shape: [0; 3] });
        };
        let frames = values.len() / (height * width).max(1);
        let view = ArrayView3::from_shape((frames, height, width), &values).map_err(|_| {
            ReelError::Empty {
                shape: [frames, height, width],
            }
        })?;
        let mut options = self.options.clone();
        options.plan = plan.cloned();
        let bytes = segment::encode(view, &options)?;
        let info = segment::inspect(&bytes)?;
        Ok(Encoded {
            max_abs: info.certificate.max_abs,
            plan: info.plan.filter(|plan| *plan != Plan::Packed),
            bytes,
        })
    }

    /// The values of a whole chunk: at the end of a variable, NaN for those beyond.
    fn whole<T: Value>(&self, part: &Part, values: Vec<T>) -> Vec<T> {
        if part.count == self.chunk {
            return values;
        }
        let mut chunk = ArrayD::from_elem(IxDyn(&self.chunk), T::nearest(f64::NAN));
        if let Ok(values) = ArrayD::from_shape_vec(IxDyn(&part.count), values) {
            let inside = part.count.iter().map(|&count| SliceInfoElem::Slice {
                start: 0,
                end: Some(count as isize),
                step: 1,
            });
            let inside: Vec<_> = inside.collect();
            chunk.slice_mut(&inside[..]).assign(&values);
        }
        chunk.into_raw_vec_and_offset().0
    }
}
