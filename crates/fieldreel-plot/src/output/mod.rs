//! Writing of pictures to files.

mod png;
mod svg;

use std::path::Path;

use crate::PlotError;
use crate::picture::Picture;

/// The file format of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FigureFormat {
    Png,
    Svg,
}

impl FigureFormat {
    /// Returns the format of the extension of a path.
    ///
    /// Figures call this function first, to detect a wrong extension before any work.
    pub(crate) fn from_path(path: &Path) -> Result<Self, PlotError> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => Err(PlotError::UnknownExtension { path: path.into() }),
        }
    }
}

pub(crate) fn write(picture: &Picture, path: &Path, format: FigureFormat) -> Result<(), PlotError> {
    let bytes = match format {
        FigureFormat::Png => png::render(picture)?,
        FigureFormat::Svg => svg::render(picture)?.into_bytes(),
    };
    fieldreel_core::files::write(path, &bytes).map_err(|source| PlotError::Io {
        path: path.into(),
        source,
    })
}
