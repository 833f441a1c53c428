//! The fields that are compressed.

mod era5_like;
mod plume;
mod random;
mod real;
mod turbulence;

use fieldreel::quant::{Mask, fill_smoothly};
use fieldreel::reel::Plan;
use fieldreel::{Compressor, Effort, ErrorBound, Limits, ReelReader};
use ndarray::{Array3, ArrayView3, Axis};

use crate::Result;

pub(crate) use random::SplitMix64;

/// The minimum number of frames in a sample, enough to show changes in time.
const MIN_SAMPLE_FRAMES: usize = 64;

/// A field in single precision, of axis order `(time, y, x)`.
pub(crate) struct FieldData {
    pub(crate) name: String,
    /// The values, with NaN for missing values.
    pub(crate) values: Array3<f32>,
    /// The values with the smooth in-fill that fieldreel uses for videos; `None` if no values are
    /// missing.
    filled: Option<Array3<f32>>,
    pub(crate) mask: Option<Mask>,
    /// The bytes of the mask in a reel. They are added to the size of peers that cannot store NaN.
    pub(crate) mask_bytes: u64,
    /// The maximum minus the minimum of the valid values.
    pub(crate) range: f64,
}

impl FieldData {
    /// Creates a field. Returns an error if all valid values are equal or no values are valid.
    pub(crate) fn new(name: &str, values: Array3<f32>) -> Result<Self> {
        let valid = values.iter().filter(|x| x.is_finite());
        let (min, max) = valid.fold((f32::INFINITY, f32::NEG_INFINITY), |(min, max), &x| {
            (min.min(x), max.max(x))
        });
        let range = f64::from(max) - f64::from(min);
        if !(range > 0.0 && range.is_finite()) {
            return Err(format!("the range of {name} is 0 or not finite").into());
        }
        let mask = Mask::from_values(values.view(), None);
        let (mut filled, mut mask_bytes) = (None, 0);
        if let Some(mask) = &mask {
            let mut complete = values.clone();
            fill_smoothly(complete.view_mut(), mask.classes())?;
            filled = Some(complete);
            mask_bytes = encoded_mask_size(&values, range)?;
        }
        Ok(Self {
            name: name.to_owned(),
            values,
            filled,
            mask,
            mask_bytes,
            range,
        })
    }

    /// Returns the values with missing values filled in.
    pub(crate) fn filled(&self) -> ArrayView3<'_, f32> {
        self.filled.as_ref().unwrap_or(&self.values).view()
    }

    /// Returns the shape `(time, y, x)`.
    pub(crate) fn shape(&self) -> [usize; 3] {
        self.values.dim().into()
    }

    /// Returns the bytes of the array, including missing values.
    pub(crate) fn bytes(&self) -> u64 {
        (self.values.len() * size_of::<f32>()) as u64
    }

    /// Sets the positions of missing values to NaN.
    pub(crate) fn restore_missing(&self, values: &mut Array3<f32>) -> Result<()> {
        if let Some(mask) = &self.mask {
            mask.restore(values.view_mut(), None)?;
        }
        Ok(())
    }
}

/// Returns the middle part of a field with about `values` values.
///
/// The sample consists of complete frames if there are at least [`MIN_SAMPLE_FRAMES`] of them, and
/// otherwise of parts of that many frames.
pub(crate) fn sample(field: ArrayView3<'_, f32>, values: usize) -> ArrayView3<'_, f32> {
    let (frames, height, width) = field.dim();
    let sample_frames = (values / (height * width).max(1))
        .max(MIN_SAMPLE_FRAMES)
        .min(frames);
    let fraction = values as f64 / (sample_frames * height * width).max(1) as f64;
    let part = |length: usize| (length as f64 * fraction.min(1.0).sqrt()).ceil() as usize;
    let mut sample = field;
    for (axis, length) in [sample_frames, part(height), part(width)]
        .into_iter()
        .enumerate()
    {
        let first = (sample.len_of(Axis(axis)) - length) / 2;
        sample.slice_axis_inplace(Axis(axis), (first..first + length).into());
    }
    sample
}

/// Returns the size of the encoded mask.
///
/// The mask is a separate section, so its size does not depend on the bound. A bound as large as
/// the range makes the other sections small.
fn encoded_mask_size(values: &Array3<f32>, range: f64) -> Result<u64> {
    // `Best` gives the smallest mask. The plan of the values does not matter.
    let bytes = Compressor::new(ErrorBound::Absolute(range))
        .with_effort(Effort::Best)
        .with_plan(Plan::Pco)
        .compress(values)?;
    let mut reel = ReelReader::from_bytes(bytes, Limits::default())?;
    let mut sum = 0;
    for number in 0..reel.segments().len() {
        sum += reel.inspect(number)?.sizes.mask as u64;
    }
    Ok(sum)
}

/// The source of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FieldSource {
    Real(real::RealField),
    Turbulence(u64),
    Plume(u64),
    Era5Like,
}

impl FieldSource {
    /// Returns all sources: the fields in files, three flows, three plumes and a global
    /// temperature.
    pub(crate) fn all() -> Vec<Self> {
        let seeds = || 0..3;
        let real = real::RealField::ALL.into_iter().map(Self::Real);
        real.chain(seeds().map(Self::Turbulence))
            .chain(seeds().map(Self::Plume))
            .chain([Self::Era5Like])
            .collect()
    }

    /// Returns the name in tables and in `--fields`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Real(real) => real.name.to_owned(),
            Self::Turbulence(seed) => format!("turbulence-{seed}"),
            Self::Plume(seed) => format!("plume-{seed}"),
            Self::Era5Like => "era5-like".to_owned(),
        }
    }

    /// Returns whether the field of this name is included in means.
    ///
    /// The field that is a decoded video is not, because it favors all video codecs.
    pub(crate) fn is_in_means(name: &str) -> bool {
        name != real::DECODED_VIDEO
    }

    /// Returns the length of the file of the field, or `None` if it does not exist or the field is
    /// generated.
    pub(crate) fn file_bytes(&self) -> Option<u64> {
        match self {
            Self::Real(real) => real.file_bytes(),
            _ => None,
        }
    }

    /// Loads or generates the field. Returns `None` and prints a message if its file does not
    /// exist.
    pub(crate) fn load(&self) -> Result<Option<FieldData>> {
        let values = match self {
            Self::Real(real) => match real.load()? {
                Some(values) => values,
                None => return Ok(None),
            },
            Self::Turbulence(seed) => {
                turbulence::vorticity(&turbulence::TurbulenceParameters::default(), *seed)
            }
            Self::Plume(seed) => plume::concentration(&plume::PlumeParameters::default(), *seed),
            Self::Era5Like => era5_like::temperature(&era5_like::Era5LikeParameters::default(), 7),
        };
        FieldData::new(&self.name(), values).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_are_filled_in_and_restored() {
        let values = Array3::from_shape_fn((6, 30, 40), |(t, y, x)| {
            if x > 20 && y > 10 {
                f32::NAN
            } else {
                (t + x * y) as f32
            }
        });
        let field = FieldData::new("half", values).unwrap();
        assert!(field.mask_bytes > 0 && field.mask_bytes < 100);
        assert!(field.filled().iter().all(|x| x.is_finite()));
        let mut back = field.filled().to_owned();
        field.restore_missing(&mut back).unwrap();
        let same = |(a, b): (&f32, &f32)| a == b || (a.is_nan() && b.is_nan());
        assert!(field.values.iter().zip(&back).all(same));

        let complete = FieldData::new("complete", field.filled().to_owned()).unwrap();
        assert_eq!((complete.mask_bytes, complete.mask), (0, None));
        assert!(FieldData::new("flat", Array3::zeros((2, 3, 4))).is_err());
    }

    #[test]
    fn a_sample_is_from_the_middle_and_has_enough_frames() {
        let field = Array3::from_shape_fn((100, 4, 9), |(t, y, x)| (100 * t + 10 * y + x) as f32);
        let part = sample(field.view(), 80 * 36);
        assert_eq!(part.dim(), (80, 4, 9));
        assert_eq!((part[[0, 0, 0]], part[[79, 3, 8]]), (1000.0, 8938.0));
        let part = sample(field.view(), 64 * 9);
        assert_eq!(part.dim(), (64, 2, 5));
        assert_eq!(part[[0, 0, 0]], 1812.0);
        assert_eq!(sample(field.view(), 1_000_000).dim(), (100, 4, 9));
    }

    #[test]
    fn names_are_unique_and_one_field_is_not_in_the_means() {
        let mut names: Vec<String> = FieldSource::all().iter().map(FieldSource::name).collect();
        assert_eq!(
            names
                .iter()
                .filter(|name| !FieldSource::is_in_means(name))
                .count(),
            1
        );
        names.sort();
        names.dedup();
        assert_eq!(names.len(), FieldSource::all().len());
    }
}
