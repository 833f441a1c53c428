//! Passes the versions of the peers to the program, and hides the symbols of their C libraries.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

/// Packages without a function that returns their version.
const LOCKED: [&str; 6] = ["ebcc", "libz-sys", "pco", "sperr", "sz3", "zstd-sys"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    println!("cargo::rerun-if-changed=build.rs");

    let lock = root.join("Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let lock = fs::read_to_string(lock)?;
    for name in LOCKED {
        let version = locked(&lock, name).ok_or(format!("Cargo.lock has no {name}"))?;
        let variable = name.to_uppercase().replace('-', "_");
        println!("cargo::rustc-env=VERSION_{variable}={version}");
    }

    // EBCC contains its own OpenJPEG. If its symbols were visible, FFmpeg and ecCodes would call
    // it instead of the OpenJPEG that they were built with.
    if env::var("CARGO_CFG_TARGET_OS")? == "linux" && env::var_os("CARGO_FEATURE_EBCC").is_some() {
        println!("cargo::rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
    Ok(())
}

/// Returns the version of a package in a `Cargo.lock`.
fn locked<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("\nname = \"{name}\"\nversion = \""))?;
    rest.split_once('"').map(|(version, _)| version)
}
