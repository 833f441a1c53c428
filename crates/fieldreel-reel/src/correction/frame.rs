//! A frame of a correction, as a reader gives it out.

use crate::entropy::Plane;

/// Values up to this magnitude are near.
pub(super) const NEAR: i32 = 1 << 14;

/// A value that is not near, and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Far {
    pub(crate) y: usize,
    pub(crate) x: usize,
    pub(crate) k: i64,
}

/// A frame of a correction. Nearly all values are near: small whole numbers, which `f32` holds exactly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// The values that are near, and others in place of those that are far. `None`: all are 0.
    near: Option<&'a Plane<f32>>,
    /// Whether any of so many rows each is not 0; those not named may hold some.
    any: (usize, &'a [bool]),
    /// The values that are far, row by row, within a row in any order.
    far: &'a [Far],
}

/// A row of a frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The values that are near, and others in place of those that are far. `None`: all are 0.
    pub(crate) near: Option<&'a [f32]>,
    /// The values that are far.
    pub(crate) far: &'a [Far],
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        near: Option<&'a Plane<f32>>,
        any: (usize, &'a [bool]),
        far: &'a [Far],
    ) -> Self {
        Self { near, any, far }
    }

    /// One of the rows.
    pub(crate) fn row(&self, y: usize) -> Row<'a> {
        let (rows, any) = self.any;
        let is_zero = any.get(y / rows.max(1)) == Some(&false);
        let near = self.near.filter(|_| !is_zero);
        let after = |y| self.far.partition_point(|far| far.y < y);
        Row {
            near: near.map(|near| near.frame_row(y)),
            far: match self.far {
                [] => &[],
                far => &far[after(y)..after(y + 1)],
            },
        }
    }
}

impl Row<'_> {
    /// Calls `each` with the index and the value of those that are not 0 for sure.
    pub(super) fn for_each(&self, mut each: impl FnMut(usize, i64)) {
        for (x, &k) in self.near.unwrap_or_default().iter().enumerate() {
            each(x, k as i64);
        }
        for far in self.far {
            each(far.x, far.k);
        }
    }
}

/// Makes frames of values.
pub(super) struct Gathered {
    near: Plane<f32>,
    far: Vec<Far>,
    width: usize,
}

impl Gathered {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            near: Plane::new(height, width),
            far: Vec::new(),
            width,
        }
    }

    /// The frame of these values, in row-major order.
    pub(super) fn frame(&mut self, values: &[i64]) -> Frame<'_> {
        self.far.clear();
        let rows = values.chunks(self.width.max(1));
        for (y, (row, to)) in rows.zip(self.near.rows_mut()).enumerate() {
            for (x, (&k, to)) in row.iter().zip(to).enumerate() {
                *to = near(k);
                if is_far(k) {
                    self.far.push(Far { y, x, k });
                }
            }
        }
        Frame::new(Some(&self.near), (0, &[]), &self.far)
    }
}

/// A value, or the last near one on the way to it.
#[inline(always)]
pub(super) fn near(k: i64) -> f32 {
    k.clamp(-i64::from(NEAR), NEAR.into()) as i32 as f32
}

/// Whether [`near`] is another value.
#[inline(always)]
pub(super) fn is_far(k: i64) -> bool {
    k.unsigned_abs() > NEAR as u64
}
