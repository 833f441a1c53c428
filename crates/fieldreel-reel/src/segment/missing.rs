//! Values that are not coded, back in their places: missing ones, infinities and zeros.

use std::slice;

use fieldreel_quant::restore_class_values;
use multiversion::multiversion;
use ndarray::{Array3, ArrayView2, ArrayViewMut2, ArrayViewMut3, Axis};

use super::layout::SegmentLayout;
use crate::mask::Decoded;
use crate::value::ReelElement;
use crate::{ReelError, mask};

/// The classes of values, and what each but the listed one stands for.
#[derive(Debug)]
pub(super) struct Missing<T> {
    /// 0 where a number is coded; axis order `(time, y, x)`.
    pub(super) classes: Array3<u8>,
    /// The classes that occur, from 1 on, and the value of each.
    specials: Vec<(u8, T)>,
}

impl<T: ReelElement> Missing<T> {
    /// Reads the classes of a segment; `None` if it has none.
    pub(super) fn read(layout: &SegmentLayout<'_>) -> Result<Option<Self>, ReelError> {
        let Some(bytes) = layout.classes else {
            return Ok(None);
        };
        let special = layout.special;
        let Decoded { classes, kinds } =
            read_plane(layout, bytes, special.last_class(), "the mask")?;
        let specials = (1_u8..).zip(special.bits());
        let specials = specials
            .filter(|&(class, _)| kinds >> class & 1 == 1 && special.listed() != Some(class))
            .map(|(class, &bits)| (class, T::from_bit_pattern(bits)));
        Ok(Some(Self {
            specials: specials.collect(),
            classes,
        }))
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

    /// Puts the values that are listed one by one into all values, if a segment has any.
    pub(super) fn restore_list(
        &self,
        layout: &SegmentLayout<'_>,
        values: ArrayViewMut3<'_, T>,
    ) -> Result<(), ReelError> {
        let (Some(bytes), Some(listed)) = (layout.list, layout.special.listed()) else {
            return Ok(());
        };
        let count = self.classes.iter().filter(|&&class| class == listed);
        let mut list = vec![0_u64; count.count()];
        let progress = pco::standalone::simple_decompress_into(bytes, &mut list);
        let whole = progress.is_ok_and(|p| p.n_processed == list.len() && p.finished);
        if !whole {
            return Err(ReelError::corrupt("the list of values"));
        }
        let places = values.into_iter().zip(&self.classes);
        let places = places.filter(|&(_, &class)| class == listed);
        for ((value, _), bits) in places.zip(list) {
            *value = T::from_bit_pattern(bits);
        }
        Ok(())
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn put_into_rows<T: ReelElement>(
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
            (Some(classes), Some(values)) => restore_class_values(classes, values, specials),
            _ => {
                for (&class, value) in classes.iter().zip(values) {
                    restore_class_values(&[class], slice::from_mut(value), specials);
                }
            }
        }
    }
}

/// Reads the signs of a segment, 1 where a value is negative; `None` if it has none.
pub(super) fn read_signs(layout: &SegmentLayout<'_>) -> Result<Option<Array3<u8>>, ReelError> {
    let signs = layout.signs;
    let signs = signs.map(|bytes| read_plane(layout, bytes, 1, "the signs"));
    Ok(signs.transpose()?.map(|signs| signs.classes))
}

/// Numbers up to `last`, one for each value.
fn read_plane(
    layout: &SegmentLayout<'_>,
    bytes: &[u8],
    last: u8,
    what: &'static str,
) -> Result<Decoded, ReelError> {
    match mask::decode(bytes, layout.shape.into()) {
        Ok(decoded) if decoded.kinds.ilog2() <= last.into() => Ok(decoded),
        _ => Err(ReelError::corrupt(what)),
    }
}
