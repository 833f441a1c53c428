//! The measurement of a row: of one peer on one field at one target.

use fieldreel::metrics::{self, ErrorMetrics, bits_per_value, compression_ratio};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::fields::FieldData;
use crate::jobs::RowTarget;
use crate::peers::{ModePeer, Peer, PeerCodec};
use crate::search::{self, RoundTrip, SearchResult, error_to_bound_ratio};
use crate::timing::{self, Seconds, timed};

/// A row of `peers.json`.
///
/// Errors are in the unit of the field. Ratios are compression ratios relative to the array in
/// single precision. The compressed size includes the mask for peers that cannot store missing
/// values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PeerRow {
    pub(crate) field: String,
    /// The shape `(time, y, x)`.
    pub(crate) shape: [usize; 3],
    pub(crate) range: f64,
    /// The name of the target: a range-relative bound such as `1e-2`, `lossless`, or the mode
    /// whose largest error is the bound.
    pub(crate) target: String,
    /// The absolute bound; 0 for `lossless`, `null` for a mode itself.
    pub(crate) bound: Option<f64>,
    pub(crate) peer: String,
    pub(crate) version: String,
    pub(crate) setting: String,
    /// The bound that was given to the peer, divided by the bound of the row.
    pub(crate) request: f64,
    /// The bytes of the encoding, including the mask.
    pub(crate) bytes: u64,
    pub(crate) mask_bytes: u64,
    pub(crate) ratio: f64,
    pub(crate) bits_per_value: f64,
    pub(crate) max_abs: f64,
    /// True if the decoded values satisfy the bound.
    pub(crate) kept: bool,
    /// The ratio with the default setting of the library, if it was tried and satisfies the bound.
    pub(crate) default_ratio: Option<f64>,
    /// The result when the peer is given the bound itself; `null` for peers without an error
    /// bound.
    pub(crate) as_asked: Option<NominalResult>,
    pub(crate) rmse: f64,
    /// The PSNR in dB; `null` if there is no error.
    pub(crate) psnr_db: Option<f64>,
    /// The DSSIM of the worst frame; `null` if a frame is too small or has no values for it.
    pub(crate) dssim: Option<f64>,
    /// The time of encoding with the best setting, in one thread: the shortest of several runs if
    /// they are short. It excludes the search of the benchmark and includes the trials of
    /// fieldreel.
    pub(crate) encode: Seconds,
    /// The time of decoding, measured as for `encode`.
    pub(crate) decode: Seconds,
}

/// The result of a peer that is given the bound itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NominalResult {
    pub(crate) ratio: f64,
    /// The largest error divided by the bound.
    pub(crate) error: f64,
    pub(crate) kept: bool,
}

impl PeerRow {
    /// Returns the unique key of the row.
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (&self.field, &self.target, &self.peer)
    }

    /// Returns the encoding speed in MB of the array per second of CPU time.
    pub(crate) fn encode_speed(&self) -> f64 {
        self.megabytes() / self.encode.cpu.max(1e-6)
    }

    /// Returns the decoding speed in MB of the array per second of CPU time.
    pub(crate) fn decode_speed(&self) -> f64 {
        self.megabytes() / self.decode.cpu.max(1e-6)
    }

    /// Returns the size of the array in MB.
    fn megabytes(&self) -> f64 {
        self.shape.iter().product::<usize>() as f64 * size_of::<f32>() as f64 / 1e6
    }
}

/// Measures a peer at an absolute bound.
pub(crate) fn peer(
    peer: &dyn Peer,
    field: &FieldData,
    target: RowTarget,
    bound: f64,
) -> Result<PeerRow> {
    let result = search::find_smallest(peer, field, bound)?;
    let times = times(peer, result.codec.as_ref(), field, bound, &result.best)?;
    row(peer, field, target, Some(bound), &result, times)
}

/// Measures a mode, which has no bound.
pub(crate) fn mode(mode: ModePeer, field: &FieldData) -> Result<PeerRow> {
    let codec: &dyn PeerCodec = &mode;
    let trial = search::round_trip(codec, field, field.filled(), field.range, 1.0)?;
    let times = times(&mode, codec, field, field.range, &trial)?;
    let result = SearchResult {
        best: trial,
        codec: Box::new(mode),
        nominal: None,
        default_bytes: None,
    };
    row(&mode, field, RowTarget::Mode(mode.0), None, &result, times)
}

/// Measures the times of encoding and decoding with the best setting.
fn times(
    peer: &dyn Peer,
    codec: &dyn PeerCodec,
    field: &FieldData,
    bound: f64,
    trial: &RoundTrip,
) -> Result<[Seconds; 2]> {
    let (array, request) = (peer.input(field), bound * trial.request);
    let encode = || timed(|| codec.encode(array, request)).map(|(_, seconds)| seconds);
    let decode =
        || timed(|| codec.decode(&trial.encoded, field.shape())).map(|(_, seconds)| seconds);
    Ok([
        timing::fastest(trial.encode, encode)?,
        timing::fastest(trial.decode, decode)?,
    ])
}

/// Returns the row of a search result.
fn row(
    peer: &dyn Peer,
    field: &FieldData,
    target: RowTarget,
    bound: Option<f64>,
    result: &SearchResult,
    [encode, decode]: [Seconds; 2],
) -> Result<PeerRow> {
    let trial = &result.best;
    let mask_bytes = if peer.supports_missing() {
        0
    } else {
        field.mask_bytes
    };
    let bytes = trial.bytes() + mask_bytes;
    let decoded = trial.decoded.view();
    let errors = ErrorMetrics::between(field.values.view(), decoded)?;
    let dssim = metrics::dssim(field.values.view(), decoded).ok();
    let ratio_of = |bytes| compression_ratio(field.bytes(), bytes + mask_bytes);
    let as_asked = result.nominal.as_ref().map(|nominal| NominalResult {
        ratio: ratio_of(nominal.bytes),
        error: nominal.error,
        kept: nominal.error <= 1.0,
    });
    Ok(PeerRow {
        field: field.name.clone(),
        shape: field.shape(),
        range: field.range,
        target: target.name(),
        bound,
        peer: peer.name(),
        version: peer.version(),
        setting: trial.setting.clone(),
        request: trial.request,
        bytes,
        mask_bytes,
        ratio: ratio_of(trial.bytes()),
        bits_per_value: bits_per_value(bytes, field.values.len() as u64),
        max_abs: trial.error,
        kept: bound.is_none_or(|bound| error_to_bound_ratio(trial.error, bound) <= 1.0),
        default_ratio: result.default_bytes.map(ratio_of),
        as_asked,
        rmse: errors.rmse,
        psnr_db: Some(errors.psnr_db()).filter(|db| db.is_finite()),
        dssim: dssim.map(|dssim| dssim.min),
        encode,
        decode,
    })
}
