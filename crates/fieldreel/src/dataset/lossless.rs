//! Choice between segments and deflate for variables that are stored losslessly.

use fieldreel_core::with_element_type;
use fieldreel_formats::dataset::DatasetSource;
use fieldreel_reel::{Effort, ErrorBound, SegmentOptions, segment};

use super::chunking::{Hyperslab, chunk_hyperslabs, chunk_shape};
use super::copy::deflated_len;
use super::packing::logical_dtype;
use super::padding::chunk_array;
use super::validity::add_validity;
use super::variable_encoder::read;
use crate::Error;

/// The approximate number of values, in the middle of a variable, that are encoded on trial.
const SAMPLE_VALUES: usize = 1 << 17;

/// The smallest number of bytes that segments have to save compared with deflate, because segments
/// are unreadable without the plugin of the filter.
const MIN_SAVED_BYTES: usize = 4096;

/// The inverse of the smallest part of the deflated size of a sample that segments have to save:
/// 16 stands for a sixteenth.
const MIN_SAVED_DIVISOR: usize = 16;

/// Returns whether a lossless numeric variable is clearly smaller as segments than after shuffle
/// and deflate.
pub(super) fn are_segments_smaller(
    source: &dyn DatasetSource,
    number: usize,
) -> Result<bool, Error> {
    let schema = source.schema();
    let variable = &schema.variables[number];
    let shape = schema.shape(variable);
    let count = shape.iter().product::<usize>();
    let Some(dtype) = logical_dtype(variable) else {
        return Ok(false);
    };
    let bytes = count * dtype.bytes();
    if bytes <= MIN_SAVED_BYTES || !(1..=8).contains(&shape.len()) {
        return Ok(false);
    }
    let Some(sample) = choose_sample(&shape, dtype.bytes()) else {
        return Ok(false);
    };
    let mut options = SegmentOptions::new(ErrorBound::Lossless).with_effort(Effort::Fast);
    add_validity(&mut options, variable);
    let segment = with_element_type!(dtype, T => {
        let values = read::<T>(source, number, &sample)?;
        let values = chunk_array(&sample.count, &sample, values, &[]);
        values.and_then(|values| segment::encode(values.view(), &options))
    });
    let segment = segment.map_err(|error| Error::Variable {
        path: None,
        variable: schema.full_name(variable),
        criterion: ErrorBound::Lossless.into(),
        source: Box::new(error),
    })?;
    let deflated = deflated_len(source, number, &sample)?;
    let saved = deflated.saturating_sub(segment.bytes.len());
    let total_saved = saved as f64 * count as f64 / sample.len() as f64;
    Ok(saved >= deflated / MIN_SAVED_DIVISOR && total_saved >= MIN_SAVED_BYTES as f64)
}

/// Returns a hyperslab of about [`SAMPLE_VALUES`] values within a chunk in the middle of a
/// variable; `None` if the variable has no values.
fn choose_sample(shape: &[usize], value_bytes: usize) -> Option<Hyperslab> {
    let chunk = chunk_shape(shape, value_bytes);
    let mut chunks = chunk_hyperslabs(shape, &chunk);
    let chunk_count = chunks.size_hint().0;
    let mut sample = chunks.nth(chunk_count / 2)?;
    for axis in 0..sample.count.len() {
        let divisor = sample.len().div_ceil(SAMPLE_VALUES);
        sample.count[axis] = sample.count[axis].div_ceil(divisor);
    }
    (sample.len() > 0).then_some(sample)
}
