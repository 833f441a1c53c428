//! Reading of stores.

mod array;
mod dataset;
mod hierarchy;
mod values;

pub use dataset::ZarrDataset;
