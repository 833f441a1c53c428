//! The compared methods: the nine modes and the baselines.

use std::path::Path;

use fieldreel::formats::FieldValues;
use fieldreel::{Preset, array_to_video, quant, video_to_array};
use ndarray::{Array3, ArrayView3};

use super::baselines::{self, Baseline};
use super::half_resolution::Interpolate;
use crate::error::{Result, usage};

/// An element type of a field.
pub(super) trait FieldValue: quant::Float + Interpolate {
    /// The name of the type in tables.
    const NAME: &'static str;
    fn into_values(array: Array3<Self>) -> FieldValues;
    fn from_values(values: FieldValues) -> Option<Array3<Self>>;
}

impl FieldValue for f32 {
    const NAME: &'static str = "float32";

    fn into_values(array: Array3<Self>) -> FieldValues {
        FieldValues::F32(array.into_dyn())
    }

    fn from_values(values: FieldValues) -> Option<Array3<Self>> {
        let values = match values {
            FieldValues::F32(values) => values,
            values => values.to_f64().mapv(|value| value as Self),
        };
        values.into_dimensionality().ok()
    }
}

impl FieldValue for f64 {
    const NAME: &'static str = "float64";

    fn into_values(array: Array3<Self>) -> FieldValues {
        FieldValues::F64(array.into_dyn())
    }

    fn from_values(values: FieldValues) -> Option<Array3<Self>> {
        values.to_f64().into_dimensionality().ok()
    }
}

/// A way to store a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Method {
    Mode(Preset),
    Baseline(Baseline),
}

impl Method {
    /// Returns the methods with these names, or all methods if `names` is empty.
    pub(super) fn parse_all(names: &[String]) -> Result<Vec<Self>> {
        let all: Vec<Self> = Preset::ALL
            .into_iter()
            .map(Self::Mode)
            .chain(Baseline::ALL.into_iter().map(Self::Baseline))
            .collect();
        if names.is_empty() {
            return Ok(all);
        }
        let find = |name: &String| {
            let known = all
                .iter()
                .map(|method| method.name())
                .collect::<Vec<_>>()
                .join(", ");
            all.iter()
                .copied()
                .find(|method| method.name() == name)
                .ok_or_else(|| usage(format!("no mode is called {name:?}; use some of {known}")))
        };
        names.iter().map(find).collect()
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mode(preset) => preset.name(),
            Self::Baseline(baseline) => baseline.name(),
        }
    }

    pub(super) fn codec(self) -> &'static str {
        match self {
            Self::Mode(preset) => preset.codec().name(),
            Self::Baseline(baseline) => baseline.codec(),
        }
    }

    /// Returns the number of bits of a stored value.
    pub(super) fn bit_depth<T: FieldValue>(self) -> u8 {
        match self {
            Self::Mode(preset) => preset.bit_depth().bits(),
            Self::Baseline(baseline) => baseline.bit_depth::<T>(),
        }
    }

    /// Stores `frames` in a file in `folder`, and returns its path.
    pub(super) fn encode<T: FieldValue>(
        self,
        frames: ArrayView3<'_, T>,
        folder: &Path,
    ) -> Result<std::path::PathBuf> {
        match self {
            Self::Mode(preset) => Ok(array_to_video(frames, folder, preset)?),
            Self::Baseline(baseline) => baselines::encode(baseline, frames, folder),
        }
    }

    /// Reads a field of shape `(time, y, x)`.
    pub(super) fn decode<T: FieldValue>(
        self,
        path: &Path,
        shape: (usize, usize, usize),
    ) -> Result<Array3<T>> {
        match self {
            Self::Mode(_) => Ok(video_to_array(path)?),
            Self::Baseline(baseline) => baselines::decode(baseline, path, shape),
        }
    }
}
