//! Arrays and fields as reels, with a guaranteed error bound.

mod compress;
mod decompress;
#[cfg(feature = "formats")]
mod field;
#[cfg(feature = "formats")]
mod frame_axes;
#[cfg(feature = "formats")]
mod unfold;

pub use compress::{Compressor, compress};
pub use decompress::{Decompressor, decompress, open_reel};
#[cfg(feature = "formats")]
pub use field::reel_metadata;
#[cfg(feature = "formats")]
pub(crate) use unfold::read_reel;
#[cfg(feature = "formats")]
pub use unfold::{reel_region_to_field, reel_to_field};
