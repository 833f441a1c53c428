//! A segment back into values.

use std::hash::Hasher;

use fieldreel_quant::{Class, Mask};
use multiversion::multiversion;
use ndarray::{Array2, Array3, ArrayView2, ArrayViewMut2, Axis, s};
use twox_hash::XxHash64;

use super::layout::{Body, Coded, Layout};
use super::numbers::{BaseFrame, BaseLayer};
use super::patch;
use super::prepare::{NEGATIVE_ZERO, ZERO};
use crate::arithmetic::{Domain, Grid};
use crate::correction::{self, Frame, Known, Row};
use crate::value::Value;
use crate::{AxisOrder, Limits, ReelError, mask};

/// Bytes that decoding takes for each value besides the value itself: codes, corrections, classes
/// and signs, some of them twice for a moment.
const WORKING_BYTES: u64 = 24;

/// Bytes that decoding takes for each place of a frame of the video or the mask and of its margin, however many frames there are:
/// values and bases of three frames, rows of numbers and values, and the corrections of a frame that are not small, which
/// take twice their room while it grows.
const FRAME_BYTES: f64 = 80.0;

/// Rows of a frame that are made, at most, before they are put where they belong: so many that what is written goes on for
/// some lines of the cache, and so few that what is read stays in it.
const ROWS: usize = 256;

/// Decodes a segment into values, axis order `(time, y, x)`.
///
/// The values are those that the segment's certificate was made for, bit for bit, or it is an
/// error.
///
/// # Errors
/// [`ReelError::NotOne`], [`ReelError::Version`], [`ReelError::Damaged`], [`ReelError::Codec`] if
/// the bytes are not a whole segment that this library knows; [`ReelError::DtypeMismatch`];
/// [`ReelError::Limit`].
pub fn decode<T: Value>(bytes: &[u8], limits: &Limits) -> Result<Array3<T>, ReelError> {
    let layout = Layout::parse(bytes)?;
    let values = reconstruct(&layout, limits)?;
    if checksum(&values) != layout.certificate.checksum {
        return Err(ReelError::damaged("the checksum of the decoded values"));
    }
    Ok(values)
}

/// The codes of a segment's base layer, in the order of the video; `None` if it has none.
pub(crate) fn decode_base(bytes: &[u8], limits: &Limits) -> Result<Option<Array3<u16>>, ReelError> {
    let layout = Layout::parse(bytes)?;
    match &layout.body {
        Body::Coded(coded) => Ok(BaseLayer::decode(coded, layout.shape, limits)?.codes),
        Body::Missing | Body::Constant(_) | Body::Packed(_) => Ok(None),
    }
}

/// The values of a segment, whatever its certificate says.
pub(super) fn reconstruct<T: Value>(
    layout: &Layout<'_>,
    limits: &Limits,
) -> Result<Array3<T>, ReelError> {
    if layout.dtype != T::DTYPE {
        return Err(ReelError::DtypeMismatch {
            expected: T::DTYPE,
            found: layout.dtype,
        });
    }
    let claimed = layout.shape.map(|side| side as u64);
    let count = limits.values(claimed, T::BYTES as u64 + working_bytes(layout))?;
    let shape: (usize, usize, usize) = layout.shape.into();

    let plane = |part: Option<&[u8]>, last: u8, what| match part {
        None => Ok(None),
        Some(bytes) => match mask::decode(layout.masks, bytes, shape) {
            Ok(classes) if classes.fold(0, |most, &class| class.max(most)) <= last => {
                Ok(Some(classes))
            }
            _ => Err(ReelError::damaged(what)),
        },
    };
    let last = match layout.domain {
        Domain::Linear => ZERO - 1,
        Domain::Log2 => NEGATIVE_ZERO,
    };
    let classes = plane(layout.classes, last, "the mask")?;
    let signs = plane(layout.signs, 1, "the signs")?;

    let mut values = match layout.body {
        Body::Missing => Array3::default(shape),
        Body::Constant(bits) => Array3::from_elem(shape, T::of_bits(bits)),
        Body::Packed(bytes) => unpack(bytes, shape, count, classes.as_ref())?,
        Body::Coded(coded) => {
            let mut values: Array3<T> = corrected(&coded, layout, classes.as_ref(), limits)?;
            if let Some(signs) = &signs {
                for (value, &sign) in values.iter_mut().zip(signs) {
                    if sign != 0 {
                        *value = T::nearest(-value.to_f64());
                    }
                }
            }
            patch::apply(coded.patches, &mut values)?;
            values
        }
    };
    if let Some(classes) = classes {
        restore(layout, classes, &mut values)?;
    }
    Ok(values)
}

/// Bytes that decoding takes for each value besides the value itself.
fn working_bytes(layout: &Layout<'_>) -> u64 {
    let coded = match &layout.body {
        Body::Coded(coded) => Some(coded.order),
        Body::Missing | Body::Constant(_) | Body::Packed(_) => None,
    };
    // The mask and the signs are coded in this order, whatever that of the video is.
    let is_masked = layout.classes.is_some() || layout.signs.is_some();
    let masked = is_masked.then_some(AxisOrder::Tyx);
    let of_frames = |order: AxisOrder| {
        let shape = order.shape(layout.shape);
        let [frames, height, width] = shape.map(|side| side.max(1) as f64);
        // With a margin of two places on each side.
        let with_margin = (1.0 + 4.0 / height) * (1.0 + 4.0 / width);
        (FRAME_BYTES * with_margin / frames).ceil() as u64
    };
    let frames = [coded, masked].into_iter().flatten().map(of_frames).max();
    WORKING_BYTES + frames.unwrap_or(0)
}

/// The base layer, corrected.
fn corrected<T: Value>(
    coded: &Coded<'_>,
    layout: &Layout<'_>,
    classes: Option<&Array3<u8>>,
    limits: &Limits,
) -> Result<Array3<T>, ReelError> {
    let layer = BaseLayer::decode(coded, layout.shape, limits)?;
    let known = Known {
        classes: classes.map(|classes| coded.order.video(classes.view())),
        base: layer.codes.as_ref().map(|array| array.view()),
    };
    let shape = coded.order.shape(layout.shape);
    let mut numbers = vec![0.0; shape[2]];
    let mut correct = |values: &mut [T], frame: &BaseFrame<'_>, corrections: &Frame<'_>, y| {
        let how = (coded.grid, layout.domain);
        correct_row(values, (frame, y), &mut numbers, corrections.row(y), how);
    };
    let damaged = ReelError::damaged("the correction");
    if coded.order == AxisOrder::Tyx {
        // Frame by frame, so that each is in the cache when it is written.
        let mut values = Vec::with_capacity(shape.iter().product());
        let done = correction::decode(coded.correction, shape.into(), known, |t, corrections| {
            let frame = layer.frame(layout.shape, t);
            let start = values.len();
            values.resize(start + shape[1] * shape[2], T::default());
            for (y, row) in values[start..].chunks_exact_mut(shape[2]).enumerate() {
                correct(row, &frame, &corrections, y);
            }
        });
        let values = Array3::from_shape_vec(shape, values);
        return done.ok().and(values.ok()).ok_or(damaged);
    }
    let mut values = Array3::from_elem(layout.shape, T::default());
    let mut video = values.view_mut().permuted_axes(coded.order.axes());
    let mut rows = Array2::default((ROWS.min(shape[1]), shape[2]));
    let done = correction::decode(coded.correction, shape.into(), known, |t, corrections| {
        let frame = layer.frame(layout.shape, t);
        let mut to = video.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
            for (at, mut row) in rows.rows_mut().into_iter().take(to.nrows()).enumerate() {
                if let Some(row) = row.as_slice_mut() {
                    correct(row, &frame, &corrections, block * ROWS + at);
                }
            }
            copy(rows.slice(s![..to.nrows(), ..]), to.view_mut());
        }
    });
    done.map_err(|_| damaged)?;
    Ok(values)
}

/// Corrects row `y` of a frame of the base layer; `numbers` is room for as many.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn correct_row<T: Value>(
    values: &mut [T],
    (frame, y): (&BaseFrame<'_>, usize),
    numbers: &mut [f64],
    corrections: Row<'_>,
    (grid, domain): (Grid, Domain),
) {
    frame.row(y, numbers);
    let numbers = &*numbers;
    match (grid, corrections.near) {
        (Grid::Step(step), Some(k)) => {
            let all = values.iter_mut().zip(numbers).zip(k);
            for ((value, &number), &k) in all {
                *value = on_grid(number, step * f64::from(k), domain);
            }
        }
        (Grid::Step(step), None) => {
            for (value, &number) in values.iter_mut().zip(numbers) {
                *value = on_grid(number, step * 0.0, domain);
            }
        }
        (Grid::Ordinals, k) => {
            for (value, &number) in values.iter_mut().zip(numbers) {
                *value = T::nearest(domain.to_value(number));
            }
            for (value, &k) in values.iter_mut().zip(k.unwrap_or_default()) {
                *value = T::of_ordinal(value.ordinal().wrapping_add(k as i64));
            }
        }
    }
    for far in corrections.far {
        let (Some(value), Some(&number)) = (values.get_mut(far.x), numbers.get(far.x)) else {
            continue;
        };
        *value = match grid {
            Grid::Step(step) => on_grid(number, step * far.k as f64, domain),
            Grid::Ordinals => {
                let base = T::nearest(domain.to_value(number));
                T::of_ordinal(base.ordinal().wrapping_add(far.k))
            }
        };
    }
}

/// The value of a number and a correction.
#[inline(always)]
fn on_grid<T: Value>(number: f64, correction: f64, domain: Domain) -> T {
    match domain {
        Domain::Linear => T::nearest(number + correction),
        Domain::Log2 => T::nearest(domain.to_value(number + correction)),
    }
}

/// Copies rows to where their columns may be what is next to each other.
fn copy<T: Copy>(from: ArrayView2<'_, T>, mut to: ArrayViewMut2<'_, T>) {
    /// Columns that are written side by side: what is read goes into as many at once.
    const COLUMNS: usize = 4;

    let [down, right] = [0, 1].map(|axis| to.strides()[axis]);
    let (width, values) = match from.as_slice() {
        Some(values) if down == 1 && right != 1 => (from.ncols(), values),
        _ => return to.assign(&from),
    };
    let mut columns = to.columns_mut().into_iter();
    for x in (0..width).step_by(COLUMNS) {
        let mut next = || columns.next()?.into_slice();
        let rows = values[x..].chunks(width);
        match [next(), next(), next(), next()] {
            [Some(a), Some(b), Some(c), Some(d)] => {
                for ((((a, b), c), d), row) in a.iter_mut().zip(b).zip(c).zip(d).zip(rows) {
                    if let Some(row) = row.first_chunk::<COLUMNS>() {
                        [*a, *b, *c, *d] = *row;
                    }
                }
            }
            few => {
                for (x, column) in few.into_iter().flatten().enumerate() {
                    for (to, row) in column.iter_mut().zip(rows.clone()) {
                        *to = row[x];
                    }
                }
            }
        }
    }
}

/// Values as pco keeps them, put where there is one.
fn unpack<T: Value>(
    bytes: &[u8],
    shape: (usize, usize, usize),
    count: usize,
    classes: Option<&Array3<u8>>,
) -> Result<Array3<T>, ReelError> {
    let damaged = ReelError::damaged("the packed values");
    let coded = classes.map_or(count, |classes| {
        classes.iter().filter(|&&class| class == 0).count()
    });
    let mut packed = vec![T::default(); coded];
    let progress = pco::standalone::simple_decompress_into(bytes, &mut packed);
    match progress {
        Ok(progress) if progress.n_processed == coded && progress.finished => {}
        _ => return Err(damaged),
    }
    let Some(classes) = classes else {
        return Array3::from_shape_vec(shape, packed).map_err(|_| damaged);
    };
    let mut packed = packed.into_iter();
    let values = classes.mapv(|class| match class {
        0 => packed.next().unwrap_or_default(),
        _ => T::default(),
    });
    Ok(values)
}

/// Puts missing values, infinities and zeros where they belong.
fn restore<T: Value>(
    layout: &Layout<'_>,
    mut classes: Array3<u8>,
    values: &mut Array3<T>,
) -> Result<(), ReelError> {
    if layout.domain == Domain::Log2 {
        for (value, class) in values.iter_mut().zip(&mut classes) {
            match *class {
                ZERO => *value = T::nearest(0.0),
                NEGATIVE_ZERO => *value = T::nearest(-0.0),
                _ => continue,
            }
            *class = 0;
        }
    }
    let damaged = ReelError::damaged("the mask");
    let Ok(mask) = Mask::new(classes) else {
        return Err(damaged);
    };
    mask.restore(values.view_mut(), layout.fill.map(T::of_bits))
        .map_err(|_| damaged)?;
    let classes = mask.classes();
    if let Some(bytes) = layout.payloads {
        let nans = classes.iter().filter(|&&class| class == Class::Nan as u8);
        let mut payloads = vec![0_u64; nans.count()];
        let progress = pco::standalone::simple_decompress_into(bytes, &mut payloads);
        let whole = progress.is_ok_and(|p| p.n_processed == payloads.len() && p.finished);
        if !whole {
            return Err(ReelError::damaged("the bits of NaN"));
        }
        let mut payloads = payloads.into_iter();
        for (value, &class) in values.iter_mut().zip(&classes) {
            if class == Class::Nan as u8 {
                *value = T::of_bits(payloads.next().unwrap_or_default());
            }
        }
    }
    Ok(())
}

/// XXH64 of the values' little-endian bytes, axis order `(time, y, x)`.
pub(super) fn checksum<T: Value>(values: &Array3<T>) -> u64 {
    const PART: usize = 1 << 12;

    let mut hasher = XxHash64::with_seed(0);
    let mut bytes = vec![0; PART * T::BYTES];
    let mut add = |values: &[T]| {
        let mut places = bytes.chunks_exact_mut(T::BYTES);
        for (place, value) in places.by_ref().zip(values) {
            place.copy_from_slice(&value.bits().to_le_bytes()[..T::BYTES]);
        }
        hasher.write(&bytes[..values.len() * T::BYTES]);
    };
    match values.as_slice() {
        Some(values) if cfg!(target_endian = "little") => hasher.write(T::bytes(values)),
        Some(values) => values.chunks(PART).for_each(add),
        None => values.iter().for_each(|&value| add(&[value])),
    }
    hasher.finish()
}
