//! NetCDF files as a whole, in and out.

mod chunks;
mod define;
mod index;
mod sink;
mod source;

pub use chunks::ChunkWriter;
pub use sink::{NetcdfWriter, Storage};
pub use source::NetcdfDataset;
