//! Selection of the coefficients that save more bits than they take.

use super::normal::{FeatureNoise, NormalEquations};
use crate::coefficients::{CoefficientKind, Coefficients, FRACTION_BITS};
use crate::taps::CAUSAL_TAPS;

/// The weight, in positions, with which the equations of all tiles are added to those of one tile.
const PRIOR_POSITIONS: f64 = 1000.0;

/// The parameters of a selection of coefficients.
pub(super) struct CoefficientSelection {
    pub(super) kind: CoefficientKind,
    /// The fraction of each feature's mean square that is added to it, so that there is a
    /// solution.
    pub(super) ridge: f64,
    pub(super) noise: FeatureNoise,
    /// The step of the pass.
    pub(super) step: i64,
    /// The relative increase of the mean square error from the sample to all positions, per fitted
    /// coefficient, times the number of positions in the sample.
    pub(super) overfit: f64,
}

/// The coefficients of each tile that has its own.
type PerTile = Vec<Option<Vec<i32>>>;

impl CoefficientSelection {
    /// Returns the common coefficients of all tiles, and the coefficients of the tiles that take
    /// fewer bits with their own. Returns `None` if the default coefficients are better.
    ///
    /// Each tile is given as the normal equations of its sample and its number of positions. The
    /// default coefficients apply to the first features; the other features are used by the
    /// coefficients of single tiles only.
    pub(super) fn best(
        &self,
        tiles: &[(NormalEquations, usize)],
        default: &Coefficients,
    ) -> Option<(Coefficients, PerTile)> {
        let features = default.values.len();
        let mut total = tiles.first()?.0.clone();
        tiles[1..].iter().for_each(|(tile, _)| total.add(tile, 1.0));
        if total.count < 8.0 * features as f64 {
            return None;
        }
        let exact = total
            .first_features(features)
            .solve(self.ridge, self.noise)?;
        let exact_per_tile = tiles.iter().map(|(tile, _)| {
            let mut equations = tile.clone();
            equations.add(&total, PRIOR_POSITIONS / total.count);
            equations.solve(self.ridge, self.noise)
        });
        let exact_per_tile: Vec<_> = match tiles.len() {
            1 => Vec::new(),
            _ => exact_per_tile.collect(),
        };
        let default_bits: f64 = tiles.iter().map(|tile| self.bits(tile, default, 0)).sum();
        let candidates = (FRACTION_BITS.0..=FRACTION_BITS.1).map(|fraction_bits| {
            let common = Coefficients::rounded(self.kind, fraction_bits, &exact);
            let mut cost = common.cost(self.kind);
            let common_bits = tiles.iter().map(|tile| self.bits(tile, &common, features));
            if exact_per_tile.is_empty() {
                cost += common_bits.sum::<f64>();
                return (cost, common, Vec::new());
            }
            let tile_coefficients = tiles.iter().zip(common_bits).zip(&exact_per_tile);
            let tile_coefficients = tile_coefficients.map(|((tile, common_bits), exact)| {
                let own = exact.as_ref().map(|exact| {
                    let own = Coefficients::rounded(CoefficientKind::Tile, fraction_bits, exact);
                    let bits = self.bits(tile, &own, own.values.len()) + common.tile_cost(&own);
                    (bits, own.values)
                });
                let own = own.filter(|(bits, _)| *bits < common_bits);
                cost += 1.0 + own.as_ref().map_or(common_bits, |(bits, _)| *bits);
                own.map(|(_, own)| own)
            });
            let tile_coefficients = tile_coefficients.collect();
            (cost, common, tile_coefficients)
        });
        let (cost, common, per_tile) = candidates.min_by(|one, other| one.0.total_cmp(&other.0))?;
        (cost < default_bits).then_some((common, per_tile))
    }

    /// Returns the approximate number of bits of the residuals of a tile. `fitted` is the number
    /// of coefficients that were fitted.
    fn bits(
        &self,
        (equations, positions): &(NormalEquations, usize),
        coefficients: &Coefficients,
        fitted: usize,
    ) -> f64 {
        if equations.count == 0.0 {
            return 0.0;
        }
        let mut values = coefficients.to_f64();
        values.resize(values.len().max(CAUSAL_TAPS.len()), 0.0);
        let overfit = 1.0 + self.overfit * fitted as f64 / (equations.count + PRIOR_POSITIONS);
        let error = equations.mean_square_error(&values, self.noise) * overfit;
        laplace_entropy(error.sqrt() / self.step as f64)
            * equations.coded_fraction()
            * *positions as f64
    }
}

/// Returns the entropy, in bits, of numbers of a Laplace distribution that are rounded to
/// integers. `deviation` is their standard deviation.
fn laplace_entropy(deviation: f64) -> f64 {
    let scale = (deviation / std::f64::consts::SQRT_2).max(0.01);
    // The probability of 0, and the ratio of the probabilities of successive larger magnitudes.
    let [zero, next] = [-(-0.5 / scale).exp_m1(), (-1.0 / scale).exp()];
    let binary_entropy = |p: f64| match p > 0.0 && p < 1.0 {
        true => -p * p.log2() - (1.0 - p) * (1.0 - p).log2(),
        false => 0.0,
    };
    binary_entropy(zero) + (1.0 - zero) * (1.0 + binary_entropy(next) / (1.0 - next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_laplace_entropy_matches_its_closed_form() {
        // The entropy of a wide distribution is the differential entropy: log2(2 e b).
        let wide = (2.0 * std::f64::consts::E * 100.0 / std::f64::consts::SQRT_2).log2();
        assert!((laplace_entropy(100.0) - wide).abs() < 1e-3);
        // With b = 0.5 / ln 2, half of the numbers round to 0, and each larger magnitude is a
        // quarter as frequent as the one before.
        let deviation = 0.5 / std::f64::consts::LN_2 * std::f64::consts::SQRT_2;
        let next: f64 = 0.25;
        let next_entropy = -next * next.log2() - (1.0 - next) * (1.0 - next).log2();
        let expected = 1.0 + 0.5 * (1.0 + next_entropy / (1.0 - next));
        assert!((laplace_entropy(deviation) - expected).abs() < 1e-12);
        assert!(laplace_entropy(0.0) < 1e-9);
    }
}
