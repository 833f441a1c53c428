//! Arbitrary text as a number, a range, a bit depth or a preset: parsing either fails or returns a
//! value whose text parses to the same value.
#![no_main]

use fieldreel::Preset;
use fieldreel::codec::{Codec, FrameSize, X265, X265Preset};
use fieldreel::quant::{BitDepth, Dtype, Float, ValueRange};
use libfuzzer_sys::fuzz_target;

fn check_number<T: Float>(text: &str) {
    if let Ok(value) = T::from_text(text) {
        let again = T::from_text(&value.to_text()).expect("the text of a value parses");
        assert!(again == value && again.to_text() == value.to_text());
    }
    if let Ok(range) = text.parse::<ValueRange<T>>() {
        assert_eq!(
            range
                .to_string()
                .parse::<ValueRange<T>>()
                .expect("the text of a range parses"),
            range
        );
    }
}

fuzz_target!(|text: &str| {
    check_number::<f32>(text);
    check_number::<f64>(text);
    if let Ok(preset) = text.parse::<Preset>() {
        assert_eq!(preset.to_string(), text);
    }
    if let Ok(preset) = text.parse::<X265Preset>() {
        assert_eq!(preset.to_string(), text);
    }
    let _ = (text.parse::<BitDepth>(), text.parse::<Dtype>());
    if let Some((name, value)) = text.split_once('=') {
        let codec = X265::crf(20.0).with_param(name, value);
        let size = FrameSize {
            height: 73,
            width: 144,
        };
        if codec.configure(8, size, 1).is_ok() {
            // A parameter that reaches x265 cannot add other parameters.
            assert!(!value.contains([':', '=']) && !name.contains(':'));
        }
    }
});
