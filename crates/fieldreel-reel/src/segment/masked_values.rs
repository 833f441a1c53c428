//! Restoration of the values that are not coded: missing values, infinities and zeros.

use std::slice;

use fieldreel_quant::restore_class_values;
use multiversion::multiversion;
use ndarray::{Array3, ArrayView2, ArrayViewMut2, ArrayViewMut3, Axis};

use super::layout::SegmentLayout;
use crate::mask::DecodedMask;
use crate::value::ReelElement;
use crate::{ReelError, mask};

/// The classes of values, and the value of each class except the listed one.
#[derive(Debug)]
pub(super) struct MaskedValues<T> {
    /// 0 if a value is coded; axis order `(time, y, x)`.
    pub(super) classes: Array3<u8>,
    /// The classes that occur, from 1 on, and the value of each.
    class_values: Vec<(u8, T)>,
}

impl<T: ReelElement> MaskedValues<T> {
    /// Reads the classes of a segment; `None` if it has none.
    pub(super) fn read(layout: &SegmentLayout<'_>) -> Result<Option<Self>, ReelError> {
        let Some(bytes) = layout.mask else {
            return Ok(None);
        };
        let class_values = layout.class_values;
        let DecodedMask { classes, class_set } = read_classes(
            layout,
            bytes,
            class_values.last_class(),
            "the mask cannot be decoded",
        )?;
        let occurring = (1_u8..).zip(class_values.bits());
        let occurring = occurring
            .filter(|&(class, _)| {
                class_set >> class & 1 == 1 && class_values.listed_class() != Some(class)
            })
            .map(|(class, &bits)| (class, T::from_bit_pattern(bits)));
        Ok(Some(Self {
            class_values: occurring.collect(),
            classes,
        }))
    }

    /// Sets the values of one plane that are not coded, according to its classes.
    pub(super) fn restore_rows(&self, classes: ArrayView2<'_, u8>, values: ArrayViewMut2<'_, T>) {
        restore_plane(classes, values, &self.class_values);
    }

    /// Sets all values that are not coded, except those of the listed class.
    pub(super) fn restore(&self, mut values: ArrayViewMut3<'_, T>) {
        let planes = values.axis_iter_mut(Axis(0));
        for (values, classes) in planes.zip(self.classes.axis_iter(Axis(0))) {
            self.restore_rows(classes, values);
        }
    }

    /// Sets the values of the listed class, if the segment has one.
    pub(super) fn restore_listed_values(
        &self,
        layout: &SegmentLayout<'_>,
        values: ArrayViewMut3<'_, T>,
    ) -> Result<(), ReelError> {
        let listed = layout.class_values.listed_class();
        let (Some(bytes), Some(listed)) = (layout.listed_values, listed) else {
            return Ok(());
        };
        let count = self.classes.iter().filter(|&&class| class == listed);
        let mut list = vec![0_u64; count.count()];
        let progress = pco::standalone::simple_decompress_into(bytes, &mut list);
        let is_complete = progress.is_ok_and(|p| p.n_processed == list.len() && p.finished);
        if !is_complete {
            return Err(ReelError::corrupt(
                "the listed values cannot be decompressed",
            ));
        }
        let listed_values = values.into_iter().zip(&self.classes);
        let listed_values = listed_values.filter(|&(_, &class)| class == listed);
        for ((value, _), bits) in listed_values.zip(list) {
            *value = T::from_bit_pattern(bits);
        }
        Ok(())
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn restore_plane<T: ReelElement>(
    classes: ArrayView2<'_, u8>,
    values: ArrayViewMut2<'_, T>,
    class_values: &[(u8, T)],
) {
    // Iterate along the axis that is contiguous in memory.
    let (classes, mut values) = match values.strides() {
        [1, _] => (classes.reversed_axes(), values.reversed_axes()),
        _ => (classes, values),
    };
    for (classes, mut values) in classes.outer_iter().zip(values.outer_iter_mut()) {
        match (classes.as_slice(), values.as_slice_mut()) {
            (Some(classes), Some(values)) => restore_class_values(classes, values, class_values),
            _ => {
                for (&class, value) in classes.iter().zip(values) {
                    restore_class_values(&[class], slice::from_mut(value), class_values);
                }
            }
        }
    }
}

/// Reads the signs of a segment, 1 if a value is negative; `None` if it has none.
pub(super) fn read_signs(layout: &SegmentLayout<'_>) -> Result<Option<Array3<u8>>, ReelError> {
    let signs = layout.signs;
    let signs = signs.map(|bytes| read_classes(layout, bytes, 1, "the signs cannot be decoded"));
    Ok(signs.transpose()?.map(|signs| signs.classes))
}

/// Reads one class from 0 to `last` for each value.
fn read_classes(
    layout: &SegmentLayout<'_>,
    bytes: &[u8],
    last: u8,
    error: &'static str,
) -> Result<DecodedMask, ReelError> {
    match mask::decode(bytes, layout.shape.into()) {
        Ok(decoded) if decoded.class_set.ilog2() <= last.into() => Ok(decoded),
        _ => Err(ReelError::corrupt(error)),
    }
}
