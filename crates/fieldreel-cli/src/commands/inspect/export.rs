//! Export of the video of a segment.

use std::path::Path;

use crate::error::Result;
use crate::input::InputReader;

/// Writes the video of a segment to a file.
#[cfg(feature = "ffmpeg")]
pub(super) fn export(reader: &mut InputReader, segment: usize, video: &Path) -> Result {
    use fieldreel::Limits;
    use fieldreel::codec::Container;
    use fieldreel::reel::segment::export_video;

    use crate::error::{one_line, with_path};

    let container = Container::from_path(video)?;
    let bytes = reader.segment(segment)?;
    let bytes = export_video(&bytes, container, &Limits::default())
        .map_err(|error| format!("segment {segment}: {}", one_line(&error)))?;
    fieldreel_core::files::write(video, &bytes).map_err(with_path(video))
}

/// Fails, because videos need FFmpeg.
#[cfg(not(feature = "ffmpeg"))]
pub(super) fn export(_: &mut InputReader, _: usize, video: &Path) -> Result {
    let path = video.display().to_string();
    Err(crate::error::missing_feature(&path, "ffmpeg"))
}
