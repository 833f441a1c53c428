//! A segment back into values.

use ndarray::{Array3, ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3};

use super::layout::{Body, Coded, SegmentLayout};
use super::memory::working_bytes;
use super::missing::{Missing, read_signs};
use super::table;
use crate::arithmetic::{Domain, Grid};
#[cfg(feature = "ffmpeg")]
use crate::base::Base;
use crate::base::BaseLayer;
use crate::residual::{self, Meaning, clamped};
use crate::value::ReelElement;
use crate::verify::{checksum, outliers};
use crate::{Limits, ReelError};

/// Decodes a segment into values, axis order `(time, y, x)`.
///
/// The values are those that the segment's certificate was made for, bit for bit, or it is an
/// error.
///
/// # Errors
/// [`ReelError::BadMagic`], [`ReelError::UnsupportedVersion`], [`ReelError::Corrupt`], [`ReelError::Codec`] if
/// the bytes are not a whole segment that this library knows; [`ReelError::DtypeMismatch`];
/// [`ReelError::LimitExceeded`]; [`ReelError::VideoUnsupported`].
pub fn decode<T: ReelElement>(bytes: &[u8], limits: &Limits) -> Result<Array3<T>, ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    let values = reconstruct(&layout, limits)?;
    check_values(&layout, values.view())?;
    Ok(values)
}

/// Decodes a segment into values of its shape, all of which it sets unless it fails.
///
/// # Errors
/// Those of [`decode`]; [`ReelError::Corrupt`] if the segment has another shape.
pub(crate) fn decode_into<T: ReelElement>(
    bytes: &[u8],
    limits: &Limits,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    check_claims::<T>(&layout, limits)?;
    if values.shape() != layout.shape {
        return Err(ReelError::corrupt("a segment's shape"));
    }
    reconstruct_into(&layout, limits, values.view_mut())?;
    check_values(&layout, values.view())
}

/// The codes of a segment's base layer, in the order of the video; `None` if it has none.
#[cfg(feature = "ffmpeg")]
pub(crate) fn decode_base(bytes: &[u8], limits: &Limits) -> Result<Option<Array3<u16>>, ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    let Body::Coded(Coded { base, .. }) = &layout.body else {
        return Ok(None);
    };
    let shape = base.order.shape(layout.shape);
    Ok(match Base::decode(&base.kind, shape, limits)? {
        Base::Constant => None,
        Base::Video { codes, .. } => Some(codes),
    })
}

/// The values of a segment, whatever its certificate says.
pub(crate) fn reconstruct<T: ReelElement>(
    layout: &SegmentLayout<'_>,
    limits: &Limits,
) -> Result<Array3<T>, ReelError> {
    check_claims::<T>(layout, limits)?;
    let mut values = Array3::from_elem(layout.shape, T::default());
    reconstruct_into(layout, limits, values.view_mut())?;
    Ok(values)
}

/// Checks what a segment claims, before memory is taken.
fn check_claims<T: ReelElement>(
    layout: &SegmentLayout<'_>,
    limits: &Limits,
) -> Result<(), ReelError> {
    if layout.dtype != T::DTYPE {
        return Err(ReelError::DtypeMismatch {
            expected: T::DTYPE,
            found: layout.dtype,
        });
    }
    let claimed = layout.shape.map(|side| side as u64);
    limits.values(claimed, T::BYTES as u64 + working_bytes(layout))?;
    Ok(())
}

/// Checks that values are those that a segment's certificate was made for.
fn check_values<T: ReelElement>(
    layout: &SegmentLayout<'_>,
    values: ArrayView3<'_, T>,
) -> Result<(), ReelError> {
    match checksum(values) == layout.certificate.checksum {
        true => Ok(()),
        false => Err(ReelError::corrupt("the checksum of the decoded values")),
    }
}

/// Sets all values, of a segment's shape, to those of it, whatever its certificate says.
fn reconstruct_into<T: ReelElement>(
    layout: &SegmentLayout<'_>,
    limits: &Limits,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let missing = Missing::read(layout)?;
    let missing = missing.as_ref();
    let classes = missing.map(|missing| missing.classes.view());
    let signs = read_signs(layout)?;
    match layout.body {
        Body::Missing => values.fill(T::default()),
        Body::Constant(bits) => values.fill(T::from_bit_pattern(bits)),
        Body::Pco(bytes) => unpack(bytes, classes, values.view_mut())?,
        Body::Coded(coded) => {
            add(&coded, layout, missing, limits, values.view_mut())?;
            if let Some(signs) = &signs {
                negate(values.view_mut(), signs, classes);
            }
            if let (Domain::Log2, Some(clamp)) = (layout.domain, layout.clamp) {
                clamp_coded(values.view_mut(), clamp.map(T::from_bit_pattern), classes);
            }
            outliers::apply(coded.outliers, values.view_mut())?;
        }
    }
    if let Some(missing) = missing {
        // What was coded so has it in place already, unless outliers were put over it.
        let in_place = matches!(&layout.body, Body::Coded(coded) if coded.outliers.is_empty());
        if !in_place {
            missing.restore(values.view_mut());
        }
        missing.restore_list(layout, values)?;
    }
    Ok(())
}

/// Sets values to the base layer plus residuals, with what is not coded in its place.
fn add<T: ReelElement>(
    coded: &Coded<'_>,
    layout: &SegmentLayout<'_>,
    missing: Option<&Missing<T>>,
    limits: &Limits,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let layer = BaseLayer::decode(&coded.base, layout.shape, limits)?;
    // Where the numbers are logarithms, the values have no signs yet.
    let clamp = layout.clamp.filter(|_| layout.domain == Domain::Linear);
    let table = match layout.table {
        Some(bytes) => table::decode(bytes)?,
        None => Vec::new(),
    };
    if layout.domain == Domain::Ranks && coded.grid == Grid::Ulps {
        return Err(ReelError::corrupt("ranks without a step"));
    }
    let meaning = Meaning {
        table: &table,
        grid: coded.grid,
        domain: layout.domain,
        clamp: clamp.map(|bits| bits.map(T::from_bit_pattern)),
    };
    let classes = missing.map(|missing| missing.classes.view());
    let restore = |classes: ArrayView2<'_, u8>, values: ArrayViewMut2<'_, T>| {
        if let Some(missing) = missing {
            missing.restore_rows(classes, values);
        }
    };
    residual::apply(
        &coded.residual,
        &layer,
        meaning,
        classes,
        values.view_mut(),
        restore,
    )?;
    if let Grid::Truncated(truncation) = coded.grid {
        residual::low_bits::apply(coded.fine, truncation, classes, values);
    }
    Ok(())
}

/// Gives values their signs, but for those that are not coded: these have theirs.
fn negate<T: ReelElement>(
    values: ArrayViewMut3<'_, T>,
    signs: &Array3<u8>,
    classes: Option<ArrayView3<'_, u8>>,
) {
    let mut classes = classes.as_ref().map(|classes| classes.iter());
    for (value, &sign) in values.into_iter().zip(signs) {
        let class = classes.as_mut().and_then(Iterator::next);
        if sign != 0 && class.is_none_or(|&class| class == 0) {
            *value = value.negated();
        }
    }
}

/// Clamps values whose signs are known, but for those that are not coded.
fn clamp_coded<T: ReelElement>(
    values: ArrayViewMut3<'_, T>,
    limits: [T; 2],
    classes: Option<ArrayView3<'_, u8>>,
) {
    let mut classes = classes.as_ref().map(|classes| classes.iter());
    for value in values {
        let class = classes.as_mut().and_then(Iterator::next);
        if class.is_none_or(|&class| class == 0) {
            *value = clamped(*value, limits);
        }
    }
}

/// Values as pco keeps them, put where there is one.
fn unpack<T: ReelElement>(
    bytes: &[u8],
    classes: Option<ArrayView3<'_, u8>>,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let decompress = |values: &mut [T]| {
        let values: &mut [T::Packed] = bytemuck::cast_slice_mut(values);
        let progress = pco::standalone::simple_decompress_into(bytes, values);
        match progress {
            Ok(progress) if progress.n_processed == values.len() && progress.finished => Ok(()),
            _ => Err(ReelError::corrupt("the packed values")),
        }
    };
    if let (None, Some(values)) = (classes, values.as_slice_mut()) {
        return decompress(values);
    }
    let is_coded = |class: &u8| *class == 0;
    let coded = classes.map_or(values.len(), |all| {
        all.iter().filter(|c| is_coded(c)).count()
    });
    let mut packed = vec![T::default(); coded];
    decompress(&mut packed)?;
    let mut classes = classes.as_ref().map(|classes| classes.iter());
    let places = values.iter_mut().filter(|_| {
        let class = classes.as_mut().and_then(Iterator::next);
        class.is_none_or(is_coded)
    });
    for (place, value) in places.zip(packed) {
        *place = value;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorBound, SegmentOptions, segment};

    #[test]
    fn what_is_missing_stays_so_whatever_patches_say() {
        let values = Array3::from_shape_fn((9, 20, 80), |(t, y, x)| match (y, x) {
            (0, 0) => f32::INFINITY,
            _ => ((t + y) as f32 / 7.0).sin() + (x as f32 / 9.0).cos(),
        });
        let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
        let bytes = segment::encode(values.view(), &options).unwrap().bytes;
        let mut layout = SegmentLayout::parse(&bytes).unwrap();
        // The first two values are 1.
        let outliers = [[0].as_slice(), &1_f32.to_le_bytes()].concat().repeat(2);
        match &mut layout.body {
            Body::Coded(coded) => coded.outliers = &outliers,
            other => panic!("{other:?}"),
        }
        let back: Array3<f32> = reconstruct(&layout, &Limits::default()).unwrap();
        assert_eq!((back[[0, 0, 0]], back[[0, 0, 1]]), (f32::INFINITY, 1.0));
    }
}
