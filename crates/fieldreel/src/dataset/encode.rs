//! A part of a variable to the segment that is its chunk.

use fieldreel_reel::{Bound, Limits, Options, Plan, ReelError, Value, segment};
use ndarray::{ArrayD, ArrayView3, IxDyn, SliceInfoElem};

use super::chunking::Part;
use super::sentinels::{Found, Sentinels};

/// How the chunks of a variable are encoded.
#[derive(Debug, Clone)]
pub(super) struct Encoder<T> {
    pub(super) options: Options,
    pub(super) sentinels: Sentinels<T>,
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

impl<T: Value> Encoder<T> {
    /// Encodes the values of a part, by a plan if there is one.
    pub(super) fn encode(
        &self,
        part: &Part,
        values: Vec<T>,
        plan: Option<&Plan>,
    ) -> Result<Encoded, ReelError> {
        let found = self.sentinels.find(&values);
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
        match found {
            Found::Fill(fill) => options.fill = fill.map(T::to_f64),
            Found::Several => options.bound = Bound::Lossless,
        }
        let mut bytes = with_plan(view, &options, plan)?;
        if options.bound != Bound::Lossless && self.sentinels.has_validity() {
            let limits = Limits {
                max_bytes: u64::MAX,
            };
            let decoded = segment::decode::<T>(&bytes, &limits)?;
            let same = decoded
                .as_slice()
                .is_some_and(|decoded| self.sentinels.same_validity(&values, decoded));
            if !same {
                options.bound = Bound::Lossless;
                bytes = with_plan(view, &options, None)?;
            }
        }
        let info = segment::inspect(&bytes)?;
        Ok(Encoded {
            max_abs: info.certificate.max_abs,
            plan: info.plan.filter(|plan| *plan != Plan::Packed),
            bytes,
        })
    }

    /// The values of a whole chunk: at the end of a variable, NaN for those beyond.
    fn whole(&self, part: &Part, values: Vec<T>) -> Vec<T> {
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

/// Encodes by the plan, or by one of its own where that does not fit.
fn with_plan<T: Value>(
    values: ArrayView3<'_, T>,
    options: &Options,
    plan: Option<&Plan>,
) -> Result<Vec<u8>, ReelError> {
    let mut options = options.clone();
    options.plan = plan.cloned();
    match segment::encode(values, &options) {
        Err(ReelError::Plan { .. }) if plan.is_some() => {
            options.plan = None;
            segment::encode(values, &options)
        }
        encoded => encoded,
    }
}
