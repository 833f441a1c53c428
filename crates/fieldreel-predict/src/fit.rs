//! The fit of coefficients by least squares, on a sample of a pass.

use crate::coefficients::{Coefficients, FRACTION_BITS};
use crate::lattice::Pass;
use crate::mask::Mask;
use crate::pass::Decoded;
use crate::taps::{BEYOND, DEPARTURES, LEFT, NEAREST, PassKind, Tap, known};
use crate::word::Word;

/// The numbers to encode.
pub(crate) struct Source<'a, W> {
    pub(crate) numbers: &'a [W],
    pub(crate) shape: [usize; 3],
    pub(crate) extra_bits: u32,
}

impl<W: Word> Source<'_, W> {
    /// Returns the numbers of row `(i, j)` of a pass.
    #[inline(always)]
    pub(crate) fn row(&self, pass: &Pass, (i, j): (usize, usize)) -> impl Iterator<Item = W> {
        self.whole_row(pass, (i, j))
            .iter()
            .step_by(pass.step[2])
            .copied()
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
    /// The rows of the sample, and the first place in each.
    rows: Vec<(usize, usize, usize)>,
    run: usize,
    unit: f32,
}

/// The number of places whose features are kept before their products are added.
const BLOCK: usize = 512;

/// The sums of products of features and of the numbers that they predict: the normal equations.
struct Normal {
    n: usize,
    products: Vec<f64>,
    count: f64,
    /// The features of up to [`BLOCK`] places, a row for each feature, and the number of places.
    block: Vec<f32>,
    filled: usize,
}

impl Normal {
    fn new(features: usize) -> Self {
        Self {
            n: features,
            products: vec![0.0; (features + 1) * (features + 1)],
            count: 0.0,
            block: vec![0.0; (features + 1) * BLOCK],
            filled: 0,
        }
    }

    /// Adds rows of features. The last row holds the numbers that they predict.
    fn add<'r>(&mut self, rows: impl Iterator<Item = &'r [f32]>, count: f64) {
        let mut width = 0;
        for (to, row) in self.block.chunks_exact_mut(BLOCK).zip(rows) {
            width = row.len();
            if self.filled + width > BLOCK {
                break;
            }
            to[self.filled..self.filled + width].copy_from_slice(row);
        }
        self.filled += width;
        self.count += count;
        if self.filled + RUN > BLOCK {
            self.flush();
        }
    }

    /// Adds the products of the places that are kept.
    fn flush(&mut self) {
        let filled = self.filled.next_multiple_of(8);
        for row in self.block.chunks_exact_mut(BLOCK) {
            row[self.filled..filled].fill(0.0);
        }
        add_products(&mut self.products, &self.block, filled);
        self.filled = 0;
    }

    /// Returns the coefficients and the mean square error without and with them. `noise` is the mean square error of
    /// features.
    fn solve(&self, ridge: f64, noise: f64) -> Option<(Vec<f64>, f64, f64)> {
        let n = self.n;
        let at = |i: usize, j: usize| self.products[i.max(j) * (n + 1) + i.min(j)];
        let trace: f64 = (0..n).map(|i| at(i, i)).sum();
        let mut a = vec![0.0; n * n];
        let mut b: Vec<f64> = (0..n).map(|i| at(n, i)).collect();
        for i in 0..n {
            for j in 0..n {
                a[i * n + j] = at(i, j);
            }
            a[i * n + i] += trace / n as f64 * ridge + 1e-9 + noise * self.count;
        }
        let right = b.clone();
        cholesky(&mut a, &mut b, n)?;
        // At the minimum of (y − Fc)² + noise c², that is y² − b·c.
        let gained: f64 = right.iter().zip(&b).map(|(right, c)| right * c).sum();
        let before = at(n, n) / self.count;
        let after = (before - gained / self.count).max(0.0);
        Some((b, before, after))
    }

    /// Returns the root mean square of a typical feature.
    fn feature_rms(&self) -> f64 {
        let n = self.n;
        let trace: f64 = (0..n).map(|i| self.products[i * (n + 1) + i]).sum();
        (trace / n as f64 / self.count.max(1.0)).sqrt()
    }
}

/// Sets numbers of single precision to those of a row.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn set<W: Word>(to: &mut [f32], row: &[W]) {
    for (to, number) in to.iter_mut().zip(row) {
        *to = number.to_f32();
    }
}

/// Subtracts the products of a factor and the numbers of a row.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn subtract<W: Word>(from: &mut [f32], by: f32, row: &[W]) {
    for (from, number) in from.iter_mut().zip(row) {
        *from -= by * number.to_f32();
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

/// Sets numbers to 0 where there is no residual.
fn keep_open(row: &mut [f32], open: &[f32]) {
    for (number, open) in row.iter_mut().zip(open) {
        *number *= open;
    }
}

/// Adds the products of all pairs of rows of a block to the lower triangle of `products`. Rows have `count` numbers, a
/// multiple of 8.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn add_products(products: &mut [f64], block: &[f32], count: usize) {
    /// The number of rows that are multiplied with the same one at once.
    const AT_ONCE: usize = 4;

    let n = block.len() / BLOCK;
    let row = |i: usize| block[i * BLOCK..i * BLOCK + count].as_chunks::<8>().0;
    for i in 0..n {
        for first in (0..=i).step_by(AT_ONCE) {
            // The last of a few rows stands for those beyond it.
            let others: [_; AT_ONCE] = std::array::from_fn(|at| row((first + at).min(i)));
            let mut sums = [[0.0_f32; 8]; AT_ONCE];
            for (x, a) in row(i).iter().enumerate() {
                for (sums, other) in sums.iter_mut().zip(&others) {
                    for k in 0..8 {
                        sums[k] += a[k] * other[x][k];
                    }
                }
            }
            for (j, sums) in (first..=i).zip(&sums) {
                products[i * n + j] += f64::from(sums.iter().sum::<f32>());
            }
        }
    }
}

/// Solves `a · x = b` in place for a symmetric and positive definite `a`.
pub(crate) fn cholesky(a: &mut [f64], b: &mut [f64], n: usize) -> Option<()> {
    for j in 0..n {
        for k in 0..j {
            let by = a[j * n + k];
            for i in j..n {
                a[i * n + j] -= a[i * n + k] * by;
            }
        }
        let pivot = a[j * n + j];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        let root = pivot.sqrt();
        for i in j..n {
            a[i * n + j] /= root;
        }
    }
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| a[i * n + k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i * n + i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| a[k * n + i] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i * n + i];
    }
    b.iter().all(|x| x.is_finite()).then_some(())
}

impl<'a, W: Word> Fit<'a, W> {
    pub(crate) fn new(
        source: &'a Source<'a, W>,
        (pass, mask): (&'a Pass, Option<&'a Mask<'a>>),
        step: i64,
        known: Option<&'a Decoded<W>>,
        sample: usize,
    ) -> Self {
        let [count, height, width] = pass.counts;
        let run = width.min(RUN);
        let places = count * height * width;
        // Of few places a part says enough, of very few all are needed.
        let wanted = sample
            .min((places / 4).max(LEAST))
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
            (row / height, row % height, piece * run)
        });
        Self {
            source,
            pass,
            mask,
            step,
            known,
            rows: rows.collect(),
            run,
            unit: 1.0 / (1_u64 << source.extra_bits) as f32,
        }
    }

    /// Returns whether coefficients that lower the mean square error so far save more bits than they take.
    fn is_worth(&self, coefficients: usize, before: f64, after: f64) -> bool {
        let noise = (self.step * self.step) as f64 / 8.0;
        let bits = 0.5 * ((before + noise) / (after + noise)).log2() * self.pass.places() as f64;
        bits > coefficients as f64 * 7.0
    }

    /// Returns the bits of a fraction with which rounded coefficients predict nearly as well.
    fn bits(&self, normal: &Normal, after: f64) -> u32 {
        let noise = (after + (self.step * self.step) as f64 / 12.0).sqrt();
        let rms = normal.feature_rms() * (normal.n as f64).sqrt();
        // The error of rounding is at most half a unit, 0.29 in the mean square.
        let bits = (rms * 0.29 / (0.07 * noise)).log2().ceil();
        (bits.max(0.0) as u32).clamp(FRACTION_BITS.0 + 1, FRACTION_BITS.1)
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
            for (to, number) in to
                .iter_mut()
                .zip(row[x as usize * step..].iter().step_by(step))
            {
                *to = number.to_f32() * self.unit;
            }
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
        let plane = i.clamp(0, volume.planes.len() as isize - 1) as usize;
        let start = volume.extent.index(0, 0) as isize + j * volume.extent.stride() as isize + x;
        &volume.planes[plane][start as usize..][..count]
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
        if self.pass.places() < 8 * taps.len() {
            return None;
        }
        let (n, run) = (taps.len(), self.run);
        let mut normal = Normal::new(n);
        let mut plain = 0.0;
        let is_base = self.pass.kind == PassKind::Base;
        let nearest = if is_base { [0, 0] } else { NEAREST };
        let mut rows = vec![0.0_f32; (n + 1) * run];
        let mut base = vec![0.0_f32; run];
        let mut open = vec![0.0_f32; run];
        for &(i, j, x) in &self.rows {
            if is_base && i < 2 {
                continue;
            }
            let at = (i as isize, j as isize, x as isize);
            for (row, &tap) in rows.chunks_exact_mut(run).zip(&taps) {
                self.at(tap, at, row);
            }
            self.given(at, &mut rows[n * run..]);
            center(&mut rows, run, nearest, &mut base);
            let mut count = run as f64;
            if self.open(at, &mut open) {
                count = open.iter().map(|&open| f64::from(open)).sum();
                for row in rows.chunks_exact_mut(run) {
                    keep_open(row, &open);
                }
            }
            if !is_base {
                let [one, other] = BEYOND.map(|at| &rows[at * run..][..run]);
                let cubic = one.iter().zip(other).zip(&rows[n * run..]);
                plain += cubic
                    .map(|((a, b), y)| f64::from((a + b) / -16.0 - y).powi(2))
                    .sum::<f64>();
            }
            normal.add(rows.chunks_exact(run), count);
        }
        normal.flush();
        if normal.count < 8.0 * n as f64 {
            return None;
        }
        let noise = if is_base {
            (self.step * self.step) as f64 / 12.0
        } else {
            0.0
        };
        let (coefficients, before, after) = normal.solve(1e-5, noise)?;
        let before = if is_base {
            before
        } else {
            plain / normal.count
        };
        if !self.is_worth(n, before, after) {
            return None;
        }
        let bits = self.bits(&normal, after);
        Some(Coefficients::rounded(
            Some(self.pass.kind),
            bits,
            &coefficients,
        ))
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
                for &(tap, by) in predictor {
                    subtract(row, by, self.tapped(known, tap, at, row.len()));
                }
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

    /// Fits the coefficients of departures. Returns `None` if they are not worth their bits.
    pub(crate) fn departures(&self, known: &Coefficients, left: bool) -> Option<Coefficients> {
        /// The rows that departures are in, in planes and rows.
        const ROWS: [(isize, isize); 6] = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, -2), (0, 0)];

        let count = if left { DEPARTURES.len() } else { LEFT };
        if self.pass.places() < 8 * count {
            return None;
        }
        let run = self.run;
        let wide = run + 2 * REACH;
        let unit = 1.0 / (1_u64 << known.bits) as f32;
        let taps = crate::taps::known(self.pass.kind)
            .into_iter()
            .zip(&known.all);
        let taps = taps.filter(|(_, by)| **by != 0);
        let predictor: Vec<(Tap, f32)> = taps.map(|(tap, &by)| (tap, by as f32 * unit)).collect();
        let mut normal = Normal::new(count);
        let is_base = self.pass.kind == PassKind::Base;
        let mut plain = 0.0;
        let mut rows = vec![0.0_f32; ROWS.len() * wide];
        let mut tapped = vec![0.0_f32; wide];
        let mut open = vec![0.0_f32; run];
        for &(i, j, x) in &self.rows {
            if is_base && (i < 2 && self.pass.counts[0] > 2) {
                continue;
            }
            for (&(plane, above), row) in ROWS.iter().zip(rows.chunks_exact_mut(wide)) {
                let at = (i as isize + plane, j as isize + above, x as isize);
                self.departures_of(&predictor, at, row, &mut tapped);
            }
            let at = |tap: &Tap| {
                let row = ROWS
                    .iter()
                    .position(|&row| row == (tap.plane, tap.row))
                    .unwrap_or(0);
                &rows[row * wide..][REACH.wrapping_add_signed(tap.column)..][..run]
            };
            let here = &rows[5 * wide + REACH..][..run];
            let mut features: Vec<&[f32]> = DEPARTURES[..count].iter().map(at).collect();
            features.push(here);
            if is_base {
                for k in 0..run {
                    let lorenzo =
                        features[10][k] - features[9][k] + if left { features[13][k] } else { 0.0 };
                    plain += f64::from(here[k] - lorenzo).powi(2);
                }
            }
            if !self.open((i as isize, j as isize, x as isize), &mut open) {
                normal.add(features.into_iter(), run as f64);
                continue;
            }
            let count: f64 = open.iter().map(|&open| f64::from(open)).sum();
            let mut kept: Vec<Vec<f32>> = features.iter().map(|row| row.to_vec()).collect();
            kept.iter_mut().for_each(|row| keep_open(row, &open));
            normal.add(kept.iter().map(Vec::as_slice), count);
        }
        normal.flush();
        if normal.count < 8.0 * count as f64 {
            return None;
        }
        let (mut coefficients, before, after) =
            normal.solve(1e-6, (self.step * self.step) as f64 / 12.0)?;
        let before = if is_base {
            plain / normal.count
        } else {
            before
        };
        if !self.is_worth(count, before, after) {
            return None;
        }
        coefficients.resize(DEPARTURES.len(), 0.0);
        let bits = self.bits(&normal, after);
        Some(Coefficients::rounded(None, bits, &coefficients))
    }
}
