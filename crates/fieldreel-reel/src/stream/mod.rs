//! The `.reel` format: a header, segments, and an index at the end.
//!
//! | folder | contents |
//! |---|---|
//! | `layout` | the parts of a file and their bytes, which `docs/reference/format.md` specifies |
//! | `metadata` | name, dimensions, attributes and coordinates, and their bytes |
//! | `write` | frames to segments, encoded in parallel and written in order |
//! | `read` | the index, or a scan if it is missing or damaged; segments to frames |
//!
//! ```
//! use fieldreel_reel::{
//!     ErrorBound, Limits, Metadata, ReelReader, ReelWriter, SegmentOptions, WriterOptions,
//! };
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
mod tiling;
mod write;

pub use layout::STREAM_VERSION;
pub use metadata::{AttributeValue, Attributes, Coordinate, Dimension, Metadata, NumericArray};
pub use read::{ReelIntegrity, ReelReader, SegmentEntry, SegmentReport, Slab, Slabs, VerifyReport};
pub use write::{ReelProgress, ReelSummary, ReelWriter, compress, write_reel};
