//! Helpers of the tests of this crate.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use fieldreel_formats::{Field, NetcdfOptions, write_netcdf};

/// Serializes starting programs and writing files. HDF5 locks a file that it writes until the last
/// process that has it open ends, and a process inherits the open files of its parent, so no
/// process may be started while a test writes.
static SPAWN_LOCK: RwLock<()> = RwLock::new(());

/// Prevents the start of programs until the guard is dropped, for tests that have a file open for
/// writing.
pub(crate) fn prevent_spawning() -> RwLockReadGuard<'static, ()> {
    SPAWN_LOCK.read().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a file that is read later.
pub(crate) fn write(path: &Path, field: &Field, options: &NetcdfOptions) {
    let _no_spawning = prevent_spawning();
    write_netcdf(path, field, options).unwrap();
}

/// Runs a program and returns its output.
fn run(command: &mut Command) -> io::Result<Output> {
    let command = command.stdin(Stdio::null());
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = {
        let _no_writing = SPAWN_LOCK.write().unwrap_or_else(PoisonError::into_inner);
        command.spawn()?
    };
    child.wait_with_output()
}

/// Returns the path of a file of this crate's `tests/data`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// Returns the path of a real file that is not part of the repository: in `FIELDREEL_DATA`, or
/// otherwise beside the workspace. If the file is missing, prints a line and returns `None`.
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FIELDREEL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} is not there (set FIELDREEL_DATA to the folder that has it)");
    None
}

/// Checks that two fields are the same, with bit-identical values.
#[cfg(any(feature = "netcdf-crate", feature = "eccodes-crate"))]
pub(crate) fn assert_same(mut a: Field, mut b: Field) {
    let name = a.name.clone();
    assert_eq!(a.values.dtype(), b.values.dtype(), "{name}");
    assert_eq!(a.values.shape(), b.values.shape(), "{name}");
    let (x, y) = (a.values.to_f64(), b.values.to_f64());
    let same = |(x, y): (&f64, &f64)| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
    assert!(x.iter().zip(&y).all(same), "{name}");
    // The coordinates are compared as text, in which NaN equals NaN.
    a.values = ndarray::ArrayD::<u8>::zeros(vec![0]).into();
    b.values = a.values.clone();
    assert_eq!(format!("{a:#?}"), format!("{b:#?}"));
}

/// Runs a command line tool and returns its output. If the tool is not installed, prints a line
/// and returns `None`.
pub(crate) fn tool(name: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let output = match run(Command::new(name).args(arguments).arg(file)) {
        Ok(output) => output,
        Err(_) => {
            println!("skipped: {name} is not installed");
            return None;
        }
    };
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name}: {error}");
    assert_eq!(error, "", "{name} complains");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Creates `out` from `source` with ecCodes' `grib_set`. If the tool is not installed, prints a
/// line and returns `None`.
pub(crate) fn grib_set(arguments: &[&str], source: &Path, out: &Path) -> Option<Output> {
    let mut command = Command::new("grib_set");
    let Ok(output) = run(command.args(arguments).arg(source).arg(out)) else {
        println!("skipped: grib_set is not installed");
        return None;
    };
    Some(output)
}

/// Creates a file from one of ecCodes' sample messages, modified by `grib_set`.
pub(crate) fn grib_sample(folder: &Path, sample: &str, settings: &str) -> Option<PathBuf> {
    let samples = run(Command::new("codes_info").arg("-s")).ok();
    let Some(samples) = samples else {
        println!("skipped: codes_info is not installed");
        return None;
    };
    let samples = String::from_utf8(samples.stdout).unwrap();
    let source = Path::new(samples.trim()).join(format!("{sample}.tmpl"));
    let path = folder.join(format!("{sample}.grib"));
    if settings.is_empty() {
        std::fs::copy(source, &path).unwrap();
    } else {
        let run = grib_set(&["-s", settings], &source, &path).unwrap();
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
    Some(path)
}
