//! What is around the places of a frame of a mask.

use ndarray::ArrayView2;

use super::plane::Plane;

/// Places above, coded before one, that say what is likely there: rows below it, and columns to its right; the nearest
/// last.
const ABOVE: [(isize, isize); 8] = [
    (-2, 1),
    (-2, -1),
    (-2, 0),
    (-1, 2),
    (-1, -2),
    (-1, 1),
    (-1, -1),
    (-1, 0),
];

/// Places around it in the earlier frame that do, without the one itself; the nearest last.
const EARLIER: [(isize, isize); 8] = [
    (1, 1),
    (1, -1),
    (1, 0),
    (0, 1),
    (-1, 1),
    (-1, -1),
    (-1, 0),
    (0, -1),
];

/// Places of the earlier frame that are all of one class where a run is.
const NEXT_TO: [(isize, isize); 5] = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)];

/// Places in the frame before that.
const LONG_BEFORE: [(isize, isize); 3] = [(1, 0), (0, 1), (0, 0)];

/// What is missing around a place, a bit each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighborhood {
    /// Of [`ABOVE`], and in the lowest bits of the two to the left, the nearest last.
    pub(super) causal: usize,
    /// Of [`EARLIER`], the last in the lowest bit.
    pub(super) earlier: usize,
    /// At the place itself in the earlier frame.
    pub(super) here: usize,
    /// Of [`LONG_BEFORE`].
    pub(super) long_before: usize,
}

/// Stands for places around one that are not all of one class.
const VARIED: u8 = u8::MAX;

/// A frame and two earlier ones.
#[derive(Debug)]
pub(super) struct Frames {
    size: (usize, usize),
    pub(super) now: Plane,
    pub(super) near: Plane,
    pub(super) nearer: Plane,
    /// Where the run of the row at hand that was met last ends: none is looked through twice, however often it is cut short.
    run_end: usize,
    /// For each place of the row at hand, the class that the place above and [`NEXT_TO`] are of, or [`VARIED`].
    alike: Vec<u8>,
    /// The highest class among them.
    highest: Vec<u8>,
    /// What is missing around each place of the row at hand, a bit each: [`ABOVE`], [`EARLIER`], and then the place itself in
    /// the earlier frame and [`LONG_BEFORE`].
    missing: [Vec<u8>; 3],
}

impl Frames {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            size: (height, width),
            now: Plane::new(height, width),
            near: Plane::new(height, width),
            nearer: Plane::new(height, width),
            run_end: 0,
            alike: vec![0; width],
            highest: vec![0; width],
            missing: [(); 3].map(|()| vec![0; width]),
        }
    }

    pub(super) fn height(&self) -> usize {
        self.size.0
    }

    pub(super) fn width(&self) -> usize {
        self.size.1
    }

    /// Begins a frame with regard to two earlier ones.
    pub(super) fn begin(&mut self, [near, nearer]: [Option<ArrayView2<'_, u8>>; 2]) {
        self.now.clear();
        fill(&mut self.near, near);
        fill(&mut self.nearer, nearer);
    }

    /// Looks at what is around the places of row `y`, all of them at once.
    pub(super) fn survey(&mut self, y: usize) {
        let width = self.size.1;
        self.run_end = 0;
        let (at, row) = (self.now.index(y, 0), self.now.stride);
        let above = ABOVE.map(|offset| (&self.now, beside(at, row, offset)));
        let earlier = EARLIER.map(|offset| (&self.near, beside(at, row, offset)));
        let long_before = LONG_BEFORE.map(|offset| (&self.nearer, beside(at, row, offset)));
        let next_to = NEXT_TO.map(|offset| (&self.near, beside(at, row, offset)));
        self.alike.fill(u8::MAX);
        self.highest.fill(0);
        for (plane, at) in next_to.into_iter().chain([(&self.now, at - row)]) {
            let extremes = self.alike.iter_mut().zip(&mut self.highest);
            for ((lowest, highest), &class) in extremes.zip(plane.row(at, width)) {
                *lowest = class.min(*lowest);
                *highest = class.max(*highest);
            }
        }
        for (alike, &highest) in self.alike.iter_mut().zip(&self.highest) {
            *alike = if *alike == highest { highest } else { VARIED };
        }
        let [a, b, c] = long_before;
        let last = [(&self.near, at), a, b, c];
        let places: [&[_]; 3] = [&above, &earlier, &last];
        for (missing, places) in self.missing.iter_mut().zip(places) {
            missing.fill(0);
            for &(plane, at) in places {
                for (missing, &class) in missing.iter_mut().zip(plane.row(at, width)) {
                    *missing = *missing << 1 | u8::from(class != 0);
                }
            }
        }
    }

    /// What is missing around the place of column `x` of the row at hand, which has this index.
    pub(super) fn around(&self, x: usize, at: usize) -> Neighborhood {
        let [above, earlier, last] =
            [0, 1, 2].map(|part: usize| usize::from(self.missing[part][x]));
        let left = |left: usize| usize::from(self.now.at(at - left) != 0);
        Neighborhood {
            causal: above << 2 | left(2) << 1 | left(1),
            earlier,
            here: last >> LONG_BEFORE.len(),
            long_before: last & ((1 << LONG_BEFORE.len()) - 1),
        }
    }

    /// The class that places are expected to be of from column `x` of the row at hand on, which has this index, and how many
    /// in a row: those next to them are.
    pub(super) fn run(&mut self, x: usize, at: usize) -> Option<(u8, usize)> {
        let class = self.alike[x];
        if class == VARIED || self.now.at(at - 1) != class {
            return None;
        }
        if self.run_end <= x {
            let rest = &self.alike[x..];
            let length = rest.iter().position(|&alike| alike != class);
            self.run_end = x + length.unwrap_or(rest.len());
        }
        Some((class, self.run_end - x))
    }

    /// The classes to the left of an index, above it, and there in the earlier frame.
    pub(super) fn next_to(&self, at: usize) -> [u8; 3] {
        [
            self.now.at(at - 1),
            self.now.at(at - self.now.stride),
            self.near.at(at),
        ]
    }
}

/// The index so many rows below an index and so many columns to its right.
fn beside(at: usize, row: usize, (down, right): (isize, isize)) -> usize {
    at.wrapping_add_signed(down * row as isize + right)
}

/// Copies a frame, or zeros.
fn fill(plane: &mut Plane, frame: Option<ArrayView2<'_, u8>>) {
    match frame {
        None => plane.clear(),
        Some(frame) => {
            for (places, classes) in plane.rows_mut().zip(frame.rows()) {
                match classes.as_slice() {
                    Some(classes) => places.copy_from_slice(classes),
                    None => places
                        .iter_mut()
                        .zip(classes)
                        .for_each(|(to, &class)| *to = class),
                }
            }
        }
    }
}
