//! From the codes of the base layer to the numbers they stand for, before any correction.

use fieldreel_codec::decode_stream;
use ndarray::{Array2, Array3};

use super::background::Background;
use super::layout::Coded;
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
        let codes = coded.base.map(|base| {
            let video = base.shape(coded.order.shape(shape));
            decode_stream(base.format, base.stream, video, base.shift, &limits.video())
        });
        let means = coded
            .mean
            .map(|(step, bytes)| Background::decode(bytes, step, (shape[1], shape[2])));
        Ok(Self {
            order: coded.order,
            offset: coded.offset,
            scale: coded.base.map_or(0.0, |base| base.scale),
            codes: codes.transpose()?,
            means: means.transpose()?,
        })
    }

    /// The number at a place of the video: `offset + scale · code`, plus the mean.
    ///
    /// `place` is in the order of the video, `[y, x]` the same place in the field.
    #[inline]
    pub(crate) fn number(&self, code: u16, [y, x]: [usize; 2]) -> f64 {
        let number = self.offset + self.scale * f64::from(code);
        match &self.means {
            None => number,
            Some(means) => number + means[[y, x]],
        }
    }

    /// Visits all places in the order of the video: their index there, the `[y, x]` of the field,
    /// and the number.
    pub(crate) fn for_each(&self, shape: [usize; 3], mut each: impl FnMut([usize; 3], f64)) {
        let axes = self.order.axes();
        let video = self.order.shape(shape);
        let mut at = [0; 3];
        let mut index = 0;
        let codes = self.codes.as_ref().and_then(|codes| codes.as_slice());
        for a in 0..video[0] {
            at[axes[0]] = a;
            for b in 0..video[1] {
                at[axes[1]] = b;
                for c in 0..video[2] {
                    at[axes[2]] = c;
                    let code = codes.map_or(0, |codes| codes[index]);
                    each(at, self.number(code, [at[1], at[2]]));
                    index += 1;
                }
            }
        }
    }
}
