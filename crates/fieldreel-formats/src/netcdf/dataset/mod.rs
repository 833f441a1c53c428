//! Reading and writing of NetCDF files as a whole.

mod chunk_index;
mod chunk_reader;
mod chunk_writer;
mod define;
mod object;
mod source;
mod writer;

pub use chunk_reader::ChunkReader;
pub use chunk_writer::ChunkWriter;
pub use source::NetcdfDataset;
pub use writer::{NetcdfWriter, VariableStorage};
