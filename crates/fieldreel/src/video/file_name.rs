//! File names of the original tool: `video_min<number>_max<number>_fc<number>.mp4`.

use std::path::Path;

/// The information in the file name of a video.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VideoName {
    /// The smallest value, as decimal text.
    pub(super) min: String,
    /// The largest value, as decimal text.
    pub(super) max: String,
    /// The bit depth; in older files the number of frames.
    pub(super) fc: u64,
}

impl VideoName {
    /// Returns the file name, with the extension `.mp4`.
    pub(super) fn file_name(&self) -> String {
        format!("video_min{}_max{}_fc{}.mp4", self.min, self.max, self.fc)
    }

    /// Parses the file name of `path`, or returns `None` if it does not have this form.
    ///
    /// The extension is ignored. Numbers may be integers, negative, and in scientific notation.
    pub(super) fn from_path(path: &Path) -> Option<Self> {
        let stem = path.file_stem()?.to_str()?;
        let rest = stem.strip_prefix("video_min")?;
        let (min, rest) = rest.split_once("_max")?;
        let (max, fc) = rest.split_once("_fc")?;
        let digits = !fc.is_empty() && fc.bytes().all(|b| b.is_ascii_digit());
        (is_number(min) && is_number(max) && digits).then_some(())?;
        Some(Self {
            min: min.to_owned(),
            max: max.to_owned(),
            fc: fc.parse().ok()?,
        })
    }
}

/// Returns whether `text` is a finite decimal number. `f64` also parses `inf` and `nan`.
fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(name: &str) -> Option<(String, String, u64)> {
        VideoName::from_path(Path::new(name)).map(|name| (name.min, name.max, name.fc))
    }

    #[test]
    fn names_of_the_original_tool_are_parsed_and_other_names_are_rejected() {
        for (name, min, max, fc) in [
            (
                "video_min-6.076788168243806_max5.021517778572543_fc1301.mp4",
                "-6.076788168243806",
                "5.021517778572543",
                1301,
            ),
            ("video_min1e-05_max2.5e+20_fc8.mp4", "1e-05", "2.5e+20", 8),
            ("video_min-3_max7_fc12.mp4", "-3", "7", 12),
            (
                "a/folder/video_min-1E3_max-0.0_fc16.mkv",
                "-1E3",
                "-0.0",
                16,
            ),
        ] {
            assert_eq!(
                parse(name),
                Some((min.to_owned(), max.to_owned(), fc)),
                "{name}"
            );
        }
        for name in [
            "video.mp4",
            "video_minnan_maxnan_fc8.mp4",
            "video_min0_maxinf_fc8.mp4",
            "video_min0_max1e999_fc8.mp4",
            "video_min_max1_fc8.mp4",
            "video_min0_max1_fc.mp4",
            "video_min0_max1_fc-8.mp4",
            "video_min0_max1_fc99999999999999999999.mp4",
            "",
            "..",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn formatted_names_are_parsed_to_the_same_range(min: f64, max: f64, fc in 1u64..=16) {
            prop_assume!(min.is_finite() && max.is_finite());
            let name = VideoName { min: format!("{min:?}"), max: format!("{max:?}"), fc };
            let file_name = name.file_name();
            prop_assert!(file_name.len() < 100);
            let parsed = VideoName::from_path(Path::new(&file_name)).unwrap();
            prop_assert_eq!(parsed.min.parse::<f64>().unwrap().to_bits(), min.to_bits());
            prop_assert_eq!(parsed.max.parse::<f64>().unwrap().to_bits(), max.to_bits());
            prop_assert_eq!(parsed.fc, fc);
        }

        #[test]
        fn parsing_any_name_does_not_panic(name in ".{0,60}") {
            let _ = VideoName::from_path(Path::new(&name));
            let _ = VideoName::from_path(Path::new(&format!("video_min{name}")));
        }
    }
}
