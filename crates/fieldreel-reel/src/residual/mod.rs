//! The residual: integers that say, place by place, how far a value is from the number that the base layer predicts, on a
//! grid of twice the bound, or in values of the type.
//!
//! Nothing here depends on the plan or on the kind of the base layer.

mod apply;
mod transpose;

use ndarray::Array3;

pub(crate) use crate::correction::Effort;
pub(crate) use apply::{Meaning, apply, clamp_row, clamped};
pub(crate) use transpose::copy;

use crate::arithmetic::{Grid, ordinals_between, steps_between};
use crate::base::BaseLayer;
use crate::correction::{self, Known};
use crate::prepare::Prepared;
use crate::value::Value;

/// Encodes the residuals of prepared values; `None` if the grid cannot hold them.
pub(crate) fn encode<T: Value>(
    prepared: &Prepared<'_, T>,
    grid: Grid,
    layer: &BaseLayer,
    effort: Effort,
) -> Option<Vec<u8>> {
    let residuals = between(prepared, grid, layer)?;
    let classes = prepared.classes.as_ref().map(|classes| {
        layer
            .order
            .permuted(classes.view())
            .as_standard_layout()
            .into_owned()
    });
    let known = Known {
        classes: classes.as_ref().map(|all| all.view()),
        base: layer.codes(),
    };
    Some(correction::encode(residuals.view(), known, effort))
}

/// The residuals, in the order of the base layer; 0 where no number is coded. `None` if the grid cannot hold them.
fn between<T: Value>(
    prepared: &Prepared<'_, T>,
    grid: Grid,
    layer: &BaseLayer,
) -> Option<Array3<i64>> {
    let shape = prepared.shape();
    let mut residuals = Array3::zeros(layer.order.shape(shape));
    let mut is_held = true;
    let mut all = residuals.iter_mut();
    layer.for_each(shape, |at, number| {
        let Some(residual) = all.next() else { return };
        let classes = prepared.classes.as_ref();
        if classes.is_some_and(|classes| classes[at] != 0) {
            return;
        }
        let found = match grid {
            Grid::Step(step) => steps_between(number, prepared.numbers.at(at, None), step),
            Grid::Ordinals => {
                let base = T::nearest(prepared.domain.to_value(number));
                Some(ordinals_between(base, prepared.magnitude(at)))
            }
        };
        match found {
            Some(found) => *residual = found,
            None => is_held = false,
        }
    });
    is_held.then_some(residuals)
}
