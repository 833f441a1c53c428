//! Planes of integers with margins, so that every position has neighbors.

use crate::buffers::{Buffered, recycle, take};
use crate::extrapolation::Extrapolation;
use crate::word::Word;

/// The width of the margin. Predictors reach two positions to either side.
pub(crate) const MARGIN: usize = 2;

/// The number of elements after the last margin, so that reads of rows can be rounded up to a
/// multiple of 16 positions.
const OVERHANG: usize = 16;

/// The size of planes, which determines the layout of rows in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) height: usize,
    pub(crate) width: usize,
}

impl Extent {
    /// Returns the distance from one row to the next.
    #[inline(always)]
    pub(crate) const fn stride(self) -> usize {
        self.width + 2 * MARGIN
    }

    /// Returns the number of elements of a plane, its margin and [`OVERHANG`] included.
    pub(crate) const fn padded_len(self) -> usize {
        self.stride() * (self.height + 2 * MARGIN) + OVERHANG
    }

    /// Returns the index of a position of the plane.
    #[inline(always)]
    pub(crate) const fn index(self, y: usize, x: usize) -> usize {
        (y + MARGIN) * self.stride() + x + MARGIN
    }
}

/// Planes of integers, axis order `(t, y, x)`.
#[derive(Debug)]
pub(crate) struct Volume<T: Buffered> {
    pub(crate) extent: Extent,
    pub(crate) planes: Vec<Vec<T>>,
    /// The plane before the first and the two after the last; empty if the nearest plane replaces
    /// them.
    outer_planes: [Vec<T>; 3],
}

impl<T: Buffered> Drop for Volume<T> {
    fn drop(&mut self) {
        self.planes.drain(..).for_each(recycle);
        self.drop_outer_planes();
    }
}

impl<T: Buffered> Volume<T> {
    /// Returns a volume without planes.
    pub(crate) fn empty(extent: Extent) -> Self {
        Self {
            extent,
            planes: Vec::new(),
            outer_planes: Default::default(),
        }
    }

    /// Returns a plane. Before the first and after the last plane, it is the extrapolated plane,
    /// or the nearest one if there is none.
    #[inline]
    pub(crate) fn plane(&self, i: isize) -> &[T] {
        let count = self.planes.len() as isize;
        let nearest = &self.planes[i.clamp(0, count - 1) as usize];
        let [previous, after, next] = &self.outer_planes;
        let outer = match (i, i - count) {
            (-1, _) => previous,
            (_, 0) => after,
            (_, 1) => next,
            _ => nearest,
        };
        match outer.is_empty() {
            true => nearest,
            false => outer,
        }
    }

    /// Returns the first `width` integers of row `y` of plane `t`, or an empty slice if there are
    /// fewer.
    pub(crate) fn row(&self, t: usize, y: usize, width: usize) -> &[T] {
        let start = self.extent.index(y, 0);
        let plane = self.planes.get(t);
        let row = plane.and_then(|plane| plane.get(start..start + width));
        row.unwrap_or_default()
    }

    fn drop_outer_planes(&mut self) {
        for plane in &mut self.outer_planes {
            recycle(std::mem::take(plane));
        }
    }

    /// Sets the margin of a plane to the nearest positions of the plane.
    pub(crate) fn fill_margin(extent: Extent, plane: &mut [T]) {
        let (stride, width) = (extent.stride(), extent.width);
        if extent.height == 0 || width == 0 {
            return;
        }
        for row in plane
            .chunks_exact_mut(stride)
            .skip(MARGIN)
            .take(extent.height)
        {
            let (first, last) = (row[MARGIN], row[MARGIN + width - 1]);
            row[..MARGIN].fill(first);
            row[MARGIN + width..].fill(last);
        }
        let (first, end) = (MARGIN * stride, (MARGIN + extent.height) * stride);
        for row in 0..MARGIN {
            plane.copy_within(first..first + stride, row * stride);
            plane.copy_within(end - stride..end, end + row * stride);
        }
    }

    /// Interleaves these planes with those of `odd` along `axis`. Even positions are those of
    /// `self`. The planes of `odd` have the same extent, but only `height` rows and `width`
    /// columns are used. `fill_margin` sets the margin of a plane.
    pub(crate) fn merged(
        mut self,
        mut odd: Self,
        axis: usize,
        (height, width): (usize, usize),
        fill_margin: impl Fn(Extent, &mut [T]),
    ) -> Self {
        self.drop_outer_planes();
        let from = self.extent;
        let mut merged = match axis {
            0 => {
                let mut planes = Vec::with_capacity(self.planes.len() + odd.planes.len());
                let mut odd = odd.planes.drain(..);
                for plane in self.planes.drain(..) {
                    planes.push(plane);
                    if let Some(mut next) = odd.next() {
                        fill_margin(from, &mut next);
                        planes.push(next);
                    }
                }
                let mut merged = Self::empty(from);
                merged.planes = planes;
                return merged;
            }
            1 => Self::empty(Extent {
                height: from.height + height,
                width: from.width,
            }),
            _ => Self::empty(Extent {
                height: from.height,
                width: from.width + width,
            }),
        };
        let to = merged.extent;
        for (even, odd) in self.planes.drain(..).zip(odd.planes.drain(..)) {
            let mut plane = take(to.padded_len());
            if axis == 1 {
                for y in 0..to.height {
                    let source = if y % 2 == 0 { &even } else { &odd };
                    let at = from.index(y / 2, 0);
                    let start = to.index(y, 0);
                    plane[start..start + to.width].copy_from_slice(&source[at..at + to.width]);
                }
            } else {
                for y in 0..to.height {
                    let (at, start) = (from.index(y, 0), to.index(y, 0));
                    let (even, odd) = (&even[at..at + from.width], &odd[at..at + width]);
                    interleave(&mut plane[start..start + to.width], even, odd);
                }
            }
            fill_margin(to, &mut plane);
            merged.planes.push(plane);
            recycle(even);
            recycle(odd);
        }
        merged
    }
}

impl<W: Word> Volume<W> {
    /// Sets the margin of a plane to extrapolated integers.
    pub(crate) fn extrapolate_margin(
        extent: Extent,
        plane: &mut [W],
        extrapolation: &Extrapolation,
    ) {
        Self::fill_margin(extent, plane);
        let stride = extent.stride();
        let [_, rows, columns] =
            extrapolation.orders_for([usize::MAX, extent.height, extent.width]);
        if rows == 0 && columns == 0 {
            return;
        }
        if columns > 0 {
            for row in plane
                .chunks_exact_mut(stride)
                .skip(MARGIN)
                .take(extent.height)
            {
                let last = MARGIN + extent.width - 1;
                let [one, two] = Extrapolation::extrapolate(columns, |at| row[MARGIN + at]);
                (row[MARGIN - 1], row[MARGIN - 2]) = (one, two);
                let [one, two] = Extrapolation::extrapolate(columns, |at| row[last - at]);
                (row[last + 1], row[last + 2]) = (one, two);
            }
        }
        let (first, end) = (MARGIN * stride, (MARGIN + extent.height) * stride);
        if rows == 0 {
            // The margin rows repeat the first and the last row with their extrapolated columns.
            for row in 0..MARGIN {
                plane.copy_within(first..first + stride, row * stride);
                plane.copy_within(end - stride..end, end + row * stride);
            }
            return;
        }
        for x in 0..stride {
            let [one, two] = Extrapolation::extrapolate(rows, |at| plane[first + at * stride + x]);
            (plane[first - stride + x], plane[first - 2 * stride + x]) = (one, two);
            let [one, two] =
                Extrapolation::extrapolate(rows, |at| plane[end - (at + 1) * stride + x]);
            (plane[end + x], plane[end + stride + x]) = (one, two);
        }
    }

    /// Extrapolates the planes before the first and after the last.
    pub(crate) fn extrapolate_planes(&mut self, extrapolation: &Extrapolation) {
        self.drop_outer_planes();
        let count = self.planes.len();
        let [order, ..] = extrapolation.orders_for([count, usize::MAX, usize::MAX]);
        if order == 0 {
            return;
        }
        let mut outer = [(); 3].map(|()| take::<W>(self.extent.padded_len()));
        let [previous, after, next] = &mut outer;
        let plane = |i: usize| &self.planes[i.min(count - 1)][..];
        let nearest = [0, 1, 2].map(plane);
        extrapolate_plane(previous, None, nearest, order);
        let nearest = [1, 2, 3].map(|i| plane(count.saturating_sub(i)));
        extrapolate_plane(after, Some(next), nearest, order);
        self.outer_planes = outer;
    }
}

/// Sets one or two planes to the extrapolation of the nearest three planes.
fn extrapolate_plane<W: Word>(
    one: &mut [W],
    two: Option<&mut Vec<W>>,
    [a, b, c]: [&[W]; 3],
    order: u8,
) {
    let nearest = || a.iter().zip(b).zip(c).map(|((&a, &b), &c)| [a, b, c]);
    for (one, nearest) in one.iter_mut().zip(nearest()) {
        [*one, _] = Extrapolation::extrapolate(order, |i| nearest[i]);
    }
    for (two, nearest) in two.into_iter().flatten().zip(nearest()) {
        [_, *two] = Extrapolation::extrapolate(order, |i| nearest[i]);
    }
}

/// Sets even positions to those of `even` and odd positions to those of `odd`.
pub(crate) fn interleave<T: Copy>(to: &mut [T], even: &[T], odd: &[T]) {
    let (pairs, rest) = to.as_chunks_mut::<2>();
    for ((pair, &even), &odd) in pairs.iter_mut().zip(even).zip(odd) {
        *pair = [even, odd];
    }
    if let (Some(last), Some(&even)) = (rest.first_mut(), even.last()) {
        *last = even;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_planes_are_extrapolated_linearly() {
        let extent = Extent {
            height: 4,
            width: 3,
        };
        let value = |t: i32, y: i32, x: i32| 1000 + 100 * t + 10 * y - 3 * x;
        let extrapolation = Extrapolation::linear();
        let mut volume = Volume::empty(extent);
        for t in 0..2 {
            let mut plane = vec![0; extent.padded_len()];
            for y in 0..4 {
                for x in 0..3 {
                    plane[extent.index(y, x)] = value(t, y as i32, x as i32);
                }
            }
            Volume::extrapolate_margin(extent, &mut plane, &extrapolation);
            volume.planes.push(plane);
        }
        assert_eq!(volume.plane(-1), volume.plane(0));
        volume.extrapolate_planes(&extrapolation);
        for t in -1..4 {
            for y in -2..6_isize {
                for x in -2..5_isize {
                    let at = extent.index(0, 0) as isize + y * extent.stride() as isize + x;
                    let expected = value(t, y as i32, x as i32);
                    assert_eq!(volume.plane(t as isize)[at as usize], expected);
                }
            }
        }
    }

    #[test]
    fn planes_rows_and_columns_are_interleaved() {
        let extent = Extent {
            height: 2,
            width: 2,
        };
        for axis in 0..3 {
            let zeros = || Volume {
                extent,
                planes: vec![vec![0; extent.padded_len()]; 2],
                outer_planes: Default::default(),
            };
            let (mut even, mut odd) = (zeros(), zeros());
            for t in 0..2 {
                for y in 0..2 {
                    for x in 0..2 {
                        let value = (100 * t + 10 * y + x) as i32;
                        even.planes[t][extent.index(y, x)] = value;
                        odd.planes[t][extent.index(y, x)] = -value - 1;
                    }
                }
            }
            let merged = even.merged(odd, axis, (2, 2), Volume::fill_margin);
            let counts = [2, 4].map(|n| n);
            let count = |of| if of == axis { counts[1] } else { counts[0] };
            assert_eq!(merged.planes.len(), count(0));
            assert_eq!(
                (merged.extent.height, merged.extent.width),
                (count(1), count(2))
            );
            let mut at = [0; 3];
            at[axis] = 3;
            let found = merged.planes[at[0]][merged.extent.index(at[1], at[2])];
            let mut half = [0_i32; 3];
            half[axis] = 1;
            assert_eq!(found, -(100 * half[0] + 10 * half[1] + half[2]) - 1);
            // The margin repeats the edge.
            let plane = &merged.planes[0];
            assert_eq!(plane[0], plane[merged.extent.index(0, 0)]);
        }
    }
}
