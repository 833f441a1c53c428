//! From a picture to a file.

mod png;
mod svg;

use std::path::Path;

use crate::PlotError;
use crate::picture::Picture;

/// What a path's extension asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Svg,
}

impl Format {
    /// Figures ask this before they do any work.
    pub(crate) fn of(path: &Path) -> Result<Self, PlotError> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => Err(PlotError::UnknownExtension { path: path.into() }),
        }
    }
}

pub(crate) fn write(picture: &Picture, path: &Path, format: Format) -> Result<(), PlotError> {
    let bytes = match format {
        Format::Png => png::render(picture)?,
        Format::Svg => svg::render(picture)?.into_bytes(),
    };
    fieldreel_core::files::write(path, &bytes).map_err(|source| PlotError::Io {
        path: path.into(),
        source,
    })
}
