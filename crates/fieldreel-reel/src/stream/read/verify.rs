//! Every segment decoded, and held against its certificate.

use std::io::{Read, Seek};
use std::ops::Range;

use fieldreel_core::with_element_type;
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::ReelReader;
use super::frames::decode_segment;
use super::reel_table::{ReelIntegrity, ReelTable};
use crate::segment::{self, Certificate};
use crate::{Limits, ReelError};

/// What decoding a reel showed.
#[derive(Debug)]
#[non_exhaustive]
pub struct VerifyReport {
    /// Each of [`ReelReader::segments`], in order.
    pub segments: Vec<SegmentReport>,
    /// What the file lacks besides.
    pub integrity: ReelIntegrity,
}

/// What decoding a segment showed.
#[derive(Debug)]
#[non_exhaustive]
pub struct SegmentReport {
    /// Its frames.
    pub frames: Range<usize>,
    /// The rows of a frame that it has.
    pub rows: Range<usize>,
    /// The columns of a frame that it has.
    pub columns: Range<usize>,
    /// Its certificate, if it decodes to the values that the certificate is for.
    pub outcome: Result<Certificate, ReelError>,
}

impl VerifyReport {
    /// Whether everything is there and as it was written.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let mut segments = self.segments.iter();
        self.integrity.is_complete() && segments.all(|segment| segment.outcome.is_ok())
    }
}

impl<R: Read + Seek + Send> ReelReader<R> {
    /// Decodes every segment, as many at once as rayon's current pool has threads, and compares the checksum of the
    /// values with that of the certificate.
    pub fn verify(&mut self) -> VerifyReport {
        let table = self.table.clone();
        let limits = self.limits;
        let read = (0..table.segments.len()).map(|number| (number, self.segment(number)));
        let mut outcomes: Vec<_> = read
            .par_bridge()
            .map(|(number, bytes)| (number, verify(bytes, &table, number, &limits)))
            .collect();
        outcomes.sort_unstable_by_key(|&(number, _)| number);
        let entries = table.segments.iter();
        let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome);
        VerifyReport {
            segments: entries
                .zip(outcomes)
                .map(|(entry, outcome)| SegmentReport {
                    frames: entry.frames.clone(),
                    rows: entry.rows.clone(),
                    columns: entry.columns.clone(),
                    outcome,
                })
                .collect(),
            integrity: table.integrity.clone(),
        }
    }
}

fn verify(
    bytes: Result<Vec<u8>, ReelError>,
    table: &ReelTable,
    number: usize,
    limits: &Limits,
) -> Result<Certificate, ReelError> {
    let bytes = bytes?;
    // Decoding compares the checksum.
    with_element_type!(table.dtype, T => drop(decode_segment::<T>(&bytes, table, number, limits)?));
    Ok(segment::inspect(&bytes)?.certificate)
}
