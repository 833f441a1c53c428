//! fieldreel itself, at each effort.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use fieldreel::{Compressor, Effort, ErrorBound, decompress};
use ndarray::{Array3, ArrayView3};

use super::{Peer, PeerCodec, probe};
use crate::Result;
use crate::fields::FieldData;
use crate::jobs::RowTarget;

/// The checksums that were computed so far, by effort.
static CHECKSUMS: LazyLock<Mutex<HashMap<Effort, u32>>> = LazyLock::new(Mutex::default);

/// fieldreel at an effort, in one thread.
#[derive(Clone, Copy)]
pub(super) struct FieldreelPeer {
    pub(super) effort: Effort,
}

impl Peer for FieldreelPeer {
    fn name(&self) -> String {
        format!("fieldreel-{}", self.effort).to_lowercase()
    }

    fn version(&self) -> String {
        let [major, minor, micro] = {
            let version = ffmpeg_next::codec::version();
            [version >> 16, version >> 8 & 0xFF, version & 0xFF]
        };
        let bytes = {
            let mut known = CHECKSUMS.lock().unwrap_or_else(PoisonError::into_inner);
            *known
                .entry(self.effort)
                .or_insert_with(|| probe::checksum(self.effort))
        };
        format!(
            "{} (bytes {bytes:08x}), libavcodec {major}.{minor}.{micro}",
            env!("CARGO_PKG_VERSION"),
        )
    }

    fn supports(&self, _: RowTarget) -> bool {
        true
    }

    fn supports_missing(&self) -> bool {
        true
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        Ok(vec![Box::new(*self)])
    }
}

impl PeerCodec for FieldreelPeer {
    fn setting(&self) -> String {
        String::new()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let bound = if request > 0.0 {
            ErrorBound::Absolute(request)
        } else {
            ErrorBound::Lossless
        };
        let compressor = Compressor::new(bound)
            .with_effort(self.effort)
            .with_threads(1);
        Ok(compressor.compress(values)?)
    }

    fn decode(&self, bytes: &[u8], _: [usize; 3]) -> Result<Array3<f32>> {
        Ok(decompress(bytes)?)
    }
}
