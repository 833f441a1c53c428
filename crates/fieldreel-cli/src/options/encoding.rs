//! The options of encoding.

use clap::Args;
use fieldreel::{BaseChoice, CodecChoice, Effort};

/// The options of every command that encodes within a bound.
#[derive(Args)]
pub(crate) struct EncodingOptions {
    /// The time that encoding may take: fast, balanced or best; longer times give smaller files
    /// [default: balanced for a reel, fast for a NetCDF-4 file]
    #[arg(long)]
    effort: Option<Effort>,
    /// The base layer: auto (a prediction; with --effort best a video if it is smaller),
    /// prediction, or video (which `inspect --export` extracts for a player)
    #[arg(long, default_value_t)]
    pub(crate) base: BaseChoice,
    /// The codecs that may encode a video: any, x265 or av1
    #[arg(long, default_value_t)]
    pub(crate) codec: CodecChoice,
    /// Encode so that decoded values encode to themselves: decoding and encoding again loses
    /// nothing more. Files are larger
    #[arg(long)]
    pub(crate) idempotent: bool,
    /// The number of segments or chunks that are encoded in parallel [default and maximum: the
    /// number of threads that the machine runs at once]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

impl EncodingOptions {
    /// Returns the effort, or `default` if none is given.
    pub(crate) fn effort_or(&self, default: Effort) -> Effort {
        self.effort.unwrap_or(default)
    }
}
