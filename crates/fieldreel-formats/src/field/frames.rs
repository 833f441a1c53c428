//! Conversion of fields of any rank to frames `(time, y, x)` and back.

use fieldreel_core::dimension::folded_shape;
use ndarray::{ArrayD, ArrayView3, ArrayViewD, Axis, CowArray, Ix3, IxDyn};

use super::{Coordinate, Field, FieldValues};
use crate::{FormatError, Result, with_values};

/// The way to view a field as frames `(time, y, x)`. The last two remaining axes are y and x.
///
/// ```
/// use fieldreel_formats::{Field, FrameView};
/// use ndarray::ArrayD;
///
/// let values = ArrayD::<f32>::zeros(vec![2, 5, 3, 4]);
/// let field = Field::new("temp", values, &["time", "level", "y", "x"])?;
/// assert_eq!(field.as_frames(&FrameView::FoldLeading)?.shape(), [10, 3, 4]);
/// let upper = FrameView::At { dimension: "level".to_owned(), index: 4 };
/// assert_eq!(field.as_frames(&upper)?.shape(), [2, 3, 4]);
/// let along_x = FrameView::TimeAlong { dimension: "x".to_owned() };
/// // The order of the axes is (x, time, level, y).
/// assert_eq!(field.as_frames(&along_x)?.shape(), [8, 5, 3]);
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FrameView {
    /// Folds all axes before the last two into time, the first one slowest: a
    /// `(time, level, y, x)` field becomes `time × level` frames. Two dimensions make one frame
    /// or, if the first one is time, frames of one row each. One dimension makes one row, and none
    /// makes one value.
    #[default]
    FoldLeading,
    /// Fixes one dimension at an index, then folds as [`FoldLeading`](Self::FoldLeading).
    At {
        /// The name of the dimension to fix.
        dimension: String,
        /// The index along that dimension, from 0.
        index: usize,
    },
    /// Moves one dimension to the front, then folds as [`FoldLeading`](Self::FoldLeading).
    TimeAlong {
        /// The name of the dimension.
        dimension: String,
    },
}

/// Frames `(time, y, x)`: a view of a field if its memory layout allows, otherwise a copy.
///
/// ```
/// use fieldreel_formats::{Field, FrameView, Frames};
/// use ndarray::array;
///
/// let values = array![[0.0_f32, 1.0, 2.0], [3.0, 4.0, 5.0]].into_dyn();
/// let field = Field::new("temp", values, &["y", "x"])?;
/// let frames = field.as_frames(&FrameView::default())?;
/// assert_eq!(frames.shape(), [1, 2, 3]);
/// let Frames::F32(frames) = frames else { panic!("the values are not f32") };
/// assert_eq!(frames[[0, 1, 2]], 5.0);
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Frames<'a> {
    /// Values of type `f32`.
    F32(CowArray<'a, f32, Ix3>),
    /// Values of type `f64`.
    F64(CowArray<'a, f64, Ix3>),
    /// Values of type `i8`.
    I8(CowArray<'a, i8, Ix3>),
    /// Values of type `i16`.
    I16(CowArray<'a, i16, Ix3>),
    /// Values of type `i32`.
    I32(CowArray<'a, i32, Ix3>),
    /// Values of type `i64`.
    I64(CowArray<'a, i64, Ix3>),
    /// Values of type `u8`.
    U8(CowArray<'a, u8, Ix3>),
    /// Values of type `u16`.
    U16(CowArray<'a, u16, Ix3>),
    /// Values of type `u32`.
    U32(CowArray<'a, u32, Ix3>),
    /// Values of type `u64`.
    U64(CowArray<'a, u64, Ix3>),
}

impl Frames<'_> {
    /// Returns the shape `[time, y, x]`.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        with_values!(Frames, self, frames => frames.dim()).into()
    }
}

macro_rules! from_view {
    ($($variant:ident $type:ty),*) => {$(
        impl<'a> From<ArrayView3<'a, $type>> for Frames<'a> {
            fn from(frames: ArrayView3<'a, $type>) -> Self {
                Self::$variant(frames.into())
            }
        }

        impl<'a> From<CowArray<'a, $type, Ix3>> for Frames<'a> {
            fn from(frames: CowArray<'a, $type, Ix3>) -> Self {
                Self::$variant(frames)
            }
        }
    )*};
}
from_view!(F32 f32, F64 f64, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64);

impl Field {
    /// Returns the field as frames `(time, y, x)`.
    ///
    /// See the examples of [`FrameView`] and [`Frames`].
    ///
    /// # Errors
    ///
    /// - [`FormatError::RankTooLow`]: [`FrameView::TimeAlong`] of a field with fewer than three
    ///   axes.
    /// - [`FormatError::DimensionNotFound`], [`FormatError::IndexOutOfRange`]: `view` names no
    ///   dimension or index of the field.
    pub fn as_frames(&self, view: &FrameView) -> Result<Frames<'_>> {
        let layout = FrameLayout::new(self, view)?;
        with_values!(FieldValues, &self.values, values => {
            Ok(layout.fold(values.view(), self)?.into())
        })
    }

    /// Returns a field with the metadata of this one and the values of `frames`, the inverse of
    /// [`as_frames`](Self::as_frames). With [`FrameView::At`], the fixed dimension is removed, and
    /// coordinates along it are reduced to their values at the index.
    ///
    /// ```
    /// use fieldreel_formats::{Field, FrameView, Frames};
    /// use ndarray::ArrayD;
    ///
    /// let values = ArrayD::<f32>::ones(vec![2, 5, 3, 4]);
    /// let field = Field::new("temp", values, &["time", "level", "y", "x"])?;
    /// let view = FrameView::FoldLeading;
    /// let Frames::F32(frames) = field.as_frames(&view)? else { panic!("not f32") };
    /// let doubled = Frames::F32((&frames * 2.0).into());
    /// let field = field.with_frames(&doubled, &view)?;
    /// assert_eq!(field.shape(), [2, 5, 3, 4]);
    /// assert_eq!(field.values.to_f64()[[1, 4, 2, 3]], 2.0);
    /// # Ok::<(), fieldreel_formats::FormatError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`as_frames`](Self::as_frames), and [`FormatError::ShapeMismatch`] if
    /// `frames` has another shape than `as_frames` returns.
    pub fn with_frames(&self, frames: &Frames<'_>, view: &FrameView) -> Result<Self> {
        let layout = FrameLayout::new(self, view)?;
        if frames.shape() != layout.frame_shape {
            return Err(FormatError::ShapeMismatch {
                item: "the array of frames".to_owned(),
                expected: layout.frame_shape.to_vec(),
                found: frames.shape().to_vec(),
            });
        }
        let values: FieldValues = with_values!(Frames, frames, frames => {
            layout.unfold(frames.view(), self)?.into()
        });
        let mut field = Self {
            name: self.name.clone(),
            values,
            dimensions: self.dimensions.clone(),
            coordinates: self.coordinates.clone(),
            attributes: self.attributes.clone(),
            file_attributes: self.file_attributes.clone(),
            missing: self.missing.clone(),
            packing: self.packing.clone(),
        };
        if let Some((fixed, index)) = layout.fixed {
            let dimension = field.dimensions.remove(fixed).name;
            // The layout has checked that the index is in range.
            let at = |coordinate: &Coordinate| coordinate.at(&dimension, index);
            field.coordinates = field.coordinates.iter().filter_map(at).collect();
        }
        Ok(field)
    }
}

/// The axes of a field arranged for a [`FrameView`].
struct FrameLayout {
    /// The axis and index to fix first.
    fixed: Option<(usize, usize)>,
    /// The remaining axes, in the order in which they are folded.
    order: Vec<usize>,
    /// The lengths of the remaining axes, in that order.
    ordered_shape: Vec<usize>,
    /// The shape `[time, y, x]`.
    frame_shape: [usize; 3],
}

impl FrameLayout {
    fn new(field: &Field, view: &FrameView) -> Result<Self> {
        field.validate()?;
        let mut shape = field.shape().to_vec();
        let mut fixed = None;
        if let FrameView::At { dimension, index } = view {
            let axis = find_axis(field, dimension)?;
            let len = shape.remove(axis);
            if *index >= len {
                return Err(FormatError::IndexOutOfRange {
                    dimension: dimension.clone(),
                    index: *index,
                    len,
                });
            }
            fixed = Some((axis, *index));
        }
        let mut order: Vec<usize> = (0..shape.len()).collect();
        if let FrameView::TimeAlong { dimension } = view {
            let axis = find_axis(field, dimension)?;
            order.remove(axis);
            order.insert(0, axis);
        }
        if shape.len() < 3 && matches!(view, FrameView::TimeAlong { .. }) {
            return Err(FormatError::RankTooLow {
                name: field.name.clone(),
                rank: shape.len(),
            });
        }
        let ordered_shape: Vec<usize> = order.iter().map(|&axis| shape[axis]).collect();
        let frame_shape = match ordered_shape[..] {
            [frames, width] if fixed.is_none() && field.is_time(0) => [frames, 1, width],
            // The field is an array, so its number of values is valid.
            _ => folded_shape(&ordered_shape).unwrap_or_default(),
        };
        Ok(Self {
            fixed,
            order,
            ordered_shape,
            frame_shape,
        })
    }

    /// Returns the values as frames, without a copy if their memory layout allows.
    fn fold<'a, T: Clone>(
        &self,
        mut values: ArrayViewD<'a, T>,
        field: &Field,
    ) -> Result<CowArray<'a, T, Ix3>> {
        if let Some((axis, index)) = self.fixed {
            values.index_axis_inplace(Axis(axis), index);
        }
        let ordered = values.permuted_axes(self.order.clone());
        if ordered.ndim() == 3
            && let Ok(view) = ordered.clone().into_dimensionality::<Ix3>()
        {
            return Ok(view.into());
        }
        // `to_shape` is not used, because its result would borrow `ordered` instead of the field.
        if ordered.is_standard_layout()
            && let Ok(view) = ordered.clone().into_shape_with_order(self.frame_shape)
        {
            return Ok(view.into());
        }
        let copied = ordered
            .as_standard_layout()
            .into_owned()
            .into_shape_with_order(self.frame_shape);
        copied
            .map(CowArray::from)
            .map_err(|_| self.shape_mismatch(field))
    }

    /// Returns the values of frames in the shape and the order of the remaining axes of the field.
    fn unfold<T: Clone>(&self, frames: ArrayView3<'_, T>, field: &Field) -> Result<ArrayD<T>> {
        let ordered = frames
            .as_standard_layout()
            .into_owned()
            .into_shape_with_order(IxDyn(&self.ordered_shape))
            .map_err(|_| self.shape_mismatch(field))?;
        let mut inverse = vec![0; self.order.len()];
        for (position, &axis) in self.order.iter().enumerate() {
            inverse[axis] = position;
        }
        Ok(ordered
            .permuted_axes(inverse)
            .as_standard_layout()
            .into_owned())
    }

    fn shape_mismatch(&self, field: &Field) -> FormatError {
        FormatError::ShapeMismatch {
            item: format!("the frames of {:?}", field.name),
            expected: self.frame_shape.to_vec(),
            found: self.ordered_shape.clone(),
        }
    }
}

fn find_axis(field: &Field, dimension: &str) -> Result<usize> {
    field
        .axis(dimension)
        .ok_or_else(|| FormatError::DimensionNotFound {
            dimension: dimension.to_owned(),
            available: field.dimensions.iter().map(|d| d.name.clone()).collect(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array;

    fn field(shape: &[usize], names: &[&str]) -> Field {
        let len = shape.iter().product();
        let values = Array::from_iter((0..len).map(|v| v as f32))
            .into_shape_with_order(IxDyn(shape))
            .unwrap();
        Field::new("f", values, names).unwrap()
    }

    fn round_trip(field: &Field, view: &FrameView, shape: [usize; 3]) -> Field {
        let frames = field.as_frames(view).unwrap();
        assert_eq!(frames.shape(), shape);
        field.with_frames(&frames, view).unwrap()
    }

    #[test]
    fn every_rank_folds_and_unfolds() {
        let fold = FrameView::FoldLeading;
        for (shape, names, frames) in [
            (&[][..], &[][..], [1, 1, 1]),
            (&[4], &["x"], [1, 1, 4]),
            (&[3, 4], &["y", "x"], [1, 3, 4]),
            (&[2, 3, 4], &["t", "y", "x"], [2, 3, 4]),
            (&[5, 2, 3, 4], &["t", "z", "y", "x"], [10, 3, 4]),
            (&[2, 0, 3, 4], &["t", "z", "y", "x"], [0, 3, 4]),
        ] {
            let field = field(shape, names);
            assert_eq!(round_trip(&field, &fold, frames), field);
        }
    }

    #[test]
    fn any_dimension_can_be_time() {
        let field = field(&[5, 2, 3, 4], &["t", "z", "y", "x"]);
        for (name, shape) in [
            ("t", [10, 3, 4]),
            ("z", [10, 3, 4]),
            ("y", [15, 2, 4]),
            ("x", [20, 2, 3]),
        ] {
            let view = FrameView::TimeAlong {
                dimension: name.to_owned(),
            };
            assert_eq!(round_trip(&field, &view, shape), field, "{name}");
        }
        let view = FrameView::TimeAlong {
            dimension: "z".to_owned(),
        };
        let Frames::F32(frames) = field.as_frames(&view).unwrap() else {
            panic!("not f32")
        };
        let FieldValues::F32(values) = &field.values else {
            panic!("not f32")
        };
        assert_eq!(frames[[5 + 3, 2, 1]], values[[3, 1, 2, 1]]);
    }

    #[test]
    fn a_dimension_can_be_fixed() {
        let mut field = field(&[5, 2, 3, 4], &["t", "z", "y", "x"]);
        let depths = vec![10.0, 20.0];
        field.coordinates.push(Coordinate::axis("z", depths));
        let view = FrameView::At {
            dimension: "z".to_owned(),
            index: 1,
        };
        let taken = round_trip(&field, &view, [5, 3, 4]);
        assert_eq!(taken.shape(), [5, 3, 4]);
        assert_eq!(taken.coordinate("z").unwrap().values.to_f64()[0], 20.0);
        taken.validate().unwrap();
    }

    #[test]
    fn impossible_frame_views_are_errors() {
        let line = field(&[5], &["x"]);
        let along = FrameView::TimeAlong {
            dimension: "x".to_owned(),
        };
        let error = line.as_frames(&along).unwrap_err();
        assert!(matches!(error, FormatError::RankTooLow { rank: 1, .. }));
        let cube = field(&[2, 3, 4], &["t", "y", "x"]);
        let error = cube
            .as_frames(&FrameView::At {
                dimension: "z".to_owned(),
                index: 0,
            })
            .unwrap_err();
        assert!(matches!(error, FormatError::DimensionNotFound { .. }));
        let error = cube
            .as_frames(&FrameView::At {
                dimension: "t".to_owned(),
                index: 2,
            })
            .unwrap_err();
        assert!(matches!(error, FormatError::IndexOutOfRange { len: 2, .. }));
        let wrong = ndarray::Array3::<f32>::zeros((2, 3, 5));
        let error = cube.with_frames(&wrong.view().into(), &FrameView::FoldLeading);
        assert!(matches!(error, Err(FormatError::ShapeMismatch { .. })));
    }
}
