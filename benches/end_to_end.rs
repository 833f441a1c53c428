//! Round trips of a field through a video, compared with the original tool's way of working: codes
//! in a raw file on disk, the `ffmpeg` command, and a raw file back.
//!
//! Both use the same codec options except for threads, which the command chooses itself. If the
//! sizes of the files then differ by more than 3 %, the quality of the command is changed until
//! they do not. The time of the command does not include quantization: its codes are ready before
//! the clock starts, and it does not dequantize them.
//!
//! The benchmark needs the `ffmpeg` command. The first field is decoded from the original's video
//! of U, in the folder that `FIELDREEL_DATA` names; the second is the sample, upsampled to frames
//! of 361 × 720.

use std::cmp::Ordering;
use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fieldreel::codec::FrameSize;
use fieldreel::formats::FieldValues;
use fieldreel::quant::{Quantizer, ValueRange};
use fieldreel::{Preset, array_to_video, read_field, video_to_array};
use ndarray::{Array3, Ix3};

#[path = "support/race.rs"]
mod race;

use race::{Contender, Outcome, or_exit, race};

/// The largest relative difference between file sizes that count as equal.
const SIZE_TOLERANCE: f64 = 0.03;

const U: &str = "legacy/video_min-6.076788168243806_max5.021517778572543_fc1301.mp4";

fn main() {
    or_exit(run());
}

fn run() -> Outcome {
    let default_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let u = env::var_os("FIELDREEL_DATA")
        .map_or(default_folder, PathBuf::from)
        .join(U);
    if u.exists() {
        let u = video_to_array::<f32>(&u)?;
        for preset in [Preset::Extreme, Preset::High, Preset::Low] {
            round_trip("U", &u, preset)?;
        }
    } else {
        eprintln!("the video of U is missing (FIELDREEL_DATA names its folder)");
    }
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
    let FieldValues::F32(values) = read_field(sample, None)?.values else {
        return Err("the sample is not of single precision".into());
    };
    let large = upsampled(&values.into_dimensionality::<Ix3>()?);
    for preset in [Preset::High, Preset::Low] {
        round_trip("sample, upsampled", &large, preset)?;
    }
    Ok(())
}

fn round_trip(name: &str, field: &Array3<f32>, preset: Preset) -> Outcome {
    let folder = tempfile::tempdir()?;
    let our_size = fs::metadata(array_to_video(field, folder.path(), preset)?)?.len();
    let mut original = Original::new(field, preset, folder.path())?;
    let same_options = original.encoded_size()?;
    let their_size = original.match_size(our_size, same_options)?;
    let mut contenders: Vec<Contender<'_>> = vec![
        ("ffmpeg command".to_owned(), Box::new(|| original.run())),
        (
            "fieldreel".to_owned(),
            Box::new(|| {
                let path = array_to_video(field, folder.path(), preset)?;
                let decoded = video_to_array::<f32>(path)?;
                same_size(decoded.len(), field.len())
            }),
        ),
    ];
    race(&format!("{name}, {preset}, round trip"), &mut contenders)?;
    println!(
        "  {our_size} bytes, the command's {same_options} with the same options: {:.3} times",
        our_size as f64 / same_options as f64
    );
    let crf = original.options.iter().find(|(name, _)| *name == "crf");
    let crf = crf.map_or("none", |(_, crf)| crf);
    println!("  {their_size} bytes as timed, with crf {crf}\n");
    Ok(())
}

/// The original tool's way of working, with the options of a preset.
struct Original {
    folder: PathBuf,
    codes: Array3<u16>,
    pixels: &'static str,
    encoder: &'static str,
    options: Vec<(&'static str, String)>,
}

impl Original {
    fn new(field: &Array3<f32>, preset: Preset, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let depth = preset.bit_depth();
        let quantizer = Quantizer::new(ValueRange::from_values(field.view())?, depth);
        let (_, height, width) = field.dim();
        let size = FrameSize::new(height, width)?;
        let config = preset.codec().configure(depth.bits(), size, 1)?;
        // The command chooses its own threads.
        let thread_params = ["pools=", "frame-threads="];
        let options = config.options.into_iter().map(|(name, value)| {
            let params = value.split(':');
            let others =
                params.filter(|param| !thread_params.iter().any(|name| param.starts_with(name)));
            (name, others.collect::<Vec<_>>().join(":"))
        });
        let shift = config.pixel_bits - depth.bits();
        Ok(Self {
            folder: folder.to_owned(),
            codes: quantizer.quantize(field.view())?.mapv(|code| code << shift),
            pixels: match config.pixel_bits {
                10 => "gray10le",
                12 => "gray12le",
                _ => "gray16le",
            },
            encoder: config.encoder,
            options: options.collect(),
        })
    }

    fn video(&self) -> PathBuf {
        self.folder.join("command.mp4")
    }

    /// Changes the quality until the size of the command's file is within 3 % of `wanted`,
    /// starting from a file of `found` bytes. Returns the final size.
    fn match_size(&mut self, wanted: u64, mut found: u64) -> Result<u64, Box<dyn Error>> {
        let (mut step, mut last) = (1.0, Ordering::Equal);
        for _ in 0..10 {
            if (found as f64 / wanted as f64 - 1.0).abs() <= SIZE_TOLERANCE {
                return Ok(found);
            }
            let is_crf = |option: &&mut (&str, String)| option.0 == "crf";
            let Some((_, crf)) = self.options.iter_mut().find(is_crf) else {
                break;
            };
            let order = found.cmp(&wanted);
            if last == order.reverse() {
                step /= 2.0;
            }
            last = order;
            let sign = if order == Ordering::Greater {
                1.0
            } else {
                -1.0
            };
            *crf = (crf.parse::<f64>()? + sign * step).to_string();
            found = self.encoded_size()?;
        }
        Err("no quality leads to a file of the same size".into())
    }

    /// Encodes and returns the size of the file.
    fn encoded_size(&self) -> Result<u64, Box<dyn Error>> {
        self.encode()?;
        Ok(fs::metadata(self.video())?.len())
    }

    fn run(&self) -> Outcome {
        self.encode()?;
        self.decode()
    }

    fn raw_format(&self) -> [&str; 4] {
        ["-f", "rawvideo", "-pix_fmt", self.pixels]
    }

    fn encode(&self) -> Outcome {
        let (_, height, width) = self.codes.dim();
        let raw = self.folder.join("codes.raw");
        let bytes: Vec<u8> = self
            .codes
            .iter()
            .flat_map(|code| code.to_le_bytes())
            .collect();
        fs::write(&raw, bytes)?;
        let mut encode = command();
        encode
            .args(self.raw_format())
            .args(["-s", &format!("{width}x{height}")]);
        // The frame rate of `VideoOptions`: x265 gives more bits to frames that are shown longer.
        encode.args(["-framerate", "10"]).arg("-i").arg(&raw);
        encode.args(["-c:v", self.encoder]);
        for (name, value) in &self.options {
            encode.args([&format!("-{name}"), value]);
        }
        succeed(encode.arg(self.video()))
    }

    fn decode(&self) -> Outcome {
        let decoded = self.folder.join("decoded.raw");
        let mut decode = command();
        decode.arg("-i").arg(self.video()).args(self.raw_format());
        succeed(decode.arg(&decoded))?;
        let bytes = fs::read(&decoded)?;
        let codes: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        same_size(codes.len(), self.codes.len())
    }
}

fn command() -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]);
    command
}

fn succeed(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|e| format!("the ffmpeg command could not be started: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the ffmpeg command ended with {status}").into())
    }
}

fn same_size(found: usize, expected: usize) -> Outcome {
    if found == expected {
        Ok(())
    } else {
        Err("values are missing".into())
    }
}

/// Upsamples frames of 73 × 144 to 361 × 720 by linear interpolation, periodic in x.
fn upsampled(field: &Array3<f32>) -> Array3<f32> {
    let (frames, _, width) = field.dim();
    Array3::from_shape_fn((frames, 361, 720), |(t, y, x)| {
        let (top, left) = ((y / 5).min(71), x / 5);
        let (down, right) = ((y - 5 * top) as f32 / 5.0, (x % 5) as f32 / 5.0);
        let row = |y: usize| {
            let (first, second) = (field[[t, y, left]], field[[t, y, (left + 1) % width]]);
            first + right * (second - first)
        };
        row(top) + down * (row(top + 1) - row(top))
    })
}
