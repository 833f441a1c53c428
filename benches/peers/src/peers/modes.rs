//! The original tool's nine modes: plain videos, at the error that they happen to have.

use std::fs;

use fieldreel::{Preset, array_to_video, video_to_array};
use ndarray::{Array3, ArrayView3};

use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;

/// A mode.
#[derive(Clone, Copy)]
pub(crate) struct Mode(pub(crate) Preset);

impl Peer for Mode {
    fn name(&self) -> String {
        format!("mode {}", self.0)
    }

    fn version(&self) -> String {
        super::fieldreel(&[fieldreel::Effort::Fast])
            .iter()
            .map(|reel| reel.version())
            .collect()
    }

    fn promises(&self) -> bool {
        false
    }

    fn trial_values(&self) -> usize {
        usize::MAX
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        Ok(vec![Box::new(*self)])
    }
}

impl Codec for Mode {
    fn setting(&self) -> String {
        format!(
            "{} bits, {}",
            self.0.bit_depth().bits(),
            self.0.codec().name()
        )
    }

    // A video is a file by its nature here: its name says its range.
    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Outcome<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let path = array_to_video(values, folder.path(), self.0)?;
        Ok(fs::read(path)?)
    }

    fn decode(&self, bytes: &[u8], _: [usize; 3]) -> Outcome<Array3<f32>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("video.mp4");
        fs::write(&path, bytes)?;
        Ok(video_to_array(path)?)
    }
}
