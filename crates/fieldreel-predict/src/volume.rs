//! Planes of numbers with margins, so that every place has neighbors.

use crate::buffers::{Buffered, give_back, take};
use crate::extrapolation::Continuation;
use crate::word::Word;

/// The width of the margin: predictors reach two places to either side.
pub(crate) const MARGIN: usize = 2;

/// The number of places after the margin, so that rows may be read as far as a multiple of 16 places.
const OVERHANG: usize = 16;

/// The size of planes, which determines where rows lie in memory.
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

    /// Returns the number of places of a plane, its margin included, and [`OVERHANG`] more.
    pub(crate) const fn places(self) -> usize {
        self.stride() * (self.height + 2 * MARGIN) + OVERHANG
    }

    /// Returns the index of a place of the plane.
    #[inline(always)]
    pub(crate) const fn index(self, y: usize, x: usize) -> usize {
        (y + MARGIN) * self.stride() + x + MARGIN
    }
}

/// Planes of numbers, axis order `(t, y, x)`.
#[derive(Debug)]
pub(crate) struct Volume<T: Buffered> {
    pub(crate) extent: Extent,
    pub(crate) planes: Vec<Vec<T>>,
    /// The plane before the first, and the two after the last; empty if the nearest plane stands for them.
    beyond: [Vec<T>; 3],
}

impl<T: Buffered> Drop for Volume<T> {
    fn drop(&mut self) {
        self.planes.drain(..).for_each(give_back);
        self.drop_beyond();
    }
}

impl<T: Buffered> Volume<T> {
    /// Returns a volume without planes.
    pub(crate) fn empty(extent: Extent) -> Self {
        Self {
            extent,
            planes: Vec::new(),
            beyond: Default::default(),
        }
    }

    /// Returns a plane. Beyond the first and the last it is the one that continues them, or the nearest.
    #[inline]
    pub(crate) fn plane(&self, i: isize) -> &[T] {
        let count = self.planes.len() as isize;
        let nearest = &self.planes[i.clamp(0, count - 1) as usize];
        let [before, after, next] = &self.beyond;
        let beyond = match (i, i - count) {
            (-1, _) => before,
            (_, 0) => after,
            (_, 1) => next,
            _ => nearest,
        };
        match beyond.is_empty() {
            true => nearest,
            false => beyond,
        }
    }

    fn drop_beyond(&mut self) {
        for plane in &mut self.beyond {
            give_back(std::mem::take(plane));
        }
    }

    /// Sets the margin of a plane to the nearest places of the plane.
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

    /// Merges these planes with those between them along `axis`: even places are of `self` and odd ones of `odd`, whose
    /// planes have the same layout, with the last row or column unused where there is one fewer.
    pub(crate) fn merged(
        mut self,
        mut odd: Self,
        axis: usize,
        (height, width): (usize, usize),
        fill_margin: impl Fn(Extent, &mut [T]),
    ) -> Self {
        self.drop_beyond();
        let from = self.extent;
        let mut all = match axis {
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
                let mut all = Self::empty(from);
                all.planes = planes;
                return all;
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
        let to = all.extent;
        for (even, odd) in self.planes.drain(..).zip(odd.planes.drain(..)) {
            let mut plane = take(to.places());
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
            all.planes.push(plane);
            give_back(even);
            give_back(odd);
        }
        all
    }
}

impl<W: Word> Volume<W> {
    /// Sets the margin of a plane to numbers that continue those of the plane.
    pub(crate) fn continue_margin(extent: Extent, plane: &mut [W], by: &Continuation) {
        Self::fill_margin(extent, plane);
        let stride = extent.stride();
        let [_, rows, columns] = by.within([usize::MAX, extent.height, extent.width]);
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
                let [one, two] = Continuation::beyond(columns, |at| row[MARGIN + at]);
                (row[MARGIN - 1], row[MARGIN - 2]) = (one, two);
                let [one, two] = Continuation::beyond(columns, |at| row[last - at]);
                (row[last + 1], row[last + 2]) = (one, two);
            }
        }
        let (first, end) = (MARGIN * stride, (MARGIN + extent.height) * stride);
        if rows == 0 {
            // Of columns that are continued.
            for row in 0..MARGIN {
                plane.copy_within(first..first + stride, row * stride);
                plane.copy_within(end - stride..end, end + row * stride);
            }
            return;
        }
        for x in 0..stride {
            let [one, two] = Continuation::beyond(rows, |at| plane[first + at * stride + x]);
            (plane[first - stride + x], plane[first - 2 * stride + x]) = (one, two);
            let [one, two] = Continuation::beyond(rows, |at| plane[end - (at + 1) * stride + x]);
            (plane[end + x], plane[end + stride + x]) = (one, two);
        }
    }

    /// Makes the planes beyond the first and the last.
    pub(crate) fn continue_planes(&mut self, by: &Continuation) {
        self.drop_beyond();
        let count = self.planes.len();
        let [order, ..] = by.within([count, usize::MAX, usize::MAX]);
        if order == 0 {
            return;
        }
        let mut beyond = [(); 3].map(|()| take::<W>(self.extent.places()));
        let [before, after, next] = &mut beyond;
        let plane = |i: usize| &self.planes[i.min(count - 1)][..];
        let nearest = [0, 1, 2].map(plane);
        go_on(before, None, nearest, order);
        let nearest = [1, 2, 3].map(|i| plane(count.saturating_sub(i)));
        go_on(after, Some(next), nearest, order);
        self.beyond = beyond;
    }
}

/// Sets one or two planes to those that continue the nearest ones.
fn go_on<W: Word>(one: &mut [W], two: Option<&mut Vec<W>>, [a, b, c]: [&[W]; 3], order: u8) {
    let nearest = || a.iter().zip(b).zip(c).map(|((&a, &b), &c)| [a, b, c]);
    for (one, nearest) in one.iter_mut().zip(nearest()) {
        [*one, _] = Continuation::beyond(order, |i| nearest[i]);
    }
    for (two, nearest) in two.into_iter().flatten().zip(nearest()) {
        [_, *two] = Continuation::beyond(order, |i| nearest[i]);
    }
}

/// Sets even places to those of `even` and odd ones to those of `odd`.
fn interleave<T: Copy>(to: &mut [T], even: &[T], odd: &[T]) {
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
    fn a_plane_that_is_linear_goes_on_beyond_its_edges() {
        let extent = Extent {
            height: 4,
            width: 3,
        };
        let number = |t: i32, y: i32, x: i32| 1000 + 100 * t + 10 * y - 3 * x;
        let by = Continuation::lines();
        let mut volume = Volume::empty(extent);
        for t in 0..2 {
            let mut plane = vec![0; extent.places()];
            for y in 0..4 {
                for x in 0..3 {
                    plane[extent.index(y, x)] = number(t, y as i32, x as i32);
                }
            }
            Volume::continue_margin(extent, &mut plane, &by);
            volume.planes.push(plane);
        }
        assert_eq!(volume.plane(-1), volume.plane(0));
        volume.continue_planes(&by);
        for t in -1..4 {
            for y in -2..6_isize {
                for x in -2..5_isize {
                    let at = extent.index(0, 0) as isize + y * extent.stride() as isize + x;
                    let expected = number(t, y as i32, x as i32);
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
                planes: vec![vec![0; extent.places()]; 2],
                beyond: Default::default(),
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
            let all = even.merged(odd, axis, (2, 2), Volume::fill_margin);
            let places = [2, 4].map(|n| n);
            let count = |of| if of == axis { places[1] } else { places[0] };
            assert_eq!(all.planes.len(), count(0));
            assert_eq!((all.extent.height, all.extent.width), (count(1), count(2)));
            let mut at = [0; 3];
            at[axis] = 3;
            let found = all.planes[at[0]][all.extent.index(at[1], at[2])];
            let mut half = [0_i32; 3];
            half[axis] = 1;
            assert_eq!(found, -(100 * half[0] + 10 * half[1] + half[2]) - 1);
            // The margin repeats the edge.
            let plane = &all.planes[0];
            assert_eq!(plane[0], plane[all.extent.index(0, 0)]);
        }
    }
}
