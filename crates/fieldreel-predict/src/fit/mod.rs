//! The fit of coefficients by least squares, on a sample of a pass.

mod normal;

mod selection;

pub(crate) use normal::cholesky;
use normal::{Noise, Sum};
use selection::Choice;

use crate::coefficients::{Coefficients, Role};
use crate::mask::Mask;
use crate::pass_coder::Decoded;
use crate::passes::Pass;
use crate::taps::{DEPARTURES, NEAREST, PassKind, Tap, known};
use crate::tiles::{TiledCoefficients, Tiles};
use crate::word::Word;

/// The numbers to encode.
pub(crate) struct Source<'a, W> {
    pub(crate) numbers: &'a [W],
    pub(crate) shape: [usize; 3],
    pub(crate) extra_bits: u32,
}

impl<W: Word> Source<'_, W> {
    /// Sets `to` to the numbers of row `(i, j)` of a pass.
    pub(crate) fn row(&self, pass: &Pass, at: (usize, usize), to: &mut Vec<W>) {
        let row = self.whole_row(pass, at);
        to.clear();
        match pass.step[2] {
            1 => to.extend_from_slice(row),
            2 => {
                let (pairs, rest) = row.as_chunks::<2>();
                to.extend(pairs.iter().map(|&[first, _]| first));
                to.extend(rest);
            }
            step => to.extend(row.iter().step_by(step)),
        }
    }

    /// Returns the row of the field that row `(i, j)` of a pass is taken from, from its first place on.
    #[inline(always)]
    fn whole_row(&self, pass: &Pass, (i, j): (usize, usize)) -> &[W] {
        let [_, height, width] = self.shape;
        let (t, y) = (
            pass.start[0] + i * pass.step[0],
            pass.start[1] + j * pass.step[1],
        );
        &self.numbers[(t * height + y) * width..][pass.start[2]..width]
    }
}

/// The most numbers of a row that are part of the sample.
const RUN: usize = 128;

/// The least number of numbers that are looked at, where there are as many.
const LEAST: usize = 1 << 10;

/// The number of places to either side of them whose departures are needed.
const REACH: usize = 2;

/// A fit of a pass's coefficients.
pub(crate) struct Fit<'a, W: Word> {
    source: &'a Source<'a, W>,
    pass: &'a Pass,
    /// The mask, if masked places have no residual.
    mask: Option<&'a Mask<'a>>,
    step: i64,
    known: Option<&'a Decoded<W>>,
    /// The most places that coefficients are fitted to, and of how many they are one.
    sample: (usize, usize),
    unit: f32,
}

/// The sample of a tile.
struct Sample {
    /// The plane and row, and the first place in it, of each part.
    rows: Vec<(usize, usize, usize)>,
    /// The number of places of each part.
    run: usize,
}

impl Sample {
    /// Returns a sample of some of the places of a tile.
    fn of(pass: &Pass, tiles: &Tiles, tile: usize, (sample, share): (usize, usize)) -> Self {
        let [(top, height), (first, width)] = tiles.place(tile);
        let count = pass.counts[0];
        let run = width.min(RUN);
        let places = count * height * width;
        // Of few places a part says enough, of very few all are needed.
        let wanted = sample
            .min((places / share.max(1)).max(LEAST))
            .min(places)
            .div_ceil(run);
        let pieces = width / run;
        let all = count * height * pieces;
        // There is one in each of as many equal parts, anywhere in it: even steps might follow a period of the field.
        let wanted = wanted.min(all);
        let rows = (0..wanted).map(|at| {
            let part = |at: usize| (at as u128 * all as u128 / wanted as u128) as usize;
            let (from, to) = (part(at), part(at + 1));
            let at = from + (at.wrapping_mul(0x9E37_79B1) >> 7) % (to - from);
            let (row, piece) = (at / pieces, at % pieces);
            (row / height, top + row % height, first + piece * run)
        });
        Self {
            rows: rows.collect(),
            run,
        }
    }
}

/// Sets numbers of single precision to those of a row.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn set<W: Word>(to: &mut [f32], row: &[W]) {
    for (to, number) in to.iter_mut().zip(row) {
        *to = number.to_f32();
    }
}

/// Sets numbers of single precision to products of `unit` and every so many numbers of a row.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn take<W: Word>(to: &mut [f32], row: &[W], step: usize, unit: f32) {
    match step {
        1 => to
            .iter_mut()
            .zip(row)
            .for_each(|(to, number)| *to = number.to_f32() * unit),
        2 => {
            for (to, pair) in to.iter_mut().zip(row.chunks(2)) {
                *to = pair[0].to_f32() * unit;
            }
        }
        _ => {
            for (to, number) in to.iter_mut().zip(row.iter().step_by(step)) {
                *to = number.to_f32() * unit;
            }
        }
    }
}

/// The number of places that are predicted at once.
const AT_ONCE: usize = 8;

/// Subtracts the products of factors and the numbers of rows, which are as long, a multiple of [`AT_ONCE`].
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn subtract<W: Word>(from: &mut [f32], rows: &[(&[W], f32)]) {
    for (at, from) in from.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
        let mut left = *from;
        for (row, by) in rows {
            let numbers = &row.as_chunks::<AT_ONCE>().0[at];
            for k in 0..AT_ONCE {
                left[k] -= by * numbers[k].to_f32();
            }
        }
        *from = left;
    }
}

/// Subtracts the mean of two of the rows from all of them.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn center(rows: &mut [f32], run: usize, [one, other]: [usize; 2], base: &mut [f32]) {
    let (first, second) = (&rows[one * run..][..run], &rows[other * run..][..run]);
    for ((base, one), other) in base.iter_mut().zip(first).zip(second) {
        *base = (one + other) / 2.0;
    }
    for row in rows.chunks_exact_mut(run) {
        for (number, base) in row.iter_mut().zip(&*base) {
            *number -= base;
        }
    }
}

/// Divides weights by about the size of the error that is to be expected of a prediction: the root mean square of features,
/// each of which has errors of mean square `noise`, and of the number to predict.
///
/// A bit is saved where an error is halved, whether it is large or small. Without weights the largest errors alone would
/// determine coefficients. Only where all are well below a step there is nothing to save.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn weigh(weights: &mut [f32], features: &[f32], target: &[f32], noise: f32) {
    /// The mean square of features that is added, in that of their errors.
    const LEAST: f32 = 10.0;
    /// The weight of the number to predict beside that of all features: few numbers far from all others have little weight.
    const OF_TARGET: f32 = 0.2;

    let run = weights.len();
    let mut squares = [noise * LEAST; RUN];
    let by = 1.0 / (features.len() / run) as f32;
    for row in features.chunks_exact(run) {
        for (square, feature) in squares.iter_mut().zip(row) {
            *square += by * feature * feature;
        }
    }
    for (square, number) in squares.iter_mut().zip(target) {
        *square += OF_TARGET * number * number;
    }
    for (weight, square) in weights.iter_mut().zip(&squares) {
        *weight /= square.sqrt();
    }
}

/// Sets numbers to 0 where there is no residual.
fn keep_open(row: &mut [f32], open: &[f32]) {
    for (number, open) in row.iter_mut().zip(open) {
        *number *= open;
    }
}

impl<'a, W: Word> Fit<'a, W> {
    /// Prepares the fit of coefficients to about `sample` places, which are one of `share` at most where there are many.
    pub(crate) fn new(
        source: &'a Source<'a, W>,
        (pass, mask): (&'a Pass, Option<&'a Mask<'a>>),
        step: i64,
        known: Option<&'a Decoded<W>>,
        (sample, share): (usize, usize),
    ) -> Self {
        Self {
            source,
            pass,
            mask,
            step,
            known,
            sample: (sample, share),
            unit: 1.0 / (1_u64 << source.extra_bits) as f32,
        }
    }

    /// Sets `to` to the given numbers of a row, in units of decoded ones, from place `x` on. Outside of the pass it
    /// takes the number of the nearest place.
    fn given(&self, (i, j, x): (isize, isize, isize), to: &mut [f32]) {
        let [count, height, width] = self.pass.counts.map(|count| count as isize);
        let (i, j) = (
            i.clamp(0, count - 1) as usize,
            j.clamp(0, height - 1) as usize,
        );
        let row = self.source.whole_row(self.pass, (i, j));
        let step = self.pass.step[2];
        if x >= 0 && x + to.len() as isize <= width {
            take(to, &row[x as usize * step..], step, self.unit);
        } else {
            for (k, to) in to.iter_mut().enumerate() {
                let x = (x + k as isize).clamp(0, width - 1) as usize;
                *to = row[x * step].to_f32() * self.unit;
            }
        }
    }

    /// Returns the known numbers that a tap finds for the places of a row, from a place on.
    fn tapped(
        &self,
        known: &'a Decoded<W>,
        tap: Tap,
        (i, j, x): (isize, isize, isize),
        count: usize,
    ) -> &'a [W] {
        let (i, j, x) = (i + tap.plane, j + tap.row, x + tap.column);
        let volume = &known.numbers;
        let start = volume.extent.index(0, 0) as isize + j * volume.extent.stride() as isize + x;
        &volume.plane(i)[start as usize..][..count]
    }

    /// Sets `to` to the numbers that a tap finds for the places of a row, from a place on.
    fn at(&self, tap: Tap, at: (isize, isize, isize), to: &mut [f32]) {
        match self.known {
            Some(known) => set(to, self.tapped(known, tap, at, to.len())),
            None => self.given((at.0 + tap.plane, at.1 + tap.row, at.2 + tap.column), to),
        }
    }

    /// Sets `to` to 1 for places of a row, from a place on, that have a residual, and to 0 for others. Returns whether there
    /// are others.
    fn open(&self, (i, j, x): (isize, isize, isize), to: &mut [f32]) -> bool {
        let Some(mask) = self.mask else {
            to.fill(1.0);
            return false;
        };
        let row = mask.row(self.pass, (i as usize, j as usize));
        let row = row.iter().step_by(self.pass.step[2]).skip(x as usize);
        let mut is_masked = false;
        for (to, &class) in to.iter_mut().zip(row) {
            *to = if class == 0 { 1.0 } else { 0.0 };
            is_masked |= class != 0;
        }
        is_masked
    }

    /// Fits the coefficients of known numbers. Returns `None` if they are not worth their bits.
    pub(crate) fn known(&self) -> Option<Coefficients> {
        let taps = known(self.pass.kind);
        let n = taps.len();
        if self.pass.places() < 8 * n {
            return None;
        }
        let tiles = Tiles::whole(self.pass);
        let sample = Sample::of(self.pass, &tiles, 0, self.sample);
        let run = sample.run;
        let is_base = self.pass.kind == PassKind::Base;
        let nearest = if is_base { [0, 0] } else { NEAREST };
        let noise = Noise {
            features: if is_base { n } else { 0 },
            mean_square: (self.step * self.step) as f64 / 12.0,
        };
        let mut sum = Sum::new(n);
        let mut rows = vec![0.0_f32; (n + 1) * run];
        let mut base = vec![0.0_f32; run];
        let mut open = vec![0.0_f32; run];
        for &(i, j, x) in &sample.rows {
            if is_base && i < 2 {
                continue;
            }
            let at = (i as isize, j as isize, x as isize);
            for (row, &tap) in rows.chunks_exact_mut(run).zip(&taps) {
                self.at(tap, at, row);
            }
            self.given(at, &mut rows[n * run..]);
            center(&mut rows, run, nearest, &mut base);
            self.open(at, &mut open);
            weigh(
                &mut open,
                &rows[..n * run],
                &rows[n * run..],
                noise.mean_square as f32,
            );
            sum.add(rows.chunks_exact(run), &open);
        }
        let usual = Coefficients::of_known(self.pass.kind);
        let choice = Choice {
            role: Role::Known(self.pass.kind),
            ridge: 1e-5,
            noise,
            step: self.step,
            excess: self.excess(),
        };
        let parts = [(sum.take(), self.pass.places())];
        choice.best(&parts, &usual).map(|(common, _)| common)
    }

    /// Sets `row` to the departures of a row, from [`REACH`] before a place on, and to zeros outside of the pass.
    fn departures_of(
        &self,
        predictor: &[(Tap, f32)],
        (i, j, x): (isize, isize, isize),
        row: &mut [f32],
        tapped: &mut [f32],
    ) {
        let [count, height, width] = self.pass.counts.map(|count| count as isize);
        row.fill(0.0);
        if i < 0 || i >= count || j < 0 || j >= height {
            return;
        }
        let x = x - REACH as isize;
        // Only these are within the pass.
        let from = (-x).max(0);
        let to = (width - x).min(row.len() as isize);
        let row = &mut row[from as usize..to as usize];
        let at = (i, j, x + from);
        self.given(at, row);
        match self.known {
            Some(known) => {
                // Planes are longer than their numbers, so that places beyond the end may be predicted as well.
                let count = row.len().next_multiple_of(AT_ONCE);
                let rows = predictor.iter();
                let rows = rows.map(|&(tap, by)| (self.tapped(known, tap, at, count), by));
                let departures = &mut tapped[..count];
                departures[..row.len()].copy_from_slice(row);
                subtract(departures, &rows.collect::<Vec<_>>());
                row.copy_from_slice(&departures[..row.len()]);
            }
            None if i > 0 => {
                let tapped = &mut tapped[..row.len()];
                for &(tap, by) in predictor {
                    self.at(tap, at, tapped);
                    for (departure, number) in row.iter_mut().zip(&*tapped) {
                        *departure -= by * number;
                    }
                }
            }
            None => {}
        }
        let open = &mut tapped[..row.len()];
        if self.open(at, open) {
            keep_open(row, open);
        }
    }

    /// Returns the part of the mean square error of coefficients that is in excess of that in the sample, for each
    /// coefficient and place of the sample.
    fn excess(&self) -> f64 {
        2.0 * (1.0 - 1.0 / self.sample.1.max(1) as f64)
    }

    /// Fits the coefficients of departures, for each tile. Returns `None` if they are not worth their bits.
    pub(crate) fn departures(
        &self,
        of_known: &Coefficients,
        tiles: Tiles,
    ) -> Option<TiledCoefficients> {
        /// The rows that departures are in, in planes and rows.
        const ROWS: [(isize, isize); 6] = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, -2), (0, 0)];
        /// The index of the row that each tap finds its departures in.
        const ROW_OF: [usize; DEPARTURES.len()] = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 5];

        if self.pass.places() < 8 * DEPARTURES.len() {
            return None;
        }
        let is_base = self.pass.kind == PassKind::Base;
        let taps = known(self.pass.kind);
        let anew = if tiles.count() > 1 { taps.len() } else { 0 };
        let numbers = of_known.numbers();
        let predictor = taps.iter().zip(&numbers).filter(|(_, by)| **by != 0.0);
        let predictor: Vec<(Tap, f32)> = predictor.map(|(&tap, &by)| (tap, by as f32)).collect();
        let n = DEPARTURES.len() + anew;
        let mut sum = Sum::new(n);
        let mut rows = vec![0.0_f32; ROWS.len() * (RUN + 2 * REACH)];
        let mut tapped = [0.0_f32; (RUN + 2 * REACH).next_multiple_of(AT_ONCE)];
        let mut features = vec![0.0_f32; (n + 1) * RUN];
        let (mut base, mut open) = ([0.0_f32; RUN], [0.0_f32; RUN]);
        let noise = Noise {
            features: DEPARTURES.len(),
            mean_square: (self.step * self.step) as f64 / 12.0,
        };
        let mut parts = Vec::with_capacity(tiles.count());
        for tile in 0..tiles.count() {
            let sample = Sample::of(self.pass, &tiles, tile, self.sample);
            let run = sample.run;
            let wide = run + 2 * REACH;
            let rows = &mut rows[..ROWS.len() * wide];
            let features = &mut features[..(n + 1) * run];
            let open = &mut open[..run];
            for &(i, j, x) in &sample.rows {
                if is_base && (i < 2 && self.pass.counts[0] > 2) {
                    continue;
                }
                let place = (i as isize, j as isize, x as isize);
                for (&(plane, above), row) in ROWS.iter().zip(rows.chunks_exact_mut(wide)) {
                    let at = (place.0 + plane, place.1 + above, place.2);
                    self.departures_of(&predictor, at, row, &mut tapped);
                }
                let all = features
                    .chunks_exact_mut(run)
                    .zip(DEPARTURES.iter().zip(ROW_OF));
                for (to, (tap, row)) in all {
                    let from = &rows[row * wide..][REACH.wrapping_add_signed(tap.column)..];
                    to.copy_from_slice(&from[..run]);
                }
                if anew > 0 {
                    let known = &mut features[DEPARTURES.len() * run..][..anew * run];
                    for (row, &tap) in known.chunks_exact_mut(run).zip(&taps) {
                        self.at(tap, place, row);
                    }
                    center(known, run, NEAREST, &mut base[..run]);
                }
                features[n * run..].copy_from_slice(&rows[5 * wide + REACH..][..run]);
                self.open(place, open);
                weigh(
                    open,
                    &features[..DEPARTURES.len() * run],
                    &features[n * run..],
                    noise.mean_square as f32,
                );
                sum.add(features.chunks_exact(run), open);
            }
            let [(_, height), (_, width)] = tiles.place(tile);
            parts.push((sum.take(), self.pass.counts[0] * height * width));
        }
        let usual = Coefficients::of_departures(self.pass.kind);
        let choice = Choice {
            role: Role::Departures,
            ridge: 1e-6,
            noise,
            step: self.step,
            excess: self.excess(),
        };
        let (common, own) = choice.best(&parts, &usual)?;
        Some(TiledCoefficients { tiles, common, own })
    }
}
