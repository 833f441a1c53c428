//! What a reel says about its values: name, dimensions, attributes, coordinates.

mod block;
mod number_type;
mod predict;

pub use fieldreel_core::{AttributeValue, Attributes, Coordinate, Dimension, NumericArray};

pub(crate) use block::{read, write};

use crate::ReelError;

/// What a reel says about its values. All of it may be empty.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Metadata {
    /// The variable's name.
    pub name: String,
    /// The axes of the field, slowest first: those before the last two are folded into time. Empty, or two or more; the
    /// lengths of the last two are those of a frame. Only the first may be unlimited: it is as long as the frames that are
    /// written make it, and its own length is not kept.
    pub dimensions: Vec<Dimension>,
    /// What describes the values: `units`, `long_name`. How missing points are marked in other files (`_FillValue`) may
    /// be here too; nothing here changes how values are decoded.
    pub attributes: Attributes,
    /// What describes the whole data set: `Conventions`, `history`.
    pub file_attributes: Attributes,
    /// What the axes mean.
    pub coordinates: Vec<Coordinate>,
}

impl Metadata {
    /// Nothing but a name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The unit of the values.
    #[must_use]
    pub fn units(&self) -> Option<&str> {
        self.attributes.text("units")
    }

    /// The coordinate of this name.
    #[must_use]
    pub fn coordinate(&self, name: &str) -> Option<&Coordinate> {
        self.coordinates
            .iter()
            .find(|coordinate| coordinate.name == name)
    }

    /// Takes over everything that `later` says: what has the same name is replaced, what is new is added.
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
                .find(|own| own.name == coordinate.name)
            {
                Some(own) => *own = coordinate,
                None => self.coordinates.push(coordinate),
            }
        }
    }

    /// Checks that the parts agree with each other and with frames of `[y, x]` values.
    ///
    /// # Errors
    /// [`ReelError::InvalidMetadata`] if dimensions or a coordinate do not fit.
    pub(crate) fn check(&self, frame: [usize; 2]) -> Result<(), ReelError> {
        let wrong = |reason| Err(ReelError::InvalidMetadata { reason });
        if let Some((_, others)) = self.dimensions.split_first() {
            let fits = match &self.dimensions[..] {
                [x] => fixed_len(x).map(|len| [1, len]) == Some(frame),
                // Frames of one row are steps of the first of two dimensions.
                [_, x] if frame[0] == 1 && fixed_len(x) == Some(frame[1]) => true,
                [.., y, x] => [y, x].map(fixed_len) == frame.map(Some),
                [] => true,
            };
            if !fits {
                return wrong("the last dimensions are not those of a frame");
            }
            if others.iter().any(|dimension| dimension.unlimited) {
                return wrong("a dimension other than the first is unlimited");
            }
            if self.dimensions.iter().any(|d| d.len == 0 && !d.unlimited) {
                return wrong("a dimension has no length");
            }
        }
        if !self.coordinates.iter().all(Coordinate::is_consistent) {
            return wrong("a coordinate has not as many values as its dimensions");
        }
        Ok(())
    }

    /// The shape of the field before its leading axes were folded into `frames` frames of `[y, x]` values; `None` if no
    /// dimensions are named, or the frames do not fill them.
    #[must_use]
    pub(crate) fn unfolded(&self, frames: usize) -> Option<Vec<usize>> {
        let (first, others) = self.dimensions.split_first()?;
        let others: Vec<usize> = others.iter().map(fixed_len).collect::<Option<_>>()?;
        if let ([width], true) = (&others[..], first.unlimited || first.len == frames) {
            return Some(vec![frames, *width]);
        }
        if others.len() < 2 {
            return (frames == 1).then(|| self.dimensions.iter().map(|d| d.len).collect());
        }
        let (folded, _) = others.split_at(others.len() - 2);
        let one = folded.iter().copied().try_fold(1, usize::checked_mul)?;
        let length = frames.checked_div(one)?;
        let whole = one * length == frames && (first.unlimited || first.len == length);
        whole.then(|| [&[length], others.as_slice()].concat())
    }
}

/// The length of a dimension that does not grow.
fn fixed_len(dimension: &Dimension) -> Option<usize> {
    (!dimension.unlimited).then_some(dimension.len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[Option<usize>]) -> Metadata {
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
        let open = of(&[None, Some(3), Some(5), Some(7)]);
        assert!(open.check([5, 7]).is_ok());
        assert_eq!(open.unfolded(12), Some(vec![4, 3, 5, 7]));
        assert_eq!(open.unfolded(13), None);
        let known = of(&[Some(2), Some(3), Some(5), Some(7)]);
        assert_eq!(known.unfolded(6), Some(vec![2, 3, 5, 7]));
        assert_eq!(known.unfolded(3), None);
        assert_eq!(of(&[Some(5), Some(7)]).unfolded(1), Some(vec![5, 7]));
        assert_eq!(of(&[]).unfolded(1), None);
        let rows = of(&[None, Some(7)]);
        assert!(rows.check([1, 7]).is_ok());
        assert_eq!(rows.unfolded(12), Some(vec![12, 7]));
        let row = of(&[Some(7)]);
        assert!(row.check([1, 7]).is_ok());
        assert_eq!((row.unfolded(1), row.unfolded(2)), (Some(vec![7]), None));
    }

    #[test]
    fn what_does_not_fit_a_frame_is_refused() {
        for wrong in [
            &[Some(5)][..],
            &[Some(35)],
            &[None],
            &[None, Some(7)],
            &[Some(2), None, Some(5), Some(7)],
            &[Some(0), Some(5), Some(7)],
            &[None, Some(7), Some(5)],
        ] {
            assert!(of(wrong).check([5, 7]).is_err(), "{wrong:?}");
        }
        assert!(of(&[None, Some(7)]).check([1, 8]).is_err());
        assert!(of(&[Some(7)]).check([7, 1]).is_err());
        let mut scalar = Metadata::new("t");
        scalar.coordinates.push(Coordinate::axis("t", vec![1.0]));
        assert!(scalar.check([5, 7]).is_ok());
        scalar.coordinates[0].dimensions.push(("z".into(), 2));
        assert!(scalar.check([5, 7]).is_err());
    }

    #[test]
    fn a_supplement_replaces_and_adds() {
        let mut first = of(&[None, Some(5), Some(7)]);
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
