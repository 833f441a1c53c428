//! The index, or a scan where it is missing or damaged; frames out of segments.

mod frames;
mod open;
mod reader;
mod scan;
mod slabs;
mod source;
mod table;
mod verify;

pub use reader::ReelReader;
pub use slabs::{Slab, Slabs};
pub use table::{ReelIntegrity, SegmentEntry};
pub use verify::{SegmentReport, VerifyReport};
