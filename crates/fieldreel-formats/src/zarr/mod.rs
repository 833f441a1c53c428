//! Zarr stores in folders, of version 2 and 3, as whole datasets.
//!
//! [`ZarrDataset`] reads a store, and [`ZarrWriter`] writes one of version 3. The crate
//! [`zarrs`](https://docs.rs/zarrs) provides the codecs of chunks; a codec that is registered with
//! it is available here as well.
//!
//! | responsibility | module |
//! |---|---|
//! | JSON as zarr-python writes it | `json` |
//! | data types and fill values | `data_type`, `fill` |
//! | attributes, and the types that JSON does not keep | `attributes` |
//! | dimensions, which Zarr knows by their names only | `dimensions` |
//! | encoding and decoding of chunks | `codecs`, `blocks` |
//! | groups and arrays of a store, and their values | `read` |
//! | writing of a store | `write` |

mod attributes;
mod blocks;
mod codecs;
mod data_type;
mod dimensions;
mod fill;
mod json;
mod read;
mod write;

pub use read::ZarrDataset;
pub use write::{ZarrStorage, ZarrWriter};

/// The name of the metadata of a node in version 3.
const METADATA: &str = "zarr.json";

/// The names of the files of which one is in the root of every store.
const ROOT_FILES: [&str; 3] = [METADATA, ".zgroup", ".zarray"];

/// Returns true if a path is a folder that holds the metadata of a Zarr store.
///
/// ```
/// use fieldreel_formats::zarr::is_zarr;
///
/// let folder = tempfile::tempdir()?;
/// assert!(!is_zarr(folder.path()));
/// std::fs::write(folder.path().join(".zgroup"), r#"{"zarr_format": 2}"#)?;
/// assert!(is_zarr(folder.path()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn is_zarr(path: impl AsRef<std::path::Path>) -> bool {
    let path = path.as_ref();
    ROOT_FILES.iter().any(|name| path.join(name).is_file())
}
