//! The choice of coefficients that save more bits than they take.

use super::normal::{Noise, Normal};
use crate::coefficients::{Coefficients, FRACTION_BITS, Role};
use crate::taps::DEPARTURES;

/// The number of places of the common sample that coefficients of a tile are fitted to beside their own.
const PRIOR: f64 = 1000.0;

/// The choice of the coefficients of a pass.
pub(super) struct Choice {
    pub(super) role: Role,
    /// The part of the mean square of each feature that is added to it, so that there is a solution.
    pub(super) ridge: f64,
    pub(super) noise: Noise,
    /// The step between residuals.
    pub(super) step: i64,
    /// The part of the mean square error of coefficients that is in excess of that in the sample, for each coefficient and
    /// place of the sample.
    pub(super) excess: f64,
}

/// The coefficients of tiles, which some have.
type Own = Vec<Option<Vec<i32>>>;

impl Choice {
    /// Returns the coefficients that all tiles have in common, and those of tiles that are better with their own, if they
    /// are worth more bits than they take in place of `usual` ones.
    ///
    /// Each tile is the normal equations of its sample and the number of its places. Features beyond those that `usual` has
    /// coefficients for are for the tiles' own coefficients alone.
    pub(super) fn best(
        &self,
        tiles: &[(Normal, usize)],
        usual: &Coefficients,
    ) -> Option<(Coefficients, Own)> {
        let features = usual.all.len();
        let mut all = tiles.first()?.0.clone();
        tiles[1..].iter().for_each(|(tile, _)| all.add(tile, 1.0));
        if all.count < 8.0 * features as f64 {
            return None;
        }
        let wanted = all.of_first(features).solve(self.ridge, self.noise)?;
        let own = tiles.iter().map(|(tile, _)| {
            let mut normal = tile.clone();
            normal.add(&all, PRIOR / all.count);
            normal.solve(self.ridge, self.noise)
        });
        let own: Vec<_> = match tiles.len() {
            1 => Vec::new(),
            _ => own.collect(),
        };
        let usual_bits: f64 = tiles.iter().map(|tile| self.bits(tile, usual, 0)).sum();
        let choices = (FRACTION_BITS.0..=FRACTION_BITS.1).map(|bits| {
            let common = Coefficients::rounded(self.role, bits, &wanted);
            let mut cost = common.cost(self.role);
            let of_common = tiles.iter().map(|tile| self.bits(tile, &common, features));
            if own.is_empty() {
                cost += of_common.sum::<f64>();
                return (cost, common, Vec::new());
            }
            let chosen = tiles.iter().zip(of_common).zip(&own);
            let chosen = chosen.map(|((tile, of_common), wanted)| {
                let own = wanted.as_ref().map(|wanted| {
                    let own = Coefficients::rounded(Role::Own, bits, wanted);
                    let bits = self.bits(tile, &own, own.all.len()) + common.cost_of_own(&own);
                    (bits, own.all)
                });
                let own = own.filter(|(bits, _)| *bits < of_common);
                cost += 1.0 + own.as_ref().map_or(of_common, |(bits, _)| *bits);
                own.map(|(_, own)| own)
            });
            let chosen = chosen.collect();
            (cost, common, chosen)
        });
        let (cost, common, own) = choices.min_by(|one, other| one.0.total_cmp(&other.0))?;
        (cost < usual_bits).then_some((common, own))
    }

    /// Returns the approximate number of bits of the residuals of a tile, with coefficients of which so many were fitted.
    fn bits(&self, (normal, places): &(Normal, usize), by: &Coefficients, fitted: usize) -> f64 {
        if normal.count == 0.0 {
            return 0.0;
        }
        let mut numbers = by.numbers();
        numbers.resize(numbers.len().max(DEPARTURES.len()), 0.0);
        let excess = 1.0 + self.excess * fitted as f64 / (normal.count + PRIOR);
        let error = normal.error(&numbers, self.noise) * excess;
        entropy(error.sqrt() / self.step as f64) * normal.share() * *places as f64
    }
}

/// Returns the entropy, in bits, of numbers with a Laplace distribution that are rounded to integers. `deviation` is their
/// standard deviation.
fn entropy(deviation: f64) -> f64 {
    let scale = (deviation / std::f64::consts::SQRT_2).max(0.01);
    // The probabilities of 0, and of each larger magnitude relative to the one before.
    let [zero, next] = [-(-0.5 / scale).exp_m1(), (-1.0 / scale).exp()];
    let of_two = |p: f64| match p > 0.0 && p < 1.0 {
        true => -p * p.log2() - (1.0 - p) * (1.0 - p).log2(),
        false => 0.0,
    };
    of_two(zero) + (1.0 - zero) * (1.0 + of_two(next) / (1.0 - next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entropy_of_a_laplace_distribution_is_known() {
        // A wide one has that of the density: log2(2 e b).
        let wide = (2.0 * std::f64::consts::E * 100.0 / std::f64::consts::SQRT_2).log2();
        assert!((entropy(100.0) - wide).abs() < 1e-3);
        // Half of the numbers round to 0 where b is 0.5 / ln 2, and then each magnitude is half as frequent… or a quarter.
        let deviation = 0.5 / std::f64::consts::LN_2 * std::f64::consts::SQRT_2;
        let next: f64 = 0.25;
        let of_next = -next * next.log2() - (1.0 - next) * (1.0 - next).log2();
        let expected = 1.0 + 0.5 * (1.0 + of_next / (1.0 - next));
        assert!((entropy(deviation) - expected).abs() < 1e-12);
        assert!(entropy(0.0) < 1e-9);
    }
}
