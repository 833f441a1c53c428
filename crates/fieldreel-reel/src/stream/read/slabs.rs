//! Iteration over the frames of a reel, with a few segments in memory at a time.

use std::collections::VecDeque;
use std::io::{Read, Seek};
use std::iter::FusedIterator;
use std::marker::PhantomData;

use ndarray::{Array3, s};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::ReelReader;
use super::frames::decode_segment;
use super::reel_table::ReelTable;
use crate::{Limits, ReelElement, ReelError};

/// Consecutive frames.
///
/// See the example of [`Slabs`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Slab<T> {
    /// The number of the first frame.
    pub first: usize,
    /// The frames, axis order `(time, y, x)`.
    pub values: Array3<T>,
}

/// An iterator over the frames of a reel, in slabs.
///
/// Each item contains the frames of one segment, or those of all tiles of the same frames. An
/// error for one item does not end the iteration.
///
/// ```
/// use fieldreel_reel::{
///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
/// };
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
/// let options = options.with_frames_per_segment(10);
/// let values = Array3::from_elem((30, 4, 6), 273.15_f32);
/// let reel = compress(values.view(), &Metadata::default(), &options)?;
///
/// let mut reader = ReelReader::from_bytes(reel, Limits::default())?;
/// let mut frames = 0;
/// for slab in reader.slabs::<f32>()? {
///     let slab = slab?;
///     assert_eq!(slab.first, frames);
///     frames += slab.values.dim().0;
/// }
/// assert_eq!(frames, 30);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Slabs<'a, R, T> {
    reader: &'a mut ReelReader<R>,
    next_segment: usize,
    decoded_slabs: VecDeque<Result<Slab<T>, ReelError>>,
    values: PhantomData<T>,
}

impl<R: Read + Seek> ReelReader<R> {
    /// Returns an iterator over the frames, in slabs. It decodes as many segments in parallel as
    /// rayon's current pool has threads, or all tiles of one slab if there are more of them, and
    /// holds these in memory.
    ///
    /// # Errors
    /// [`ReelError::DtypeMismatch`] if the values are not of type `T`. An item may be
    /// [`ReelError::Corrupt`], [`ReelError::LimitExceeded`], [`ReelError::Io`], or another error
    /// of [`segment::decode`](crate::segment::decode()).
    pub fn slabs<T: ReelElement>(&mut self) -> Result<Slabs<'_, R, T>, ReelError> {
        self.table.check_dtype::<T>()?;
        Ok(Slabs {
            reader: self,
            next_segment: 0,
            decoded_slabs: VecDeque::new(),
            values: PhantomData,
        })
    }
}

impl<R: Read + Seek, T: ReelElement> Iterator for Slabs<'_, R, T> {
    type Item = Result<Slab<T>, ReelError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.decoded_slabs.is_empty() {
            let tiles = self.reader.table.tiling.count();
            let slabs = (rayon::current_num_threads() / tiles).max(1);
            let end = self.next_segment + slabs * tiles;
            let numbers = self.next_segment..end.min(self.reader.segments().len());
            self.next_segment = numbers.end;
            let read: Vec<_> = numbers
                .map(|number| (number, self.reader.segment(number)))
                .collect();
            let (table, limits) = (&self.reader.table, &self.reader.limits);
            let decoded = read.into_par_iter().map(|(number, bytes)| {
                let values = decode_segment(&bytes?, table, number, limits)?;
                Ok((number, values))
            });
            let mut decoded = decoded.collect::<Vec<_>>().into_iter();
            while decoded.len() > 0 {
                let tiles_of_slab = decoded.by_ref().take(tiles).collect();
                self.decoded_slabs
                    .push_back(assemble_tiles(tiles_of_slab, table, limits));
            }
        }
        self.decoded_slabs.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let tiles = self.reader.table.tiling.count();
        let remaining =
            self.decoded_slabs.len() + (self.reader.segments().len() - self.next_segment) / tiles;
        (remaining, Some(remaining))
    }
}

impl<R: Read + Seek, T: ReelElement> ExactSizeIterator for Slabs<'_, R, T> {}
impl<R: Read + Seek, T: ReelElement> FusedIterator for Slabs<'_, R, T> {}

/// Assembles the tiles of the same frames.
fn assemble_tiles<T: ReelElement>(
    tiles: Vec<Result<(usize, Array3<T>), ReelError>>,
    table: &ReelTable,
    limits: &Limits,
) -> Result<Slab<T>, ReelError> {
    let mut tiles = tiles.into_iter();
    let Some(first) = tiles.next() else {
        return Err(ReelError::corrupt("the tiles of a slab are missing"));
    };
    let (number, values) = first?;
    let frames = table.segments[number].frames.clone();
    let first = frames.start;
    if table.tiling.count() == 1 {
        return Ok(Slab { first, values });
    }
    let [height, width] = table.tiling.frame();
    let shape = [frames.len(), height, width];
    limits.values(shape.map(|side| side as u64), T::BYTES as u64)?;
    let mut frames_values = Array3::from_elem(shape, T::default());
    for tile in std::iter::once(Ok((number, values))).chain(tiles) {
        let (number, values) = tile?;
        let entry = &table.segments[number];
        let region = s![.., entry.rows.clone(), entry.columns.clone()];
        frames_values.slice_mut(region).assign(&values);
    }
    Ok(Slab {
        first,
        values: frames_values,
    })
}
