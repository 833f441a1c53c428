//! A reel from its beginning to its end, in the memory of a few segments.

use std::collections::VecDeque;
use std::io::{Read, Seek};
use std::iter::FusedIterator;
use std::marker::PhantomData;

use ndarray::Array3;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::ReelReader;
use super::frames::decode_segment;
use crate::{ReelError, Value};

/// Frames that follow each other.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Slab<T> {
    /// The number of the first of them.
    pub first: usize,
    /// The frames, axis order `(time, y, x)`.
    pub values: Array3<T>,
}

/// The segments of a reel one after the other, decoded.
///
/// There is one item for each of [`ReelReader::segments`]: an error for one does not end the iteration.
#[derive(Debug)]
pub struct Slabs<'a, R, T> {
    reader: &'a mut ReelReader<R>,
    next: usize,
    ready: VecDeque<Result<Slab<T>, ReelError>>,
    values: PhantomData<T>,
}

impl<R: Read + Seek> ReelReader<R> {
    /// The frames of one segment after the other. In memory are as many segments as rayon's current pool has threads:
    /// so many are decoded at once.
    ///
    /// # Errors
    /// [`ReelError::DtypeMismatch`]. An item may be [`ReelError::Damaged`], [`ReelError::Limit`], [`ReelError::Io`], or
    /// another error of [`segment::decode`](crate::segment::decode).
    pub fn slabs<T: Value>(&mut self) -> Result<Slabs<'_, R, T>, ReelError> {
        self.table.check_dtype::<T>()?;
        Ok(Slabs {
            reader: self,
            next: 0,
            ready: VecDeque::new(),
            values: PhantomData,
        })
    }
}

impl<R: Read + Seek, T: Value> Iterator for Slabs<'_, R, T> {
    type Item = Result<Slab<T>, ReelError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() {
            let end = self.next + rayon::current_num_threads();
            let numbers = self.next..end.min(self.reader.segments().len());
            self.next = numbers.end;
            let read: Vec<_> = numbers
                .map(|number| (number, self.reader.segment(number)))
                .collect();
            let (table, limits) = (&self.reader.table, &self.reader.limits);
            let decoded = read.into_par_iter().map(|(number, bytes)| {
                let values = decode_segment(&bytes?, table, number, limits)?;
                let first = table.segments[number].frames.start;
                Ok(Slab { first, values })
            });
            self.ready = decoded.collect::<Vec<_>>().into();
        }
        self.ready.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.ready.len() + self.reader.segments().len() - self.next;
        (left, Some(left))
    }
}

impl<R: Read + Seek, T: Value> ExactSizeIterator for Slabs<'_, R, T> {}
impl<R: Read + Seek, T: Value> FusedIterator for Slabs<'_, R, T> {}
