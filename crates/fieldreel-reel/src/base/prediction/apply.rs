//! A predicted stream back into values.

use fieldreel_predict::Word;
use multiversion::multiversion;
use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3, Axis, s};

use super::{PredictionStream, WordKind};
use crate::ReelError;
use crate::arithmetic::{Domain, Grid};
use crate::base::{BaseFrame, BaseLayer};
use crate::residual::{Meaning, clamp_row, copy};
use crate::value::Value;

/// Rows of a frame that are made, at most, before they are put where they belong.
const ROWS: usize = 256;

/// Sets values to predicted numbers. `each` is called for rows that are done, with their classes if there are `classes` (axis order
/// `(time, y, x)`), while they are in the cache.
///
/// # Errors
/// [`ReelError::Damaged`].
pub(crate) fn apply<T: Value>(
    stream: &PredictionStream<&[u8]>,
    layer: &BaseLayer,
    meaning: Meaning<T>,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
    each: impl Fn(ArrayView2<'_, u8>, ArrayViewMut2<'_, T>),
) -> Result<(), ReelError> {
    match stream.word {
        WordKind::Narrow => apply_words::<i32, T>(stream, layer, meaning, classes, values, each),
        WordKind::Wide => apply_words::<i64, T>(stream, layer, meaning, classes, values, each),
        WordKind::Widest => apply_words::<i128, T>(stream, layer, meaning, classes, values, each),
    }
}

fn apply_words<W: Word, T: Value>(
    stream: &PredictionStream<&[u8]>,
    layer: &BaseLayer,
    meaning: Meaning<T>,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
    each: impl Fn(ArrayView2<'_, u8>, ArrayViewMut2<'_, T>),
) -> Result<(), ReelError> {
    let field = <[usize; 3]>::from(values.dim());
    let shape = layer.order.shape(field);
    let width = shape[2];
    let classes = classes.map(|classes| layer.order.permuted(classes));
    let standard = classes.as_ref().map(|classes| classes.as_standard_layout());
    let masked = standard.as_ref().and_then(|classes| classes.as_slice());
    let decoded = fieldreel_predict::decode::<W>(stream.bytes, shape, masked)?;
    let unit = match meaning.grid {
        Grid::Step(step) => step / f64::from(1_u32 << stream.step_bits),
        Grid::Ordinals => 1.0,
    };
    let mut numbers = vec![0.0; width];
    let mut rows = Vec::new();
    let mut permuted = values.permuted_axes(layer.order.axes());
    for t in 0..shape[0] {
        let frame = layer.frame(field, t);
        let mut set_rows = |values: &mut [T], first: usize| {
            for (y, row) in (first..).zip(values.chunks_exact_mut(width)) {
                let words = decoded.row(t, y);
                set_row(row, (&frame, y), &mut numbers, words, (meaning, unit));
                if let Some(limits) = meaning.clamp {
                    clamp_row(row, limits);
                }
            }
        };
        let mut to = permuted.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
            let of_block = block * ROWS..block * ROWS + to.nrows();
            if let Some(values) = to.as_slice_mut() {
                set_rows(values, of_block.start);
            } else {
                rows.resize(to.len(), T::default());
                set_rows(&mut rows, of_block.start);
                copy(&rows, to.view_mut());
            }
            if let Some(classes) = classes {
                let classes = classes.index_axis_move(Axis(0), t);
                each(classes.slice_move(s![of_block, ..]), to);
            }
        }
    }
    Ok(())
}

/// Sets a row of values to `offset + mean + unit · word`, or what that is a logarithm of; or to the value of the ordinal `offset + word`.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn set_row<W: Word, T: Value>(
    values: &mut [T],
    (frame, y): (&BaseFrame<'_>, usize),
    numbers: &mut [f64],
    words: &[W],
    (meaning, unit): (Meaning<T>, f64),
) {
    frame.row(y, numbers);
    let all = values.iter_mut().zip(&*numbers).zip(words);
    match (meaning.grid, meaning.domain) {
        (Grid::Step(_), Domain::Linear) => {
            for ((value, &number), &word) in all {
                *value = T::nearest(number + unit * word.to_f64());
            }
        }
        (Grid::Step(_), Domain::Log2) => {
            for ((value, &number), &word) in all {
                *value = T::nearest(Domain::Log2.to_value(number + unit * word.to_f64()));
            }
        }
        (Grid::Ordinals, _) => {
            for ((value, &offset), &word) in all {
                *value = T::of_ordinal((offset as i64).wrapping_add(word.to_i64()));
            }
        }
    }
}
