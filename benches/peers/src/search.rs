//! The search for the setting of a peer with the smallest encoding that satisfies the bound.

use ndarray::{Array3, ArrayView3};

use crate::Result;
use crate::fields::{FieldData, sample};
use crate::peers::{Peer, PeerCodec};
use crate::timing::{Seconds, timed};

/// The number of settings that exceed the bound and are tried again with a tighter request.
const MAX_TIGHTENED_SETTINGS: usize = 2;
/// The maximum number of requests tried for a setting that exceeds the bound.
const MAX_TIGHTENING_TRIALS: usize = 10;
/// The relative precision of the largest request that satisfies the bound.
const PRECISION: f64 = 1e-3;
/// The smallest request for a setting that exceeds the bound, divided by the bound.
const MIN_REQUEST: f64 = 1.0 / 64.0;
/// The largest error on a sample, divided by the bound, at which a setting remains a candidate.
const MAX_TRIAL_ERROR: f64 = 1.05;

/// An encoding of a field and its decoded values.
pub(crate) struct RoundTrip {
    pub(crate) setting: String,
    /// The bound that was given to the codec, divided by the bound of the search.
    pub(crate) request: f64,
    pub(crate) encoded: Vec<u8>,
    /// The decoded values, with the missing values of the field.
    pub(crate) decoded: Array3<f32>,
    /// The largest error of a valid value; infinite if the missing values differ.
    pub(crate) error: f64,
    pub(crate) encode: Seconds,
    pub(crate) decode: Seconds,
}

impl RoundTrip {
    /// Returns the length of the encoding.
    pub(crate) fn bytes(&self) -> u64 {
        self.encoded.len() as u64
    }
}

/// The result of the search for a peer.
pub(crate) struct SearchResult {
    /// The smallest encoding that satisfies the bound.
    pub(crate) best: RoundTrip,
    /// The codec of the smallest encoding.
    pub(crate) codec: Box<dyn PeerCodec>,
    /// The smallest encoding with the bound itself as the request, which may exceed the bound.
    /// `None` for peers without an error bound.
    pub(crate) nominal: Option<NominalEncoding>,
    /// The bytes with the first setting, the default of the library; `None` if it exceeds the
    /// bound or was not tried.
    pub(crate) default_bytes: Option<u64>,
}

/// The size and the error of the smallest encoding with the bound itself as the request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NominalEncoding {
    pub(crate) bytes: u64,
    /// The largest error divided by the bound.
    pub(crate) error: f64,
}

/// Finds the setting of a peer with the smallest encoding that satisfies the bound.
pub(crate) fn find_smallest(
    peer: &dyn Peer,
    field: &FieldData,
    bound: f64,
) -> Result<SearchResult> {
    let candidates = peer.candidates(field, bound)?;
    let mut candidates: Vec<(Box<dyn PeerCodec>, bool)> = candidates
        .into_iter()
        .enumerate()
        .map(|(index, codec)| (codec, index == 0))
        .collect();
    let array = peer.input(field);
    if candidates.len() > peer.finalists() && array.len() > peer.trial_values() {
        let part = sample(array, peer.trial_values());
        candidates = finalists(candidates, part, bound, peer.finalists());
    }

    let mut best: Option<BestRoundTrip> = None;
    let mut nominal: Option<NominalEncoding> = None;
    let mut default_bytes = None;
    let mut exceeding = Vec::new();
    let mut failure = None;
    for (index, (codec, is_default)) in candidates.iter().enumerate() {
        let trial = match round_trip(codec.as_ref(), field, array, bound, 1.0) {
            Ok(trial) => trial,
            Err(error) => {
                failure = Some(error);
                continue;
            }
        };
        let bytes = trial.bytes();
        let error = error_to_bound_ratio(trial.error, bound);
        let is_nominal = peer.claims_bound() && !codec.requests_looser_bound();
        if is_nominal && nominal.as_ref().is_none_or(|p| bytes < p.bytes) {
            nominal = Some(NominalEncoding { bytes, error });
        }
        if error <= 1.0 {
            if *is_default {
                default_bytes = Some(bytes);
            }
            update_best(&mut best, index, trial);
        } else if is_nominal {
            exceeding.push((bytes, index));
        }
    }
    // Settings that exceed the bound may be the smallest with a tighter request.
    exceeding.sort_unstable();
    for (bytes, index) in exceeding.into_iter().take(MAX_TIGHTENED_SETTINGS) {
        if bound > 0.0 && best.as_ref().is_none_or(|best| bytes < best.trial.bytes()) {
            let mut keep = |trial| update_best(&mut best, index, trial);
            tighten(candidates[index].0.as_ref(), field, array, bound, &mut keep)?;
        }
    }
    match (best, failure) {
        (Some(best), _) => Ok(SearchResult {
            codec: candidates.swap_remove(best.index).0,
            best: best.trial,
            nominal,
            default_bytes,
        }),
        (None, Some(error)) => Err(error),
        (None, None) => Err(format!("no setting of {} satisfies the bound", peer.name()).into()),
    }
}

/// Returns the `count` settings with the smallest encodings of a sample.
///
/// The default setting is included as well if `count` is more than 1. Returns all settings if none
/// approximately satisfies the bound.
fn finalists(
    candidates: Vec<(Box<dyn PeerCodec>, bool)>,
    part: ArrayView3<'_, f32>,
    bound: f64,
    count: usize,
) -> Vec<(Box<dyn PeerCodec>, bool)> {
    let mut ranked: Vec<(usize, usize)> = Vec::new();
    for (index, (codec, _)) in candidates.iter().enumerate() {
        let Ok(bytes) = codec.encode(part, bound) else {
            continue;
        };
        // A setting far outside the bound would need a very different request.
        let is_promising = codec
            .decode(&bytes, part.dim().into())
            .is_ok_and(|decoded| largest_error(part, decoded.view()) <= MAX_TRIAL_ERROR * bound);
        if is_promising {
            ranked.push((bytes.len(), index));
        }
    }
    if ranked.is_empty() {
        return candidates;
    }
    ranked.sort_unstable();
    ranked.truncate(count);
    let mut indices = 0..candidates.len();
    let mut chosen = candidates;
    chosen.retain(|(_, is_default)| {
        let index = indices.next();
        (*is_default && count > 1) || ranked.iter().any(|(_, ranked)| index == Some(*ranked))
    });
    chosen
}

/// Searches for the largest request whose encoding satisfies the bound, and calls `keep` for each
/// encoding that does.
fn tighten(
    codec: &dyn PeerCodec,
    field: &FieldData,
    array: ArrayView3<'_, f32>,
    bound: f64,
    keep: &mut dyn FnMut(RoundTrip),
) -> Result<()> {
    let (mut low, mut high) = (MIN_REQUEST.ln(), 0.0_f64);
    // Most bounds are exceeded by a final rounding, so that a slightly smaller request suffices.
    let mut request = -PRECISION;
    for _ in 0..MAX_TIGHTENING_TRIALS {
        let trial = round_trip(codec, field, array, bound, request.exp())?;
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
        // Assume that the error is proportional to the request, or else use the midpoint.
        let guess = request - excess - PRECISION / 2.0;
        request = if excess > 0.0 && guess > low {
            guess
        } else {
            f64::midpoint(low, high)
        };
    }
    Ok(())
}

/// The smallest encoding so far, and the index of its setting.
struct BestRoundTrip {
    trial: RoundTrip,
    index: usize,
}

/// Replaces the best encoding if `trial` is smaller.
fn update_best(best: &mut Option<BestRoundTrip>, index: usize, trial: RoundTrip) {
    let smaller = |best: &BestRoundTrip| trial.bytes() < best.trial.bytes();
    if best.as_ref().is_none_or(smaller) {
        *best = Some(BestRoundTrip { trial, index });
    }
}

/// Returns the error divided by the bound; infinity for any error if the bound is 0.
pub(crate) fn error_to_bound_ratio(error: f64, bound: f64) -> f64 {
    if error > 0.0 { error / bound } else { 0.0 }
}

/// Encodes and decodes a field with `request` times the bound.
pub(crate) fn round_trip(
    codec: &dyn PeerCodec,
    field: &FieldData,
    array: ArrayView3<'_, f32>,
    bound: f64,
    request: f64,
) -> Result<RoundTrip> {
    let (encoded, encode) = timed(|| codec.encode(array, bound * request))?;
    let (mut decoded, decode) = timed(|| codec.decode(&encoded, field.shape()))?;
    if array.iter().all(|x| x.is_finite()) {
        field.restore_missing(&mut decoded)?;
    }
    Ok(RoundTrip {
        setting: codec.setting(),
        request,
        error: if bound > 0.0 {
            largest_error(field.values.view(), decoded.view())
        } else {
            bitwise_error(field.values.view(), decoded.view())
        },
        encoded,
        decoded,
        encode,
        decode,
    })
}

/// Returns the largest error, or infinity if a value is missing in only one of the arrays.
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

/// Returns 0 if all values have the same bits, and infinity otherwise.
fn bitwise_error(field: ArrayView3<'_, f32>, decoded: ArrayView3<'_, f32>) -> f64 {
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

    /// A codec that rounds to steps of `looseness` times the request. It exceeds the bound if
    /// `looseness` is more than 2.
    struct RoundingCodec {
        looseness: f64,
        size: usize,
    }

    /// A peer with settings of given looseness and size.
    struct RoundingPeer(Vec<(f64, usize)>);

    impl PeerCodec for RoundingCodec {
        fn setting(&self) -> String {
            format!("{}", self.looseness)
        }

        fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
            let step = self.looseness * request;
            // The padding is shorter for larger steps, and the values precede it.
            let padding = (self.size as f64 / step) as usize;
            let mut bytes = (padding as u32).to_le_bytes().to_vec();
            for &x in values {
                let rounded = (f64::from(x) / step).round() * step;
                bytes.extend_from_slice(&(rounded as f32).to_le_bytes());
            }
            bytes.resize(bytes.len() + padding, 0);
            Ok(bytes)
        }

        fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
            let count = shape.iter().product::<usize>();
            let words = bytes[4..].chunks_exact(4).take(count);
            let values = words.map(|w| f32::from_le_bytes([w[0], w[1], w[2], w[3]]));
            Ok(Array3::from_shape_vec(shape, values.collect())?)
        }
    }

    impl Peer for RoundingPeer {
        fn name(&self) -> String {
            "rounder".to_owned()
        }

        fn version(&self) -> String {
            "1".to_owned()
        }

        fn trial_values(&self) -> usize {
            500
        }

        fn candidates(&self, _: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
            let codec = |&(looseness, size)| -> Box<dyn PeerCodec> {
                Box::new(RoundingCodec { looseness, size })
            };
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
    fn a_peer_that_satisfies_the_bound_is_given_the_bound() {
        let result = find_smallest(&RoundingPeer(vec![(2.0, 100)]), &field(5), 0.05).unwrap();
        assert_eq!(result.best.request, 1.0);
        assert!(result.best.error <= 0.05 && result.nominal.unwrap().error <= 1.0);
    }

    #[test]
    fn an_exceeded_bound_is_reported_and_tightened() {
        let result = find_smallest(&RoundingPeer(vec![(3.0, 100)]), &field(5), 0.05).unwrap();
        let nominal = result.nominal.unwrap();
        assert!(nominal.error > 1.3 && nominal.error < 1.5, "{nominal:?}");
        assert!(nominal.bytes < result.best.bytes());
        // The largest request that satisfies the bound is 2/3.
        assert!(
            (0.6..0.68).contains(&result.best.request),
            "{}",
            result.best.request
        );
        assert!(result.best.error <= 0.05);
    }

    #[test]
    fn the_smallest_encoding_that_satisfies_the_bound_is_chosen() {
        let peer = RoundingPeer(vec![(2.0, 100), (2.0, 50), (9.0, 300)]);
        let result = find_smallest(&peer, &field(5), 0.05).unwrap();
        assert_eq!(
            (result.best.setting.as_str(), result.best.request),
            ("2", 1.0)
        );
        let expected = 4.0 + 4.0 * 5.0 * 42.0 + 50.0 / 0.1;
        assert_eq!(result.best.bytes(), expected as u64);
        // The codec reproduces the encoding.
        let again = result.codec.encode(field(5).values.view(), 0.05).unwrap();
        assert_eq!(again, result.best.encoded);
        assert_eq!(result.default_bytes, Some(4 + 4 * 5 * 42 + 1000));
    }

    #[test]
    fn settings_of_large_fields_are_chosen_on_a_sample() {
        let many = (1..10).rev().map(|size| (2.0, 100 * size)).collect();
        let result = find_smallest(&RoundingPeer(many), &field(50), 0.05).unwrap();
        assert_eq!(result.best.bytes(), 4 + 4 * 50 * 42 + 1000);
    }

    #[test]
    fn any_error_is_infinitely_larger_than_a_bound_of_zero() {
        assert_eq!(error_to_bound_ratio(0.1, 0.2), 0.5);
        assert_eq!(error_to_bound_ratio(0.0, 0.0), 0.0);
        assert_eq!(error_to_bound_ratio(1e-300, 0.0), f64::INFINITY);
    }

    #[test]
    fn a_missing_value_in_one_array_is_an_infinite_error() {
        let mut values = Array3::zeros((1, 2, 3));
        let field = values.clone();
        values[[0, 1, 1]] = 0.5_f32;
        assert_eq!(largest_error(field.view(), values.view()), 0.5);
        values[[0, 1, 1]] = f32::NAN;
        assert_eq!(largest_error(field.view(), values.view()), f64::INFINITY);
        assert_eq!(largest_error(values.view(), field.view()), f64::INFINITY);
        assert_eq!(largest_error(values.view(), values.view()), 0.0);
        assert_eq!(bitwise_error(values.view(), values.view()), 0.0);
        assert_eq!(bitwise_error(field.view(), values.view()), f64::INFINITY);
        let negative = field.mapv(|x| -x);
        assert_eq!(bitwise_error(field.view(), negative.view()), f64::INFINITY);
    }
}
