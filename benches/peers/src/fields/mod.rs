//! The fields that are compressed.

mod era5_like;
mod plume;
mod random;
mod real;
mod turbulence;

use fieldreel::quant::{Mask, fill_smoothly};
use fieldreel::reel::Plan;
use fieldreel::{Bound, Compressor, Effort, Limits, ReelReader};
use ndarray::{Array3, ArrayView3, Axis};

use crate::Outcome;

pub(crate) use random::Random;

/// Frames that show how a field changes with time.
const ENOUGH_FRAMES: usize = 64;

/// A field of single precision, axis order `(time, y, x)`.
pub(crate) struct FieldData {
    pub(crate) name: String,
    /// NaN where a value is missing.
    pub(crate) values: Array3<f32>,
    /// The same with missing values filled in smoothly, as fieldreel does for its own video; `None`
    /// where nothing is missing.
    filled: Option<Array3<f32>>,
    pub(crate) mask: Option<Mask>,
    /// The bytes of the mask in a reel, which peers that cannot store NaN are charged.
    pub(crate) mask_bytes: u64,
    /// Maximum − minimum of the valid values.
    pub(crate) range: f64,
}

impl FieldData {
    /// A field of these values. Fails where no value differs from another.
    pub(crate) fn new(name: &str, values: Array3<f32>) -> Outcome<Self> {
        let valid = values.iter().filter(|x| x.is_finite());
        let (min, max) = valid.fold((f32::INFINITY, f32::NEG_INFINITY), |(min, max), &x| {
            (min.min(x), max.max(x))
        });
        let range = f64::from(max) - f64::from(min);
        if !(range > 0.0 && range.is_finite()) {
            return Err(format!("{name} has no range").into());
        }
        let mask = Mask::from_values(values.view(), None);
        let (mut filled, mut mask_bytes) = (None, 0);
        if let Some(mask) = &mask {
            let mut whole = values.clone();
            fill_smoothly(whole.view_mut(), mask.classes())?;
            filled = Some(whole);
            mask_bytes = bytes_of_mask(&values, range)?;
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

    /// The field without missing values.
    pub(crate) fn filled(&self) -> ArrayView3<'_, f32> {
        self.filled.as_ref().unwrap_or(&self.values).view()
    }

    /// Axis order `(time, y, x)`.
    pub(crate) fn shape(&self) -> [usize; 3] {
        self.values.dim().into()
    }

    /// Bytes of the array, missing values too.
    pub(crate) fn bytes(&self) -> u64 {
        (self.values.len() * size_of::<f32>()) as u64
    }

    /// Puts NaN where the field misses values.
    pub(crate) fn restore_missing(&self, values: &mut Array3<f32>) -> Outcome<()> {
        if let Some(mask) = &self.mask {
            mask.restore(values.view_mut(), None)?;
        }
        Ok(())
    }
}

/// The middle of a field, of about `values` values: whole frames if there can be enough of them, else
/// parts of as many as are enough.
pub(crate) fn sample(field: ArrayView3<'_, f32>, values: usize) -> ArrayView3<'_, f32> {
    let (frames, height, width) = field.dim();
    let wanted = (values / (height * width).max(1))
        .max(ENOUGH_FRAMES)
        .min(frames);
    let share = values as f64 / (wanted * height * width).max(1) as f64;
    let part = |length: usize| (length as f64 * share.min(1.0).sqrt()).ceil() as usize;
    let mut sample = field;
    for (axis, length) in [wanted, part(height), part(width)].into_iter().enumerate() {
        let first = (sample.len_of(Axis(axis)) - length) / 2;
        sample.slice_axis_inplace(Axis(axis), (first..first + length).into());
    }
    sample
}

/// The mask is coded by itself: a bound so loose that nothing else is left tells its size.
fn bytes_of_mask(values: &Array3<f32>, range: f64) -> Outcome<u64> {
    // The smallest mask; how values are stored beside it does not matter.
    let bytes = Compressor::new(ErrorBound::Absolute(range))
        .effort(Effort::Best)
        .plan(Plan::Pco)
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
pub(crate) enum Source {
    Real(real::Real),
    Turbulence(u64),
    Plume(u64),
    Era5Like,
}

impl Source {
    /// The fields in files, three flows and three plumes, and a global temperature.
    pub(crate) fn all() -> Vec<Self> {
        let seeds = || 0..3;
        let real = real::Real::ALL.into_iter().map(Self::Real);
        real.chain(seeds().map(Self::Turbulence))
            .chain(seeds().map(Self::Plume))
            .chain([Self::Era5Like])
            .collect()
    }

    /// As tables have it and `--fields` takes it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Real(real) => real.name.to_owned(),
            Self::Turbulence(seed) => format!("turbulence-{seed}"),
            Self::Plume(seed) => format!("plume-{seed}"),
            Self::Era5Like => "era5-like".to_owned(),
        }
    }

    /// Returns whether a field of this name counts in the means. That of a decoded video does not: it
    /// flatters every video codec.
    pub(crate) fn counts(name: &str) -> bool {
        name != real::DECODED_VIDEO
    }

    /// The length of the file that the field is in; `None` if it is not here, or the field is generated.
    pub(crate) fn file_bytes(&self) -> Option<u64> {
        match self {
            Self::Real(real) => real.file_bytes(),
            _ => None,
        }
    }

    /// The field; `None`, with a line that says so, if its file is not here.
    pub(crate) fn load(&self) -> Outcome<Option<FieldData>> {
        let values = match self {
            Self::Real(real) => match real.load()? {
                Some(values) => values,
                None => return Ok(None),
            },
            Self::Turbulence(seed) => turbulence::vorticity(&turbulence::Setup::default(), *seed),
            Self::Plume(seed) => plume::concentration(&plume::Setup::default(), *seed),
            Self::Era5Like => era5_like::temperature(&era5_like::Setup::default(), 7),
        };
        FieldData::new(&self.name(), values).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_charged_once_and_missing_values_come_back() {
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

        let whole = FieldData::new("whole", field.filled().to_owned()).unwrap();
        assert_eq!((whole.mask_bytes, whole.mask), (0, None));
        assert!(FieldData::new("flat", Array3::zeros((2, 3, 4))).is_err());
    }

    #[test]
    fn a_sample_is_of_the_middle_and_has_enough_frames() {
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
    fn names_are_unique_and_one_field_does_not_count() {
        let mut names: Vec<String> = Source::all().iter().map(Source::name).collect();
        assert_eq!(names.iter().filter(|name| !Source::counts(name)).count(), 1);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Source::all().len());
    }
}
