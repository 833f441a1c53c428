mod blocks;
mod levels;
mod scaling;

use ndarray::{Array, ArrayView, ArrayViewMut, Dimension};

use levels::Levels;

use crate::bytes::same_shape;
use crate::invalid::find_invalid;
use crate::{BitDepth, Float, QuantError, ValueRange, traverse};

/// Gives floats of a range the nearest of `2^bits` evenly spaced levels, and back.
///
/// With `M = 2^bits − 1`, code `c` in `0..=M` stands for `min + c · step`, where `step = (max − min) / M`. A value gets the
/// code of the nearest level (a value midway between two, either).
///
/// # Error bound
///
/// For every `x` of the range and its reconstruction `x̂`, after the rounding to `T`,
///
/// > |x − x̂| ≤ step/2 · (1 + 2⁻³²) + gap/2 · (1 + 2⁻²⁸),
///
/// where `gap` is the distance of the range's largest magnitude to the next smaller value of `T`. The first term is
/// rounding to a level: every operation up to the code and back is in `f64` with relative error `u = 2⁻⁵³`; four of them
/// place `x` among the levels and three give the level back, so at most `7.1 · u · (max − min)` comes on top of `step/2`,
/// and that is below `2⁻³² · step/2` for 16 bits. The second term is rounding the level to `T`, which no method of evenly
/// spaced levels avoids. Where levels lie closer than the values of `T` nothing is lost: if
/// `max − min ≤ M · (the smallest gap between values of T in the range)`, then `x̂ = x` for every `x`.
/// [`max_error`](Self::max_error) is this bound as a number.
///
/// Moreover, `min ≤ x̂ ≤ max`, and codes 0 and `M` give `min` and `max` to the bit. A constant field comes back to
/// the bit whatever the codes, `−0.0` included; inside a range, the sign of a zero is lost.
///
/// # Arithmetic
///
/// Decoding is defined to the bit: `fl(·)` is IEEE 754 rounding to nearest, ties to even, of one operation in `f64`, with
/// no fused multiply-add. With `w = fl(max − min)` and the power of two
/// `s = 2^512` if `0 < w < 2^−512`, `2^−512` if `w > 2^512` (or infinite), else 1 (for `f32` always),
///
/// ```text
/// a = fl(min·s)    h = fl(fl(fl(max·s) − a) / M), or −0.0 if max = min
/// x̂ = min                                  if c = 0
///     max                                  if c = M
///     fl32(fl(a + fl(c·h)))                for f32, fl32 rounding to f32
///     fl(min + fl(fl(c·h) / s))            for f64, if |min| and |max| < 2^−1021
///     fl(fl(a + fl(c·h)) / s)              for f64 otherwise
/// ```
///
/// The scale keeps `max − min` from overflowing and `step` from losing bits as a subnormal number; the case of `f64` below
/// `2^−1021`, where `min + …` is exact, avoids rounding twice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantizer<T> {
    range: ValueRange<T>,
    depth: BitDepth,
    levels: Levels<T>,
}

impl<T: Float> Quantizer<T> {
    /// The quantizer of `2^depth` levels from `range.min()` to `range.max()`.
    #[must_use]
    pub fn new(range: ValueRange<T>, depth: BitDepth) -> Self {
        Self {
            range,
            depth,
            levels: Levels::new(range, depth),
        }
    }

    /// The values that can be coded.
    #[must_use]
    pub fn range(&self) -> ValueRange<T> {
        self.range
    }

    /// The number of bits of a code.
    #[must_use]
    pub fn depth(&self) -> BitDepth {
        self.depth
    }

    /// The distance between neighboring levels, `(max − min) / M`, in the units of the field and rounded to `f64`: 0 for a
    /// constant range (and where it is below every `f64`), infinite for 1 bit over more than `f64::MAX`.
    #[must_use]
    pub fn step(&self) -> f64 {
        self.levels.step()
    }

    /// A number that `|x − x̂|` does not exceed for any `x` of the range, in the units of the field: the bound
    /// [above](Self#error-bound) rounded up; 0 if every value comes back exactly, infinite for 1 bit over more than
    /// `f64::MAX`.
    #[must_use]
    pub fn max_error(&self) -> f64 {
        self.levels.max_error(self.range)
    }

    /// The codes of a field, `0..=M`, in a new array of the same shape in row-major order.
    ///
    /// # Errors
    ///
    /// - [`QuantError::NonFinite`] if a value is NaN or infinite, whatever else is wrong;
    /// - [`QuantError::OutOfRange`] if a value is outside [`range`](Self::range).
    pub fn quantize<D: Dimension>(
        &self,
        field: ArrayView<'_, T, D>,
    ) -> Result<Array<u16, D>, QuantError> {
        let mut codes = Array::from_elem(field.raw_dim(), 0);
        self.quantize_into(field, codes.view_mut())?;
        Ok(codes)
    }

    /// [`quantize`](Self::quantize) into an array that is there already, of any memory layout. After an error its
    /// contents are unspecified.
    ///
    /// # Errors
    ///
    /// Those of [`quantize`](Self::quantize), and [`QuantError::Shape`] if `codes` has not the shape of `field`.
    pub fn quantize_into<D: Dimension>(
        &self,
        field: ArrayView<'_, T, D>,
        codes: ArrayViewMut<'_, u16, D>,
    ) -> Result<(), QuantError> {
        same_shape(field.shape(), codes.shape())?;
        let encode = |values: &[T], codes: &mut [u16]| blocks::encode(&self.levels, values, codes);
        if traverse::fill(field.view(), codes, true, &encode, &|a, b| a & b) {
            return Ok(());
        }
        let (count, first, value) = find_invalid(field.view(), |x: T| !x.is_finite());
        if count > 0 {
            return Err(QuantError::NonFinite {
                count,
                first,
                value: value.to_f64(),
            });
        }
        let (count, first, value) = find_invalid(field, |x| !self.range.contains(x));
        Err(QuantError::OutOfRange {
            count,
            first,
            value: value.to_f64(),
            min: self.range.min().to_f64(),
            max: self.range.max().to_f64(),
        })
    }

    /// The values that codes stand for, in a new array of the same shape in row-major order.
    ///
    /// # Errors
    ///
    /// [`QuantError::CodeAboveDepth`] if a code exceeds `M`.
    pub fn dequantize<D: Dimension>(
        &self,
        codes: ArrayView<'_, u16, D>,
    ) -> Result<Array<T, D>, QuantError> {
        let mut field = Array::from_elem(codes.raw_dim(), T::default());
        self.dequantize_into(codes, field.view_mut())?;
        Ok(field)
    }

    /// [`dequantize`](Self::dequantize) into an array that is there already, of any memory layout. After an error its
    /// contents are unspecified.
    ///
    /// # Errors
    ///
    /// Those of [`dequantize`](Self::dequantize), and [`QuantError::Shape`] if `field` has not the shape of `codes`.
    pub fn dequantize_into<D: Dimension>(
        &self,
        codes: ArrayView<'_, u16, D>,
        field: ArrayViewMut<'_, T, D>,
    ) -> Result<(), QuantError> {
        same_shape(codes.shape(), field.shape())?;
        let max_code = self.depth.max_code();
        let decode = |codes: &[u16], values: &mut [T]| blocks::decode(&self.levels, codes, values);
        let bits = traverse::fill(codes.view(), field, 0, &decode, &|a, b| a | b);
        if bits <= max_code {
            return Ok(());
        }
        let (count, first, code) = find_invalid(codes, |code| code > max_code);
        Err(QuantError::CodeAboveDepth {
            count,
            first,
            code,
            max_code,
        })
    }
}
