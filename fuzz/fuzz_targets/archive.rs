//! Arbitrary text as rules and as a manifest of an archive: parsing either fails or returns units
//! whose outputs are within the output folder.
#![no_main]

use fieldreel::formats::dataset::Schema;
use fieldreel_archive::{Manifest, Rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(rules) = Rules::parse(text, "bounds.toml")
    {
        let settings = rules.resolve(&Schema::default());
        settings.to_options().expect("settings are valid options");
    }
    if let Ok(manifest) = Manifest::parse(bytes, "/archive/manifest.jsonl") {
        for unit in manifest.units() {
            let output = manifest.output_path(unit);
            assert!(output.starts_with(manifest.output_folder()));
        }
    }
});
