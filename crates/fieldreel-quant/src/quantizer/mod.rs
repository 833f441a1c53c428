//! The quantizer: values to the codes of evenly spaced levels, and back.

mod blocks;
mod levels;
mod scaling;

use ndarray::{Array, ArrayView, ArrayViewMut, Dimension};

use levels::QuantizerLevels;

use crate::bytes::check_same_shape;
use crate::invalid::find_invalid;
use crate::{BitDepth, Float, QuantError, ValueRange, traverse};

/// A uniform quantizer that maps values of a range to the nearest of `2^bits` evenly spaced
/// levels.
///
/// With `M = 2^bits − 1`, the level of code `c` in `0..=M` is `min + c · step`, with
/// `step = (max − min) / M`. A value gets the code of the nearest level. A value midway between
/// two levels gets either code.
///
/// ```
/// use fieldreel_quant::{BitDepth, Quantizer, ValueRange};
/// use ndarray::array;
///
/// // The 16 levels are 0, 2, 4, and so on to 30.
/// let quantizer = Quantizer::new(ValueRange::new(0.0_f32, 30.0)?, BitDepth::new(4)?);
/// let codes = quantizer.quantize(array![0.0, 7.5, 30.0].view())?;
/// assert_eq!(codes, array![0_u16, 4, 15]);
/// assert_eq!(quantizer.dequantize(codes.view())?, array![0.0_f32, 8.0, 30.0]);
/// # Ok::<(), fieldreel_quant::QuantError>(())
/// ```
///
/// # Error bound
///
/// Every `x` of the range and its reconstruction `x̂`, after the rounding to `T`, satisfy
///
/// > |x − x̂| ≤ step/2 · (1 + 2⁻³²) + gap/2 · (1 + 2⁻²⁸),
///
/// where `gap` is the distance from the range's largest magnitude to the next smaller value of
/// `T`.
///
/// The first term is the error of rounding to a level. Every operation from a value to its code
/// and back is in `f64`, with relative error `u = 2⁻⁵³`: four operations compute the position of
/// `x` among the levels, and three compute the level from the code. They add at most
/// `7.1 · u · (max − min)` to `step/2`, which is less than `2⁻³² · step/2` for 16 bits.
///
/// The second term is the error of rounding the level to `T`, which no method with evenly spaced
/// levels avoids. Nothing is lost where the levels are closer to each other than the values of
/// `T`: if `max − min ≤ M · (the smallest gap between values of T in the range)`, then `x̂ = x`
/// for every `x`. [`max_error`](Self::max_error) returns this bound as a number.
///
/// Moreover, `min ≤ x̂ ≤ max`, and codes 0 and `M` decode to `min` and `max` with the same bits. A
/// constant field decodes to the same bits whatever its codes are, even if it is `−0.0`. Inside a
/// range, the sign of a zero is lost.
///
/// # Arithmetic
///
/// Decoding is defined to the bit. `fl(·)` is IEEE 754 rounding of one `f64` operation to nearest,
/// ties to even, without fused multiply-add. With `w = fl(max − min)` and the power of two `s`,
/// which is `2^512` if `0 < w < 2^−512`, `2^−512` if `w > 2^512` (or infinite), and 1 otherwise
/// (always 1 for `f32`),
///
/// ```text
/// a = fl(min·s)    h = fl(fl(fl(max·s) − a) / M), or −0.0 if max = min
/// x̂ = min                                  if c = 0
///     max                                  if c = M
///     fl32(fl(a + fl(c·h)))                for f32, with fl32 the rounding to f32
///     fl(min + fl(fl(c·h) / s))            for f64, if |min| and |max| < 2^−1021
///     fl(fl(a + fl(c·h)) / s)              for f64 otherwise
/// ```
///
/// The scale `s` prevents overflow of `max − min` and the loss of bits of a subnormal `step`. The
/// separate case of `f64` below `2^−1021`, where `min + …` is exact, avoids rounding twice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantizer<T> {
    range: ValueRange<T>,
    depth: BitDepth,
    levels: QuantizerLevels<T>,
}

impl<T: Float> Quantizer<T> {
    /// Creates a quantizer with `2^depth` levels from `range.min()` to `range.max()`.
    #[must_use]
    pub fn new(range: ValueRange<T>, depth: BitDepth) -> Self {
        Self {
            range,
            depth,
            levels: QuantizerLevels::new(range, depth),
        }
    }

    /// Returns the range of the values that can be quantized.
    #[must_use]
    pub fn range(&self) -> ValueRange<T> {
        self.range
    }

    /// Returns the number of bits of a code.
    #[must_use]
    pub fn depth(&self) -> BitDepth {
        self.depth
    }

    /// Returns the distance between neighboring levels, `(max − min) / M`, in the field's unit.
    ///
    /// The step is rounded to `f64`. It is 0 for a constant range, or if it underflows, and
    /// infinite for 1 bit and a range wider than `f64::MAX`.
    #[must_use]
    pub fn step(&self) -> f64 {
        self.levels.step()
    }

    /// Returns an upper bound of `|x − x̂|` for every `x` of the range, in the field's unit.
    ///
    /// This is the [error bound](Self#error-bound), rounded up. It is 0 if every value is decoded
    /// exactly, and infinite for 1 bit and a range wider than `f64::MAX`.
    ///
    /// ```
    /// use fieldreel_quant::{BitDepth, Quantizer, ValueRange};
    ///
    /// let quantizer = Quantizer::new(ValueRange::new(0.0_f32, 30.0)?, BitDepth::new(4)?);
    /// assert_eq!(quantizer.step(), 2.0);
    /// assert!((1.0..1.001).contains(&quantizer.max_error()));
    /// # Ok::<(), fieldreel_quant::QuantError>(())
    /// ```
    #[must_use]
    pub fn max_error(&self) -> f64 {
        self.levels.max_error(self.range)
    }

    /// Quantizes a field to codes in `0..=M`, in a new row-major array of the same shape.
    ///
    /// # Errors
    ///
    /// - [`QuantError::NonFinite`] if a value is NaN or infinite, even if others are out of range;
    /// - [`QuantError::OutOfRange`] if a value is outside [`range`](Self::range).
    pub fn quantize<D: Dimension>(
        &self,
        field: ArrayView<'_, T, D>,
    ) -> Result<Array<u16, D>, QuantError> {
        let mut codes = Array::from_elem(field.raw_dim(), 0);
        self.quantize_into(field, codes.view_mut())?;
        Ok(codes)
    }

    /// Quantizes a field into an existing array of any memory layout.
    ///
    /// After an error, the contents of `codes` are unspecified.
    ///
    /// # Errors
    ///
    /// The errors of [`quantize`](Self::quantize), and [`QuantError::Shape`] if the shape of
    /// `codes` is not the shape of `field`.
    pub fn quantize_into<D: Dimension>(
        &self,
        field: ArrayView<'_, T, D>,
        codes: ArrayViewMut<'_, u16, D>,
    ) -> Result<(), QuantError> {
        check_same_shape(field.shape(), codes.shape())?;
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

    /// Decodes codes to values, in a new row-major array of the same shape.
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

    /// Decodes codes into an existing array of any memory layout.
    ///
    /// After an error, the contents of `field` are unspecified.
    ///
    /// # Errors
    ///
    /// The errors of [`dequantize`](Self::dequantize), and [`QuantError::Shape`] if the shape of
    /// `field` is not the shape of `codes`.
    pub fn dequantize_into<D: Dimension>(
        &self,
        codes: ArrayView<'_, u16, D>,
        field: ArrayViewMut<'_, T, D>,
    ) -> Result<(), QuantError> {
        check_same_shape(codes.shape(), field.shape())?;
        let max_code = self.depth.max_code();
        let decode = |codes: &[u16], values: &mut [T]| blocks::decode(&self.levels, codes, values);
        let code_bits = traverse::fill(codes.view(), field, 0, &decode, &|a, b| a | b);
        if code_bits <= max_code {
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
