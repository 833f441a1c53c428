//! Why a figure could not be made.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a figure could not be made. Whatever the reason, no file is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The path's extension names no format that can be written.
    #[error("cannot tell a picture format from {}: use .png or .svg", path.display())]
    UnknownExtension {
        /// The path asked for.
        path: PathBuf,
    },
    /// There is nothing to draw.
    #[error("nothing to draw: no {what}")]
    Empty {
        /// What there is none of.
        what: &'static str,
    },
    /// The two frames do not have the same `(y, x)` shape.
    #[error("shapes differ: original {original:?}, reconstruction {reconstruction:?}")]
    ShapeMismatch {
        /// Shape of the original, `(y, x)`.
        original: [usize; 2],
        /// Shape of the reconstruction, `(y, x)`.
        reconstruction: [usize; 2],
    },
    /// The file could not be written.
    #[error("cannot write {}", path.display())]
    Io {
        /// The path asked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The drawing could not be turned into a PNG or an SVG.
    #[error("cannot render the picture")]
    Render {
        /// What the renderer said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl PlotError {
    pub(crate) fn render(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Render {
            source: source.into(),
        }
    }
}
