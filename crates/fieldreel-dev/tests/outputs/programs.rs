//! The programs that write a file, and their inputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fieldreel::formats::{Field, GribOptions, NetcdfOptions, write_grib, write_netcdf};
use fieldreel::{Compressor, ErrorBound, Preset, array_to_video};
use ndarray::Array3;

/// A program with the name of its input and the type of its output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProgramCase {
    pub(crate) name: &'static str,
    pub(crate) input: &'static str,
    /// The extension of the output.
    pub(crate) output: &'static str,
    /// The arguments after the input. `OUTPUT` is replaced by the path of the output.
    arguments: &'static [&'static str],
    /// True if the output is written sequentially.
    pub(crate) is_sequential: bool,
}

pub(crate) const CASES: [ProgramCase; 8] = [
    ProgramCase {
        name: "compress_dataset",
        input: "in.nc",
        output: "nc",
        arguments: &["OUTPUT", "--default", "rel:1e-2", "--effort", "fast"],
        is_sequential: false,
    },
    ProgramCase {
        name: "compress_dataset",
        input: "in.grib",
        output: "nc",
        arguments: &["OUTPUT", "--default", "rel:1e-2", "--effort", "fast"],
        is_sequential: false,
    },
    ProgramCase {
        name: "decompress_dataset",
        input: "in.nc",
        output: "nc",
        arguments: &["OUTPUT"],
        is_sequential: false,
    },
    ProgramCase {
        name: "decompress_dataset",
        input: "in.nc",
        output: "grib",
        arguments: &["OUTPUT"],
        is_sequential: true,
    },
    ProgramCase {
        name: "compress",
        input: "in.nc",
        output: "reel",
        arguments: &["t", "OUTPUT", "rel:1e-2", "--effort", "fast"],
        is_sequential: true,
    },
    ProgramCase {
        name: "decompress",
        input: "in.reel",
        output: "nc",
        arguments: &["OUTPUT"],
        is_sequential: false,
    },
    ProgramCase {
        name: "video_to_array",
        input: "in.mp4",
        output: "nc",
        arguments: &["OUTPUT"],
        is_sequential: false,
    },
    ProgramCase {
        name: "inspect",
        input: "in.reel",
        output: "mp4",
        arguments: &["--export", "OUTPUT"],
        is_sequential: true,
    },
];

impl ProgramCase {
    /// Returns the name of a complete output, with which other outputs are compared.
    pub(crate) fn reference_name(&self) -> String {
        format!("{}.{}.{}", self.name, self.input, self.output)
    }

    /// Returns the command that reads the input in `folder` and writes `output`.
    pub(crate) fn command(&self, folder: &Path, output: &Path) -> Command {
        let mut command = command(self.name);
        command.arg(folder.join(self.input));
        for &argument in self.arguments {
            match argument {
                "OUTPUT" => command.arg(output),
                argument => command.arg(argument),
            };
        }
        command
    }

    pub(crate) fn run(&self, folder: &Path, output: &Path) -> Output {
        self.command(folder, output).output().unwrap()
    }
}

/// Returns the command of an example program, which `cargo test` builds in the folder `examples`
/// beside this test.
pub(crate) fn command(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    Command::new(folder.join("examples").join(name))
}

/// Writes an input file of each format.
pub(crate) fn write_inputs(folder: &Path, frames: usize) {
    let values = Array3::from_shape_fn((frames, 40, 60), |(t, y, x)| {
        let (t, y, x) = (t as f32, y as f32, x as f32);
        280.0
            + 9.0 * (x / 7.0 + t / 3.0).sin() * (y / 5.0).cos()
            + ((x * 31.0 + y * 17.0 + t) % 5.0) / 9.0
    });
    let mut field = Field::new(
        "t",
        values.clone().into_dyn(),
        &["time", "latitude", "longitude"],
    )
    .unwrap();
    for (name, unit, first, step, len) in [
        ("time", "hours since 2000-01-01", 0.0, 1.0, frames as u32),
        ("latitude", "degrees_north", 39.0, -1.0, 40),
        ("longitude", "degrees_east", 0.0, 1.0, 60),
    ] {
        let axis: Vec<f64> = (0..len).map(|at| first + step * f64::from(at)).collect();
        let axis = fieldreel::formats::Coordinate::axis(name, axis);
        field.coordinates.push(axis.with_attribute("units", unit));
    }
    write_netcdf(folder.join("in.nc"), &field, &NetcdfOptions::default()).unwrap();
    write_grib(folder.join("in.grib"), &field, &GribOptions::default()).unwrap();
    let compressor = Compressor::new(ErrorBound::RangeRelative(1e-2))
        .with_base(fieldreel::BaseChoice::Video)
        .with_codec(fieldreel::CodecChoice::X265);
    compressor
        .write_field(folder.join("in.reel"), &field)
        .unwrap();
    let video: PathBuf = array_to_video(&values, folder, Preset::Low).unwrap();
    fs::rename(video, folder.join("in.mp4")).unwrap();
}

/// Returns the names of the entries of a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

pub(crate) fn stderr_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
