//! Tells the causes of errors apart, for which a program may have different remedies.
//!
//! `cargo run --release --example errors`

use fieldreel::{Error, ErrorBound, ErrorKind, Limits, compress, decompress, open_reel};
use ndarray::Array3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("waves.reel");
    let waves = Array3::from_shape_fn((24, 90, 180), |(t, y, x)| {
        ((t + x) as f32 / 9.0).sin() + (y as f32 / 7.0).cos()
    });
    let bytes = compress(&waves, ErrorBound::Absolute(1e-3))?;
    std::fs::write(&path, &bytes)?;

    // An invalid bound, a truncated and a hostile reel, a low limit, and a file that is missing.
    let low = Limits::new(100_000);
    let results = [
        compress(&waves, ErrorBound::Absolute(-1.0)).map(drop),
        decompress::<f32>(&bytes[..bytes.len() / 2]).map(drop),
        decompress::<f32>(&[0xff; 1000]).map(drop),
        open_reel(&path, low).and_then(|mut reel| Ok(reel.frames::<f32>(0..9).map(drop)?)),
        open_reel(path.with_extension("missing"), Limits::default()).map(drop),
    ];
    for error in results.into_iter().filter_map(Result::err) {
        println!("{}: {error}", remedy(&error));
    }
    Ok(())
}

/// Returns a remedy for an error.
fn remedy(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Argument => "use other arguments",
        ErrorKind::Corrupt => "get the file again",
        ErrorKind::Limit => "raise the limit",
        ErrorKind::Io => "check the path and the disk",
        _ => "report the error",
    }
}
