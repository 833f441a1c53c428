//! The metadata of a reel: name, dimensions, attributes and coordinates.

mod block;
mod number_type;
mod predict;

pub use fieldreel_core::{AttributeValue, Attributes, Coordinate, Dimension, NumericArray};

pub(crate) use block::{decode, encode};

use crate::ReelError;

/// The metadata of a reel. Any part may be empty.
///
/// ```
/// use fieldreel_reel::{Coordinate, Dimension, Metadata};
///
/// let mut metadata = Metadata::new("t2m");
/// metadata.dimensions = vec![
///     Dimension::unlimited("time"),
///     Dimension::new("latitude", 3),
///     Dimension::new("longitude", 4),
/// ];
/// metadata.attributes.insert("units", "K");
/// let latitudes = Coordinate::axis("latitude", vec![50.0, 50.5, 51.0]);
/// metadata.coordinates.push(latitudes.with_attribute("units", "degrees_north"));
/// assert_eq!(metadata.units(), Some("K"));
/// assert!(metadata.coordinate("latitude").is_some());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Metadata {
    /// The name of the variable.
    pub name: String,
    /// The dimensions of the field, slowest first. There are none, or the last two are those of a
    /// frame and the dimensions before them are folded into time. A single dimension belongs to a
    /// frame of one row, and two may be the time and the columns of such frames. Only the first
    /// dimension may be unlimited: its length follows from the number of frames and is not stored.
    pub dimensions: Vec<Dimension>,
    /// The attributes of the variable, such as `units` and `long_name`. Attributes that mark
    /// missing values in other files, such as `_FillValue`, may be included; no attribute changes
    /// how values are decoded.
    pub attributes: Attributes,
    /// The attributes of the file, such as `Conventions` and `history`.
    pub file_attributes: Attributes,
    /// The coordinates of the dimensions.
    pub coordinates: Vec<Coordinate>,
}

impl Metadata {
    /// Creates metadata that consist of a name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Returns true if every part is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the unit of the values: the attribute `units`.
    #[must_use]
    pub fn units(&self) -> Option<&str> {
        self.attributes.text("units")
    }

    /// Returns the coordinate of this name.
    #[must_use]
    pub fn coordinate(&self, name: &str) -> Option<&Coordinate> {
        self.coordinates
            .iter()
            .find(|coordinate| coordinate.name == name)
    }

    /// Adds the metadata of `later`. Items of the same name are replaced by those of `later`.
    ///
    /// ```
    /// use fieldreel_reel::Metadata;
    ///
    /// let mut metadata = Metadata::new("t2m");
    /// metadata.attributes.insert("units", "K");
    /// let mut later = Metadata::default();
    /// later.attributes.insert("long_name", "temperature");
    /// metadata.supplement(later);
    /// assert_eq!((metadata.name.as_str(), metadata.attributes.len()), ("t2m", 2));
    /// ```
    pub fn supplement(&mut self, later: Self) {
        if !later.name.is_empty() {
            self.name = later.name;
        }
        if !later.dimensions.is_empty() {
            self.dimensions = later.dimensions;
        }
        self.attributes.extend(later.attributes);
        self.file_attributes.extend(later.file_attributes);
        for coordinate in later.coordinates {
            match self
                .coordinates
                .iter_mut()
                .find(|existing| existing.name == coordinate.name)
            {
                Some(existing) => *existing = coordinate,
                None => self.coordinates.push(coordinate),
            }
        }
    }

    /// Checks that the parts are consistent with each other and with frames of shape `frame`, `[y,
    /// x]`.
    ///
    /// # Errors
    /// [`ReelError::InvalidMetadata`] if the dimensions or a coordinate do not fit.
    pub(crate) fn check(&self, frame: [usize; 2]) -> Result<(), ReelError> {
        let invalid = |reason| Err(ReelError::InvalidMetadata { reason });
        if let Some((_, inner)) = self.dimensions.split_first() {
            let fits = match &self.dimensions[..] {
                [x] => fixed_len(x).map(|len| [1, len]) == Some(frame),
                // Frames of one row are steps along the first of two dimensions.
                [_, x] if frame[0] == 1 && fixed_len(x) == Some(frame[1]) => true,
                [.., y, x] => [y, x].map(fixed_len) == frame.map(Some),
                [] => true,
            };
            if !fits {
                return invalid("the last dimensions do not have the lengths of a frame");
            }
            if inner.iter().any(|dimension| dimension.is_unlimited) {
                return invalid("a dimension other than the first is unlimited");
            }
            if self
                .dimensions
                .iter()
                .any(|d| d.len == 0 && !d.is_unlimited)
            {
                return invalid("a dimension has length 0");
            }
        }
        if !self.coordinates.iter().all(Coordinate::is_consistent) {
            return invalid("the number of values of a coordinate contradicts its dimensions");
        }
        Ok(())
    }

    /// Returns the shape of the field before its leading axes were folded into `frames` frames;
    /// `None` if there are no dimensions, or if the number of frames is not a multiple of their
    /// lengths.
    #[must_use]
    pub(crate) fn unfolded(&self, frames: usize) -> Option<Vec<usize>> {
        let (first, inner) = self.dimensions.split_first()?;
        let inner: Vec<usize> = inner.iter().map(fixed_len).collect::<Option<_>>()?;
        if let ([width], true) = (&inner[..], first.is_unlimited || first.len == frames) {
            return Some(vec![frames, *width]);
        }
        if inner.len() < 2 {
            return (frames == 1).then(|| self.dimensions.iter().map(|d| d.len).collect());
        }
        let (folded, _) = inner.split_at(inner.len() - 2);
        let frames_per_step = folded.iter().copied().try_fold(1, usize::checked_mul)?;
        let length = frames.checked_div(frames_per_step)?;
        let fits =
            frames_per_step * length == frames && (first.is_unlimited || first.len == length);
        fits.then(|| [&[length], inner.as_slice()].concat())
    }
}

/// Returns the length of a dimension that is not unlimited.
fn fixed_len(dimension: &Dimension) -> Option<usize> {
    (!dimension.is_unlimited).then_some(dimension.len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_dimensions(lengths: &[Option<usize>]) -> Metadata {
        let dimension = |length: &Option<usize>| match length {
            Some(length) => Dimension::new("d", *length),
            None => Dimension::unlimited("d"),
        };
        Metadata {
            dimensions: lengths.iter().map(dimension).collect(),
            ..Metadata::default()
        }
    }

    #[test]
    fn leading_dimensions_unfold() {
        let unlimited = with_dimensions(&[None, Some(3), Some(5), Some(7)]);
        assert!(unlimited.check([5, 7]).is_ok());
        assert_eq!(unlimited.unfolded(12), Some(vec![4, 3, 5, 7]));
        assert_eq!(unlimited.unfolded(13), None);
        let fixed = with_dimensions(&[Some(2), Some(3), Some(5), Some(7)]);
        assert_eq!(fixed.unfolded(6), Some(vec![2, 3, 5, 7]));
        assert_eq!(fixed.unfolded(3), None);
        assert_eq!(
            with_dimensions(&[Some(5), Some(7)]).unfolded(1),
            Some(vec![5, 7])
        );
        assert_eq!(with_dimensions(&[]).unfolded(1), None);
        let rows = with_dimensions(&[None, Some(7)]);
        assert!(rows.check([1, 7]).is_ok());
        assert_eq!(rows.unfolded(12), Some(vec![12, 7]));
        let row = with_dimensions(&[Some(7)]);
        assert!(row.check([1, 7]).is_ok());
        assert_eq!((row.unfolded(1), row.unfolded(2)), (Some(vec![7]), None));
    }

    #[test]
    fn dimensions_that_contradict_the_frame_are_rejected() {
        for wrong in [
            &[Some(5)][..],
            &[Some(35)],
            &[None],
            &[None, Some(7)],
            &[Some(2), None, Some(5), Some(7)],
            &[Some(0), Some(5), Some(7)],
            &[None, Some(7), Some(5)],
        ] {
            assert!(with_dimensions(wrong).check([5, 7]).is_err(), "{wrong:?}");
        }
        assert!(with_dimensions(&[None, Some(7)]).check([1, 8]).is_err());
        assert!(with_dimensions(&[Some(7)]).check([7, 1]).is_err());
        let mut scalar = Metadata::new("t");
        scalar.coordinates.push(Coordinate::axis("t", vec![1.0]));
        assert!(scalar.check([5, 7]).is_ok());
        scalar.coordinates[0].dimensions.push(("z".into(), 2));
        assert!(scalar.check([5, 7]).is_err());
    }

    #[test]
    fn a_supplement_replaces_and_adds() {
        let mut first = with_dimensions(&[None, Some(5), Some(7)]);
        first.attributes.insert("units", "K");
        first.coordinates.push(Coordinate::axis("lat", vec![1.0]));
        let mut later = Metadata::new("t2m");
        later.attributes.insert("units", "degC");
        later
            .coordinates
            .push(Coordinate::axis("time", vec![0_i32]));
        first.supplement(later);
        assert_eq!((first.name.as_str(), first.units()), ("t2m", Some("degC")));
        assert_eq!((first.dimensions.len(), first.coordinates.len()), (3, 2));
    }
}
