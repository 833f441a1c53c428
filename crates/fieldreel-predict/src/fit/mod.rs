//! The fit of coefficients by least squares, on a sample of a pass.

mod normal;

mod selection;

pub(crate) use normal::cholesky;
use normal::{FeatureNoise, NormalSum};
use selection::CoefficientSelection;

use crate::coefficients::{CoefficientKind, Coefficients};
use crate::mask::FieldMask;
use crate::pass_coder::DecodedVolumes;
use crate::passes::Pass;
use crate::taps::{CAUSAL_TAPS, NEAREST, PassKind, Tap, interpolation_taps};
use crate::tiles::{TiledCoefficients, Tiles};
use crate::word::Word;

/// The integers to encode.
pub(crate) struct InputField<'a, W> {
    pub(crate) integers: &'a [W],
    pub(crate) shape: [usize; 3],
    /// The number of fraction bits that the integers have in addition to decoded ones.
    pub(crate) extra_bits: u32,
}

impl<W: Word> InputField<'_, W> {
    /// Sets `to` to the integers of row `(i, j)` of a pass.
    pub(crate) fn row(&self, pass: &Pass, at: (usize, usize), to: &mut Vec<W>) {
        let row = self.field_row(pass, at);
        to.clear();
        match pass.stride[2] {
            1 => to.extend_from_slice(row),
            2 => {
                let (pairs, rest) = row.as_chunks::<2>();
                to.extend(pairs.iter().map(|&[first, _]| first));
                to.extend(rest);
            }
            stride => to.extend(row.iter().step_by(stride)),
        }
    }

    /// Returns the row of the field that contains row `(i, j)` of a pass, from the first position
    /// of the pass on.
    #[inline(always)]
    fn field_row(&self, pass: &Pass, (i, j): (usize, usize)) -> &[W] {
        let [_, height, width] = self.shape;
        let (t, y) = (
            pass.start[0] + i * pass.stride[0],
            pass.start[1] + j * pass.stride[1],
        );
        &self.integers[(t * height + y) * width..][pass.start[2]..width]
    }
}

/// The largest number of positions of a *span*: consecutive positions of a row, of which a sample
/// has all or none.
const MAX_SPAN: usize = 128;

/// The smallest number of positions in a sample, if the tile has as many.
const MIN_SAMPLE: usize = 1 << 10;

/// The number of positions on each side of a span whose interpolation errors are needed.
const SPAN_MARGIN: usize = 2;

/// The fit of the coefficients of a pass.
pub(crate) struct CoefficientFit<'a, W: Word> {
    field: &'a InputField<'a, W>,
    pass: &'a Pass,
    /// The mask, if masked positions have no residual.
    mask: Option<&'a FieldMask<'a>>,
    step: i64,
    known: Option<&'a DecodedVolumes<W>>,
    sample_limits: SampleLimits,
    /// The unit of original integers, in units of decoded ones.
    unit: f32,
}

/// The limits of the sample of a tile.
#[derive(Clone, Copy)]
pub(crate) struct SampleLimits {
    /// The approximate largest number of positions.
    pub(crate) size: usize,
    /// The divisor that limits the sample of a large tile: at most one position in `divisor`.
    pub(crate) divisor: usize,
}

/// The sample of a tile.
struct TileSample {
    /// The plane, the row and the first position of each span.
    spans: Vec<(usize, usize, usize)>,
    /// The number of positions of each span.
    span_len: usize,
}

impl TileSample {
    /// Returns a sample of the positions of a tile.
    fn new(pass: &Pass, tiles: &Tiles, tile: usize, limits: SampleLimits) -> Self {
        let [(top, height), (first, width)] = tiles.bounds(tile);
        let count = pass.counts[0];
        let span = width.min(MAX_SPAN);
        let positions = count * height * width;
        // A fraction of the positions is enough, but small tiles need a larger fraction.
        let wanted = limits
            .size
            .min((positions / limits.divisor.max(1)).max(MIN_SAMPLE))
            .min(positions)
            .div_ceil(span);
        let spans_per_row = width / span;
        let total = count * height * spans_per_row;
        // The sample has one span at a pseudorandom offset within each of `wanted` equal parts.
        // Equal distances might coincide with a period of the field.
        let wanted = wanted.min(total);
        let spans = (0..wanted).map(|at| {
            let part = |at: usize| (at as u128 * total as u128 / wanted as u128) as usize;
            let (from, to) = (part(at), part(at + 1));
            let at = from + (at.wrapping_mul(0x9E37_79B1) >> 7) % (to - from);
            let (row, index) = (at / spans_per_row, at % spans_per_row);
            (row / height, top + row % height, first + index * span)
        });
        Self {
            spans: spans.collect(),
            span_len: span,
        }
    }
}

/// Converts the integers of a row to single precision.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn convert_row<W: Word>(to: &mut [f32], row: &[W]) {
    for (to, value) in to.iter_mut().zip(row) {
        *to = value.to_f32();
    }
}

/// Converts every `stride`-th integer of a row to single precision and multiplies it by `unit`.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn convert_strided<W: Word>(to: &mut [f32], row: &[W], stride: usize, unit: f32) {
    match stride {
        1 => {
            for (to, value) in to.iter_mut().zip(row) {
                *to = value.to_f32() * unit;
            }
        }
        2 => {
            for (to, pair) in to.iter_mut().zip(row.chunks(2)) {
                *to = pair[0].to_f32() * unit;
            }
        }
        _ => {
            for (to, value) in to.iter_mut().zip(row.iter().step_by(stride)) {
                *to = value.to_f32() * unit;
            }
        }
    }
}

/// Subtracts the integers of a row.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn subtract_row<W: Word>(from: &mut [f32], row: &[W]) {
    for (from, integer) in from.iter_mut().zip(row) {
        *from -= integer.to_f32();
    }
}

/// Subtracts the mean of two of the rows from all rows.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn center(rows: &mut [f32], span: usize, [one, other]: [usize; 2], mean: &mut [f32]) {
    let (first, second) = (&rows[one * span..][..span], &rows[other * span..][..span]);
    for ((mean, one), other) in mean.iter_mut().zip(first).zip(second) {
        *mean = (one + other) / 2.0;
    }
    for row in rows.chunks_exact_mut(span) {
        for (value, mean) in row.iter_mut().zip(&*mean) {
            *value -= mean;
        }
    }
}

/// Divides weights by the approximate magnitude of the expected prediction error.
///
/// The magnitude is the root of a weighted sum of three mean squares: of the features, of their
/// errors (`noise`), and of the target, which is to be predicted.
///
/// Halving an error saves one bit, whether the error is large or small. Without weights the
/// largest errors alone would determine the coefficients. Errors well below a step are an
/// exception: there is nothing to save.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn scale_weights(weights: &mut [f32], features: &[f32], target: &[f32], noise: f32) {
    /// The weight of the mean square of the features' errors.
    const NOISE_WEIGHT: f32 = 10.0;
    /// The weight of the target's square relative to the mean square of the features. It gives
    /// little weight to the few targets that are far from all their neighbors.
    const TARGET_WEIGHT: f32 = 0.2;

    let span = weights.len();
    let mut squares = [noise * NOISE_WEIGHT; MAX_SPAN];
    let scale = 1.0 / (features.len() / span) as f32;
    for row in features.chunks_exact(span) {
        for (square, feature) in squares.iter_mut().zip(row) {
            *square += scale * feature * feature;
        }
    }
    for (square, value) in squares.iter_mut().zip(target) {
        *square += TARGET_WEIGHT * value * value;
    }
    for (weight, square) in weights.iter_mut().zip(&squares) {
        *weight /= square.sqrt();
    }
}

/// Sets values to 0 at masked positions.
fn zero_masked(row: &mut [f32], unmasked: &[f32]) {
    for (value, unmasked) in row.iter_mut().zip(unmasked) {
        *value *= unmasked;
    }
}

impl<'a, W: Word> CoefficientFit<'a, W> {
    /// Prepares the fit of coefficients to a sample of each tile, within `sample_limits`.
    pub(crate) fn new(
        field: &'a InputField<'a, W>,
        (pass, mask): (&'a Pass, Option<&'a FieldMask<'a>>),
        step: i64,
        known: Option<&'a DecodedVolumes<W>>,
        sample_limits: SampleLimits,
    ) -> Self {
        Self {
            field,
            pass,
            mask,
            step,
            known,
            sample_limits,
            unit: 1.0 / (1_u64 << field.extra_bits) as f32,
        }
    }

    /// Sets `to` to the original integers of a row from position `x` on, in units of decoded
    /// integers. Positions outside of the pass take the integer of the nearest position.
    fn copy_original(&self, (i, j, x): (isize, isize, isize), to: &mut [f32]) {
        let [count, height, width] = self.pass.counts.map(|count| count as isize);
        let (i, j) = (
            i.clamp(0, count - 1) as usize,
            j.clamp(0, height - 1) as usize,
        );
        let row = self.field.field_row(self.pass, (i, j));
        let stride = self.pass.stride[2];
        if x >= 0 && x + to.len() as isize <= width {
            convert_strided(to, &row[x as usize * stride..], stride, self.unit);
        } else {
            for (k, to) in to.iter_mut().enumerate() {
                let x = (x + k as isize).clamp(0, width - 1) as usize;
                *to = row[x * stride].to_f32() * self.unit;
            }
        }
    }

    /// Returns the known integers at a tap's offset from `count` positions of a row.
    fn tap_row(
        &self,
        known: &'a DecodedVolumes<W>,
        tap: Tap,
        (i, j, x): (isize, isize, isize),
        count: usize,
    ) -> &'a [W] {
        let (i, j, x) = (i + tap.plane, j + tap.row, x + tap.column);
        let volume = &known.integers;
        let start = volume.extent.index(0, 0) as isize + j * volume.extent.stride() as isize + x;
        &volume.plane(i)[start as usize..][..count]
    }

    /// Sets `to` to the integers at a tap's offset from the positions of a row.
    fn copy_tap(&self, tap: Tap, at: (isize, isize, isize), to: &mut [f32]) {
        match self.known {
            Some(known) => convert_row(to, self.tap_row(known, tap, at, to.len())),
            None => self.copy_original((at.0 + tap.plane, at.1 + tap.row, at.2 + tap.column), to),
        }
    }

    /// Sets `to` to 1 for the positions of a row that have a residual and to 0 for masked ones.
    /// Returns whether any position is masked.
    fn copy_unmasked(&self, (i, j, x): (isize, isize, isize), to: &mut [f32]) -> bool {
        let Some(mask) = self.mask else {
            to.fill(1.0);
            return false;
        };
        let row = mask.row(self.pass, (i as usize, j as usize));
        let row = row.iter().step_by(self.pass.stride[2]).skip(x as usize);
        let mut is_masked = false;
        for (to, &class) in to.iter_mut().zip(row) {
            *to = if class == 0 { 1.0 } else { 0.0 };
            is_masked |= class != 0;
        }
        is_masked
    }

    /// Fits the coefficients of the interpolation taps. Returns `None` if the fitted coefficients
    /// save fewer bits than they take.
    pub(crate) fn fit_interpolation(&self) -> Option<Coefficients> {
        let taps = interpolation_taps(self.pass.kind);
        let n = taps.len();
        if self.pass.position_count() < 8 * n {
            return None;
        }
        let tiles = Tiles::undivided(self.pass);
        let sample = TileSample::new(self.pass, &tiles, 0, self.sample_limits);
        let span = sample.span_len;
        let is_base = self.pass.kind == PassKind::Base;
        let nearest = if is_base { [0, 0] } else { NEAREST };
        let noise = FeatureNoise {
            features: if is_base { n } else { 0 },
            mean_square: (self.step * self.step) as f64 / 12.0,
        };
        let mut sum = NormalSum::new(n);
        let mut rows = vec![0.0_f32; (n + 1) * span];
        let mut mean = vec![0.0_f32; span];
        let mut unmasked = vec![0.0_f32; span];
        for &(i, j, x) in &sample.spans {
            if is_base && i < 2 {
                continue;
            }
            let at = (i as isize, j as isize, x as isize);
            for (row, &tap) in rows.chunks_exact_mut(span).zip(&taps) {
                self.copy_tap(tap, at, row);
            }
            self.copy_original(at, &mut rows[n * span..]);
            center(&mut rows, span, nearest, &mut mean);
            self.copy_unmasked(at, &mut unmasked);
            scale_weights(
                &mut unmasked,
                &rows[..n * span],
                &rows[n * span..],
                noise.mean_square as f32,
            );
            sum.add(rows.chunks_exact(span), &unmasked);
        }
        let default = Coefficients::default_interpolation(self.pass.kind);
        let selection = CoefficientSelection {
            kind: CoefficientKind::Interpolation(self.pass.kind),
            ridge: 1e-5,
            noise,
            step: self.step,
            overfit: self.overfit(),
        };
        let parts = [(sum.take(), self.pass.position_count())];
        selection.best(&parts, &default).map(|(common, _)| common)
    }

    /// Sets `row` to the interpolation errors of a row, from [`SPAN_MARGIN`] positions before `x`
    /// on, and to zeros outside of the pass. The interpolated integers are those of `interpolated`,
    /// or the sums of `weighted_taps` over original integers in the base pass.
    fn interpolation_errors(
        &self,
        (interpolated, weighted_taps): (&[Vec<W>], &[(Tap, f32)]),
        (i, j, x): (isize, isize, isize),
        row: &mut [f32],
        scratch: &mut [f32],
    ) {
        let [count, height, width] = self.pass.counts.map(|count| count as isize);
        row.fill(0.0);
        if i < 0 || i >= count || j < 0 || j >= height {
            return;
        }
        let x = x - SPAN_MARGIN as isize;
        // Only this range is within the pass.
        let from = (-x).max(0);
        let to = (width - x).min(row.len() as isize);
        let row = &mut row[from as usize..to as usize];
        let at = (i, j, x + from);
        self.copy_original(at, row);
        match self.known {
            Some(known) => {
                let start = known.integers.extent.index(j as usize, (x + from) as usize);
                subtract_row(row, &interpolated[i as usize][start..]);
            }
            None if i > 0 => {
                let scratch = &mut scratch[..row.len()];
                for &(tap, coefficient) in weighted_taps {
                    self.copy_tap(tap, at, scratch);
                    for (error, value) in row.iter_mut().zip(&*scratch) {
                        *error -= coefficient * value;
                    }
                }
            }
            None => {}
        }
        let unmasked = &mut scratch[..row.len()];
        if self.copy_unmasked(at, unmasked) {
            zero_masked(row, unmasked);
        }
    }

    /// Returns the relative increase of the mean square error from the sample to all positions,
    /// per fitted coefficient, times the number of positions in the sample. It is 0 if the divisor
    /// of the sample is 1.
    fn overfit(&self) -> f64 {
        2.0 * (1.0 - 1.0 / self.sample_limits.divisor.max(1) as f64)
    }

    /// Fits the coefficients of the causal taps, for each tile. Returns `None` if the fitted
    /// coefficients save fewer bits than they take. `interpolated` has the interpolated integers of
    /// each plane, or none in the base pass, where `interpolation` is applied to the original
    /// integers.
    pub(crate) fn fit_causal(
        &self,
        interpolation: &Coefficients,
        interpolated: &[Vec<W>],
        tiles: Tiles,
    ) -> Option<TiledCoefficients> {
        /// The offsets of the rows with interpolation errors, in planes and rows.
        const ROWS: [(isize, isize); 6] = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, -2), (0, 0)];
        /// The index in `ROWS` of each tap's row.
        const ROW_INDEX: [usize; CAUSAL_TAPS.len()] = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 5];

        if self.pass.position_count() < 8 * CAUSAL_TAPS.len() {
            return None;
        }
        let is_base = self.pass.kind == PassKind::Base;
        let taps = interpolation_taps(self.pass.kind);
        let tile_taps = if tiles.count() > 1 { taps.len() } else { 0 };
        let coefficients = interpolation.to_f64();
        let weighted_taps = taps
            .iter()
            .zip(&coefficients)
            .filter(|(_, coefficient)| **coefficient != 0.0);
        let weighted_taps: Vec<(Tap, f32)> = weighted_taps
            .map(|(&tap, &coefficient)| (tap, coefficient as f32))
            .collect();
        let n = CAUSAL_TAPS.len() + tile_taps;
        let mut sum = NormalSum::new(n);
        let mut rows = vec![0.0_f32; ROWS.len() * (MAX_SPAN + 2 * SPAN_MARGIN)];
        let mut scratch = [0.0_f32; MAX_SPAN + 2 * SPAN_MARGIN];
        let mut features = vec![0.0_f32; (n + 1) * MAX_SPAN];
        let (mut mean, mut unmasked) = ([0.0_f32; MAX_SPAN], [0.0_f32; MAX_SPAN]);
        let noise = FeatureNoise {
            features: CAUSAL_TAPS.len(),
            mean_square: (self.step * self.step) as f64 / 12.0,
        };
        let mut parts = Vec::with_capacity(tiles.count());
        for tile in 0..tiles.count() {
            let sample = TileSample::new(self.pass, &tiles, tile, self.sample_limits);
            let span = sample.span_len;
            let padded_span = span + 2 * SPAN_MARGIN;
            let rows = &mut rows[..ROWS.len() * padded_span];
            let features = &mut features[..(n + 1) * span];
            let unmasked = &mut unmasked[..span];
            for &(i, j, x) in &sample.spans {
                if is_base && (i < 2 && self.pass.counts[0] > 2) {
                    continue;
                }
                let position = (i as isize, j as isize, x as isize);
                for (&(plane, above), row) in ROWS.iter().zip(rows.chunks_exact_mut(padded_span)) {
                    let at = (position.0 + plane, position.1 + above, position.2);
                    self.interpolation_errors(
                        (interpolated, &weighted_taps),
                        at,
                        row,
                        &mut scratch,
                    );
                }
                let all = features
                    .chunks_exact_mut(span)
                    .zip(CAUSAL_TAPS.iter().zip(ROW_INDEX));
                for (to, (tap, row)) in all {
                    let from =
                        &rows[row * padded_span..][SPAN_MARGIN.wrapping_add_signed(tap.column)..];
                    to.copy_from_slice(&from[..span]);
                }
                if tile_taps > 0 {
                    let known = &mut features[CAUSAL_TAPS.len() * span..][..tile_taps * span];
                    for (row, &tap) in known.chunks_exact_mut(span).zip(&taps) {
                        self.copy_tap(tap, position, row);
                    }
                    center(known, span, NEAREST, &mut mean[..span]);
                }
                features[n * span..]
                    .copy_from_slice(&rows[5 * padded_span + SPAN_MARGIN..][..span]);
                self.copy_unmasked(position, unmasked);
                scale_weights(
                    unmasked,
                    &features[..CAUSAL_TAPS.len() * span],
                    &features[n * span..],
                    noise.mean_square as f32,
                );
                sum.add(features.chunks_exact(span), unmasked);
            }
            let [(_, height), (_, width)] = tiles.bounds(tile);
            parts.push((sum.take(), self.pass.counts[0] * height * width));
        }
        let default = Coefficients::default_causal(self.pass.kind);
        let selection = CoefficientSelection {
            kind: CoefficientKind::Causal,
            ridge: 1e-6,
            noise,
            step: self.step,
            overfit: self.overfit(),
        };
        let (common, per_tile) = selection.best(&parts, &default)?;
        Some(TiledCoefficients {
            tiles,
            common,
            per_tile,
        })
    }
}
