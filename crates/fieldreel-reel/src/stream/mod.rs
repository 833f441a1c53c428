//! The `.reel` stream: a header, segments as they come, an index at the end.
//!
//! | folder of the source | what it holds |
//! |---|---|
//! | `layout` | the parts of a file, and their place in its bytes; `docs/reference/format.md` describes them |
//! | `metadata` | name, dimensions, attributes and coordinates, and their bytes |
//! | `write` | frames into segments, encoded in parallel and written in order |
//! | `read` | the index, or a scan where it is missing or damaged; frames out of segments |
//!
//! ```
//! use fieldreel_reel::{ErrorBound, Limits, Metadata, SegmentOptions, ReelReader, ReelWriter, WriterOptions};
//! use ndarray::Array3;
//!
//! # fn main() -> Result<(), fieldreel_reel::ReelError> {
//! let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
//! let mut writer = ReelWriter::new(Vec::new(), [4, 6], Metadata::new("t2m"), &options)?;
//! for hour in 0..20 {
//!     writer.write_frames(Array3::<f32>::from_elem((1, 4, 6), 273.0 + hour as f32).view())?;
//! }
//! let (bytes, _) = writer.finish()?;
//!
//! let mut reader = ReelReader::from_bytes(bytes, Limits::default())?;
//! let hours = reader.frames::<f32>(3..5)?;
//! assert_eq!(hours.dim(), (2, 4, 6));
//! assert!((hours[[1, 0, 0]] - 277.0).abs() <= 0.01);
//! # Ok(())
//! # }
//! ```

mod layout;
mod metadata;
mod read;
mod tiles;
mod write;

pub use layout::STREAM_VERSION;
pub use metadata::{AttributeValue, Attributes, Coordinate, Dimension, Metadata, NumericArray};
pub use read::{ReelIntegrity, ReelReader, SegmentEntry, SegmentReport, Slab, Slabs, VerifyReport};
pub use write::{ReelProgress, ReelSummary, ReelWriter, compress, write_reel};
