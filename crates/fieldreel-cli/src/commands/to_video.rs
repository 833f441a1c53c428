//! `fieldreel to-video`: a variable as a plain video.

use std::path::PathBuf;

use clap::Args;
use fieldreel::Preset;

use crate::error::Result;
use crate::options::{Printing, VariableOption, named_file};

const EXAMPLES: &str = "\
Examples:
  fieldreel to-video data/navy_winds_uwnd.nc wind.mkv --mode vlow
  fieldreel to-video ocean.nc videos --variable TEMP      # into the folder `videos`";

/// Writes a variable as a video that any player shows, without an error bound.
///
/// The modes are those of the original tool, from the smallest file to the smallest error: extreme
/// and max (8 bits), vhigh (10 bits), C4-JP2K (16 bits), high, avg, low and vlow (12 bits), LL-JP2K
/// (16 bits). vlow and LL-JP2K are lossless on the quantized codes. Missing values are refused.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ToVideo {
    /// The file to read: NetCDF (.nc, .nc4, .cdf), GRIB (.grib, .grb, .grib2, .grb2), a reel
    /// (.reel) or a video (.mp4, .mkv)
    #[arg(value_parser = named_file())]
    input: PathBuf,
    /// The video to write (.mp4, .mkv), or a folder, in which the video gets a name of the form
    /// that the original tool reads
    #[arg(value_parser = named_file())]
    output: PathBuf,
    #[command(flatten)]
    variable: VariableOption,
    /// The mode: extreme, max, vhigh, C4-JP2K, high, avg, low, vlow or LL-JP2K
    #[arg(long, default_value_t = Preset::High)]
    mode: Preset,
    #[command(flatten)]
    printing: Printing,
}

#[cfg(not(feature = "ffmpeg"))]
impl ToVideo {
    /// Fails, because videos need FFmpeg.
    pub(crate) fn run(&self) -> Result {
        let path = self.output.display().to_string();
        Err(crate::error::missing_feature(&path, "ffmpeg"))
    }
}

#[cfg(feature = "ffmpeg")]
impl ToVideo {
    /// Writes the video.
    pub(crate) fn run(&self) -> Result {
        use fieldreel::formats::{FrameView, Frames};

        use crate::error::usage;
        use crate::input::{FileFormat, check_distinct, read_field, to_float_frames};

        check_distinct(&self.input, &self.output)?;
        if !matches!(FileFormat::of(&self.output), None | Some(FileFormat::Video)) {
            let path = self.output.display();
            return Err(usage(format!(
                "{path}: the output is a video (.mp4, .mkv) or a folder"
            )));
        }
        let field = to_float_frames(read_field(&self.input, self.variable.name())?)?;
        // Leading dimensions of a variable of four or more dimensions are folded into time.
        let path = match field.as_frames(&FrameView::FoldLeading)? {
            Frames::F32(frames) => self.write(&field.name, frames.view()),
            Frames::F64(frames) => self.write(&field.name, frames.view()),
            _ => Err("the values have no floating-point type".into()),
        }?;
        let bytes = path.metadata().map_or(0, |metadata| metadata.len());
        let result = serde_json::json!({
            "video": path,
            "variable": field.name,
            "mode": self.mode.name(),
            "bytes": bytes,
        });
        self.printing
            .print(None, &result, |_| format!("{}\n", path.display()))
    }

    /// Writes frames as a video, and returns its path.
    fn write<T: fieldreel::quant::Float>(
        &self,
        variable: &str,
        frames: ndarray::ArrayView3<'_, T>,
    ) -> Result<PathBuf> {
        use fieldreel::{array_to_video, array_to_video_file, video_path};

        use crate::error::{about, about_variable};
        use crate::input::{FileFormat, check_distinct};

        let named = |error: fieldreel::Error| match error {
            fieldreel::Error::Quant(_) => about_variable(&self.input, variable, &error),
            error => about(&self.output, &error),
        };
        if FileFormat::of(&self.output) == Some(FileFormat::Video) {
            array_to_video_file(frames, &self.output, self.mode).map_err(named)?;
            return Ok(self.output.clone());
        }
        // The name of the video depends on the values, so that it may be the name of the input.
        let path = video_path(frames, &self.output, self.mode).map_err(named)?;
        check_distinct(&self.input, &path)?;
        array_to_video(frames, &self.output, self.mode).map_err(named)
    }
}
