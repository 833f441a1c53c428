//! SPERR with a tuned quantization step, and a separate coding of outliers.
//!
//! The point-wise error mode of SPERR quantizes wavelet coefficients with a step of 1.5 times the
//! bound and corrects outliers. Liu et al., "FAZ: A flexible auto-tuned modular error-bounded
//! compression framework for scientific data" (ICS 2023), tune such a step against the number of
//! outliers.

use ::sperr::CompressionMode;
use ndarray::{Array3, ArrayView3};

use super::outliers;
use super::sperr::{self, SperrChunking};
use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::{FieldData, sample};

/// The steps to try, as multiples of the bound.
const STEPS: [f64; 14] = [
    1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0,
];
/// The step with which axis orders and chunks are compared.
const COMPARISON_STEP: f64 = 2.5;
/// The number of chunkings for which all steps are tried.
const CHUNKING_FINALISTS: usize = 2;

/// SPERR at a fixed quantization step, with corrections.
pub(super) struct SperrTuned;

impl Peer for SperrTuned {
    fn name(&self) -> String {
        "sperr-tuned".to_owned()
    }

    fn version(&self) -> String {
        format!(
            "{}; pco {}; zstd {}",
            env!("VERSION_SPERR"),
            env!("VERSION_PCO"),
            env!("VERSION_ZSTD_SYS")
        )
    }

    fn candidates(&self, field: &FieldData, bound: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        // All settings satisfy the bound, so the sizes of a sample suffice to choose one.
        let part = sample(field.filled(), self.trial_values());
        let with_comparison_step = |chunks| SperrTunedSetting {
            chunks,
            step: COMPARISON_STEP,
        };
        let chunks = SperrChunking::all(field.shape())
            .into_iter()
            .map(with_comparison_step);
        let mut chosen = Vec::new();
        for SperrTunedSetting { chunks, .. } in
            smallest_settings(chunks, part, bound, CHUNKING_FINALISTS)?
        {
            chosen.extend(STEPS.map(|step| SperrTunedSetting { chunks, step }));
        }
        let settings = smallest_settings(chosen.into_iter(), part, bound, self.finalists())?;
        let boxed = |setting| -> Box<dyn PeerCodec> { Box::new(setting) };
        Ok(settings.into_iter().map(boxed).collect())
    }
}

/// Returns the `count` settings that encode `part` in the fewest bytes.
fn smallest_settings(
    settings: impl Iterator<Item = SperrTunedSetting>,
    part: ArrayView3<'_, f32>,
    bound: f64,
    count: usize,
) -> Result<Vec<SperrTunedSetting>> {
    let mut ranked = Vec::new();
    for setting in settings {
        ranked.push((setting.encode(part, bound)?.len(), setting));
    }
    ranked.sort_by_key(|(bytes, _)| *bytes);
    ranked.truncate(count);
    Ok(ranked.into_iter().map(|(_, setting)| setting).collect())
}

/// A quantization step with a chunking.
struct SperrTunedSetting {
    chunks: SperrChunking,
    /// The step as a multiple of the bound.
    step: f64,
}

impl PeerCodec for SperrTunedSetting {
    fn setting(&self) -> String {
        format!("step {} ε, {}", self.step, self.chunks.name())
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let q = self.step * request;
        let shape = self.chunks.order.shape(values.dim().into());
        let values = self.chunks.order.apply(values);
        let stream = self
            .chunks
            .encode(&values, shape, CompressionMode::QuantisationStep { q })?;
        let decoded = sperr::decode(&stream, shape)?;
        let mut bytes = u32::try_from(stream.len())?.to_le_bytes().to_vec();
        bytes.extend_from_slice(&stream);
        bytes.extend_from_slice(&outliers::encode(&values, &decoded, request)?);
        Ok(bytes)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let damaged = || "the stream is damaged";
        let (length, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (stream, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
        let mut values = sperr::decode(stream, self.chunks.order.shape(shape))?;
        outliers::decode(rest, &mut values)?;
        self.chunks.order.undo(values, shape)
    }
}
