//! Normal equations.

use super::MAX_SPAN;

/// The number of positions whose features are collected before their products are added.
const BLOCK: usize = 512;

/// The normal equations of a fit by least squares: sums of products of features and of the targets
/// that they predict.
#[derive(Clone, Debug)]
pub(super) struct NormalEquations {
    /// The number of features.
    n: usize,
    /// The lower triangle of the matrix of products. Its last row belongs to the target.
    products: Vec<f64>,
    /// The number of positions that have a residual.
    pub(super) count: f64,
    /// The number of all positions of the sample.
    total: f64,
    /// The sum of the weights of positions.
    weights: f64,
    /// The sum of the natural logarithms of the weights.
    logarithms: f64,
}

/// The errors of the features that are not known exactly.
#[derive(Clone, Copy, Debug)]
pub(super) struct FeatureNoise {
    /// The number of these features, which come first.
    pub(super) features: usize,
    /// The mean square of their errors.
    pub(super) mean_square: f64,
}

impl NormalEquations {
    pub(super) fn new(features: usize) -> Self {
        Self {
            n: features,
            products: vec![0.0; (features + 1) * (features + 1)],
            count: 0.0,
            total: 0.0,
            weights: 0.0,
            logarithms: 0.0,
        }
    }

    /// Adds normal equations of the same features, times a weight.
    pub(super) fn add(&mut self, other: &Self, weight: f64) {
        for (sum, product) in self.products.iter_mut().zip(&other.products) {
            *sum += product * weight;
        }
        self.count += other.count * weight;
        self.total += other.total * weight;
        self.weights += other.weights * weight;
        self.logarithms += other.logarithms * weight;
    }

    /// Returns the normal equations of the first features alone.
    pub(super) fn first_features(&self, features: usize) -> Self {
        let mut part = Self::new(features);
        for i in 0..=features {
            let from = if i == features { self.n } else { i };
            for j in 0..=i {
                part.products[i * (features + 1) + j] =
                    self.product(from, if j == features { self.n } else { j });
            }
        }
        Self {
            products: part.products,
            n: features,
            ..*self
        }
    }

    fn product(&self, i: usize, j: usize) -> f64 {
        self.products[i.max(j) * (self.n + 1) + i.min(j)]
    }

    /// Returns the coefficients of the least mean square error; `None` if they are not determined.
    /// `ridge` is relative to the mean square of each feature.
    pub(super) fn solve(&self, ridge: f64, noise: FeatureNoise) -> Option<Vec<f64>> {
        let n = self.n;
        let mut a = vec![0.0; n * n];
        let mut b: Vec<f64> = (0..n).map(|i| self.product(n, i)).collect();
        for i in 0..n {
            for j in 0..n {
                a[i * n + j] = self.product(i, j);
            }
            a[i * n + i] += a[i * n + i] * ridge + 1e-9;
            if i < noise.features {
                a[i * n + i] += noise.mean_square * self.weights;
            }
        }
        cholesky(&mut a, &mut b, n)?;
        Some(b)
    }

    /// Returns the fraction of positions that have a residual.
    pub(super) fn coded_fraction(&self) -> f64 {
        self.count / self.total.max(1.0)
    }

    /// Returns the mean square error of a prediction at a typical position. At least one position
    /// must have a residual.
    pub(super) fn mean_square_error(&self, coefficients: &[f64], noise: FeatureNoise) -> f64 {
        let n = self.n;
        let row = |i: usize| &self.products[i * (n + 1)..][..i];
        let mut sum = self.product(n, n);
        for (i, coefficient) in coefficients.iter().take(n).enumerate() {
            let others = row(i).iter().zip(coefficients);
            let with_others: f64 = others
                .map(|(product, coefficient)| product * coefficient)
                .sum();
            let own = coefficient * self.product(i, i);
            sum += coefficient * (2.0 * with_others + own - 2.0 * self.product(n, i));
        }
        let noisy = coefficients.iter().take(noise.features.min(n));
        let squares: f64 = noisy.map(|coefficient| coefficient * coefficient).sum();
        // If squared errors are inversely proportional to the weights, the result is their
        // geometric mean: the residuals take as many bits as if every position had this error.
        let typical = (self.logarithms / self.count).exp();
        (sum + noise.mean_square * squares * self.weights).max(0.0) / self.count / typical
    }
}

/// An accumulator of normal equations.
pub(super) struct NormalSum {
    equations: NormalEquations,
    /// The features of up to [`BLOCK`] positions, one row for each feature.
    block: Vec<f32>,
    /// The number of positions in `block`.
    filled: usize,
}

impl NormalSum {
    pub(super) fn new(features: usize) -> Self {
        Self {
            equations: NormalEquations::new(features),
            block: vec![0.0; (features + 1) * BLOCK],
            filled: 0,
        }
    }

    /// Adds rows of features. The last row holds the targets. The squares of the numbers in
    /// `weights` are the weights of positions; positions of weight 0 are not counted.
    pub(super) fn add<'r>(&mut self, rows: impl Iterator<Item = &'r [f32]>, weights: &[f32]) {
        /// The number of single-precision weights whose product is in the range of double
        /// precision.
        const GROUP: usize = 4;

        let mut width = 0;
        for (to, row) in self.block.chunks_exact_mut(BLOCK).zip(rows) {
            width = row.len();
            if self.filled + width > BLOCK {
                break;
            }
            let to = &mut to[self.filled..self.filled + width];
            for ((to, feature), weight) in to.iter_mut().zip(row).zip(weights) {
                *to = feature * weight;
            }
        }
        self.filled += width;
        self.equations.total += width as f64;
        for weights in weights.chunks(GROUP) {
            let mut product = 1.0;
            for weight in weights.iter().filter(|weight| **weight > 0.0) {
                let weight = f64::from(weight * weight);
                self.equations.count += 1.0;
                self.equations.weights += weight;
                product *= weight;
            }
            self.equations.logarithms += product.ln();
        }
        if self.filled + MAX_SPAN > BLOCK {
            self.flush();
        }
    }

    /// Adds the products of the collected positions.
    fn flush(&mut self) {
        let filled = self.filled.next_multiple_of(8);
        for row in self.block.chunks_exact_mut(BLOCK) {
            row[self.filled..filled].fill(0.0);
        }
        add_products(&mut self.equations.products, &self.block, filled);
        self.filled = 0;
    }

    /// Returns the sum so far and starts a new one.
    pub(super) fn take(&mut self) -> NormalEquations {
        self.flush();
        let empty = NormalEquations::new(self.equations.n);
        std::mem::replace(&mut self.equations, empty)
    }
}

/// Adds the products of all pairs of rows of a block to the lower triangle of `products`. Rows
/// have `count` numbers, a multiple of 8.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn add_products(products: &mut [f64], block: &[f32], count: usize) {
    /// The number of rows that are multiplied by the same row together.
    const GROUP: usize = 4;

    let n = block.len() / BLOCK;
    let row = |i: usize| block[i * BLOCK..i * BLOCK + count].as_chunks::<8>().0;
    for i in 0..n {
        for first in (0..=i).step_by(GROUP) {
            // If fewer rows remain, the last one is repeated.
            let others: [_; GROUP] = std::array::from_fn(|at| row((first + at).min(i)));
            let mut sums = [[0.0_f32; 8]; GROUP];
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

/// Solves `a · x = b` for a symmetric matrix `a` of `n` rows by Cholesky's decomposition. The
/// solution replaces `b`. Returns `None` if `a` is not positive definite.
pub(crate) fn cholesky(a: &mut [f64], b: &mut [f64], n: usize) -> Option<()> {
    for j in 0..n {
        for k in 0..j {
            let coefficient = a[j * n + k];
            for i in j..n {
                a[i * n + j] -= a[i * n + k] * coefficient;
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
