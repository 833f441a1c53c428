//! The decoder: bytes to integers.

use fieldreel_entropy::residual::ResidualCoder;
use fieldreel_entropy::residual::adaptive::AdaptiveDecoder;
use fieldreel_entropy::residual::quick::QuickDecoder;
use multiversion::multiversion;

use crate::buffers::CodedField;
use crate::coefficients::{CoefficientKind, Coefficients, PARAMETER_MODEL};
use crate::decoded_integers::DecodedIntegers;
use crate::extrapolation::Extrapolation;
use crate::header::FieldHeader;
use crate::mask::FieldMask;
use crate::pass_coder::{DecodedVolumes, PassCoder, PassPredictor, PredictedRow, code_pass};
use crate::passes::{Pass, checked_position_count, passes};
use crate::taps::PassKind;
use crate::tiles::TiledCoefficients;
use crate::volume::Volume;
use crate::word::Word;
use crate::{CoderKind, CorruptField};

/// Decodes the integers of a field of this shape, axis order `(t, y, x)`.
///
/// `masked` is the mask that the encoder was given: one byte for each position, in row-major
/// order, other than 0 if the position is masked. The memory use of decoding is proportional to
/// the shape, which is not checked against a limit.
///
/// The variable `lossless` is that of the example of [`Settings`](crate::Settings):
///
/// ```
/// # use fieldreel_predict::{CoderKind, Settings};
/// use fieldreel_predict::{decode, encode};
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
/// let (integers, masked) = ([4_i64, 5, 6, 6, 8, 9], [0, 0, 0, 1, 0, 0]);
/// let bytes = encode(&integers, Some(&masked), [1, 2, 3], &lossless).unwrap();
/// let decoded = decode::<i64>(&bytes, [1, 2, 3], Some(&masked)).unwrap();
/// assert_eq!(decoded.shape(), [1, 2, 3]);
/// let mut buffer = Vec::new();
/// assert_eq!(decoded.row(0, 0, &mut buffer), [4, 5, 6]);
/// assert_eq!(decoded.row(0, 1, &mut buffer)[1..], [8, 9]); // [0, 1, 0] is masked.
/// ```
///
/// # Errors
/// [`CorruptField`] if a side is 0, if `masked` has another length than the shape requires, or if
/// the bytes are not an encoded field. Damage that is not detected changes the decoded integers.
pub fn decode<W: Word>(
    bytes: &[u8],
    shape: [usize; 3],
    masked: Option<&[u8]>,
) -> Result<DecodedIntegers<W>, CorruptField> {
    let position_count = checked_position_count(shape).ok_or(CorruptField)?;
    if masked.is_some_and(|masked| masked.len() != position_count) {
        return Err(CorruptField);
    }
    let _coded_field = CodedField::begin();
    let mask = masked.map(|classes| FieldMask { classes, shape });
    let mask = mask.as_ref();
    let (&kind, body) = bytes.split_first().ok_or(CorruptField)?;
    match CoderKind::from_id(kind).ok_or(CorruptField)? {
        CoderKind::Quick => {
            let coder = QuickDecoder::new(body).map_err(|_| CorruptField)?;
            FieldDecoder { coder }.decode(shape, mask)
        }
        CoderKind::Adaptive => {
            let coder = AdaptiveDecoder::decoder(body).map_err(|_| CorruptField)?;
            FieldDecoder { coder }.decode(shape, mask)
        }
    }
}

struct FieldDecoder<C> {
    coder: C,
}

impl<C: ResidualCoder> FieldDecoder<C> {
    fn decode<W: Word>(
        mut self,
        shape: [usize; 3],
        mask: Option<&FieldMask<'_>>,
    ) -> Result<DecodedIntegers<W>, CorruptField> {
        let header = FieldHeader::default()
            .code(&mut self.coder, shape)
            .ok_or(CorruptField)?;
        self.coder.set_noise_bits(header.noise_bits);
        let mut known: Option<DecodedVolumes<W>> = None;
        let passes = passes(shape, header.levels);
        let (last, earlier) = passes.split_last().ok_or(CorruptField)?;
        let mut code = |pass: &Pass, known: Option<&DecodedVolumes<W>>| {
            let predictor = read_predictor(&mut self.coder, pass, &header);
            let mask = mask.filter(|_| header.skips_masked(pass));
            code_pass(&mut self, pass, predictor, known, mask, true)
        };
        for pass in earlier {
            let decoded = code(pass, known.as_ref());
            known = Some(merge(known, decoded, pass, &header.extrapolation));
        }
        let decoded = code(last, known.as_ref());
        let known = known.map(|known| known.integers);
        let last = (last.kind, decoded.integers);
        Ok(DecodedIntegers::new(known, last, shape))
    }
}

/// Merges the integers known before a pass with those of the pass.
pub(crate) fn merge<W: Word>(
    known: Option<DecodedVolumes<W>>,
    decoded: DecodedVolumes<W>,
    pass: &Pass,
    extrapolation: &Extrapolation,
) -> DecodedVolumes<W> {
    let (Some(known), PassKind::Between(axis)) = (known, pass.kind) else {
        let mut decoded = decoded;
        decoded.integers.extrapolate_planes(extrapolation);
        return decoded;
    };
    let size = (pass.counts[1], pass.counts[2]);
    let extrapolate =
        |extent, plane: &mut [W]| Volume::extrapolate_margin(extent, plane, extrapolation);
    let mut integers = known
        .integers
        .merged(decoded.integers, axis, size, extrapolate);
    integers.extrapolate_planes(extrapolation);
    DecodedVolumes {
        integers,
        residuals: known
            .residuals
            .merged(decoded.residuals, axis, size, Volume::fill_margin),
    }
}

fn read_predictor<W: Word, C: ResidualCoder>(
    coder: &mut C,
    pass: &Pass,
    header: &FieldHeader,
) -> PassPredictor<W> {
    let kind = pass.kind;
    let mut interpolation = Coefficients::default_interpolation(kind);
    if coder.code_parameter(0, PARAMETER_MODEL) != 0 {
        interpolation = interpolation.code(coder, CoefficientKind::Interpolation(kind));
    }
    let default = Coefficients::default_causal(kind);
    let is_fitted = coder.code_parameter(0, PARAMETER_MODEL) != 0;
    let causal = match (is_fitted, kind) {
        (false, PassKind::Base) => Some(TiledCoefficients::uniform(default, pass)),
        (false, PassKind::Between(_)) => None,
        (true, _) => {
            let common = default.code(coder, CoefficientKind::Causal);
            let common = TiledCoefficients::uniform(common, pass);
            Some(match kind {
                PassKind::Base => common,
                PassKind::Between(_) => common.code_tiles(coder),
            })
        }
    };
    PassPredictor {
        interpolation,
        interpolated: Vec::new(),
        causal,
        step: header.step_of(pass.level),
        noise_bits: header.noise_bits,
        extrapolation: header.extrapolation,
    }
}

impl<W: Word, C: ResidualCoder> PassCoder<W> for FieldDecoder<C> {
    type Coder = C;

    const ENCODES: bool = false;

    fn coder(&mut self) -> &mut C {
        &mut self.coder
    }

    fn row(
        &mut self,
        _: &Pass,
        _: (usize, usize),
        row: PredictedRow<'_, W>,
        residuals: &mut [W::Residual],
    ) {
        reconstruct(row, residuals);
    }
}

/// Sets the interpolation errors of a row to their predictions plus the residuals times the step,
/// or to 0 at masked positions.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn reconstruct<W: Word>(row: PredictedRow<'_, W>, residuals: &[W::Residual]) {
    let (step, fraction_bits) = (W::from_i64(row.step), row.fraction_bits);
    let all = row
        .interpolation_errors
        .iter_mut()
        .zip(row.sums)
        .zip(residuals);
    let Some([by_first, by_second]) = row.left_coefficients else {
        for (at, ((interpolation_error, &sum), &k)) in all.enumerate() {
            *interpolation_error = sum
                .shifted_right(fraction_bits)
                .plus(W::from_residual(k).times(step));
            if row.masked.is_some_and(|masked| masked[at] != 0) {
                *interpolation_error = W::default();
            }
        }
        return;
    };
    let all = all.zip(by_first).zip(by_second);
    let (mut first, mut second) = (W::default(), W::default());
    if let Some(masked) = row.masked {
        for (((((interpolation_error, &sum), &k), &by_first), &by_second), &class) in
            all.zip(masked)
        {
            let sum = sum
                .plus(second.times(by_second))
                .plus(first.times(by_first));
            second = first;
            first = match class {
                0 => sum
                    .shifted_right(fraction_bits)
                    .plus(W::from_residual(k).times(step)),
                _ => W::default(),
            };
            *interpolation_error = first;
        }
        return;
    }
    for ((((interpolation_error, &sum), &k), &by_first), &by_second) in all {
        let sum = sum
            .plus(second.times(by_second))
            .plus(first.times(by_first));
        second = first;
        first = sum
            .shifted_right(fraction_bits)
            .plus(W::from_residual(k).times(step));
        *interpolation_error = first;
    }
}
