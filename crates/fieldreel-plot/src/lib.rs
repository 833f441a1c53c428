//! Figures of a field, its reconstruction and their difference, as PNG or SVG.
//!
//! | function | figure |
//! |---|---|
//! | [`report`] | compression ratios and errors of several modes |
//! | [`comparison`] | original, reconstruction and difference of one frame, with a histogram |
//! | [`error_spectrum`] | histogram of the maximum errors of the frames |
//! | [`byte_distribution`] | histograms of the high and low bytes of 16-bit codes |
//!
//! The extension of the path, `.png` or `.svg`, selects the format. PNG files have 288 dots per
//! inch. Figures have the size of figures in papers: 5 to 7 inches wide with letters of 7 to 10
//! points. The width of a [`report`] increases with the number of modes. A file appears when it is
//! complete, so that no partial file remains after an error. On Linux, it has no name until then;
//! on file systems without unnamed files, it has a temporary name in its folder. An existing file
//! is replaced.
//!
//! ```text
//! arrays, metrics, labels
//!          │
//!       figures ──► axis      scales, ticks and the formatting of numbers
//!          │    └─► raster    color maps, resampling and color bars
//!          ▼
//!       picture               shapes and texts in points
//!          │
//!       output ──► plotters   rendering to PNG or SVG
//!          ▼
//!        file
//! ```
//!
//! ```
//! use fieldreel_plot::{ComparisonLabels, comparison};
//! use ndarray::Array2;
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let original = Array2::from_shape_fn((36, 72), |(y, x)| (0.1 * (x + y) as f32).sin());
//! let reconstruction = original.mapv(|value| (value * 100.0).round() / 100.0);
//! let labels = ComparisonLabels::default()
//!     .with_title("two decimals")
//!     .with_quantity("wind")
//!     .with_unit("m s⁻¹");
//! comparison(folder.join("wind.png"), original.view(), reconstruction.view(), &labels)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The font, `DejaVu` Sans, is embedded in the crate. Its license, in `LICENSE-DejaVu`, permits
//! embedding and redistribution. Color maps are perceptually uniform, and all colors are
//! distinguishable with any color vision.
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-plot ─┬─► fieldreel-metrics   errors of a reconstruction
//!                              ├─► fieldreel-core      atomic writing of files
//!                              └─► plotters
//! ```

mod axis;
mod error;
mod figures;
mod output;
mod picture;
mod raster;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use error::PlotError;
pub use fieldreel_core::ErrorKind;
pub use figures::{
    ByteLabels, ComparisonLabels, CoordinateLabels, ReportBar, ReportLabels, RowOrder,
    SpectrumLabels, Split, byte_counts, byte_distribution, comparison, error_spectrum, report,
};
