//! Decoded integers.

use crate::volume::Volume;
use crate::word::Word;

/// Decoded integers, axis order `(t, y, x)`.
///
/// See the example of [`decode`](crate::decode()).
#[derive(Debug)]
pub struct DecodedIntegers<W: Word> {
    volume: Volume<W>,
    shape: [usize; 3],
}

impl<W: Word> DecodedIntegers<W> {
    pub(crate) fn new(volume: Volume<W>, shape: [usize; 3]) -> Self {
        Self { volume, shape }
    }

    /// Returns the number of positions along each axis.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Returns the integers of row `y` of plane `t`, or an empty slice outside of the shape.
    #[must_use]
    pub fn row(&self, t: usize, y: usize) -> &[W] {
        let start = self.volume.extent.index(y, 0);
        let plane = self.volume.planes.get(t);
        let row = plane.and_then(|plane| plane.get(start..start + self.shape[2]));
        row.filter(|_| y < self.shape[1]).unwrap_or_default()
    }
}
