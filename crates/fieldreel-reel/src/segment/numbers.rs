//! From the codes of the base layer to the numbers they stand for, before any correction.

use fieldreel_codec::decode_stream;
use ndarray::{Array2, Array3, ArrayView2, Axis, Ix3};

use super::background::Background;
use super::layout::Coded;
use crate::options::video_limits;
use crate::plan::AxisOrder;
use crate::{Limits, ReelError};

/// What a decoded base layer says.
#[derive(Clone, Debug)]
pub(crate) struct BaseLayer {
    pub(crate) order: AxisOrder,
    /// The number that code 0 stands for, and from one code to the next.
    pub(crate) offset: f64,
    pub(crate) scale: f64,
    /// The decoded codes, in the order of the video; `None` without a video.
    pub(crate) codes: Option<Array3<u16>>,
    /// The plane of means, axis order `(y, x)`.
    pub(crate) means: Option<Array2<f64>>,
}

impl BaseLayer {
    /// Decodes the base layer of a segment of `shape` (axis order `(time, y, x)`).
    pub(crate) fn decode(
        coded: &Coded<'_>,
        shape: [usize; 3],
        limits: &Limits,
    ) -> Result<Self, ReelError> {
        let codes = Self::codes(coded, shape, limits)?;
        let means = coded
            .mean
            .map(|(step, bytes)| Background::decode(bytes, step, (shape[1], shape[2])));
        Ok(Self {
            order: coded.order,
            offset: coded.offset,
            scale: coded.base.map_or(0.0, |base| base.scale),
            codes,
            means: means.transpose()?,
        })
    }

    /// The codes alone, in the order of the video; `None` without a video.
    pub(crate) fn codes(
        coded: &Coded<'_>,
        shape: [usize; 3],
        limits: &Limits,
    ) -> Result<Option<Array3<u16>>, ReelError> {
        let codes = coded.base.map(|base| {
            let video = base.shape(coded.order.shape(shape));
            decode_stream(
                base.format,
                base.stream,
                video,
                base.shift,
                &video_limits(limits),
            )
        });
        Ok(codes.transpose()?)
    }

    /// The numbers of frame `t` of the video of a field of `shape`, row by row.
    pub(crate) fn frame(&self, shape: [usize; 3], t: usize) -> BaseFrame<'_> {
        let codes = self.codes.as_ref();
        let means = self.means.as_ref().and_then(|means| means.broadcast(shape));
        let means = means.and_then(|means| means.into_dimensionality::<Ix3>().ok());
        BaseFrame {
            offset: self.offset,
            scale: self.scale,
            codes: codes.map(|codes| codes.index_axis(Axis(0), t)),
            means: means.map(|means| self.order.video(means).index_axis_move(Axis(0), t)),
        }
    }

    /// Visits all places in the order of the video: their index in the field, and the number.
    pub(crate) fn for_each(&self, shape: [usize; 3], mut each: impl FnMut([usize; 3], f64)) {
        let axes = self.order.axes();
        let [frames, height, width] = self.order.shape(shape);
        let mut numbers = vec![0.0; width];
        let mut at = [0; 3];
        for t in 0..frames {
            let frame = self.frame(shape, t);
            for b in 0..height {
                frame.row(b, &mut numbers);
                for (c, &number) in numbers.iter().enumerate() {
                    (at[axes[0]], at[axes[1]], at[axes[2]]) = (t, b, c);
                    each(at, number);
                }
            }
        }
    }
}

/// A frame of a decoded base layer.
#[derive(Clone, Debug)]
pub(crate) struct BaseFrame<'a> {
    offset: f64,
    scale: f64,
    codes: Option<ArrayView2<'a, u16>>,
    means: Option<ArrayView2<'a, f64>>,
}

impl BaseFrame<'_> {
    /// The numbers of a row: for each place, `offset + scale · code`, plus the mean.
    #[inline(always)]
    pub(crate) fn row(&self, y: usize, numbers: &mut [f64]) {
        match &self.codes {
            None => numbers.fill(self.offset),
            Some(codes) => {
                let codes = codes.row(y);
                let set = |(into, &code): (&mut f64, &u16)| {
                    *into = self.offset + self.scale * f64::from(code);
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
            // Along time, it is one mean.
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
