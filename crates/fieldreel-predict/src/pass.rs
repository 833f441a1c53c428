//! A pass over the places of a lattice, for encoding and for decoding.

use fieldreel_entropy::residual::{Residual, ResidualCoder, RowContext};

use crate::activity::{Around, LANES, WeightFit, Weights};
use crate::buffers::{give_back, take, take_zeros};
use crate::coefficients::Coefficients;
use crate::continuation::Continuation;
use crate::lattice::Pass;
use crate::mask::{Mask, MaskedRow};
use crate::planes::Planes;
use crate::taps::PassKind;
use crate::tiles::TiledCoefficients;
use crate::volume::{Extent, Volume};
use crate::word::Word;

/// The decoded numbers of some places, and their residuals, scaled and saturated.
#[derive(Debug)]
pub(crate) struct Decoded<W: Word> {
    pub(crate) numbers: Volume<W>,
    pub(crate) residuals: Volume<i16>,
}

/// The predictor of a pass.
#[derive(Clone, Debug)]
pub(crate) struct Predictor {
    pub(crate) known: Coefficients,
    /// The coefficients of departures; `None` if departures are not predicted.
    pub(crate) departures: Option<TiledCoefficients>,
    /// The step between residuals, in units of numbers.
    pub(crate) step: i64,
    /// The number of the lowest bits of residuals that are noise.
    pub(crate) scale: u32,
    pub(crate) continuation: Continuation,
}

/// A row of numbers, predicted except for the share of the departures to the left.
pub(crate) struct Row<'a, W> {
    /// The predictions from known numbers.
    pub(crate) base: &'a [W],
    /// The sum of products with departures above and before, half a unit included.
    pub(crate) sums: &'a [W],
    /// The coefficients of the two departures to the left, at each place; `None` if these are not used.
    pub(crate) left: Option<[&'a [W]; 2]>,
    /// The bits of the fraction of `sums` and `left`.
    pub(crate) bits: u32,
    pub(crate) step: i64,
    /// The departures of the row, which are to be set.
    pub(crate) departures: &'a mut [W],
    /// The classes of the places, 0 where there is a residual; `None` if all places have one.
    pub(crate) masked: Option<&'a [u8]>,
}

/// A direction of coding: the encoder's or the decoder's.
pub(crate) trait Side<W: Word> {
    type Coder: ResidualCoder;

    /// True for an encoder, which computes residuals, and false for a decoder, which reads them.
    const ENCODES: bool;

    /// Returns the coder of residuals and parameters.
    fn coder(&mut self) -> &mut Self::Coder;

    /// Sets the departures of row `(i, j)` of the pass, and its residuals if this is an encoder.
    fn row(
        &mut self,
        pass: &Pass,
        at: (usize, usize),
        row: Row<'_, W>,
        residuals: &mut [W::Residual],
    );
}

/// Returns the layout of the planes of a pass: that of the known planes, so that taps are at fixed distances.
fn extent_of<W: Word>(pass: &Pass, known: Option<&Decoded<W>>) -> Extent {
    match known {
        Some(known) => known.numbers.extent,
        None => Extent {
            height: pass.counts[1],
            width: pass.counts[2],
        },
    }
}

/// Codes a pass and returns the numbers of its places, in planes of the layout of the known ones. Only the planes of
/// the base pass have their margins filled. Where there is a mask, masked places have no residual.
pub(crate) fn run<W: Word, S: Side<W>>(
    side: &mut S,
    pass: &Pass,
    predictor: &Predictor,
    known_ones: Option<&Decoded<W>>,
    mask: Option<&Mask<'_>>,
) -> Decoded<W> {
    let extent = extent_of(pass, known_ones);
    let [count, height, width] = pass.counts;
    let mut planes = Planes::new(pass, predictor, extent);
    let mut decoded = Decoded {
        numbers: Volume::empty(extent),
        residuals: Volume::empty(extent),
    };
    let weights = match S::ENCODES {
        true => Weights::default(),
        false => {
            let weights = Weights::default().code(side.coder(), pass.places());
            side.coder().begin_pass(pass.class());
            weights
        }
    };
    // An encoder keeps the residuals of all rows, a decoder those of one.
    let rows = if S::ENCODES { count * height } else { 1 };
    let mut all_residuals = take_zeros::<W::Residual>(rows * width);
    let mut masked_row = MaskedRow::default();
    let mut activity = vec![0; width.next_multiple_of(LANES)];
    for i in 0..count {
        let source = known_ones.map_or(&decoded, |known| known);
        planes.predict(source, i);
        let mut numbers = take::<W>(extent.places());
        let mut residuals = take_zeros::<i16>(extent.places());
        for j in 0..height {
            let start = extent.index(j, 0);
            let places = start..start + width;
            let is_masked = mask.is_some_and(|mask| masked_row.set(mask, pass, (i, j)));
            if is_masked && masked_row.open.is_empty() {
                planes.departures[0][places.clone()].fill(W::default());
                numbers[places.clone()].copy_from_slice(&planes.base[places]);
                continue;
            }
            let at = if S::ENCODES { i * height + j } else { 0 };
            let row_residuals = &mut all_residuals[at * width..(at + 1) * width];
            planes.finish_sums(j);
            if !S::ENCODES {
                let around = Around {
                    pass,
                    extent,
                    before: decoded.residuals.planes.last().map(Vec::as_slice),
                    now: &residuals,
                    known: known_ones.map(|known| &known.residuals),
                    weights: &weights,
                    at: (i, j),
                };
                let context = around.context(&mut activity);
                let masked = is_masked.then_some(&mut masked_row);
                code_residuals(side.coder(), &context, masked, row_residuals);
            }
            let [one, two] = &planes.left;
            let row = Row {
                base: &planes.base[places.clone()],
                sums: &planes.row.as_flattened()[..width],
                left: (!one.is_empty()).then_some([one, two]),
                bits: planes.bits,
                step: predictor.step,
                departures: &mut planes.departures[0][places.clone()],
                masked: is_masked.then_some(&masked_row.masked[..]),
            };
            side.row(pass, (i, j), row, row_residuals);
            let scale = predictor.scale;
            for (to, k) in residuals[places.clone()].iter_mut().zip(&*row_residuals) {
                *to = k.scaled(scale);
            }
            let sums = planes.base[places.clone()]
                .iter()
                .zip(&planes.departures[0][places.clone()]);
            for (number, (&base, &departure)) in numbers[places].iter_mut().zip(sums) {
                *number = base.plus(departure);
            }
        }
        if pass.kind == PassKind::Base {
            Volume::continue_margin(extent, &mut numbers, &predictor.continuation);
        }
        decoded.numbers.planes.push(numbers);
        decoded.residuals.planes.push(residuals);
        planes.departures.swap(0, 1);
    }
    if S::ENCODES {
        encode_residuals(
            side.coder(),
            pass,
            &decoded.residuals,
            known_ones.map(|known| &known.residuals),
            mask,
            &mut all_residuals,
        );
    }
    give_back(all_residuals);
    side.coder().end_pass();
    if pass.kind == PassKind::Base {
        for plane in &mut decoded.residuals.planes {
            Volume::fill_margin(extent, plane);
        }
    }
    decoded
}

/// Encodes the residuals of a pass once all are known, since the weights of activities are fitted to them.
fn encode_residuals<R: Residual, C: ResidualCoder>(
    coder: &mut C,
    pass: &Pass,
    residuals: &Volume<i16>,
    known: Option<&Volume<i16>>,
    mask: Option<&Mask<'_>>,
    all: &mut [R],
) {
    /// The approximate number of residuals that the weights are fitted to.
    const ENOUGH: usize = 1 << 12;

    let [count, height, width] = pass.counts;
    let extent = residuals.extent;
    let around = |i: usize, j: usize, weights| Around {
        pass,
        extent,
        before: i.checked_sub(1).map(|i| residuals.planes[i].as_slice()),
        now: &residuals.planes[i],
        known,
        weights,
        at: (i, j),
    };
    let mut fit = WeightFit::new();
    let default = Weights::default();
    let rows = (ENOUGH.min(all.len() / 8) / width + 1).min(count * height);
    for at in 0..rows {
        let at = (at as u128 * (count * height) as u128 / rows as u128) as usize;
        let (i, j) = (at / height, at % height);
        if i > 0 || count == 1 {
            let start = extent.index(j, 0);
            fit.add(
                &around(i, j, &default),
                &residuals.planes[i][start..start + width],
            );
        }
    }
    let weights = fit.weights().code(coder, pass.places());
    coder.begin_pass(pass.class());
    let mut masked_row = MaskedRow::default();
    let mut activity = vec![0; width.next_multiple_of(LANES)];
    for (at, row) in all.chunks_exact_mut(width).enumerate() {
        let (i, j) = (at / height, at % height);
        let is_masked = mask.is_some_and(|mask| masked_row.set(mask, pass, (i, j)));
        if is_masked && masked_row.open.is_empty() {
            continue;
        }
        let around = around(i, j, &weights);
        let context = around.context(&mut activity);
        code_residuals(coder, &context, is_masked.then_some(&mut masked_row), row);
    }
}

/// Codes the residuals of the places of a row that have one, and sets the others to 0.
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
    let mut open: Vec<R> = row.open.iter().map(|&x| residuals[x]).collect();
    coder.code_row(&row.context(), &mut open);
    residuals.fill(R::default());
    for (&x, &k) in row.open.iter().zip(&open) {
        residuals[x] = k;
    }
}
