//! Coefficients by least squares, on a sample of a pass.

use crate::coefficients::{Coefficients, FRACTION_BITS};
use crate::lattice::Pass;
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
    /// The numbers of row `(i, j)` of a pass.
    #[inline(always)]
    pub(crate) fn row(&self, pass: &Pass, (i, j): (usize, usize)) -> impl Iterator<Item = W> {
        let [_, height, width] = self.shape;
        let (t, y) = (pass.start[0] + i * pass.step[0], pass.start[1] + j * pass.step[1]);
        let row = &self.numbers[(t * height + y) * width..][..width];
        row[pass.start[2]..].iter().step_by(pass.step[2]).copied()
    }
}

/// Numbers of a row that are looked at.
const RUN: usize = 64;

/// A fit of a pass's coefficients.
pub(crate) struct Fit<'a, W> {
    source: &'a Source<'a, W>,
    pass: &'a Pass,
    step: i64,
    known: Option<&'a Decoded<W>>,
    /// The rows that are looked at, and the first place in each.
    rows: Vec<(usize, usize, usize)>,
    run: usize,
    unit: f32,
}

/// Sums of products of features and of what they predict.
struct Normal {
    n: usize,
    products: Vec<f64>,
    count: f64,
}

impl Normal {
    fn new(features: usize) -> Self {
        Self {
            n: features,
            products: vec![0.0; (features + 1) * (features + 1)],
            count: 0.0,
        }
    }

    /// Adds rows of features, the last of which is what they predict.
    fn add(&mut self, rows: &[Vec<f32>]) {
        let n = self.n + 1;
        for (i, row) in rows.iter().enumerate() {
            for (j, other) in rows.iter().enumerate().take(i + 1) {
                self.products[i * n + j] += f64::from(dot(row, other));
            }
        }
        self.count += rows.first().map_or(0, Vec::len) as f64;
    }

    /// The coefficients, and the mean square without and with them; features carry an error of this mean square.
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

    /// The root mean square of a typical feature.
    fn feature_rms(&self) -> f64 {
        let n = self.n;
        let trace: f64 = (0..n).map(|i| self.products[i * (n + 1) + i]).sum();
        (trace / n as f64 / self.count.max(1.0)).sqrt()
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    dot_of(a, b)
}

#[multiversion::multiversion(targets("x86_64+avx2"))]
fn dot_of(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Solves `a · x = b` in place, `a` symmetric and positive.
fn cholesky(a: &mut [f64], b: &mut [f64], n: usize) -> Option<()> {
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
    pub(crate) fn new(source: &'a Source<'a, W>, pass: &'a Pass, step: i64, known: Option<&'a Decoded<W>>, sample: usize) -> Self {
        let [count, height, width] = pass.counts;
        let run = width.min(RUN);
        let places = count * height * width;
        let wanted = sample.min(places).div_ceil(run);
        let pieces = width / run;
        let all = count * height * pieces;
        // Evenly over all, from a place that wanders.
        let rows = (0..wanted.min(all)).map(|at| {
            let at = (at as u128 * all as u128 / wanted.min(all) as u128) as usize;
            let (row, piece) = (at / pieces, at % pieces);
            // Which piece of a row it is wanders with the row.
            let piece = (piece + row * 7) % pieces;
            (row / height, row % height, piece * run)
        });
        Self {
            source,
            pass,
            step,
            known,
            rows: rows.collect(),
            run,
            unit: 1.0 / (1_u64 << source.extra_bits) as f32,
        }
    }

    /// Whether there are enough places for this many coefficients.
    fn is_worth(&self, coefficients: usize, before: f64, after: f64) -> bool {
        let noise = (self.step * self.step) as f64 / 8.0;
        let bits = 0.5 * ((before + noise) / (after + noise)).log2() * self.pass.places() as f64;
        bits > coefficients as f64 * 7.0
    }

    /// Enough bits that rounded coefficients predict nearly as well.
    fn bits(&self, normal: &Normal, after: f64) -> u32 {
        let noise = (after + (self.step * self.step) as f64 / 12.0).sqrt();
        let rms = normal.feature_rms() * (normal.n as f64).sqrt();
        // The error of rounding is at most half a unit, 0.29 in the mean square.
        let bits = (rms * 0.29 / (0.07 * noise)).log2().ceil();
        (bits.max(0.0) as u32).clamp(FRACTION_BITS.0 + 1, FRACTION_BITS.1)
    }

    /// The numbers of a row that are to be encoded, in units of decoded ones, outside of the pass those of the nearest row.
    fn given(&self, (i, j, x): (usize, usize, usize)) -> Vec<f32> {
        let row = self.source.row(self.pass, (i, j));
        row.skip(x).take(self.run).map(|number| number.to_f32() * self.unit).collect()
    }

    /// The known numbers at a tap of a row.
    fn at(&self, tap: Tap, (i, j, x): (usize, usize, usize)) -> Vec<f32> {
        let Some(known) = self.known else {
            return Vec::new();
        };
        let volume = &known.numbers;
        let plane = (i as isize + tap.plane).clamp(0, volume.planes.len() as isize - 1) as usize;
        let start = volume.extent.index(j, x).wrapping_add_signed(tap.offset(volume.extent));
        let row = &volume.planes[plane][start..start + self.run];
        row.iter().map(|number| number.to_f32()).collect()
    }

    /// The given numbers at a tap of a row of a base pass.
    fn given_at(&self, tap: Tap, (i, j, x): (usize, usize, usize)) -> Vec<f32> {
        let [count, height, width] = self.pass.counts;
        let move_by = |at: usize, by: isize, count: usize| (at as isize + by).clamp(0, count as isize - 1) as usize;
        let row: Vec<W> = self
            .source
            .row(self.pass, (move_by(i, tap.plane, count), move_by(j, tap.row, height)))
            .collect();
        let place = |k: usize| row[move_by(x + k, tap.column, width)].to_f32() * self.unit;
        (0..self.run).map(place).collect()
    }

    /// The coefficients of known numbers; `None` if they are not worth their bits.
    pub(crate) fn known(&mut self) -> Option<Coefficients> {
        let taps = known(self.pass.kind);
        if self.pass.places() < 8 * taps.len() {
            return None;
        }
        let mut normal = Normal::new(taps.len());
        let mut plain = 0.0;
        let is_base = self.pass.kind == PassKind::Base;
        for &at in &self.rows {
            if is_base && at.0 < 2 {
                continue;
            }
            let mut rows: Vec<Vec<f32>> = taps
                .iter()
                .map(|&tap| if is_base { self.given_at(tap, at) } else { self.at(tap, at) })
                .collect();
            let [one, other] = if is_base { [0, 0] } else { NEAREST };
            let base: Vec<f32> = rows[one].iter().zip(&rows[other]).map(|(a, b)| (a + b) / 2.0).collect();
            rows.push(self.given(at));
            for row in &mut rows {
                for (number, base) in row.iter_mut().zip(&base) {
                    *number -= base;
                }
            }
            if !is_base {
                let last = &rows[taps.len()];
                let [one, other] = BEYOND;
                let cubic = rows[one].iter().zip(&rows[other]).zip(last);
                plain += cubic.map(|((a, b), y)| f64::from((a + b) / -16.0 - y).powi(2)).sum::<f64>();
            }
            normal.add(&rows);
        }
        if normal.count < 8.0 * taps.len() as f64 {
            return None;
        }
        let noise = if is_base { (self.step * self.step) as f64 / 12.0 } else { 0.0 };
        let (coefficients, before, after) = normal.solve(1e-5, noise)?;
        let before = if is_base { before } else { plain / normal.count };
        if !self.is_worth(taps.len(), before, after) {
            return None;
        }
        let bits = self.bits(&normal, after);
        Some(Coefficients::rounded(Some(self.pass.kind), bits, &coefficients))
    }

    /// What the numbers of a row depart from what is predicted of them; zeros outside of the pass.
    fn departure(&self, predictor: &[(Tap, f32)], (i, j, x): (isize, isize, isize)) -> Vec<f32> {
        let [count, height, width] = self.pass.counts.map(|count| count as isize);
        if i < 0 || i >= count || j < 0 || j >= height {
            return vec![0.0; self.run];
        }
        // The row is as long at every offset: places outside are 0.
        let from = x.clamp(0, width - self.run as isize);
        let at = (i as usize, j as usize, from as usize);
        let mut row = self.given(at);
        let is_base = self.pass.kind == PassKind::Base;
        if !is_base || i > 0 {
            for &(tap, by) in predictor {
                let numbers = if is_base { self.given_at(tap, at) } else { self.at(tap, at) };
                for (departure, number) in row.iter_mut().zip(&numbers) {
                    *departure -= by * number;
                }
            }
        }
        let off = x - from;
        if off != 0 {
            let moved = (0..self.run as isize).map(|k| {
                let k = k + off;
                if (0..self.run as isize).contains(&k) { row[k as usize] } else { 0.0 }
            });
            row = moved.collect();
        }
        row
    }

    /// The coefficients of departures; `None` if they are not worth their bits.
    pub(crate) fn departures(&mut self, known: &Coefficients, left: bool) -> Option<Coefficients> {
        let count = if left { DEPARTURES.len() } else { LEFT };
        if self.pass.places() < 8 * count {
            return None;
        }
        let unit = 1.0 / (1_u64 << known.bits) as f32;
        let taps = crate::taps::known(self.pass.kind).into_iter().zip(&known.all);
        let predictor: Vec<(Tap, f32)> = taps.map(|(tap, &by)| (tap, by as f32 * unit)).collect();
        let mut normal = Normal::new(count);
        let is_base = self.pass.kind == PassKind::Base;
        let mut plain = 0.0;
        for &(i, j, x) in &self.rows {
            if is_base && (i < 2 && self.pass.counts[0] > 2) {
                continue;
            }
            let at = (i as isize, j as isize, x as isize);
            let mut rows: Vec<Vec<f32>> = Vec::with_capacity(count + 1);
            for tap in &DEPARTURES[..count] {
                rows.push(self.departure(&predictor, (at.0 + tap.plane, at.1 + tap.row, at.2 + tap.column)));
            }
            rows.push(self.departure(&predictor, at));
            if is_base {
                for k in 0..self.run {
                    let lorenzo = rows[10][k] - rows[9][k] + if left { rows[13][k] } else { 0.0 };
                    plain += f64::from(rows[count][k] - lorenzo).powi(2);
                }
            }
            normal.add(&rows);
        }
        if normal.count < 8.0 * count as f64 {
            return None;
        }
        let (mut coefficients, before, after) = normal.solve(1e-6, (self.step * self.step) as f64 / 12.0)?;
        let before = if is_base { plain / normal.count } else { before };
        if !self.is_worth(count, before, after) {
            return None;
        }
        coefficients.resize(DEPARTURES.len(), 0.0);
        let bits = self.bits(&normal, after);
        Some(Coefficients::rounded(None, bits, &coefficients))
    }
}
