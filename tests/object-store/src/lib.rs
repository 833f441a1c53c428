//! An S3 server on this machine, and stores of Zarr in it.

mod server;
mod store;

pub use server::S3Server;
pub use store::Error;
