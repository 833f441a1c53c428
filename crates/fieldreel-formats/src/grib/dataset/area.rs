//! Boxes of variables.

use crate::dataset::{Schema, VariableSchema};
use crate::{FormatError, Result};

/// The variable of an index, when a box is in it.
pub(super) fn checked<'a>(
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
    for numbers in [start, count] {
        if numbers.len() != found.dimensions.len() {
            let rank = found.dimensions.len();
            return Err(outside(&found.name, numbers.len(), rank));
        }
    }
    for ((&id, &start), &count) in found.dimensions.iter().zip(start).zip(count) {
        let Some(dimension) = schema.dimensions.get(id) else {
            return Err(outside("dimensions", id, schema.dimensions.len()));
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

/// Every place of a box, in row-major order; one for a box without dimensions.
pub(in crate::grib) fn places(
    start: &[usize],
    count: &[usize],
) -> impl Iterator<Item = Vec<usize>> {
    let total: usize = count.iter().product();
    (0..total).map(move |mut flat| {
        let mut place = start.to_vec();
        for (at, &len) in place.iter_mut().zip(count).rev() {
            *at += flat % len;
            flat /= len;
        }
        place
    })
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn places_are_row_major() {
        let all: Vec<Vec<usize>> = places(&[1, 5], &[2, 2]).collect();
        assert_eq!(all, [[1, 5], [1, 6], [2, 5], [2, 6]]);
        assert_eq!(places(&[], &[]).collect::<Vec<_>>(), [Vec::<usize>::new()]);
        assert_eq!(places(&[3], &[0]).count(), 0);
    }
}
