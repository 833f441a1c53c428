//! A row: one peer on one field at one bound.

use fieldreel::metrics::{self, ErrorMetrics, bits_per_value, compression_ratio};
use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::fields::FieldData;
use crate::jobs::Target;
use crate::peers::{Codec, Mode, Peer};
use crate::search::{self, Found, Trial, over_bound};
use crate::timing::{self, Seconds, timed};

/// A row of `peers.json`. Errors are in the field's unit; ratios are of the bytes of the array in single
/// precision to those of the encoding and, for peers that cannot store missing values, of the mask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) field: String,
    /// Axis order `(time, y, x)`.
    pub(crate) shape: [usize; 3],
    pub(crate) range: f64,
    /// `1e-2` for a part of the range, `lossless`, or the name of the mode whose largest error is the bound.
    pub(crate) target: String,
    /// 0 for `lossless`; `null` for a mode itself, which has none.
    pub(crate) bound: Option<f64>,
    pub(crate) peer: String,
    pub(crate) version: String,
    pub(crate) setting: String,
    /// What the peer was asked for, over the bound.
    pub(crate) request: f64,
    /// The mask included.
    pub(crate) bytes: u64,
    pub(crate) mask_bytes: u64,
    pub(crate) ratio: f64,
    pub(crate) bits_per_value: f64,
    pub(crate) max_abs: f64,
    /// Checked on the decoded values, in their own type.
    pub(crate) kept: bool,
    /// With the library's default setting, where that keeps the bound and was tried.
    pub(crate) default_ratio: Option<f64>,
    /// When it is asked for the bound itself; `null` for peers that promise none.
    pub(crate) as_asked: Option<AsAsked>,
    pub(crate) rmse: f64,
    /// `null` where there is no error.
    pub(crate) psnr_db: Option<f64>,
    /// Of the worst frame; `null` where a frame is too small or has no values for it.
    pub(crate) dssim: Option<f64>,
    /// With the setting that won, the search for it left out; fieldreel's trials are in. In one thread; the
    /// fastest of several runs where they are short.
    pub(crate) encode: Seconds,
    pub(crate) decode: Seconds,
}

/// The result of a peer that is asked for the bound itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AsAsked {
    pub(crate) ratio: f64,
    /// The largest error over the bound.
    pub(crate) error: f64,
    pub(crate) kept: bool,
}

impl Row {
    /// The key that tells a row from others.
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (&self.field, &self.target, &self.peer)
    }

    /// MB of the array that are encoded in a second of CPU time.
    pub(crate) fn encode_speed(&self) -> f64 {
        self.megabytes() / self.encode.cpu.max(1e-6)
    }

    /// MB of the array that are decoded in a second of CPU time.
    pub(crate) fn decode_speed(&self) -> f64 {
        self.megabytes() / self.decode.cpu.max(1e-6)
    }

    /// The size of the array.
    fn megabytes(&self) -> f64 {
        self.shape.iter().product::<usize>() as f64 * size_of::<f32>() as f64 / 1e6
    }
}

/// A peer at a bound.
pub(crate) fn peer(peer: &dyn Peer, field: &FieldData, target: Target, bound: f64) -> Outcome<Row> {
    let found = search::smallest(peer, field, bound)?;
    let times = times(peer, found.codec.as_ref(), field, bound, &found.kept)?;
    row(peer, field, target, Some(bound), &found, times)
}

/// A mode at the error that it has.
pub(crate) fn mode(mode: Mode, field: &FieldData) -> Outcome<Row> {
    let codec: &dyn Codec = &mode;
    let trial = search::attempt(codec, field, field.filled(), field.range, 1.0)?;
    let times = times(&mode, codec, field, field.range, &trial)?;
    let found = Found {
        kept: trial,
        codec: Box::new(mode),
        promise: None,
        default_bytes: None,
    };
    row(&mode, field, Target::Mode(mode.0), None, &found, times)
}

/// The times of encoding and decoding with the setting that won.
fn times(
    peer: &dyn Peer,
    codec: &dyn Codec,
    field: &FieldData,
    bound: f64,
    trial: &Trial,
) -> Outcome<[Seconds; 2]> {
    let (array, request) = (peer.input(field), bound * trial.request);
    let encode = || timed(|| codec.encode(array, request)).map(|(_, seconds)| seconds);
    let decode =
        || timed(|| codec.decode(&trial.encoded, field.shape())).map(|(_, seconds)| seconds);
    Ok([
        timing::fastest(trial.encode, encode)?,
        timing::fastest(trial.decode, decode)?,
    ])
}

/// The row of what was found.
fn row(
    peer: &dyn Peer,
    field: &FieldData,
    target: Target,
    bound: Option<f64>,
    found: &Found,
    [encode, decode]: [Seconds; 2],
) -> Outcome<Row> {
    let trial = &found.kept;
    let mask_bytes = if peer.takes_missing() {
        0
    } else {
        field.mask_bytes
    };
    let bytes = trial.bytes() + mask_bytes;
    let decoded = trial.decoded.view();
    let errors = ErrorMetrics::between(field.values.view(), decoded)?;
    let dssim = metrics::dssim(field.values.view(), decoded).ok();
    let ratio_of = |bytes| compression_ratio(field.bytes(), bytes + mask_bytes);
    let as_asked = found.promise.as_ref().map(|promise| AsAsked {
        ratio: ratio_of(promise.bytes),
        error: promise.error,
        kept: promise.error <= 1.0,
    });
    Ok(Row {
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
        kept: bound.is_none_or(|bound| over_bound(trial.error, bound) <= 1.0),
        default_ratio: found.default_bytes.map(ratio_of),
        as_asked,
        rmse: errors.rmse,
        psnr_db: Some(errors.psnr_db()).filter(|db| db.is_finite()),
        dssim: dssim.map(|dssim| dssim.min),
        encode,
        decode,
    })
}
