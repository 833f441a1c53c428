//! Slabs of the large variables of a file.

use std::path::Path;

use crate::manifest::VariableSlab;
use crate::{ArchiveError, Result, Settings};

/// Returns the slabs of the variables of a file that have more than `limit` bytes: as few slabs of
/// nearly equal sizes as possible, each of at most `limit` bytes or of one chunk along the first
/// dimension.
#[cfg(feature = "zarr")]
pub(super) fn slabs(input: &Path, settings: &Settings, limit: u64) -> Result<Vec<VariableSlab>> {
    let options = settings.to_options().map_err(ArchiveError::file(input))?;
    let variables = fieldreel::dataset::large_variables(input, &options, limit);
    let mut slabs = Vec::new();
    for variable in variables.map_err(ArchiveError::file(input))? {
        let ([length, frame @ ..], [step, ..]) = (&variable.shape[..], &variable.chunk[..]) else {
            continue;
        };
        let frame = frame.iter().map(|&length| length as u64);
        let frame_bytes = frame.product::<u64>() * variable.value_bytes as u64;
        for (start, end) in split(*length, *step, frame_bytes, limit) {
            slabs.push(VariableSlab {
                variable: variable.name.clone(),
                start,
                end,
                value_bytes: (end - start) as u64 * frame_bytes,
                range: variable.range,
            });
        }
    }
    Ok(slabs)
}

/// Fails, because slabs are parts of Zarr stores.
#[cfg(not(feature = "zarr"))]
pub(super) fn slabs(input: &Path, _: &Settings, _: u64) -> Result<Vec<VariableSlab>> {
    Err(ArchiveError::file(input)(
        fieldreel::Error::FeatureMissing {
            path: input.to_owned(),
            feature: "zarr",
        },
    ))
}

/// Returns the ranges of indices of slabs along a dimension of `length` indices of `bytes` bytes
/// each, with `step` indices in a chunk.
#[cfg(feature = "zarr")]
fn split(length: usize, step: usize, bytes: u64, limit: u64) -> Vec<(usize, usize)> {
    let chunk_bytes = bytes.saturating_mul(step as u64).max(1);
    let chunks = length.div_ceil(step.max(1));
    let most = usize::try_from((limit / chunk_bytes).max(1)).unwrap_or(usize::MAX);
    let count = chunks.div_ceil(most);
    let at = |number: usize| (number * chunks / count * step).min(length);
    (0..count)
        .map(|number| (at(number), at(number + 1)))
        .collect()
}

#[cfg(all(test, feature = "zarr"))]
mod tests {
    use super::split;

    #[test]
    fn slabs_are_whole_chunks_of_at_most_the_limit() {
        assert_eq!(split(10, 3, 100, 650), [(0, 6), (6, 10)]);
        assert_eq!(split(10, 3, 100, 300), [(0, 3), (3, 6), (6, 9), (9, 10)]);
        // A chunk is larger than the limit.
        assert_eq!(split(7, 3, 100, 10), [(0, 3), (3, 6), (6, 7)]);
        assert_eq!(split(7, 3, 100, 1000), [(0, 7)]);
        let slabs = split(8760, 24, 4_152_960, 4_000_000_000);
        assert_eq!((slabs.len(), slabs[0].0, slabs[9].1), (10, 0, 8760));
        for (slab, next) in slabs.iter().zip(&slabs[1..]) {
            assert_eq!((slab.1, slab.1 % 24), (next.0, 0));
            assert!((slab.1 - slab.0) as u64 * 4_152_960 <= 4_000_000_000);
        }
    }
}
