//! Verification of a reel: every segment is decoded and compared with its certificate.

use std::io::{Read, Seek};
use std::ops::Range;

use fieldreel_core::with_element_type;
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::ReelReader;
use super::frames::decode_segment;
use super::reel_table::{ReelIntegrity, ReelTable};
use crate::segment::{self, Certificate};
use crate::{Limits, ReelError};

/// The result of verifying a reel.
///
/// ```
/// use fieldreel_reel::{
///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
/// };
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
/// let values = Array3::from_elem((30, 4, 6), 273.15_f32);
/// let reel = compress(values.view(), &Metadata::default(), &options)?;
///
/// let report = ReelReader::from_bytes(reel, Limits::default())?.verify();
/// assert!(report.is_good());
/// for segment in report.segments {
///     let certificate = segment.outcome?;
///     assert!(certificate.max_abs <= 0.01);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct VerifyReport {
    /// The result for each of [`ReelReader::segments`], in order.
    pub segments: Vec<SegmentReport>,
    /// The damage that was found when the reel was opened.
    pub integrity: ReelIntegrity,
}

/// The result of verifying a segment.
///
/// See the example of [`VerifyReport`].
#[derive(Debug)]
#[non_exhaustive]
pub struct SegmentReport {
    /// The frames of the segment.
    pub frames: Range<usize>,
    /// The rows of its tile.
    pub rows: Range<usize>,
    /// The columns of its tile.
    pub columns: Range<usize>,
    /// The certificate, if the segment decodes to the values that the certificate was made for;
    /// the error otherwise.
    pub outcome: Result<Certificate, ReelError>,
}

impl VerifyReport {
    /// Returns true if no damage was found and every segment decodes to the values that were
    /// written.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let mut segments = self.segments.iter();
        self.integrity.is_complete() && segments.all(|segment| segment.outcome.is_ok())
    }
}

impl<R: Read + Seek + Send> ReelReader<R> {
    /// Decodes every segment and compares the checksum of the values with the checksum in the
    /// certificate. Segments are decoded in parallel in rayon's current pool.
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
