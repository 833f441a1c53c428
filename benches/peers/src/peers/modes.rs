//! The nine modes of the original tool: videos without an error bound.

use std::fs;

use fieldreel::{Preset, array_to_video, video_to_array};
use ndarray::{Array3, ArrayView3};

use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;

/// A mode of the original tool.
#[derive(Clone, Copy)]
pub(crate) struct ModePeer(pub(crate) Preset);

impl Peer for ModePeer {
    fn name(&self) -> String {
        format!("mode {}", self.0)
    }

    fn version(&self) -> String {
        super::fieldreel_peers(&[fieldreel::Effort::Fast])
            .iter()
            .map(|reel| reel.version())
            .collect()
    }

    fn claims_bound(&self) -> bool {
        false
    }

    fn trial_values(&self) -> usize {
        usize::MAX
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        Ok(vec![Box::new(*self)])
    }
}

impl PeerCodec for ModePeer {
    fn setting(&self) -> String {
        format!(
            "{} bits, {}",
            self.0.bit_depth().bits(),
            self.0.codec().name()
        )
    }

    // The range of the values is part of the name of the file, so a video is written to a file.
    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let path = array_to_video(values, folder.path(), self.0)?;
        Ok(fs::read(path)?)
    }

    fn decode(&self, bytes: &[u8], _: [usize; 3]) -> Result<Array3<f32>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("video.mp4");
        fs::write(&path, bytes)?;
        Ok(video_to_array(path)?)
    }
}
