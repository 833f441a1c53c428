//! The class of one place, with regard to its neighbours.

use ndarray::ArrayView2;

use crate::entropy::{BinaryCoder, Bit, Mixer, Plane};

/// Opinions on whether a value is valid.
const OPINIONS: usize = 4;

/// Cases of an opinion.
const CASES: usize = 1 << 13;

/// Places of this frame, coded before one, that say what is likely there: rows above it, and columns to its right; the
/// nearest last.
const CODED: [(usize, isize); 10] = [
    (2, 1),
    (2, -1),
    (2, 0),
    (1, 2),
    (1, -2),
    (0, -2),
    (1, 1),
    (1, -1),
    (1, 0),
    (0, -1),
];

/// Places that say what is likely: [`CODED`], and nine of the frame before.
const ALL: u8 = CODED.len() as u8 + 9;

/// How the classes of a frame are coded.
#[derive(Debug)]
pub(super) struct PlaceModel {
    size: (usize, usize),
    now: Plane,
    near: Plane,
    nearer: Plane,
    /// How many of the places above and in the frame before are missing, for each place of the row at hand.
    around: Vec<u8>,
    /// Where all neighbours are valid, and where none is.
    uniform: [Bit; 2],
    mixed: Vec<Bit>,
    mixer: Mixer<OPINIONS>,
    /// The three bits of a class, by what is next to it.
    classes: Vec<Bit>,
}

impl PlaceModel {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            size: (height, width),
            now: Plane::new(height, width),
            near: Plane::new(height, width),
            nearer: Plane::new(height, width),
            around: vec![0; width],
            uniform: [Bit::NEW; 2],
            mixed: vec![Bit::NEW; OPINIONS * CASES],
            mixer: Mixer::new(16),
            classes: vec![Bit::NEW; 1 << 12],
        }
    }

    /// Codes a frame with regard to two earlier ones: `read` gives a class to encode, `write` takes each class coded.
    pub(super) fn frame<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        earlier: [Option<ArrayView2<'_, u8>>; 2],
        read: impl Fn((usize, usize)) -> u8,
        mut write: impl FnMut((usize, usize), u8),
    ) {
        let [near, nearer] = earlier;
        self.now.clear();
        fill(&mut self.near, near);
        fill(&mut self.nearer, nearer);
        let (height, width) = self.size;
        for y in 0..height {
            self.count_around(y);
            for x in 0..width {
                let around = self.around[x];
                let class = self.place(coder, self.now.index(y, x), around, read((y, x)));
                write((y, x), class);
            }
        }
    }

    /// Counts what is missing around the places of row `y`, all of them at once.
    fn count_around(&mut self, y: usize) {
        let width = self.size.1;
        let (at, row) = (self.now.index(y, 0), self.now.stride);
        let above = CODED.iter().filter(|(up, _)| *up > 0);
        let above =
            above.map(|&(up, right)| (&self.now, (at - up * row).wrapping_add_signed(right)));
        let before = [at - row, at, at + row].map(|at| [at - 1, at, at + 1]);
        let before = before.as_flattened().iter().map(|&at| (&self.near, at));
        self.around.fill(0);
        for (plane, at) in above.chain(before) {
            for (count, &class) in self.around.iter_mut().zip(plane.row(at, width)) {
                *count += u8::from(class != 0);
            }
        }
    }

    fn place<C: BinaryCoder>(&mut self, coder: &mut C, at: usize, around: u8, class: u8) -> u8 {
        let left = [at - 1, at - 2].map(|at| u8::from(self.now.at(at) != 0));
        let is_missing = match around + left[0] + left[1] {
            0 => self.uniform[0].code(coder, class != 0),
            ALL => !self.uniform[1].code(coder, class == 0),
            _ => self.mixed(coder, at, class),
        };
        let class = if is_missing {
            self.class(coder, at, class)
        } else {
            0
        };
        self.now.set(at, class.into());
        class
    }

    /// Codes whether a value is missing where some of those around it are.
    fn mixed<C: BinaryCoder>(&mut self, coder: &mut C, at: usize, class: u8) -> bool {
        let row = self.now.stride;
        let missing = |plane: &Plane, at: usize| usize::from(plane.at(at) != 0);
        // The nearest are the lowest bits.
        let causal = CODED.map(|(up, right)| (at - up * row).wrapping_add_signed(right));
        let around = [
            at + row + 1,
            at + row - 1,
            at - row + 1,
            at - row - 1,
            at + row,
            at - row,
            at + 1,
            at - 1,
            at,
        ];
        let fold = |plane: &Plane, places: &[usize]| {
            places
                .iter()
                .fold(0, |bits, &at| bits << 1 | missing(plane, at))
        };
        let causal = fold(&self.now, &causal);
        let earlier = fold(&self.near, &around);
        let before = fold(&self.near, &[at - row + 1, at - row - 1, at - row, at - 1]);
        let differ = (causal & 15) ^ before;
        let ahead = fold(&self.near, &[at + row, at + 1, at]);
        let nearer = fold(&self.nearer, &[at + row, at + 1, at]);
        let cases = [
            causal << 3 | ahead,
            earlier << 4 | causal & 15,
            (earlier & 31) << 7 | (causal & 15) << 3 | nearer,
            differ << 3 | ahead,
        ];
        let mut places = [0; OPINIONS];
        for (opinion, (place, case)) in places.iter_mut().zip(cases).enumerate() {
            *place = opinion * CASES + case;
        }
        self.mixer.code(
            coder,
            class != 0,
            causal & 3 | earlier << 2 & 4 | nearer << 3 & 8,
            &mut self.mixed,
            &places,
        )
    }

    /// Codes which class a missing value is of, 1 to 7.
    fn class<C: BinaryCoder>(&mut self, coder: &mut C, at: usize, class: u8) -> u8 {
        let next_to = [
            self.now.at(at - 1),
            self.now.at(at - self.now.stride),
            self.near.at(at),
        ];
        let case = next_to
            .iter()
            .fold(0, |case, &class| case << 3 | class as usize & 7);
        let mut found = 1_usize;
        for shift in (0..3).rev() {
            let bit = class >> shift & 1 == 1;
            let bit = match self.classes.get_mut(case << 3 | found & 7) {
                Some(seen) => seen.code(coder, bit),
                None => coder.code(bit, 1 << 15),
            };
            found = found << 1 | usize::from(bit);
        }
        // 8 to 15; a damaged stream may say 0, which is not a way of missing.
        (found as u8 & 7).max(1)
    }
}

/// Copies a frame, or zeros.
fn fill(plane: &mut Plane, frame: Option<ArrayView2<'_, u8>>) {
    match frame {
        None => plane.clear(),
        Some(frame) => {
            for (places, classes) in plane.rows_mut().zip(frame.rows()) {
                for (place, &class) in places.iter_mut().zip(classes) {
                    *place = class.into();
                }
            }
        }
    }
}
