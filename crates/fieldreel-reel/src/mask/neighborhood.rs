//! The neighborhood of the positions of a mask's frame, from which their classes are predicted.
//!
//! A frame is coded relative to its reference frame, which is `distance` frames before, and to the
//! second reference frame, which is `distance` frames before the reference frame.

use ndarray::ArrayView2;

use super::padded_frame::PaddedFrame;

/// The causal neighbors of a position in the rows above: offsets of rows (down) and columns
/// (right), the most informative one last.
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

/// The neighbors of a position in the reference frame, without the position itself, the most
/// informative one last.
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

/// The positions in the reference frame that must all have one class where a run is expected.
const RUN_NEIGHBORS: [(isize, isize); 5] = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)];

/// The positions that are considered in the second reference frame.
const IN_SECOND_REFERENCE: [(isize, isize); 3] = [(1, 0), (0, 1), (0, 0)];

/// The validity of the neighbors of a position: a bit for each, which is set if the neighbor is
/// missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighborhood {
    /// The neighbors of [`ABOVE`] and, in the lowest two bits, the two neighbors to the left, the
    /// nearer one last.
    pub(super) causal: usize,
    /// The neighbors of [`IN_REFERENCE`], the last one in the lowest bit.
    pub(super) reference: usize,
    /// The position itself in the reference frame.
    pub(super) center: usize,
    /// The neighbors of [`IN_SECOND_REFERENCE`].
    pub(super) second_reference: usize,
}

/// The entry of [`FrameContext::uniform`] for neighbors of more than one class.
const MIXED: u8 = u8::MAX;

/// The frame that is being coded, its two reference frames, and the contexts of its current row.
#[derive(Debug)]
pub(super) struct FrameContext {
    size: (usize, usize),
    pub(super) current: PaddedFrame,
    pub(super) reference: PaddedFrame,
    pub(super) second_reference: PaddedFrame,
    /// The end of the last expected run of the current row. It is stored so that no run is scanned
    /// twice, however often it ends early.
    run_end: usize,
    /// For each position of the current row, the class that the position above and all
    /// [`RUN_NEIGHBORS`] have, or [`MIXED`].
    uniform: Vec<u8>,
    /// For each position of the current row, the highest class among these neighbors.
    highest_class: Vec<u8>,
    /// For each position of the current row, a bit for each neighbor, which is set if the neighbor
    /// is missing. The first array is for [`ABOVE`], the second for [`IN_REFERENCE`], and the
    /// third for the position itself in the reference frame and [`IN_SECOND_REFERENCE`].
    missing_bits: [Vec<u8>; 3],
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
            highest_class: vec![0; width],
            missing_bits: [(); 3].map(|()| vec![0; width]),
        }
    }

    pub(super) fn height(&self) -> usize {
        self.size.0
    }

    pub(super) fn width(&self) -> usize {
        self.size.1
    }

    /// Begins a frame with its two reference frames; `None` is a frame of valid values.
    pub(super) fn begin(&mut self, [reference, second_reference]: [Option<ArrayView2<'_, u8>>; 2]) {
        self.current.clear();
        copy_frame(&mut self.reference, reference);
        copy_frame(&mut self.second_reference, second_reference);
    }

    /// Computes the contexts of all positions of row `y`.
    pub(super) fn compute_row(&mut self, y: usize) {
        let width = self.size.1;
        self.run_end = 0;
        let (at, row) = (self.current.index(y, 0), self.current.stride);
        let above = ABOVE.map(|offset| (&self.current, offset_index(at, row, offset)));
        let reference = IN_REFERENCE.map(|offset| (&self.reference, offset_index(at, row, offset)));
        let second_reference = IN_SECOND_REFERENCE
            .map(|offset| (&self.second_reference, offset_index(at, row, offset)));
        let run_neighbors =
            RUN_NEIGHBORS.map(|offset| (&self.reference, offset_index(at, row, offset)));
        self.uniform.fill(u8::MAX);
        self.highest_class.fill(0);
        for (plane, at) in run_neighbors.into_iter().chain([(&self.current, at - row)]) {
            let extremes = self.uniform.iter_mut().zip(&mut self.highest_class);
            for ((lowest, highest), &class) in extremes.zip(plane.row(at, width)) {
                *lowest = class.min(*lowest);
                *highest = class.max(*highest);
            }
        }
        for (uniform, &highest) in self.uniform.iter_mut().zip(&self.highest_class) {
            *uniform = if *uniform == highest { highest } else { MIXED };
        }
        let [a, b, c] = second_reference;
        let last = [(&self.reference, at), a, b, c];
        let places: [&[_]; 3] = [&above, &reference, &last];
        for (missing, places) in self.missing_bits.iter_mut().zip(places) {
            missing.fill(0);
            for &(plane, at) in places {
                for (missing, &class) in missing.iter_mut().zip(plane.row(at, width)) {
                    *missing = *missing << 1 | u8::from(class != 0);
                }
            }
        }
    }

    /// Returns the neighborhood of column `x` of the current row, whose index is `at`.
    pub(super) fn neighborhood(&self, x: usize, at: usize) -> Neighborhood {
        let [above, reference, last] =
            [0, 1, 2].map(|part: usize| usize::from(self.missing_bits[part][x]));
        let left = |left: usize| usize::from(self.current.at(at - left) != 0);
        Neighborhood {
            causal: above << 2 | left(2) << 1 | left(1),
            reference,
            center: last >> IN_SECOND_REFERENCE.len(),
            second_reference: last & ((1 << IN_SECOND_REFERENCE.len()) - 1),
        }
    }

    /// Returns the class and the length of the run that is expected from column `x` of the current
    /// row on, whose index is `at`; `None` if no run is expected.
    pub(super) fn expected_run(&mut self, x: usize, at: usize) -> Option<(u8, usize)> {
        let class = self.uniform[x];
        if class == MIXED || self.current.at(at - 1) != class {
            return None;
        }
        if self.run_end <= x {
            let rest = &self.uniform[x..];
            let length = rest.iter().position(|&uniform| uniform != class);
            self.run_end = x + length.unwrap_or(rest.len());
        }
        Some((class, self.run_end - x))
    }

    /// Returns the classes to the left of an index, above it, and at the index in the reference
    /// frame.
    pub(super) fn adjacent_classes(&self, at: usize) -> [u8; 3] {
        [
            self.current.at(at - 1),
            self.current.at(at - self.current.stride),
            self.reference.at(at),
        ]
    }
}

/// Returns the index that is `down` rows below and `right` columns to the right of an index.
fn offset_index(at: usize, row: usize, (down, right): (isize, isize)) -> usize {
    at.wrapping_add_signed(down * row as isize + right)
}

/// Copies a frame, or zeros if it is `None`.
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
