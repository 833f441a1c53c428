//! A peer's smallest setting that keeps the bound.

use ndarray::{Array3, ArrayView3};

use crate::Outcome;
use crate::fields::{FieldData, sample};
use crate::peers::{Codec, Peer};
use crate::timing::{Seconds, timed};

/// How many settings that break the bound are tried with a tighter one.
const SECOND_CHANCES: usize = 2;
/// How often a setting that breaks the bound is tried with another.
const ATTEMPTS: usize = 10;
/// How near to the largest request that keeps the bound is near enough, as a part of it.
const PRECISION: f64 = 1e-3;
/// The tightest that a broken bound is asked for, as a part of it.
const TIGHTEST: f64 = 1.0 / 64.0;
/// Over the bound by so much a setting is still worth a try.
const NEAR: f64 = 1.05;

/// A field encoded and decoded.
pub(crate) struct Trial {
    pub(crate) setting: String,
    /// What was asked for, over the bound.
    pub(crate) request: f64,
    pub(crate) encoded: Vec<u8>,
    /// Missing values as the field has them.
    pub(crate) decoded: Array3<f32>,
    /// The largest error of a valid value; infinite where one is lost, or a missing one is not.
    pub(crate) error: f64,
    pub(crate) encode: Seconds,
    pub(crate) decode: Seconds,
}

impl Trial {
    /// The length of the encoding.
    pub(crate) fn bytes(&self) -> u64 {
        self.encoded.len() as u64
    }
}

/// The result of the search for a peer.
pub(crate) struct Found {
    /// The smallest that keeps the bound, and what made it.
    pub(crate) kept: Trial,
    pub(crate) codec: Box<dyn Codec>,
    /// Where the bound was asked for as it is: the smallest, and whether it is kept. `None` for
    /// peers that promise nothing.
    pub(crate) promise: Option<Promise>,
    /// Bytes with the first setting, which is the library's default; `None` where that breaks the
    /// bound or was not tried.
    pub(crate) default_bytes: Option<u64>,
}

/// The smallest encoding with the bound asked for as it is, and its error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Promise {
    /// Of the smallest encoding.
    pub(crate) bytes: u64,
    /// The largest error over the bound: over 1, the bound is broken.
    pub(crate) error: f64,
}

/// Compresses a field with a peer's settings.
pub(crate) fn smallest(peer: &dyn Peer, field: &FieldData, bound: f64) -> Outcome<Found> {
    let candidates = peer.candidates(field, bound)?;
    let mut candidates: Vec<(Box<dyn Codec>, bool)> = candidates
        .into_iter()
        .enumerate()
        .map(|(place, codec)| (codec, place == 0))
        .collect();
    let array = peer.input(field);
    if candidates.len() > peer.finalists() && array.len() > peer.trial_values() {
        let part = sample(array, peer.trial_values());
        candidates = finalists(candidates, part, bound, peer.finalists());
    }

    let mut kept: Option<Kept> = None;
    let mut promise: Option<Promise> = None;
    let mut default_bytes = None;
    let mut broken = Vec::new();
    let mut failure = None;
    for (place, (codec, is_default)) in candidates.iter().enumerate() {
        let trial = match attempt(codec.as_ref(), field, array, bound, 1.0) {
            Ok(trial) => trial,
            Err(error) => {
                failure = Some(error);
                continue;
            }
        };
        let bytes = trial.bytes();
        let error = over_bound(trial.error, bound);
        let asked = peer.promises() && !codec.asks_for_more();
        if asked && promise.as_ref().is_none_or(|p| bytes < p.bytes) {
            promise = Some(Promise { bytes, error });
        }
        if error <= 1.0 {
            if *is_default {
                default_bytes = Some(bytes);
            }
            keep_smaller(&mut kept, place, trial);
        } else if asked {
            broken.push((bytes, place));
        }
    }
    // What misses the bound may be the smallest all the same when it is asked for less.
    broken.sort_unstable();
    for (bytes, place) in broken.into_iter().take(SECOND_CHANCES) {
        if bound > 0.0 && kept.as_ref().is_none_or(|kept| bytes < kept.trial.bytes()) {
            let mut keep = |trial| keep_smaller(&mut kept, place, trial);
            tighten(candidates[place].0.as_ref(), field, array, bound, &mut keep)?;
        }
    }
    match (kept, failure) {
        (Some(kept), _) => Ok(Found {
            codec: candidates.swap_remove(kept.place).0,
            kept: kept.trial,
            promise,
            default_bytes,
        }),
        (None, Some(error)) => Err(error),
        (None, None) => Err(format!("{} keeps no bound", peer.name()).into()),
    }
}

/// The `count` most promising settings, as seen on a part of the field, and the default one if there is
/// room for several; all of them where none is promising.
fn finalists(
    candidates: Vec<(Box<dyn Codec>, bool)>,
    part: ArrayView3<'_, f32>,
    bound: f64,
    count: usize,
) -> Vec<(Box<dyn Codec>, bool)> {
    let mut ranked: Vec<(usize, usize)> = Vec::new();
    for (place, (codec, _)) in candidates.iter().enumerate() {
        let Ok(bytes) = codec.encode(part, bound) else {
            continue;
        };
        // A setting far beyond the bound would have to be asked for something else.
        let near = codec
            .decode(&bytes, part.dim().into())
            .is_ok_and(|decoded| largest_error(part, decoded.view()) <= NEAR * bound);
        if near {
            ranked.push((bytes.len(), place));
        }
    }
    if ranked.is_empty() {
        return candidates;
    }
    ranked.sort_unstable();
    ranked.truncate(count);
    let mut places = 0..candidates.len();
    let mut chosen = candidates;
    chosen.retain(|(_, is_default)| {
        let place = places.next();
        (*is_default && count > 1) || ranked.iter().any(|(_, ranked)| place == Some(*ranked))
    });
    chosen
}

/// Asks for less than the bound until it is kept, and then for as much as keeps it.
fn tighten(
    codec: &dyn Codec,
    field: &FieldData,
    array: ArrayView3<'_, f32>,
    bound: f64,
    keep: &mut dyn FnMut(Trial),
) -> Outcome<()> {
    let (mut low, mut high) = (TIGHTEST.ln(), 0.0_f64);
    // Most bounds are broken by a rounding at the end: a little less is often enough.
    let mut request = -PRECISION;
    for _ in 0..ATTEMPTS {
        let trial = attempt(codec, field, array, bound, request.exp())?;
        let excess = (trial.error / bound).ln();
        if excess <= 0.0 {
            low = request;
            keep(trial);
        } else {
            high = request;
        }
        if high - low < PRECISION {
            break;
        }
        // Where the error is in proportion to the request, or else in the middle.
        let guess = request - excess - PRECISION / 2.0;
        request = if excess > 0.0 && guess > low {
            guess
        } else {
            f64::midpoint(low, high)
        };
    }
    Ok(())
}

/// The smallest so far, and the place of the setting that made it.
struct Kept {
    trial: Trial,
    place: usize,
}

/// Keeps the smaller of two.
fn keep_smaller(kept: &mut Option<Kept>, place: usize, trial: Trial) {
    let smaller = |kept: &Kept| trial.bytes() < kept.trial.bytes();
    if kept.as_ref().is_none_or(smaller) {
        *kept = Some(Kept { trial, place });
    }
}

/// An error over a bound; of a bound of 0, any error is infinitely far over it.
pub(crate) fn over_bound(error: f64, bound: f64) -> f64 {
    if error > 0.0 { error / bound } else { 0.0 }
}

/// Encodes and decodes, for `share` of the bound.
pub(crate) fn attempt(
    codec: &dyn Codec,
    field: &FieldData,
    array: ArrayView3<'_, f32>,
    bound: f64,
    share: f64,
) -> Outcome<Trial> {
    let (encoded, encode) = timed(|| codec.encode(array, bound * share))?;
    let (mut decoded, decode) = timed(|| codec.decode(&encoded, field.shape()))?;
    if array.iter().all(|x| x.is_finite()) {
        field.restore_missing(&mut decoded)?;
    }
    Ok(Trial {
        setting: codec.setting(),
        request: share,
        error: if bound > 0.0 {
            largest_error(field.values.view(), decoded.view())
        } else {
            error_of_bits(field.values.view(), decoded.view())
        },
        encoded,
        decoded,
        encode,
        decode,
    })
}

/// The largest error of a value; infinite where a value is missing in one of the fields only.
pub(crate) fn largest_error(field: ArrayView3<'_, f32>, decoded: ArrayView3<'_, f32>) -> f64 {
    if field.dim() != decoded.dim() {
        return f64::INFINITY;
    }
    let errors = field.iter().zip(decoded).map(|(&x, &y)| {
        if x.is_nan() && y.is_nan() {
            return 0.0;
        }
        let error = (f64::from(x) - f64::from(y)).abs();
        if error.is_nan() { f64::INFINITY } else { error }
    });
    errors.fold(0.0, f64::max)
}

/// 0 where all values have the same bits, else infinite.
fn error_of_bits(field: ArrayView3<'_, f32>, decoded: ArrayView3<'_, f32>) -> f64 {
    let mut pairs = field.iter().zip(decoded);
    let same = pairs.all(|(x, y)| x.to_bits() == y.to_bits());
    if field.dim() == decoded.dim() && same {
        0.0
    } else {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    /// Rounds to steps of `loose` times what it is asked for: over 2, it breaks its promise.
    struct Rounds {
        loose: f64,
        size: usize,
    }

    struct Rounder(Vec<(f64, usize)>);

    impl Codec for Rounds {
        fn setting(&self) -> String {
            format!("{}", self.loose)
        }

        fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
            let step = self.loose * request;
            // Fewer bytes for larger steps, and the values behind them.
            let padding = (self.size as f64 / step) as usize;
            let mut bytes = (padding as u32).to_le_bytes().to_vec();
            for &x in values {
                let rounded = (f64::from(x) / step).round() * step;
                bytes.extend_from_slice(&(rounded as f32).to_le_bytes());
            }
            bytes.resize(bytes.len() + padding, 0);
            Ok(bytes)
        }

        fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
            let count = shape.iter().product::<usize>();
            let words = bytes[4..].chunks_exact(4).take(count);
            let values = words.map(|w| f32::from_le_bytes([w[0], w[1], w[2], w[3]]));
            Ok(Array3::from_shape_vec(shape, values.collect())?)
        }
    }

    impl Peer for Rounder {
        fn name(&self) -> String {
            "rounder".to_owned()
        }

        fn version(&self) -> String {
            "1".to_owned()
        }

        fn trial_values(&self) -> usize {
            500
        }

        fn candidates(&self, _: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
            let codec = |&(loose, size)| -> Box<dyn Codec> { Box::new(Rounds { loose, size }) };
            Ok(self.0.iter().map(codec).collect())
        }
    }

    fn field(frames: usize) -> FieldData {
        let values = Array3::from_shape_fn((frames, 6, 7), |(t, y, x)| {
            ((t * 31 + y * 17 + x * 7) as f32).sin()
        });
        FieldData::new("waves", values).unwrap()
    }

    #[test]
    fn an_honest_peer_is_taken_at_its_word() {
        let found = smallest(&Rounder(vec![(2.0, 100)]), &field(5), 0.05).unwrap();
        assert_eq!(found.kept.request, 1.0);
        assert!(found.kept.error <= 0.05 && found.promise.unwrap().error <= 1.0);
    }

    #[test]
    fn a_broken_bound_is_told_and_tightened() {
        let found = smallest(&Rounder(vec![(3.0, 100)]), &field(5), 0.05).unwrap();
        let promise = found.promise.unwrap();
        assert!(promise.error > 1.3 && promise.error < 1.5, "{promise:?}");
        assert!(promise.bytes < found.kept.bytes());
        // Two thirds would do.
        assert!(
            (0.6..0.68).contains(&found.kept.request),
            "{}",
            found.kept.request
        );
        assert!(found.kept.error <= 0.05);
    }

    #[test]
    fn the_smallest_that_keeps_the_bound_wins() {
        let peer = Rounder(vec![(2.0, 100), (2.0, 50), (9.0, 300)]);
        let found = smallest(&peer, &field(5), 0.05).unwrap();
        assert_eq!(
            (found.kept.setting.as_str(), found.kept.request),
            ("2", 1.0)
        );
        let most = 4.0 + 4.0 * 5.0 * 42.0 + 50.0 / 0.1;
        assert_eq!(found.kept.bytes(), most as u64);
        // What made it makes it again.
        let again = found.codec.encode(field(5).values.view(), 0.05).unwrap();
        assert_eq!(again, found.kept.encoded);
        assert_eq!(found.default_bytes, Some(4 + 4 * 5 * 42 + 1000));
    }

    #[test]
    fn of_a_large_field_a_part_chooses_the_settings() {
        let many = (1..10).rev().map(|size| (2.0, 100 * size)).collect();
        let found = smallest(&Rounder(many), &field(50), 0.05).unwrap();
        assert_eq!(found.kept.bytes(), 4 + 4 * 50 * 42 + 1000);
    }

    #[test]
    fn over_a_bound_of_zero_is_any_error() {
        assert_eq!(over_bound(0.1, 0.2), 0.5);
        assert_eq!(over_bound(0.0, 0.0), 0.0);
        assert_eq!(over_bound(1e-300, 0.0), f64::INFINITY);
    }

    #[test]
    fn a_lost_value_is_an_infinite_error() {
        let mut values = Array3::zeros((1, 2, 3));
        let field = values.clone();
        values[[0, 1, 1]] = 0.5_f32;
        assert_eq!(largest_error(field.view(), values.view()), 0.5);
        values[[0, 1, 1]] = f32::NAN;
        assert_eq!(largest_error(field.view(), values.view()), f64::INFINITY);
        assert_eq!(largest_error(values.view(), field.view()), f64::INFINITY);
        assert_eq!(largest_error(values.view(), values.view()), 0.0);
        assert_eq!(error_of_bits(values.view(), values.view()), 0.0);
        assert_eq!(error_of_bits(field.view(), values.view()), f64::INFINITY);
        let negative = field.mapv(|x| -x);
        assert_eq!(error_of_bits(field.view(), negative.view()), f64::INFINITY);
    }
}
