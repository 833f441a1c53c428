//! Hyperslabs: rectangular parts of variables.

use crate::dataset::{Schema, VariableSchema};
use crate::{FormatError, Result};

/// Returns the variable of index `variable` after checking that it contains the hyperslab.
pub(super) fn checked_variable<'a>(
    schema: &'a Schema,
    variable: usize,
    start: &[usize],
    count: &[usize],
) -> Result<&'a VariableSchema> {
    let outside = |dimension: &str, index, len| FormatError::IndexOutOfRange {
        dimension: dimension.to_owned(),
        index,
        len,
    };
    let found = schema
        .variables
        .get(variable)
        .ok_or_else(|| outside("variables", variable, schema.variables.len()))?;
    for indices in [start, count] {
        if indices.len() != found.dimensions.len() {
            let rank = found.dimensions.len();
            return Err(outside(&found.name, indices.len(), rank));
        }
    }
    for ((&dimension_id, &start), &count) in found.dimensions.iter().zip(start).zip(count) {
        let Some(dimension) = schema.dimensions.get(dimension_id) else {
            return Err(outside("dimensions", dimension_id, schema.dimensions.len()));
        };
        if start
            .checked_add(count)
            .is_none_or(|end| end > dimension.len)
        {
            let last = start.saturating_add(count.saturating_sub(1));
            return Err(outside(&dimension.name, last, dimension.len));
        }
    }
    Ok(found)
}

/// Returns every index of a hyperslab in row-major order, and one empty index if it has no
/// dimensions.
pub(in crate::grib) fn hyperslab_indices(
    start: &[usize],
    count: &[usize],
) -> impl Iterator<Item = Vec<usize>> {
    let total: usize = count.iter().product();
    (0..total).map(move |mut flat| {
        let mut index = start.to_vec();
        for (target, &len) in index.iter_mut().zip(count).rev() {
            *target += flat % len;
            flat /= len;
        }
        index
    })
}

#[cfg(test)]
mod tests {
    use super::hyperslab_indices;

    #[test]
    fn indices_are_in_row_major_order() {
        let indices: Vec<Vec<usize>> = hyperslab_indices(&[1, 5], &[2, 2]).collect();
        assert_eq!(indices, [[1, 5], [1, 6], [2, 5], [2, 6]]);
        assert_eq!(
            hyperslab_indices(&[], &[]).collect::<Vec<_>>(),
            [Vec::<usize>::new()]
        );
        assert_eq!(hyperslab_indices(&[3], &[0]).count(), 0);
    }
}
