//! A decoded base layer: a number for each position.

use ndarray::{Array2, Array3, ArrayView2, Axis, Ix3};

use super::parts::{BaseKind, BaseParts};
use super::temporal_means::TemporalMeans;
use crate::plan::AxisOrder;
use crate::{Limits, ReelError};

/// A decoded base layer.
#[derive(Clone, Debug)]
pub(crate) struct BaseLayer {
    /// The axis order of the base layer and of the residuals.
    pub(crate) order: AxisOrder,
    /// The number of a constant base layer, or of code 0 of a video.
    pub(crate) offset: f64,
    /// The temporal means, axis order `(y, x)`.
    pub(crate) means: Option<Array2<f64>>,
    base: DecodedBase,
}

/// The decoded numbers without the temporal means.
#[derive(Clone, Debug)]
pub(crate) enum DecodedBase {
    /// One number for all positions.
    Constant,
    /// A video.
    Video {
        /// The difference between the numbers of consecutive codes.
        scale: f64,
        /// The decoded codes, in the axis order of the base layer.
        codes: Array3<u16>,
    },
}

impl BaseLayer {
    /// Decodes the base layer of a segment of `shape` (axis order `(time, y, x)`).
    ///
    /// # Errors
    /// [`ReelError::Corrupt`] if the means are damaged, and the errors of [`DecodedBase::decode`].
    pub(crate) fn decode(
        parts: &BaseParts<&[u8]>,
        shape: [usize; 3],
        limits: &Limits,
    ) -> Result<Self, ReelError> {
        let [_, height, width] = shape;
        let means = parts.means.as_ref();
        let means =
            means.map(|means| TemporalMeans::decode(&means.integers, means.step, (height, width)));
        Ok(Self {
            order: parts.order,
            offset: parts.offset,
            means: means.transpose()?,
            base: DecodedBase::decode(&parts.kind, parts.order.shape(shape), limits)?,
        })
    }

    /// Returns whether all numbers are equal apart from the temporal means.
    pub(crate) const fn is_constant(&self) -> bool {
        matches!(self.base, DecodedBase::Constant)
    }

    /// Returns plane `t` of the base layer of a field of `shape`.
    pub(crate) fn plane(&self, shape: [usize; 3], t: usize) -> BasePlane<'_> {
        let means = self.means.as_ref().and_then(|means| means.broadcast(shape));
        let means = means.and_then(|means| means.into_dimensionality::<Ix3>().ok());
        BasePlane {
            offset: self.offset,
            codes: match &self.base {
                DecodedBase::Constant => None,
                DecodedBase::Video { scale, codes } => Some((*scale, codes.index_axis(Axis(0), t))),
            },
            means: means.map(|means| self.order.permuted(means).index_axis_move(Axis(0), t)),
        }
    }

    /// Calls `each` with the position in the field and the number of every value, in the axis
    /// order of the base layer.
    pub(crate) fn for_each(&self, shape: [usize; 3], mut each: impl FnMut([usize; 3], f64)) {
        let axes = self.order.axes();
        let [frames, height, width] = self.order.shape(shape);
        let mut numbers = vec![0.0; width];
        let mut at = [0; 3];
        for t in 0..frames {
            let plane = self.plane(shape, t);
            for b in 0..height {
                plane.row(b, &mut numbers);
                for (c, &number) in numbers.iter().enumerate() {
                    (at[axes[0]], at[axes[1]], at[axes[2]]) = (t, b, c);
                    each(at, number);
                }
            }
        }
    }
}

impl DecodedBase {
    /// Decodes a base layer of `shape`, in its own axis order.
    ///
    /// # Errors
    /// [`ReelError::Codec`] or [`ReelError::Corrupt`] if the video is damaged;
    /// [`ReelError::LimitExceeded`]; [`ReelError::VideoUnsupported`] in a build without the
    /// feature `video`.
    pub(crate) fn decode(
        kind: &BaseKind<&[u8]>,
        shape: [usize; 3],
        limits: &Limits,
    ) -> Result<Self, ReelError> {
        match kind {
            BaseKind::Constant => Ok(Self::Constant),
            BaseKind::Video(stream) => Ok(Self::Video {
                scale: stream.scale,
                codes: super::video::decode(stream, shape, limits)?,
            }),
        }
    }
}

/// A plane of a decoded base layer.
#[derive(Clone, Debug)]
pub(crate) struct BasePlane<'a> {
    offset: f64,
    /// The difference between the numbers of consecutive codes, and the codes.
    codes: Option<(f64, ArrayView2<'a, u16>)>,
    means: Option<ArrayView2<'a, f64>>,
}

impl BasePlane<'_> {
    /// Writes the numbers of row `y`: `offset + scale · code` plus the mean at each position.
    #[inline(always)]
    pub(crate) fn row(&self, y: usize, numbers: &mut [f64]) {
        match &self.codes {
            None => numbers.fill(self.offset),
            Some((scale, codes)) => {
                let codes = codes.row(y);
                let set = |(into, &code): (&mut f64, &u16)| {
                    *into = self.offset + scale * f64::from(code);
                };
                match codes.as_slice() {
                    Some(codes) => numbers.iter_mut().zip(codes).for_each(set),
                    None => numbers.iter_mut().zip(codes).for_each(set),
                }
            }
        }
        let Some(means) = self.means.as_ref().map(|means| means.row(y)) else {
            return;
        };
        match (means.as_slice(), means.first(), means.strides()) {
            // A row along time has a single mean.
            (_, Some(&mean), [0]) => numbers.iter_mut().for_each(|into| *into += mean),
            (Some(means), ..) => add(numbers, means),
            (None, ..) => add(numbers, means),
        }
    }
}

#[inline(always)]
fn add<'a>(numbers: &mut [f64], means: impl IntoIterator<Item = &'a f64>) {
    for (into, &mean) in numbers.iter_mut().zip(means) {
        *into += mean;
    }
}
