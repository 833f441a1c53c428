//! The error type of the crate.

use std::io;
use std::path::PathBuf;

use fieldreel_core::ErrorKind;
use thiserror::Error;

/// An error from drawing or writing a figure. No partial file remains after an error.
///
/// ```
/// use fieldreel_plot::{ErrorKind, PlotError, SpectrumLabels, error_spectrum};
///
/// let error = error_spectrum("errors.jpg", &[0.5], &SpectrumLabels::default()).unwrap_err();
/// assert!(matches!(error, PlotError::UnknownExtension { .. }));
/// assert_eq!(error.kind(), ErrorKind::Argument);
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The extension of the path is neither `.png` nor `.svg`.
    #[error("unknown figure format of {}: use the extension .png or .svg", path.display())]
    UnknownExtension {
        /// The path of the figure.
        path: PathBuf,
    },
    /// There is nothing to draw.
    #[error("nothing to draw: no {item}")]
    Empty {
        /// The data that is missing, as a plural noun.
        item: &'static str,
    },
    /// The two frames do not have the same `(y, x)` shape.
    #[error("shapes differ: original {original:?}, reconstruction {reconstruction:?}")]
    ShapeMismatch {
        /// The shape of the original, `(y, x)`.
        original: [usize; 2],
        /// The shape of the reconstruction, `(y, x)`.
        reconstruction: [usize; 2],
    },
    /// The file could not be written.
    #[error("cannot write {}", path.display())]
    Io {
        /// The path of the figure.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The figure could not be rendered as PNG or SVG.
    #[error("cannot render the figure")]
    Render {
        /// The error of the renderer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl PlotError {
    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownExtension { .. } | Self::Empty { .. } | Self::ShapeMismatch { .. } => {
                ErrorKind::Argument
            }
            Self::Io { .. } => ErrorKind::Io,
            Self::Render { .. } => ErrorKind::Library,
        }
    }

    pub(crate) fn render(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Render {
            source: source.into(),
        }
    }
}
