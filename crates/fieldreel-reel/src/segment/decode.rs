//! Decoding: a segment to values.

use ndarray::{Array3, ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3};

use super::layout::{Body, LayeredBody, SegmentLayout};
use super::masked_values::{MaskedValues, read_signs};
use super::memory::working_bytes;
use super::rank_table;
use crate::arithmetic::{Domain, Grid};
use crate::base::BaseLayer;
#[cfg(feature = "video")]
use crate::base::DecodedBase;
use crate::residual::{self, Reconstruction, clamp};
use crate::value::ReelElement;
use crate::verify::{checksum, outliers};
use crate::{Limits, ReelError};

/// Decodes a segment to values, axis order `(time, y, x)`.
///
/// The checksum in the segment's certificate guarantees that the values are bit for bit those that
/// the encoder verified.
///
/// ```
/// use fieldreel_reel::{ErrorBound, Limits, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// let field = Array3::from_shape_fn((8, 9, 10), |(t, y, x)| (t + y * x) as i16);
/// let options = SegmentOptions::new(ErrorBound::Lossless);
/// let bytes = segment::encode(field.view(), &options)?.bytes;
/// assert_eq!(segment::decode::<i16>(&bytes, &Limits::default())?, field);
/// assert!(segment::decode::<f32>(&bytes, &Limits::default()).is_err());
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
///
/// # Errors
/// - [`ReelError::BadMagic`] if the bytes are not a segment.
/// - [`ReelError::UnsupportedVersion`] if a newer version of the format was used.
/// - [`ReelError::Corrupt`] or `ReelError::Codec` if the segment is damaged or truncated.
/// - [`ReelError::DtypeMismatch`] if the values are not of type `T`.
/// - [`ReelError::LimitExceeded`] if decoding needs more memory than `limits` allows; checked
///   before memory is allocated.
/// - [`ReelError::VideoUnsupported`] if the base layer is a video and this build has no codecs.
pub fn decode<T: ReelElement>(bytes: &[u8], limits: &Limits) -> Result<Array3<T>, ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    let values = reconstruct(&layout, limits)?;
    check_values(&layout, values.view())?;
    Ok(values)
}

/// Decodes a segment into an existing array of its shape. If decoding succeeds, every value has
/// been set.
///
/// ```
/// use fieldreel_reel::{ErrorBound, Limits, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// let field = Array3::from_shape_fn((8, 9, 10), |(t, y, x)| (t + y * x) as i16);
/// let options = SegmentOptions::new(ErrorBound::Lossless);
/// let bytes = segment::encode(field.view(), &options)?.bytes;
/// let mut values = Array3::<i16>::zeros((8, 9, 10));
/// segment::decode_into(&bytes, &Limits::default(), values.view_mut())?;
/// assert_eq!(values, field);
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
///
/// # Errors
/// Those of [`decode`]; [`ReelError::Corrupt`] if the segment has another shape than `values`.
pub fn decode_into<T: ReelElement>(
    bytes: &[u8],
    limits: &Limits,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    check_header::<T>(&layout, limits)?;
    if values.shape() != layout.shape {
        return Err(ReelError::corrupt(
            "the segment does not have the expected shape",
        ));
    }
    reconstruct_into(&layout, limits, values.view_mut())?;
    check_values(&layout, values.view())
}

/// Decodes the codes of a segment's base layer, in the axis order of the video; `None` if the
/// segment has no video.
#[cfg(feature = "video")]
pub(crate) fn decode_base(bytes: &[u8], limits: &Limits) -> Result<Option<Array3<u16>>, ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    let Body::Coded(LayeredBody { base, .. }) = &layout.body else {
        return Ok(None);
    };
    let shape = base.order.shape(layout.shape);
    Ok(match DecodedBase::decode(&base.kind, shape, limits)? {
        DecodedBase::Constant => None,
        DecodedBase::Video { codes, .. } => Some(codes),
    })
}

/// Reconstructs the values of a segment without comparing them with its certificate.
pub(crate) fn reconstruct<T: ReelElement>(
    layout: &SegmentLayout<'_>,
    limits: &Limits,
) -> Result<Array3<T>, ReelError> {
    check_header::<T>(layout, limits)?;
    let mut values = Array3::from_elem(layout.shape, T::default());
    reconstruct_into(layout, limits, values.view_mut())?;
    Ok(values)
}

/// Checks the element type and the memory that a segment claims to need, before memory is
/// allocated.
fn check_header<T: ReelElement>(
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

/// Checks that the values have the checksum of the segment's certificate.
fn check_values<T: ReelElement>(
    layout: &SegmentLayout<'_>,
    values: ArrayView3<'_, T>,
) -> Result<(), ReelError> {
    match checksum(values) == layout.certificate.checksum {
        true => Ok(()),
        false => Err(ReelError::corrupt(
            "the checksum of the decoded values does not match",
        )),
    }
}

/// Sets all of `values`, which has the segment's shape, without comparing them with the
/// certificate.
fn reconstruct_into<T: ReelElement>(
    layout: &SegmentLayout<'_>,
    limits: &Limits,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let masked = MaskedValues::read(layout)?;
    let masked = masked.as_ref();
    let classes = masked.map(|masked| masked.classes.view());
    let signs = read_signs(layout)?;
    match layout.body {
        Body::Missing => values.fill(T::default()),
        Body::Constant(bits) => values.fill(T::from_bit_pattern(bits)),
        Body::Pco(bytes) => decompress_pco(bytes, classes, values.view_mut())?,
        Body::Coded(coded) => {
            reconstruct_layers(&coded, layout, masked, limits, values.view_mut())?;
            if let Some(signs) = &signs {
                apply_signs(values.view_mut(), signs, classes);
            }
            if let (Domain::Log2, Some(clamp)) = (layout.domain, layout.clamp) {
                clamp_coded(values.view_mut(), clamp.map(T::from_bit_pattern), classes);
            }
            outliers::apply(coded.outliers, values.view_mut())?;
        }
    }
    if let Some(masked) = masked {
        // Layers have been reconstructed with the masked values in place, unless an outlier
        // overwrote one.
        let is_restored = matches!(&layout.body, Body::Coded(coded) if coded.outliers.is_empty());
        if !is_restored {
            masked.restore(values.view_mut());
        }
        masked.restore_listed_values(layout, values)?;
    }
    Ok(())
}

/// Sets values to the base layer plus residuals, and masked values to those of their classes.
fn reconstruct_layers<T: ReelElement>(
    coded: &LayeredBody<'_>,
    layout: &SegmentLayout<'_>,
    masked: Option<&MaskedValues<T>>,
    limits: &Limits,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let layer = BaseLayer::decode(&coded.base, layout.shape, limits)?;
    // If the numbers are logarithms, the values have no signs yet, and are clamped later.
    let clamp = layout.clamp.filter(|_| layout.domain == Domain::Linear);
    let table = match layout.rank_table {
        Some(bytes) => rank_table::decode(bytes)?,
        None => Vec::new(),
    };
    if matches!(coded.grid, Grid::Truncated(_)) && !T::IS_FLOAT {
        return Err(ReelError::corrupt("integers cannot be on a truncated grid"));
    }
    if layout.domain == Domain::Ranks && coded.grid == Grid::Ulps {
        return Err(ReelError::corrupt("ranks cannot be on a grid of ordinals"));
    }
    let reconstruction = Reconstruction {
        table: &table,
        grid: coded.grid,
        domain: layout.domain,
        clamp: clamp.map(|bits| bits.map(T::from_bit_pattern)),
    };
    let classes = masked.map(|masked| masked.classes.view());
    let restore = |classes: ArrayView2<'_, u8>, values: ArrayViewMut2<'_, T>| {
        if let Some(masked) = masked {
            masked.restore_rows(classes, values);
        }
    };
    residual::apply(
        &coded.residual,
        &layer,
        reconstruction,
        classes,
        values.view_mut(),
        restore,
    )?;
    if let Grid::Truncated(truncation) = coded.grid {
        residual::fine_bits::apply(coded.fine_bits, truncation, classes, values);
    }
    Ok(())
}

/// Negates the coded values whose sign is 1. Values that are not coded already have their signs.
fn apply_signs<T: ReelElement>(
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

/// Clamps the coded values, whose signs are known by now.
fn clamp_coded<T: ReelElement>(
    values: ArrayViewMut3<'_, T>,
    limits: [T; 2],
    classes: Option<ArrayView3<'_, u8>>,
) {
    let mut classes = classes.as_ref().map(|classes| classes.iter());
    for value in values {
        let class = classes.as_mut().and_then(Iterator::next);
        if class.is_none_or(|&class| class == 0) {
            *value = clamp(*value, limits);
        }
    }
}

/// Decompresses values with pco, and places them at the positions that are coded.
fn decompress_pco<T: ReelElement>(
    bytes: &[u8],
    classes: Option<ArrayView3<'_, u8>>,
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let decompress = |values: &mut [T]| {
        let values: &mut [T::Packed] = bytemuck::cast_slice_mut(values);
        let progress = pco::standalone::simple_decompress_into(bytes, values);
        match progress {
            Ok(progress) if progress.n_processed == values.len() && progress.finished => Ok(()),
            _ => Err(ReelError::corrupt(
                "the values cannot be decompressed by pco",
            )),
        }
    };
    if let (None, Some(values)) = (classes, values.as_slice_mut()) {
        return decompress(values);
    }
    let is_coded = |class: &u8| *class == 0;
    let coded = classes.map_or(values.len(), |classes| {
        classes.iter().filter(|c| is_coded(c)).count()
    });
    let mut packed = vec![T::default(); coded];
    decompress(&mut packed)?;
    let mut classes = classes.as_ref().map(|classes| classes.iter());
    let coded_values = values.iter_mut().filter(|_| {
        let class = classes.as_mut().and_then(Iterator::next);
        class.is_none_or(is_coded)
    });
    for (coded_value, value) in coded_values.zip(packed) {
        *coded_value = value;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::Truncation;
    use crate::{ErrorBound, SegmentOptions, segment};

    #[test]
    fn outliers_do_not_change_missing_values() {
        let values = Array3::from_shape_fn((9, 20, 80), |(t, y, x)| match (y, x) {
            (0, 0) => f32::INFINITY,
            _ => ((t + y) as f32 / 7.0).sin() + (x as f32 / 9.0).cos(),
        });
        let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
        let bytes = segment::encode(values.view(), &options).unwrap().bytes;
        let mut layout = SegmentLayout::parse(&bytes).unwrap();
        // Both outliers set their value to 1: the first and the second of the field.
        let outliers = [[0].as_slice(), &1_f32.to_le_bytes()].concat().repeat(2);
        match &mut layout.body {
            Body::Coded(coded) => coded.outliers = &outliers,
            other => panic!("{other:?}"),
        }
        let back: Array3<f32> = reconstruct(&layout, &Limits::default()).unwrap();
        assert_eq!((back[[0, 0, 0]], back[[0, 0, 1]]), (f32::INFINITY, 1.0));
    }

    #[test]
    fn integers_on_a_grid_of_truncated_values_are_refused() {
        let values = Array3::from_shape_fn((9, 20, 80), |(t, y, x)| (t * y + x) as i32);
        let options = SegmentOptions::new(ErrorBound::Absolute(2.0));
        let bytes = segment::encode(values.view(), &options).unwrap().bytes;
        let mut layout = SegmentLayout::parse(&bytes).unwrap();
        match &mut layout.body {
            Body::Coded(coded) => {
                coded.grid = Grid::Truncated(Truncation {
                    step_exponent: 3,
                    finest_exponent: 0,
                });
            }
            other => panic!("{other:?}"),
        }
        let refused = reconstruct::<i32>(&layout, &Limits::default());
        assert!(
            matches!(refused, Err(ReelError::Corrupt { .. })),
            "{refused:?}"
        );
    }
}
