//! Planes of numbers with margins, so that every place has neighbours.

use crate::buffers::{Buffered, give_back, take};

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
}

impl<T: Buffered> Drop for Volume<T> {
    fn drop(&mut self) {
        self.planes.drain(..).for_each(give_back);
    }
}

impl<T: Buffered> Volume<T> {
    /// Returns a volume without planes.
    pub(crate) fn empty(extent: Extent) -> Self {
        Self {
            extent,
            planes: Vec::new(),
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
    ) -> Self {
        let from = self.extent;
        let mut all = match axis {
            0 => {
                let mut planes = Vec::with_capacity(self.planes.len() + odd.planes.len());
                let mut odd = odd.planes.drain(..);
                for plane in self.planes.drain(..) {
                    planes.push(plane);
                    if let Some(mut next) = odd.next() {
                        Self::fill_margin(from, &mut next);
                        planes.push(next);
                    }
                }
                return Self {
                    extent: from,
                    planes,
                };
            }
            1 => Self {
                extent: Extent {
                    height: from.height + height,
                    width: from.width,
                },
                planes: Vec::new(),
            },
            _ => Self {
                extent: Extent {
                    height: from.height,
                    width: from.width + width,
                },
                planes: Vec::new(),
            },
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
            Self::fill_margin(to, &mut plane);
            all.planes.push(plane);
            give_back(even);
            give_back(odd);
        }
        all
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
    fn planes_rows_and_columns_are_interleaved() {
        let extent = Extent {
            height: 2,
            width: 2,
        };
        for axis in 0..3 {
            let zeros = || Volume {
                extent,
                planes: vec![vec![0; extent.places()]; 2],
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
            let all = even.merged(odd, axis, (2, 2));
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
