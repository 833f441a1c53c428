//! NetCDF files as a whole, in and out.

mod chunks;
mod define;
mod index;
mod object;
mod raw;
mod sink;
mod source;

pub use chunks::ChunkWriter;
pub use raw::ChunkReader;
pub use sink::{NetcdfWriter, Storage};
pub use source::NetcdfDataset;
