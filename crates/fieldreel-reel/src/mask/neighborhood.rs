//! What is around the places of a frame of a mask.

use ndarray::ArrayView2;

use super::padded_frame::PaddedFrame;

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
const IN_REFERENCE: [(isize, isize); 8] = [
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
const RUN_NEIGHBORS: [(isize, isize); 5] = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)];

/// Places in the frame before that.
const IN_SECOND_REFERENCE: [(isize, isize); 3] = [(1, 0), (0, 1), (0, 0)];

/// What is missing around a place, a bit each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighborhood {
    /// Of [`ABOVE`], and in the lowest bits of the two to the left, the nearest last.
    pub(super) causal: usize,
    /// Of [`IN_REFERENCE`], the last in the lowest bit.
    pub(super) earlier: usize,
    /// At the place itself in the earlier frame.
    pub(super) here: usize,
    /// Of [`IN_SECOND_REFERENCE`].
    pub(super) second_reference: usize,
}

/// Stands for places around one that are not all of one class.
const MIXED: u8 = u8::MAX;

/// A frame and two earlier ones.
#[derive(Debug)]
pub(super) struct FrameContext {
    size: (usize, usize),
    pub(super) current: PaddedFrame,
    pub(super) reference: PaddedFrame,
    pub(super) second_reference: PaddedFrame,
    /// Where the run of the row at hand that was met last ends: none is looked through twice, however often it is cut short.
    run_end: usize,
    /// For each place of the row at hand, the class that the place above and [`RUN_NEIGHBORS`] are of, or [`MIXED`].
    uniform: Vec<u8>,
    /// The highest class among them.
    highest: Vec<u8>,
    /// What is missing around each place of the row at hand, a bit each: [`ABOVE`], [`IN_REFERENCE`], and then the place itself in
    /// the earlier frame and [`IN_SECOND_REFERENCE`].
    missing: [Vec<u8>; 3],
}

impl FrameContext {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            size: (height, width),
            current: PaddedFrame::new(height, width),
            reference: PaddedFrame::new(height, width),
            second_reference: PaddedFrame::new(height, width),
            run_end: 0,
            uniform: vec![0; width],
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
    pub(super) fn begin(&mut self, [reference, second_reference]: [Option<ArrayView2<'_, u8>>; 2]) {
        self.current.clear();
        copy_frame(&mut self.reference, reference);
        copy_frame(&mut self.second_reference, second_reference);
    }

    /// Looks at what is around the places of row `y`, all of them at once.
    pub(super) fn compute_row(&mut self, y: usize) {
        let width = self.size.1;
        self.run_end = 0;
        let (at, row) = (self.current.index(y, 0), self.current.stride);
        let above = ABOVE.map(|offset| (&self.current, offset_index(at, row, offset)));
        let earlier = IN_REFERENCE.map(|offset| (&self.reference, offset_index(at, row, offset)));
        let second_reference = IN_SECOND_REFERENCE
            .map(|offset| (&self.second_reference, offset_index(at, row, offset)));
        let next_to = RUN_NEIGHBORS.map(|offset| (&self.reference, offset_index(at, row, offset)));
        self.uniform.fill(u8::MAX);
        self.highest.fill(0);
        for (plane, at) in next_to.into_iter().chain([(&self.current, at - row)]) {
            let extremes = self.uniform.iter_mut().zip(&mut self.highest);
            for ((lowest, highest), &class) in extremes.zip(plane.row(at, width)) {
                *lowest = class.min(*lowest);
                *highest = class.max(*highest);
            }
        }
        for (alike, &highest) in self.uniform.iter_mut().zip(&self.highest) {
            *alike = if *alike == highest { highest } else { MIXED };
        }
        let [a, b, c] = second_reference;
        let last = [(&self.reference, at), a, b, c];
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
    pub(super) fn neighborhood(&self, x: usize, at: usize) -> Neighborhood {
        let [above, earlier, last] =
            [0, 1, 2].map(|part: usize| usize::from(self.missing[part][x]));
        let left = |left: usize| usize::from(self.current.at(at - left) != 0);
        Neighborhood {
            causal: above << 2 | left(2) << 1 | left(1),
            earlier,
            here: last >> IN_SECOND_REFERENCE.len(),
            second_reference: last & ((1 << IN_SECOND_REFERENCE.len()) - 1),
        }
    }

    /// The class that places are expected to be of from column `x` of the row at hand on, which has this index, and how many
    /// in a row: those next to them are.
    pub(super) fn expected_run(&mut self, x: usize, at: usize) -> Option<(u8, usize)> {
        let class = self.uniform[x];
        if class == MIXED || self.current.at(at - 1) != class {
            return None;
        }
        if self.run_end <= x {
            let rest = &self.uniform[x..];
            let length = rest.iter().position(|&alike| alike != class);
            self.run_end = x + length.unwrap_or(rest.len());
        }
        Some((class, self.run_end - x))
    }

    /// The classes to the left of an index, above it, and there in the earlier frame.
    pub(super) fn adjacent_classes(&self, at: usize) -> [u8; 3] {
        [
            self.current.at(at - 1),
            self.current.at(at - self.current.stride),
            self.reference.at(at),
        ]
    }
}

/// The index so many rows below an index and so many columns to its right.
fn offset_index(at: usize, row: usize, (down, right): (isize, isize)) -> usize {
    at.wrapping_add_signed(down * row as isize + right)
}

/// Copies a frame, or zeros.
fn copy_frame(plane: &mut PaddedFrame, frame: Option<ArrayView2<'_, u8>>) {
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
