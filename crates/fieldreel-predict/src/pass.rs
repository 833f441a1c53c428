//! A pass over the places of a lattice, for encoding and for decoding.

use fieldreel_entropy::residual::{Residual, ResidualCoder, RowContext};
use multiversion::multiversion;

use crate::activity::{Around, LANES, WeightFit, Weights};
use crate::buffers::{give_back, take, take_zeros};
use crate::coefficients::Coefficients;
use crate::lattice::Pass;
use crate::mask::{Mask, MaskedRow};
use crate::taps::{DEPARTURES, IN_PLANE_BEFORE, LEFT, PassKind, Tap, known, weigh};
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
    pub(crate) departures: Option<Coefficients>,
    /// The step between residuals, in units of numbers.
    pub(crate) step: i64,
    /// The number of the lowest bits of residuals that are noise.
    pub(crate) scale: u32,
}

/// A row of numbers, predicted except for the share of the departures to the left.
pub(crate) struct Row<'a, W> {
    /// The predictions from known numbers.
    pub(crate) base: &'a [W],
    /// The sum of products with departures above and before, half a unit included.
    pub(crate) sums: &'a [W],
    /// The coefficients of the two departures to the left.
    pub(crate) left: [W; 2],
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
    let mut all_residuals = vec![W::Residual::default(); rows * width];
    let mut masked_row = MaskedRow::default();
    let mut activity = vec![0; width.next_multiple_of(LANES)];
    let (first, end) = (extent.index(0, 0), extent.index(height - 1, 0) + width);
    for i in 0..count {
        let source = known_ones.map_or(&decoded, |known| known);
        planes.predict(source, i, first..end);
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
            planes.finish_sums(start, width);
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
            let row = Row {
                base: &planes.base[places.clone()],
                sums: &planes.row.as_flattened()[..width],
                left: planes.left,
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
            Volume::fill_margin(extent, &mut numbers);
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
        return coder.row(context, residuals);
    };
    row.gather(context);
    let mut open: Vec<R> = row.open.iter().map(|&x| residuals[x]).collect();
    coder.row(&row.context(), &mut open);
    residuals.fill(R::default());
    for (&x, &k) in row.open.iter().zip(&open) {
        residuals[x] = k;
    }
}

/// The number of sums of a row that are computed at once, some of them beyond its end: short rows would take long place
/// by place.
const AT_ONCE: usize = 8;

/// The predictions of the plane at hand.
struct Planes<W: Word> {
    taps: Vec<(Tap, W)>,
    known_bits: u32,
    known_half: W,
    before: Vec<(isize, W)>,
    above: Vec<(isize, W)>,
    left: [W; 2],
    bits: u32,
    half: W,
    base: Vec<W>,
    sums: Vec<W>,
    row: Vec<[W; AT_ONCE]>,
    /// The departures of the plane at hand and of the one before.
    departures: [Vec<W>; 2],
    is_base: bool,
}

impl<W: Word> Drop for Planes<W> {
    fn drop(&mut self) {
        let [now, before] = &mut self.departures;
        for plane in [&mut self.base, &mut self.sums, now, before] {
            give_back(std::mem::take(plane));
        }
    }
}

impl<W: Word> Planes<W> {
    fn new(pass: &Pass, predictor: &Predictor, extent: Extent) -> Self {
        let taps = known(pass.kind)
            .into_iter()
            .zip(predictor.known.words::<W>());
        let taps = taps.filter(|(_, coefficient)| *coefficient != W::default());
        let plane = || take_zeros::<W>(extent.places());
        let none = Coefficients {
            bits: 4,
            all: Vec::new(),
        };
        let departures = predictor.departures.as_ref().unwrap_or(&none);
        let of_departures: Vec<W> = departures.words();
        let part = |range: std::ops::Range<usize>| {
            let taps = DEPARTURES[range.clone()]
                .iter()
                .zip(of_departures.get(range).unwrap_or_default());
            let taps = taps.filter(|(_, coefficient)| **coefficient != W::default());
            taps.map(|(tap, &coefficient)| (tap.offset(extent), coefficient))
                .collect()
        };
        let left = [LEFT, LEFT + 1].map(|at| of_departures.get(at).copied().unwrap_or_default());
        Self {
            taps: taps.collect(),
            known_bits: predictor.known.bits,
            known_half: predictor.known.half(),
            before: part(0..IN_PLANE_BEFORE),
            above: part(IN_PLANE_BEFORE..LEFT),
            left,
            bits: departures.bits,
            half: departures.half(),
            base: plane(),
            sums: plane(),
            row: vec![[W::default(); AT_ONCE]; pass.counts[2].div_ceil(AT_ONCE)],
            departures: [plane(), plane()],
            is_base: pass.kind == PassKind::Base,
        }
    }

    /// Predicts all places of plane `i` from known numbers, and sums the products with departures of the plane before.
    fn predict(&mut self, known: &Decoded<W>, i: usize, places: std::ops::Range<usize>) {
        let planes = &known.numbers.planes;
        let extent = known.numbers.extent;
        let at = |tap: &Tap| {
            let plane = i as isize + tap.plane;
            let plane = plane.clamp(0, planes.len() as isize - 1) as usize;
            let start = places.start.wrapping_add_signed(tap.offset(extent));
            &planes[plane][start..start + places.len()]
        };
        let base = &mut self.base[places.clone()];
        if self.is_base && i == 0 {
            base.fill(W::default());
        } else {
            let terms: Vec<(&[W], W)> = self.taps.iter().map(|(tap, by)| (at(tap), *by)).collect();
            weigh(base, &terms);
            round(base, self.known_half, self.known_bits);
        }
        let sums = &mut self.sums[places.clone()];
        if i == 0 || self.before.is_empty() {
            sums.fill(self.half);
        } else {
            let before = &self.departures[1];
            let terms = self.before.iter().map(|&(offset, by)| {
                let start = places.start.wrapping_add_signed(offset);
                (&before[start..start + places.len()], by)
            });
            let terms: Vec<(&[W], W)> = terms.collect();
            weigh(sums, &terms);
            for sum in sums {
                *sum = sum.plus(self.half);
            }
        }
    }

    /// Adds the products with departures of the rows above to the sums of a row.
    #[inline(always)]
    fn finish_sums(&mut self, start: usize, width: usize) {
        let whole = width.div_ceil(AT_ONCE);
        finish_row(
            &mut self.row[..whole],
            &self.sums[start..start + whole * AT_ONCE],
            &self.departures[0],
            start,
            &self.above,
        );
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn round<W: Word>(sums: &mut [W], half: W, bits: u32) {
    for sum in sums {
        *sum = sum.plus(half).shifted_right(bits);
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn finish_row<W: Word>(
    row: &mut [[W; AT_ONCE]],
    sums: &[W],
    departures: &[W],
    start: usize,
    above: &[(isize, W)],
) {
    row.as_flattened_mut().copy_from_slice(sums);
    for &(offset, coefficient) in above {
        let from = start.wrapping_add_signed(offset);
        let (departures, _) = departures[from..].as_chunks::<AT_ONCE>();
        for (sums, departures) in row.iter_mut().zip(departures) {
            for (sum, departure) in sums.iter_mut().zip(departures) {
                *sum = sum.plus(departure.times(coefficient));
            }
        }
    }
}
