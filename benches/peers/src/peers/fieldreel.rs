//! fieldreel itself.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use fieldreel::{Bound, Compressor, Effort, decompress};
use ndarray::{Array3, ArrayView3};

use super::{Codec, Peer, probe};
use crate::Outcome;
use crate::fields::FieldData;
use crate::jobs::Target;

/// Which bytes the efforts make, once that is known.
static PROBED: LazyLock<Mutex<HashMap<Effort, u32>>> = LazyLock::new(Mutex::default);

/// A reel at an effort, in one thread.
#[derive(Clone, Copy)]
pub(super) struct Reel {
    pub(super) effort: Effort,
}

impl Peer for Reel {
    fn name(&self) -> String {
        format!("fieldreel-{}", self.effort).to_lowercase()
    }

    fn version(&self) -> String {
        let [major, minor, micro] = {
            let version = ffmpeg_next::codec::version();
            [version >> 16, version >> 8 & 0xFF, version & 0xFF]
        };
        let bytes = {
            let mut known = PROBED.lock().unwrap_or_else(PoisonError::into_inner);
            *known
                .entry(self.effort)
                .or_insert_with(|| probe::checksum(self.effort))
        };
        format!(
            "{} (bytes {bytes:08x}), libavcodec {major}.{minor}.{micro}",
            env!("CARGO_PKG_VERSION"),
        )
    }

    fn takes(&self, _: Target) -> bool {
        true
    }

    fn takes_missing(&self) -> bool {
        true
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        Ok(vec![Box::new(*self)])
    }
}

impl Codec for Reel {
    fn setting(&self) -> String {
        String::new()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let bound = if request > 0.0 {
            ErrorBound::Absolute(request)
        } else {
            ErrorBound::Lossless
        };
        let compressor = Compressor::new(bound).effort(self.effort).threads(1);
        Ok(compressor.compress(values)?)
    }

    fn decode(&self, bytes: &[u8], _: [usize; 3]) -> Outcome<Array3<f32>> {
        Ok(decompress(bytes)?)
    }
}
