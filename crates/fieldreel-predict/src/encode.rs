//! The encoder: integers to bytes.

use fieldreel_entropy::residual::adaptive::AdaptiveEncoder;
use fieldreel_entropy::residual::quick::QuickEncoder;
use fieldreel_entropy::residual::{Residual, ResidualCoder};
use multiversion::multiversion;

use crate::buffers::CodedField;
use crate::coefficients::{CoefficientKind, Coefficients, PARAMETER_MODEL};
use crate::decode::merge;
use crate::extrapolation::Extrapolation;
use crate::fit::{CoefficientFit, InputField, SampleLimits};
use crate::header::FieldHeader;
use crate::interpolator::Interpolator;
use crate::mask::FieldMask;
use crate::pass_coder::{DecodedVolumes, PassCoder, PassPredictor, PredictedRow, code_pass};
use crate::passes::{Pass, checked_position_count, max_levels, passes};
use crate::taps::PassKind;
use crate::tiles::{TiledCoefficients, Tiles};
use crate::word::Word;
use crate::{CoderKind, InvalidInput};

/// The settings of an encoder.
///
/// ```
/// use fieldreel_predict::{CoderKind, Settings, decode, encode};
///
/// let lossless = Settings {
///     levels: 20,
///     step_bits: 0, // The step is 1.
///     extra_bits: 0,
///     coarse_step_reduction: 0,
///     causal_levels: 2,
///     masked_levels: 2,
///     sample_size: 4096,
///     sample_divisor: 4,
///     tile_positions: 0,
///     coder: CoderKind::Quick,
/// };
/// let bytes = encode(&[5_i32, 7, 6, 9], None, [1, 2, 2], &lossless).unwrap();
/// let decoded = decode::<i32>(&bytes, [1, 2, 2], None).unwrap();
/// assert_eq!(decoded.row(0, 1, &mut Vec::new()), [6, 9]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Settings {
    /// The number of coarse levels, each with half as many positions along each axis as the next
    /// finer one. A larger number than the shape allows is reduced to the largest possible one.
    pub levels: u32,
    /// The logarithm to base 2 of the step of level 0, in units of decoded integers; at most 15.
    pub step_bits: u32,
    /// The number of fraction bits that original integers have in addition to decoded ones; at
    /// most 15.
    pub extra_bits: u32,
    /// The sixteenths by which the step is reduced from each level to the next coarser one; at
    /// most 7.
    pub coarse_step_reduction: u32,
    /// The number of finest levels at which interpolation errors are predicted from causal
    /// neighbors.
    pub causal_levels: u32,
    /// The number of finest levels at which masked positions have no residual; at most 3. At other
    /// levels masked positions have a residual, which takes fewer bytes if the integers are smooth
    /// and the steps are wide.
    pub masked_levels: u32,
    /// The approximate largest number of positions to which a set of coefficients is fitted.
    pub sample_size: usize,
    /// The divisor that limits large samples: coefficients are fitted to at most one position in
    /// `sample_divisor`, or to about 1000 positions if these are more.
    pub sample_divisor: usize,
    /// The smallest number of positions of a tile with coefficients of its own, at the levels of
    /// `causal_levels`; 0 if all positions of a pass share their coefficients.
    pub tile_positions: usize,
    /// The coder of residuals.
    pub coder: CoderKind,
}

// The largest values of the settings.
const MAX_STEP_BITS: u32 = 15;
const MAX_EXTRA_BITS: u32 = 15;
const MAX_COARSE_STEP_REDUCTION: u32 = 7;
const MAX_MASKED_LEVELS: u32 = 3;

/// Encodes the integers of a field, axis order `(t, y, x)`, in row-major order.
///
/// Each decoded integer is within half a step of the original. `masked` has a byte for each
/// position, other than 0 if the position is masked. The integers at masked positions are not
/// preserved, but should be smooth because they help to predict others.
///
/// The variable `lossless` is that of the example of [`Settings`]:
///
/// ```
/// # use fieldreel_predict::CoderKind;
/// use fieldreel_predict::{Settings, decode, encode};
///
/// # let lossless = Settings {
/// #     levels: 20,
/// #     step_bits: 0,
/// #     extra_bits: 0,
/// #     coarse_step_reduction: 0,
/// #     causal_levels: 2,
/// #     masked_levels: 2,
/// #     sample_size: 4096,
/// #     sample_divisor: 4,
/// #     tile_positions: 0,
/// #     coder: CoderKind::Quick,
/// # };
/// let settings = Settings { step_bits: 3, ..lossless };
/// let integers: Vec<i32> = (0..60).map(|i| i * i).collect();
/// let bytes = encode(&integers, None, [3, 4, 5], &settings).unwrap();
/// let decoded = decode::<i32>(&bytes, [3, 4, 5], None).unwrap();
/// // The step is 8, so that no error exceeds 4.
/// assert!((decoded.row(2, 3, &mut Vec::new())[4] - integers[59]).abs() <= 4);
/// ```
///
/// # Errors
/// [`InvalidInput`] if a side of the shape is 0, if `integers` or `masked` does not have one
/// element for each position of the shape, or if a setting is out of its range.
pub fn encode<W: Word>(
    integers: &[W],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    settings: &Settings,
) -> Result<Vec<u8>, InvalidInput> {
    let position_count = checked_position_count(shape).ok_or(InvalidInput)?;
    let has_all_positions = integers.len() == position_count
        && masked.is_none_or(|masked| masked.len() == position_count);
    let is_in_range = settings.step_bits <= MAX_STEP_BITS
        && settings.extra_bits <= MAX_EXTRA_BITS
        && settings.coarse_step_reduction <= MAX_COARSE_STEP_REDUCTION
        && settings.masked_levels <= MAX_MASKED_LEVELS;
    if !has_all_positions || !is_in_range {
        return Err(InvalidInput);
    }
    let _coded_field = CodedField::begin();
    let mask = masked.map(|classes| FieldMask { classes, shape });
    let mask = mask.as_ref();
    let field = InputField {
        integers,
        shape,
        extra_bits: settings.extra_bits,
    };
    let mut bytes = match settings.coder {
        CoderKind::Quick => {
            let coder = QuickEncoder::default();
            FieldEncoder::new(coder, field)
                .encode(settings, mask)
                .finish()
        }
        CoderKind::Adaptive => {
            let coder = AdaptiveEncoder::encoder();
            FieldEncoder::new(coder, field)
                .encode(settings, mask)
                .finish()
        }
    };
    bytes.insert(0, settings.coder.id());
    Ok(bytes)
}

struct FieldEncoder<'a, W, C> {
    coder: C,
    field: InputField<'a, W>,
    /// The original integers of a row.
    original: Vec<W>,
}

impl<'a, W: Word, C: ResidualCoder> FieldEncoder<'a, W, C> {
    fn new(coder: C, field: InputField<'a, W>) -> Self {
        Self {
            coder,
            field,
            original: Vec::new(),
        }
    }

    fn encode(mut self, settings: &Settings, mask: Option<&FieldMask<'_>>) -> C {
        let shape = self.field.shape;
        let masked_levels = mask.map_or(0, |_| settings.masked_levels);
        let header = FieldHeader {
            levels: settings.levels.min(max_levels(shape)),
            step_bits: settings.step_bits,
            coarse_step_reduction: settings.coarse_step_reduction,
            noise_bits: self.estimate_noise_bits(settings),
            masked_levels,
            // Extrapolated integers could grow without limit if masked positions have no residual.
            extrapolation: match masked_levels {
                0 => Extrapolation::fit(&self.field, 1 << settings.step_bits),
                _ => Extrapolation::default(),
            },
        };
        header.code(&mut self.coder, shape);
        self.coder.set_noise_bits(header.noise_bits);
        let mut known: Option<DecodedVolumes<W>> = None;
        let passes = passes(shape, header.levels);
        for (at, pass) in passes.iter().enumerate() {
            let is_last = at + 1 == passes.len();
            let mask = mask.filter(|_| header.skips_masked(pass));
            let predictor = self.write_predictor((pass, mask), &header, settings, known.as_ref());
            let decoded = code_pass(&mut self, pass, predictor, known.as_ref(), mask, !is_last);
            if !is_last {
                known = Some(merge(known, decoded, pass, &header.extrapolation));
            }
        }
        self.coder
    }

    /// Estimates the number of lowest bits of residuals that are noise. Without these bits, a
    /// typical residual has so few bits that much larger residuals fit 16 bits.
    fn estimate_noise_bits(&self, settings: &Settings) -> u32 {
        /// The bits of a typical residual that are not noise.
        const SIGNIFICANT_BITS: u32 = 8;

        let integers = self.field.integers;
        let every = (integers.len() / 4096).max(1);
        let differences = integers.windows(3).step_by(every).map(|window| {
            let [left, center, right] = window
                .try_into()
                .unwrap_or([W::default(); 3])
                .map(|integer: W| integer.to_i64() as f64);
            (center - left / 2.0 - right / 2.0).abs()
        });
        let (sum, count) = differences.fold((0.0, 0), |(sum, count), difference| {
            (sum + difference, count + 1)
        });
        let step = (1_u64 << (settings.step_bits + settings.extra_bits)) as f64;
        let mean = sum / f64::from(count.max(1)) / step;
        let bits = if mean >= 1.0 {
            mean.log2().ceil() as u32
        } else {
            0
        };
        bits.saturating_sub(SIGNIFICANT_BITS).min(48)
    }

    /// Fits the predictor of a pass and writes it.
    fn write_predictor(
        &mut self,
        (pass, mask): (&Pass, Option<&FieldMask<'_>>),
        header: &FieldHeader,
        settings: &Settings,
        known: Option<&DecodedVolumes<W>>,
    ) -> PassPredictor<W> {
        let kind = pass.kind;
        let step = header.step_of(pass.level);
        let is_fine = kind != PassKind::Base && pass.level < settings.causal_levels;
        let tiles = match settings.tile_positions {
            positions if is_fine && positions > 0 => Tiles::with_min_positions(pass, positions),
            _ => Tiles::undivided(pass),
        };
        let sample_limits = SampleLimits {
            size: settings.sample_size,
            divisor: settings.sample_divisor,
        };
        let fit = CoefficientFit::new(&self.field, (pass, mask), step, known, sample_limits);
        let fitted = fit.fit_interpolation();
        let is_fitted = i64::from(fitted.is_some());
        self.coder.code_parameter(is_fitted, PARAMETER_MODEL);
        let interpolation = match fitted {
            Some(fitted) => fitted.code(&mut self.coder, CoefficientKind::Interpolation(kind)),
            None => Coefficients::default_interpolation(kind),
        };
        let interpolated = match known {
            Some(known) if is_fine => {
                Interpolator::new(pass, &interpolation, known.integers.extent)
                    .interpolate_all(known, pass.counts[0])
            }
            _ => Vec::new(),
        };
        let fitted = match kind {
            PassKind::Between(_) if !is_fine => None,
            _ => fit.fit_causal(&interpolation, &interpolated, tiles),
        };
        self.coder
            .code_parameter(fitted.is_some().into(), PARAMETER_MODEL);
        let causal = match (fitted, kind) {
            (Some(fitted), _) => {
                fitted.common.code(&mut self.coder, CoefficientKind::Causal);
                Some(match kind {
                    PassKind::Base => fitted,
                    PassKind::Between(_) => fitted.code_tiles(&mut self.coder),
                })
            }
            (None, PassKind::Base) => {
                let default = Coefficients::default_causal(kind);
                Some(TiledCoefficients::uniform(default, pass))
            }
            (None, PassKind::Between(_)) => None,
        };
        PassPredictor {
            interpolation,
            interpolated,
            causal,
            step,
            noise_bits: header.noise_bits,
            extrapolation: header.extrapolation,
        }
    }
}

impl<W: Word, C: ResidualCoder> PassCoder<W> for FieldEncoder<'_, W, C> {
    type Coder = C;

    const ENCODES: bool = true;

    fn coder(&mut self) -> &mut C {
        &mut self.coder
    }

    fn row(
        &mut self,
        pass: &Pass,
        at: (usize, usize),
        row: PredictedRow<'_, W>,
        residuals: &mut [W::Residual],
    ) {
        self.field.row(pass, at, &mut self.original);
        let quantizer = ResidualQuantizer::new(row.step, self.field.extra_bits);
        match quantizer.step_bits {
            Some(_) => quantize::<W, true>(row, &self.original, &quantizer, residuals),
            None => quantize::<W, false>(row, &self.original, &quantizer, residuals),
        }
    }
}

/// A quantizer that maps differences between integers and their predictions to residuals.
#[derive(Clone, Copy)]
struct ResidualQuantizer<W> {
    step: W,
    extra_bits: u32,
    /// The logarithm to base 2 of the step, if it is a power of 2.
    step_bits: Option<u32>,
    /// Half of the step, extra bits included.
    half: W,
    /// The reciprocal of the step, extra bits included.
    inverse: f64,
}

impl<W: Word> ResidualQuantizer<W> {
    fn new(step: i64, extra_bits: u32) -> Self {
        let is_power = step & (step - 1) == 0;
        Self {
            step: W::from_i64(step),
            extra_bits,
            step_bits: is_power.then_some(step.trailing_zeros()),
            half: W::from_i64((step << extra_bits) >> 1),
            inverse: 1.0 / (step << extra_bits) as f64,
        }
    }

    /// Returns the residual that brings the interpolation error nearest to that of the original
    /// integer, and this nearest interpolation error. `IS_POWER` is true if the step is a power of
    /// 2.
    ///
    /// The next prediction may need the result, so that as little as possible is computed from
    /// `predicted`, the predicted interpolation error.
    #[inline(always)]
    fn quantize<const IS_POWER: bool>(
        &self,
        original: W,
        interpolated: W,
        predicted: W,
    ) -> (W::Residual, W) {
        let error = original.minus(interpolated.shifted_left(self.extra_bits));
        let predicted_error = predicted.shifted_left(self.extra_bits);
        if IS_POWER {
            let step_bits = self.step_bits.unwrap_or(0);
            let rest = error.plus(self.half).minus(predicted_error);
            let steps = rest.shifted_right(step_bits + self.extra_bits);
            let residual = steps.to_residual();
            let difference = W::from_residual(residual).shifted_left(step_bits);
            (residual, predicted.plus(difference))
        } else {
            let rest = error.minus(predicted_error).to_i64() as f64 * self.inverse;
            let residual = W::Residual::from_i64(rest.round() as i64);
            let difference = W::from_residual(residual).times(self.step);
            (residual, predicted.plus(difference))
        }
    }
}

/// Sets the residuals of a row to those nearest to the original integers, or to 0 at masked
/// positions, and sets the interpolation errors of the row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn quantize<W: Word, const IS_POWER: bool>(
    row: PredictedRow<'_, W>,
    original: &[W],
    quantizer: &ResidualQuantizer<W>,
    residuals: &mut [W::Residual],
) {
    let PredictedRow {
        fraction_bits,
        interpolated,
        sums,
        ..
    } = row;
    let all = row
        .interpolation_errors
        .iter_mut()
        .zip(residuals)
        .zip(sums)
        .zip(interpolated)
        .zip(original);
    match (row.left_coefficients, row.masked) {
        (None, None) => {
            for ((((interpolation_error, k), &sum), &interpolated), &original) in all {
                let predicted = sum.shifted_right(fraction_bits);
                (*k, *interpolation_error) =
                    quantizer.quantize::<IS_POWER>(original, interpolated, predicted);
            }
        }
        (None, Some(masked)) => {
            for (((((interpolation_error, k), &sum), &interpolated), &original), &class) in
                all.zip(masked)
            {
                (*k, *interpolation_error) = (W::Residual::default(), W::default());
                if class == 0 {
                    let predicted = sum.shifted_right(fraction_bits);
                    (*k, *interpolation_error) =
                        quantizer.quantize::<IS_POWER>(original, interpolated, predicted);
                }
            }
        }
        (Some([by_first, by_second]), masked) => {
            let all = all.zip(by_first).zip(by_second);
            let (mut first, mut second) = (W::default(), W::default());
            for (
                at,
                (
                    (((((interpolation_error, k), &sum), &interpolated), &original), &by_first),
                    &by_second,
                ),
            ) in all.enumerate()
            {
                let sum = sum
                    .plus(second.times(by_second))
                    .plus(first.times(by_first));
                second = first;
                (*k, first) = (W::Residual::default(), W::default());
                if masked.is_none_or(|masked| masked[at] == 0) {
                    let predicted = sum.shifted_right(fraction_bits);
                    (*k, first) = quantizer.quantize::<IS_POWER>(original, interpolated, predicted);
                }
                *interpolation_error = first;
            }
        }
    }
}
