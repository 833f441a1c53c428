//! Writes an array as a video that any player shows, and reads its values back.
//!
//! `cargo run --release --example video -- wind.mkv`

use fieldreel::metrics::ErrorMetrics;
use fieldreel::{Preset, array_to_video_file, video_to_array};
use ndarray::Array3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: video OUT.mkv")?;
    let wind = Array3::from_shape_fn((60, 120, 160), |(t, y, x)| {
        let [t, y, x] = [t, y, x].map(|index| index as f32);
        15.0 * ((x - t) / 12.0).sin() * (y / 20.0).cos()
    });
    for preset in [Preset::Max, Preset::High, Preset::Vlow] {
        array_to_video_file(&wind, &path, preset)?;
        let decoded = video_to_array::<f32>(&path)?;
        let errors = ErrorMetrics::between(wind.view(), decoded.view())?;
        let bytes = std::fs::metadata(&path)?.len();
        println!(
            "{preset}: {bytes} bytes, largest error {:.4}, PSNR {:.1} dB",
            errors.max_abs,
            errors.psnr_db()
        );
    }
    Ok(())
}
