//! The encoders of videos.

use fieldreel_codec::{Av1, Codec, X265};

use crate::plan::VideoCodec;

/// The encoder of a codec, for errors of even size: no picture type, block or texture is favored.
pub(crate) fn encoder(codec: VideoCodec, quantizer: u8) -> Box<dyn Codec> {
    match codec {
        VideoCodec::Av1 { speed } => Box::new(Av1::quantizer(quantizer).with_speed(speed)),
        VideoCodec::X265(preset) => {
            let params = [
                ("ipratio", "1"),
                ("pbratio", "1"),
                ("psy-rd", "0"),
                ("psy-rdoq", "0"),
                ("aq-mode", "0"),
                ("cutree", "0"),
                ("scenecut", "0"),
                ("keyint", "1000000"),
                ("bframes", "8"),
                ("b-adapt", "2"),
                // More than `bframes`, or x265 refuses.
                ("rc-lookahead", "40"),
            ];
            // Segments and trials are what runs side by side.
            let codec = X265::qp(quantizer)
                .with_preset(preset)
                .with_wavefronts(false);
            let set = |codec: X265, (name, value)| codec.with_param(name, value);
            Box::new(params.into_iter().fold(codec, set))
        }
    }
}

#[cfg(test)]
mod tests {
    use fieldreel_codec::{FrameSize, X265Preset};

    use super::*;

    #[test]
    fn the_encoder_of_a_segment_runs_in_one_thread() {
        let size = FrameSize::new(721, 1440).unwrap();
        let encoder = encoder(VideoCodec::X265(X265Preset::Slow), 20);
        let config = encoder.configure(12, size, 4).unwrap();
        let one = |(_, value): &(_, String)| value.contains("pools=none:frame-threads=1");
        assert!(config.options.iter().any(one));
    }
}
