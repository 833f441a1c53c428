//! Coding of a pass, in either direction.

use fieldreel_entropy::residual::{Residual, ResidualCoder, RowContext};

use crate::activity::{ActivityWeightFit, ActivityWeights, LANES, ResidualNeighbors};
use crate::buffers::{recycle, take, take_zeros};
use crate::coefficients::Coefficients;
use crate::extrapolation::Extrapolation;
use crate::mask::{FieldMask, MaskedRow};
use crate::passes::Pass;
use crate::plane_predictor::PlanePredictor;
use crate::taps::PassKind;
use crate::tiles::TiledCoefficients;
use crate::volume::{Extent, Volume};
use crate::word::Word;

/// The decoded integers of some positions, and their residuals, scaled and saturated.
#[derive(Debug)]
pub(crate) struct DecodedVolumes<W: Word> {
    pub(crate) integers: Volume<W>,
    pub(crate) residuals: Volume<i16>,
}

/// The predictor of a pass.
#[derive(Clone, Debug)]
pub(crate) struct PassPredictor<W> {
    pub(crate) interpolation: Coefficients,
    /// The interpolated integers of each plane, if an encoder has computed them; empty otherwise.
    pub(crate) interpolated: Vec<Vec<W>>,
    /// The coefficients of causal taps; `None` if interpolation errors are not predicted.
    pub(crate) causal: Option<TiledCoefficients>,
    /// The step of the pass, in units of decoded integers.
    pub(crate) step: i64,
    /// The number of lowest bits of residuals that are noise.
    pub(crate) noise_bits: u32,
    pub(crate) extrapolation: Extrapolation,
}

/// A row whose predictions lack only the contribution of the interpolation errors to the left.
pub(crate) struct PredictedRow<'a, W> {
    /// The interpolated integers.
    pub(crate) interpolated: &'a [W],
    /// The sums of the products of coefficients with known integers and with interpolation errors
    /// above and in the previous plane, plus half a unit.
    pub(crate) sums: &'a [W],
    /// The coefficients of the two interpolation errors to the left, at each position; `None` if
    /// these are not used.
    pub(crate) left_coefficients: Option<[&'a [W]; 2]>,
    /// The fraction bits of `sums` and `left_coefficients`.
    pub(crate) fraction_bits: u32,
    pub(crate) step: i64,
    /// The interpolation errors of the row, which are the result.
    pub(crate) interpolation_errors: &'a mut [W],
    /// The classes of the positions, 0 if a position has a residual; `None` if all positions have
    /// one.
    pub(crate) masked: Option<&'a [u8]>,
}

/// A coder of passes in one direction: the encoder or the decoder.
pub(crate) trait PassCoder<W: Word> {
    type Coder: ResidualCoder;

    /// True for an encoder, which computes residuals, and false for a decoder, which reads them.
    const ENCODES: bool;

    /// Returns the coder of residuals and parameters.
    fn coder(&mut self) -> &mut Self::Coder;

    /// Sets the interpolation errors of row `(i, j)` of the pass, and its residuals if this is an
    /// encoder.
    fn row(
        &mut self,
        pass: &Pass,
        at: (usize, usize),
        row: PredictedRow<'_, W>,
        residuals: &mut [W::Residual],
    );
}

/// Returns the extent of the planes of a pass. It equals the extent of the known planes, so that
/// taps are at fixed offsets.
fn extent_for<W: Word>(pass: &Pass, known: Option<&DecodedVolumes<W>>) -> Extent {
    match known {
        Some(known) => known.integers.extent,
        None => Extent {
            height: pass.counts[1],
            width: pass.counts[2],
        },
    }
}

/// Codes a pass and returns the integers of its positions, in planes of the same extent as the
/// known ones. Margins are filled in the planes of the base pass only. If there is a mask, masked
/// positions have no residual. If `keeps_integers` is false, the integers are returned only if they
/// are needed within the pass, which is the case for the base pass.
pub(crate) fn code_pass<W: Word, S: PassCoder<W>>(
    pass_coder: &mut S,
    pass: &Pass,
    mut predictor: PassPredictor<W>,
    known: Option<&DecodedVolumes<W>>,
    mask: Option<&FieldMask<'_>>,
    keeps_integers: bool,
) -> DecodedVolumes<W> {
    let keeps_integers = keeps_integers || pass.kind == PassKind::Base;
    let extent = extent_for(pass, known);
    let [count, height, width] = pass.counts;
    let mut plane_predictor = PlanePredictor::new(pass, &mut predictor, extent);
    let mut decoded = DecodedVolumes {
        integers: Volume::empty(extent),
        residuals: Volume::empty(extent),
    };
    let weights = match S::ENCODES {
        true => ActivityWeights::default(),
        false => {
            let weights =
                ActivityWeights::default().code(pass_coder.coder(), pass.position_count());
            pass_coder.coder().begin_pass(pass.context());
            weights
        }
    };
    // An encoder keeps the residuals of all rows, a decoder those of the current row.
    let rows = if S::ENCODES { count * height } else { 1 };
    let mut pass_residuals = take_zeros::<W::Residual>(rows * width);
    let mut masked_row = MaskedRow::default();
    let mut activity = vec![0; width.next_multiple_of(LANES)];
    for i in 0..count {
        let source = known.map_or(&decoded, |known| known);
        plane_predictor.predict(source, i);
        let mut integers = match keeps_integers {
            true => take::<W>(extent.padded_len()),
            false => Vec::new(),
        };
        let mut residuals = take_zeros::<i16>(extent.padded_len());
        for j in 0..height {
            let start = extent.index(j, 0);
            let range = start..start + width;
            let is_masked = mask.is_some_and(|mask| masked_row.set(mask, pass, (i, j)));
            if is_masked && masked_row.unmasked.is_empty() {
                plane_predictor.interpolation_errors[0][range.clone()].fill(W::default());
                if keeps_integers {
                    integers[range.clone()].copy_from_slice(&plane_predictor.interpolated[range]);
                }
                continue;
            }
            let at = if S::ENCODES { i * height + j } else { 0 };
            let row_residuals = &mut pass_residuals[at * width..(at + 1) * width];
            plane_predictor.finish_sums(j);
            if !S::ENCODES {
                let neighbors = ResidualNeighbors {
                    pass,
                    extent,
                    previous: decoded.residuals.planes.last().map(Vec::as_slice),
                    current: &residuals,
                    known: known.map(|known| &known.residuals),
                    weights: &weights,
                    indices: (i, j),
                };
                let context = neighbors.context(&mut activity);
                let masked = is_masked.then_some(&mut masked_row);
                code_residuals(pass_coder.coder(), &context, masked, row_residuals);
            }
            let [first, second] = &plane_predictor.left_by_column;
            let row = PredictedRow {
                interpolated: &plane_predictor.interpolated[range.clone()],
                sums: &plane_predictor.row_sums.as_flattened()[..width],
                left_coefficients: (!first.is_empty()).then_some([first, second]),
                fraction_bits: plane_predictor.causal_fraction_bits,
                step: predictor.step,
                interpolation_errors: &mut plane_predictor.interpolation_errors[0][range.clone()],
                masked: is_masked.then_some(&masked_row.classes[..]),
            };
            pass_coder.row(pass, (i, j), row, row_residuals);
            let noise_bits = predictor.noise_bits;
            for (to, k) in residuals[range.clone()].iter_mut().zip(&*row_residuals) {
                *to = k.scaled(noise_bits);
            }
            if !keeps_integers {
                continue;
            }
            let sums = plane_predictor.interpolated[range.clone()]
                .iter()
                .zip(&plane_predictor.interpolation_errors[0][range.clone()]);
            for (integer, (&interpolated, &interpolation_error)) in
                integers[range].iter_mut().zip(sums)
            {
                *integer = interpolated.plus(interpolation_error);
            }
        }
        if pass.kind == PassKind::Base {
            Volume::extrapolate_margin(extent, &mut integers, &predictor.extrapolation);
        }
        if keeps_integers {
            decoded.integers.planes.push(integers);
        }
        decoded.residuals.planes.push(residuals);
        plane_predictor.interpolation_errors.swap(0, 1);
    }
    if S::ENCODES {
        encode_residuals(
            pass_coder.coder(),
            pass,
            &decoded.residuals,
            known.map(|known| &known.residuals),
            mask,
            &mut pass_residuals,
        );
    }
    recycle(pass_residuals);
    pass_coder.coder().end_pass();
    if pass.kind == PassKind::Base {
        for plane in &mut decoded.residuals.planes {
            Volume::fill_margin(extent, plane);
        }
    }
    decoded
}

/// Encodes the residuals of a pass. All of them must be known because the weights of activities
/// are fitted to them.
fn encode_residuals<R: Residual, C: ResidualCoder>(
    coder: &mut C,
    pass: &Pass,
    residuals: &Volume<i16>,
    known: Option<&Volume<i16>>,
    mask: Option<&FieldMask<'_>>,
    pass_residuals: &mut [R],
) {
    /// The approximate number of residuals that the weights are fitted to.
    const SAMPLE_SIZE: usize = 1 << 12;

    let [count, height, width] = pass.counts;
    let extent = residuals.extent;
    let neighbors = |i: usize, j: usize, weights| ResidualNeighbors {
        pass,
        extent,
        previous: i.checked_sub(1).map(|i| residuals.planes[i].as_slice()),
        current: &residuals.planes[i],
        known,
        weights,
        indices: (i, j),
    };
    let mut fit = ActivityWeightFit::new();
    let default = ActivityWeights::default();
    let rows = (SAMPLE_SIZE.min(pass_residuals.len() / 8) / width + 1).min(count * height);
    for at in 0..rows {
        let at = (at as u128 * (count * height) as u128 / rows as u128) as usize;
        let (i, j) = (at / height, at % height);
        if i > 0 || count == 1 {
            let start = extent.index(j, 0);
            fit.add(
                &neighbors(i, j, &default),
                &residuals.planes[i][start..start + width],
            );
        }
    }
    let weights = fit.weights().code(coder, pass.position_count());
    coder.begin_pass(pass.context());
    let mut masked_row = MaskedRow::default();
    let mut activity = vec![0; width.next_multiple_of(LANES)];
    for (at, row) in pass_residuals.chunks_exact_mut(width).enumerate() {
        let (i, j) = (at / height, at % height);
        let is_masked = mask.is_some_and(|mask| masked_row.set(mask, pass, (i, j)));
        if is_masked && masked_row.unmasked.is_empty() {
            continue;
        }
        let neighbors = neighbors(i, j, &weights);
        let context = neighbors.context(&mut activity);
        code_residuals(coder, &context, is_masked.then_some(&mut masked_row), row);
    }
}

/// Codes the residuals of the positions of a row that have one, and sets the other residuals to 0.
fn code_residuals<R: Residual, C: ResidualCoder>(
    coder: &mut C,
    context: &RowContext<'_>,
    masked: Option<&mut MaskedRow>,
    residuals: &mut [R],
) {
    let Some(row) = masked else {
        return coder.code_row(context, residuals);
    };
    row.gather(context);
    let mut unmasked: Vec<R> = row
        .unmasked
        .iter()
        .map(|&x| residuals[x as usize])
        .collect();
    coder.code_row(&row.context(), &mut unmasked);
    residuals.fill(R::default());
    for (&x, &k) in row.unmasked.iter().zip(&unmasked) {
        residuals[x as usize] = k;
    }
}
