//! A field to a video and back, against the original tool's way of working: codes as a raw file on disk,
//! the `ffmpeg` command, a raw file back.
//!
//! Both get the same codec options but for threads, which the command chooses itself; where its file is then not as large,
//! within 3 %, another quality, until it is. The command
//! is not charged for quantizing: its codes are ready before the clock starts, and stay codes.
//! Takes the `ffmpeg` command, and the original's video of U (`FIELDREEL_DATA` names its folder) for
//! the first of the two fields; the other is the sample, enlarged to frames of 361 × 720.

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

/// Files whose sizes differ by no more than this part are as large as each other.
const EQUAL: f64 = 0.03;

const U: &str = "legacy/video_min-6.076788168243806_max5.021517778572543_fc1301.mp4";

fn main() {
    or_exit(all());
}

fn all() -> Outcome {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let u = env::var_os("FIELDREEL_DATA")
        .map_or(beside, PathBuf::from)
        .join(U);
    if u.exists() {
        let u = video_to_array::<f32>(&u)?;
        for preset in [Preset::Extreme, Preset::High, Preset::Low] {
            there_and_back("U", &u, preset)?;
        }
    } else {
        eprintln!("U is not there (FIELDREEL_DATA names the folder)");
    }
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
    let FieldValues::F32(values) = read_field(sample, None)?.values else {
        return Err("the sample is not of single precision".into());
    };
    let large = enlarged(&values.into_dimensionality::<Ix3>()?);
    for preset in [Preset::High, Preset::Low] {
        there_and_back("sample, enlarged", &large, preset)?;
    }
    Ok(())
}

fn there_and_back(name: &str, field: &Array3<f32>, preset: Preset) -> Outcome {
    let folder = tempfile::tempdir()?;
    let ours = fs::metadata(array_to_video(field, folder.path(), preset)?)?.len();
    let mut original = Original::new(field, preset, folder.path())?;
    let same_options = original.encoded()?;
    let theirs = original.match_size(ours, same_options)?;
    let mut contenders: Vec<Contender<'_>> = vec![
        ("ffmpeg command".to_owned(), Box::new(|| original.run())),
        (
            "fieldreel".to_owned(),
            Box::new(|| {
                let path = array_to_video(field, folder.path(), preset)?;
                let back = video_to_array::<f32>(path)?;
                same_size(back.len(), field.len())
            }),
        ),
    ];
    race(
        &format!("{name}, {preset}, there and back"),
        &mut contenders,
    )?;
    println!(
        "  {ours} bytes, the command's {same_options} with the same options: {:.3} times",
        ours as f64 / same_options as f64
    );
    let crf = original.options.iter().find(|(name, _)| *name == "crf");
    let crf = crf.map_or("none", |(_, crf)| crf);
    println!("  {theirs} bytes as timed, with crf {crf}\n");
    Ok(())
}

/// The original's way of working, with a mode's options.
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
        // Threads are the command's own business.
        let own = ["pools=", "frame-threads="];
        let options = config.options.into_iter().map(|(name, value)| {
            let params = value.split(':');
            let others = params.filter(|param| !own.iter().any(|own| param.starts_with(own)));
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

    /// Sets its quality so that its file, so large at first, is as large as another within 3 %; gives how large it then is.
    fn match_size(&mut self, wanted: u64, mut found: u64) -> Result<u64, Box<dyn Error>> {
        let (mut step, mut last) = (1.0, Ordering::Equal);
        for _ in 0..10 {
            if (found as f64 / wanted as f64 - 1.0).abs() <= EQUAL {
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
            found = self.encoded()?;
        }
        Err("no quality makes files as large".into())
    }

    /// Encodes, and gives how large the file is.
    fn encoded(&self) -> Result<u64, Box<dyn Error>> {
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
        let raw = self.folder.join("there.raw");
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
        // As `VideoOptions` has it: x265 gives frames that are shown longer more bits.
        encode.args(["-framerate", "10"]).arg("-i").arg(&raw);
        encode.args(["-c:v", self.encoder]);
        for (name, value) in &self.options {
            encode.args([&format!("-{name}"), value]);
        }
        succeed(encode.arg(self.video()))
    }

    fn decode(&self) -> Outcome {
        let back = self.folder.join("back.raw");
        let mut decode = command();
        decode.arg("-i").arg(self.video()).args(self.raw_format());
        succeed(decode.arg(&back))?;
        let bytes = fs::read(&back)?;
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

/// Frames of 73 × 144 as frames of 361 × 720, linear in between; around the globe in x.
fn enlarged(field: &Array3<f32>) -> Array3<f32> {
    let (frames, _, width) = field.dim();
    Array3::from_shape_fn((frames, 361, 720), |(t, y, x)| {
        let (top, left) = ((y / 5).min(71), x / 5);
        let (down, right) = ((y - 5 * top) as f32 / 5.0, (x % 5) as f32 / 5.0);
        let row = |y: usize| {
            let (here, next) = (field[[t, y, left]], field[[t, y, (left + 1) % width]]);
            here + right * (next - here)
        };
        row(top) + down * (row(top + 1) - row(top))
    })
}
