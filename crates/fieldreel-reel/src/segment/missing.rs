//! What is not coded, back in its place: missing values, infinities and zeros.

use std::slice;

use fieldreel_quant::{Class, put_specials, specials_of};
use multiversion::multiversion;
use ndarray::{Array3, ArrayView2, ArrayViewMut2, ArrayViewMut3, Axis};

use super::layout::Layout;
use super::prepare::{NEGATIVE_ZERO, ZERO};
use crate::arithmetic::Domain;
use crate::mask::Decoded;
use crate::value::Value;
use crate::{ReelError, mask};

/// The classes of values, and what they are but for the bits of NaN.
#[derive(Debug)]
pub(super) struct Missing<T> {
    /// 0 where a number is coded; axis order `(time, y, x)`.
    pub(super) classes: Array3<u8>,
    /// The classes there are from 1 on, and the value of each.
    specials: Vec<(u8, T)>,
}

impl<T: Value> Missing<T> {
    /// What a segment says of it; `None` if it has no classes.
    pub(super) fn read(layout: &Layout<'_>) -> Result<Option<Self>, ReelError> {
        let Some(bytes) = layout.classes else {
            return Ok(None);
        };
        let last = match layout.domain {
            Domain::Linear => ZERO - 1,
            Domain::Log2 => NEGATIVE_ZERO,
        };
        let Decoded { classes, kinds } = read_plane(layout, bytes, last, "the mask")?;
        let fill = layout.fill.map(T::of_bits);
        let specials = specials_of(kinds, fill);
        let mut specials = specials.map_err(|_| ReelError::damaged("the mask"))?;
        for (class, zero) in [(ZERO, 0.0), (NEGATIVE_ZERO, -0.0)] {
            if kinds >> class & 1 == 1 {
                specials.push((class, T::nearest(zero)));
            }
        }
        Ok(Some(Self { classes, specials }))
    }

    /// Puts what is not coded into rows of values, of these classes.
    pub(super) fn restore_rows(&self, classes: ArrayView2<'_, u8>, values: ArrayViewMut2<'_, T>) {
        put_into_rows(classes, values, &self.specials);
    }

    /// Puts what is not coded into all values.
    pub(super) fn restore(&self, mut values: ArrayViewMut3<'_, T>) {
        let all = values.axis_iter_mut(Axis(0));
        for (values, classes) in all.zip(self.classes.axis_iter(Axis(0))) {
            self.restore_rows(classes, values);
        }
    }

    /// Puts the bits of NaN into all values, if a segment has any.
    pub(super) fn restore_bits(
        &self,
        layout: &Layout<'_>,
        values: ArrayViewMut3<'_, T>,
    ) -> Result<(), ReelError> {
        let Some(bytes) = layout.payloads else {
            return Ok(());
        };
        let is_nan = |class: u8| class == Class::Nan as u8;
        let nans = self.classes.iter().filter(|&&class| is_nan(class));
        let mut payloads = vec![0_u64; nans.count()];
        let progress = pco::standalone::simple_decompress_into(bytes, &mut payloads);
        let whole = progress.is_ok_and(|p| p.n_processed == payloads.len() && p.finished);
        if !whole {
            return Err(ReelError::damaged("the bits of NaN"));
        }
        let places = values.into_iter().zip(&self.classes);
        let nans = places.filter(|&(_, &class)| is_nan(class));
        for ((value, _), bits) in nans.zip(payloads) {
            *value = T::of_bits(bits);
        }
        Ok(())
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn put_into_rows<T: Value>(
    classes: ArrayView2<'_, u8>,
    values: ArrayViewMut2<'_, T>,
    specials: &[(u8, T)],
) {
    // Along what is next to each other in memory.
    let (classes, mut values) = match values.strides() {
        [1, _] => (classes.reversed_axes(), values.reversed_axes()),
        _ => (classes, values),
    };
    for (classes, mut values) in classes.outer_iter().zip(values.outer_iter_mut()) {
        match (classes.as_slice(), values.as_slice_mut()) {
            (Some(classes), Some(values)) => put_specials(classes, values, specials),
            _ => {
                for (&class, value) in classes.iter().zip(values) {
                    put_specials(&[class], slice::from_mut(value), specials);
                }
            }
        }
    }
}

/// Which values are negative; `None` if a segment does not say.
pub(super) fn read_signs(layout: &Layout<'_>) -> Result<Option<Array3<u8>>, ReelError> {
    let signs = layout.signs;
    let signs = signs.map(|bytes| read_plane(layout, bytes, 1, "the signs"));
    Ok(signs.transpose()?.map(|signs| signs.classes))
}

/// Numbers up to `last`, one for each value.
fn read_plane(
    layout: &Layout<'_>,
    bytes: &[u8],
    last: u8,
    what: &'static str,
) -> Result<Decoded, ReelError> {
    match mask::decode(layout.masks, bytes, layout.shape.into()) {
        Ok(decoded) if decoded.kinds.ilog2() <= last.into() => Ok(decoded),
        _ => Err(ReelError::damaged(what)),
    }
}
