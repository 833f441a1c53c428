//! Normal equations.

use super::RUN;

/// The number of places whose features are kept before their products are added.
const BLOCK: usize = 512;

/// Sums of products of features and of the numbers that they predict: the normal equations.
#[derive(Clone, Debug)]
pub(super) struct Normal {
    /// The number of features.
    n: usize,
    /// The lower triangle of the matrix of products. Its last row is of the numbers to predict.
    products: Vec<f64>,
    /// The number of places that have a residual.
    pub(super) count: f64,
    /// The number of all places of the sample.
    seen: f64,
    /// The sum of the weights of places, and of their natural logarithms.
    weights: f64,
    logarithms: f64,
}

/// The mean square of the errors of features that are not known exactly: so many of the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    pub(super) features: usize,
    pub(super) mean_square: f64,
}

impl Normal {
    pub(super) fn new(features: usize) -> Self {
        Self {
            n: features,
            products: vec![0.0; (features + 1) * (features + 1)],
            count: 0.0,
            seen: 0.0,
            weights: 0.0,
            logarithms: 0.0,
        }
    }

    /// Adds others of the same features, times a weight.
    pub(super) fn add(&mut self, other: &Self, weight: f64) {
        for (sum, product) in self.products.iter_mut().zip(&other.products) {
            *sum += product * weight;
        }
        self.count += other.count * weight;
        self.seen += other.seen * weight;
        self.weights += other.weights * weight;
        self.logarithms += other.logarithms * weight;
    }

    /// Returns those of the first features.
    pub(super) fn of_first(&self, features: usize) -> Self {
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

    /// Returns the coefficients of the least mean square error. `ridge` is relative to the mean square of each feature.
    pub(super) fn solve(&self, ridge: f64, noise: Noise) -> Option<Vec<f64>> {
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

    /// Returns the part of places that have a residual.
    pub(super) fn share(&self) -> f64 {
        self.count / self.seen.max(1.0)
    }

    /// Returns the mean square error of a prediction, of a typical place. There is one that has a residual.
    pub(super) fn error(&self, coefficients: &[f64], noise: Noise) -> f64 {
        let n = self.n;
        let row = |i: usize| &self.products[i * (n + 1)..][..i];
        let mut sum = self.product(n, n);
        for (i, by) in coefficients.iter().take(n).enumerate() {
            let others = row(i).iter().zip(coefficients);
            let with_others: f64 = others.map(|(product, by)| product * by).sum();
            let own = by * self.product(i, i);
            sum += by * (2.0 * with_others + own - 2.0 * self.product(n, i));
        }
        let noisy = coefficients.iter().take(noise.features.min(n));
        let squares: f64 = noisy.map(|by| by * by).sum();
        // Places with their errors in proportion to the weights take as many bits as all with this error.
        let typical = (self.logarithms / self.count).exp();
        (sum + noise.mean_square * squares * self.weights).max(0.0) / self.count / typical
    }
}

/// A sum of normal equations.
pub(super) struct Sum {
    normal: Normal,
    /// The features of up to [`BLOCK`] places, a row for each feature, and the number of places.
    block: Vec<f32>,
    filled: usize,
}

impl Sum {
    pub(super) fn new(features: usize) -> Self {
        Self {
            normal: Normal::new(features),
            block: vec![0.0; (features + 1) * BLOCK],
            filled: 0,
        }
    }

    /// Adds rows of features. The last row holds the numbers that they predict. The squares of the factors in `weights` are
    /// the weights of places; places of weight 0 do not count.
    pub(super) fn add<'r>(&mut self, rows: impl Iterator<Item = &'r [f32]>, weights: &[f32]) {
        /// The number of weights of single precision whose product has a range of double precision.
        const AT_ONCE: usize = 4;

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
        self.normal.seen += width as f64;
        for weights in weights.chunks(AT_ONCE) {
            let mut product = 1.0;
            for weight in weights.iter().filter(|weight| **weight > 0.0) {
                let weight = f64::from(weight * weight);
                self.normal.count += 1.0;
                self.normal.weights += weight;
                product *= weight;
            }
            self.normal.logarithms += product.ln();
        }
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
        add_products(&mut self.normal.products, &self.block, filled);
        self.filled = 0;
    }

    /// Returns the sum so far, and begins another.
    pub(super) fn take(&mut self) -> Normal {
        self.flush();
        let empty = Normal::new(self.normal.n);
        std::mem::replace(&mut self.normal, empty)
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
