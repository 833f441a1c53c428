//! Reading: the index, or a scan if it is missing or damaged; segments to frames.

mod frames;
mod open;
mod reader;
mod reel_table;
mod scan;
mod slabs;
mod verify;
mod windowed_source;

pub use reader::ReelReader;
pub use reel_table::{ReelIntegrity, SegmentEntry};
pub use slabs::{Slab, Slabs};
pub use verify::{SegmentReport, VerifyReport};
