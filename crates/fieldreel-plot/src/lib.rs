//! Figures of a field, its reconstruction and their difference, as PNG or SVG.
//!
//! | figure | shows |
//! |---|---|
//! | [`report`] | compression ratio and errors of several modes side by side |
//! | [`comparison`] | a frame half original, half reconstruction; the difference; its histogram |
//! | [`error_spectrum`] | how the largest errors of the frames are distributed |
//! | [`byte_distribution`] | how often each value of the high and low bytes of the codes occurs |
//!
//! The path's extension, `.png` or `.svg`, chooses the format. A PNG has 288 dots per inch; both are
//! made for paper: 5 to 7 inches wide with letters of 7 to 10 points, a [`report`] wider the more
//! modes it has. A file is written to a temporary name in its folder and renamed, so that an error
//! leaves neither half a figure nor a stray file. An existing file is replaced.
//!
//! ```
//! use fieldreel_plot::{ComparisonLabels, comparison};
//! use ndarray::Array2;
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let original = Array2::from_shape_fn((36, 72), |(y, x)| (0.1 * (x + y) as f32).sin());
//! let reconstruction = original.mapv(|value| (value * 100.0).round() / 100.0);
//! let labels = ComparisonLabels {
//!     title: "two decimals",
//!     quantity: "wind",
//!     unit: "m s⁻¹",
//!     ..ComparisonLabels::default()
//! };
//! comparison(folder.join("wind.png"), original.view(), reconstruction.view(), &labels)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No font is needed on the machine: `DejaVu` Sans is part of the crate. Its license, Bitstream
//! Vera's, in `LICENSE-DejaVu`, lets it be embedded and redistributed. Color maps are perceptual, and
//! all colors can be told apart with any color vision.

mod axis;
mod error;
mod figures;
mod output;
mod picture;
mod raster;

pub use error::PlotError;
pub use figures::{
    ByteLabels, ComparisonLabels, CoordinateLabels, ReportBar, ReportLabels, RowOrder,
    SpectrumLabels, Split, byte_counts, byte_distribution, comparison, error_spectrum, report,
};
