//! The choice of how a variable that is stored losslessly is stored.

use fieldreel_core::with_element_type;
use fieldreel_formats::dataset::DatasetSource;
use fieldreel_reel::{Effort, ErrorBound, SegmentOptions, segment};

use super::chunking::{Part, chunk_shape, parts};
use super::copy::deflated;
use super::packing::meant_type;
use super::padding::whole_chunk;
use super::validity::add_validity;
use super::variable_encoder::read;
use crate::Error;

/// About so many values in the middle of a variable say whether segments are smaller than deflate.
const SAMPLE: usize = 1 << 17;

/// A variable is stored as segments if these save at least so many bytes and one part in so many, over deflate: without the filter's
/// plugin no program reads it.
const WORTH: usize = 4096;
const PART: usize = 16;

/// Returns whether a variable of numbers that is stored losslessly is clearly smaller as segments than through shuffle and deflate.
pub(super) fn are_segments_smaller(
    source: &dyn DatasetSource,
    number: usize,
) -> Result<bool, Error> {
    let schema = source.schema();
    let variable = &schema.variables[number];
    let shape = schema.shape(variable);
    let values = shape.iter().product::<usize>();
    let Some(dtype) = meant_type(variable) else {
        return Ok(false);
    };
    let bytes = values * dtype.bytes();
    if bytes <= WORTH || !(1..=8).contains(&shape.len()) {
        return Ok(false);
    }
    let Some(part) = sample(&shape, dtype.bytes()) else {
        return Ok(false);
    };
    let mut options = SegmentOptions::new(ErrorBound::Lossless).with_effort(Effort::Fast);
    add_validity(&mut options, variable);
    let segment = with_element_type!(dtype, T => {
        let values = read::<T>(source, number, &part)?;
        let values = whole_chunk(&part.count, &part, values, &[]);
        values.and_then(|values| segment::encode(values.view(), &options))
    });
    let segment = segment.map_err(|error| Error::Variable {
        path: None,
        variable: schema.full_name(variable),
        criterion: ErrorBound::Lossless.into(),
        source: Box::new(error),
    })?;
    let deflated = deflated(source, number, &part)?;
    let saved = deflated.saturating_sub(segment.bytes.len());
    let saved_of_all = saved as f64 * values as f64 / part.len() as f64;
    Ok(saved >= deflated / PART && saved_of_all >= WORTH as f64)
}

/// Returns a part of about [`SAMPLE`] values within a chunk in the middle of a variable; `None` if it has no values.
fn sample(shape: &[usize], value_bytes: usize) -> Option<Part> {
    let chunk = chunk_shape(shape, value_bytes);
    let mut all = parts(shape, &chunk);
    let count = all.size_hint().0;
    let mut part = all.nth(count / 2)?;
    for axis in 0..part.count.len() {
        let least = part.count[axis];
        let most = part.len().div_ceil(SAMPLE);
        part.count[axis] = least.div_ceil(most);
    }
    (part.len() > 0).then_some(part)
}
