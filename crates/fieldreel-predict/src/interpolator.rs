//! Interpolation of the positions of a pass from known integers.

use crate::buffers::take;
use crate::coefficients::Coefficients;
use crate::pass_coder::DecodedVolumes;
use crate::passes::Pass;
use crate::taps::{PassKind, Tap, interpolation_taps};
use crate::volume::Extent;
use crate::weighted_sum::{round, weighted_sum};
use crate::word::Word;

/// The interpolation of the planes of a pass.
pub(crate) struct Interpolator<W> {
    extent: Extent,
    /// The number of rows and of columns of a plane.
    size: [usize; 2],
    /// The taps whose coefficients are not 0, and these coefficients.
    taps: Vec<(Tap, W)>,
    fraction_bits: u32,
    half: W,
    is_base: bool,
}

impl<W: Word> Interpolator<W> {
    pub(crate) fn new(pass: &Pass, coefficients: &Coefficients, extent: Extent) -> Self {
        let [_, height, width] = pass.counts;
        let taps = interpolation_taps(pass.kind).into_iter();
        let taps = taps.zip(coefficients.words::<W>());
        Self {
            extent,
            size: [height, width],
            taps: taps
                .filter(|(_, coefficient)| *coefficient != W::default())
                .collect(),
            fraction_bits: coefficients.fraction_bits,
            half: coefficients.half_unit(),
            is_base: pass.kind == PassKind::Base,
        }
    }

    /// Returns the range of a plane from its first position to its last one.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        let [height, width] = self.size;
        self.extent.index(0, 0)..self.extent.index(height - 1, 0) + width
    }

    /// Sets the positions of a plane to the integers that are interpolated for plane `i`, which are
    /// 0 in the first plane of the base pass.
    pub(crate) fn interpolate(&self, known: &DecodedVolumes<W>, i: usize, plane: &mut [W]) {
        let range = self.range();
        let interpolated = &mut plane[range.clone()];
        if self.is_base && i == 0 {
            interpolated.fill(W::default());
            return;
        }
        let terms = self.taps.iter().map(|(tap, coefficient)| {
            let plane = known.integers.plane(i as isize + tap.plane);
            (
                shifted(plane, &range, tap.offset(self.extent)),
                *coefficient,
            )
        });
        weighted_sum(interpolated, &terms.collect::<Vec<_>>());
        round(interpolated, self.half, self.fraction_bits);
    }

    /// Returns the interpolated integers of all planes of a pass that is not the base pass.
    pub(crate) fn interpolate_all(&self, known: &DecodedVolumes<W>, count: usize) -> Vec<Vec<W>> {
        let planes = (0..count).map(|i| {
            let mut plane = take(self.extent.padded_len());
            self.interpolate(known, i, &mut plane);
            plane
        });
        planes.collect()
    }
}

/// Returns the integers of a plane at a fixed distance from the positions of a range.
pub(crate) fn shifted<'a, W>(
    plane: &'a [W],
    range: &std::ops::Range<usize>,
    offset: isize,
) -> &'a [W] {
    &plane[range.start.wrapping_add_signed(offset)..][..range.len()]
}
