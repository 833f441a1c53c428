//! Looks for the C libraries of the enabled features in the way in which the `-sys` crates look for
//! them, and reports each missing one in a line.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

/// The lowest version of cmake that builds the HDF5 of the crate `hdf5-metno-src`.
const CMAKE_VERSION: (u32, u32) = (3, 26);

/// The lowest version of ecCodes that the crate `eccodes-sys` accepts.
const ECCODES_VERSION: &str = "2.24.0";

/// The directories in which the crate `hdf5-metno-sys` looks for the headers of HDF5 on Linux.
const HDF5_INCLUDES: [&str; 2] = ["/usr/include/hdf5/serial", "/usr/include"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for variable in [
        "FIELDREEL_NO_LIBRARY_CHECK",
        "DOCS_RS",
        "NETCDF_DIR",
        "NetCDF_DIR",
        "HDF5_DIR",
        "FFMPEG_DIR",
        "CMAKE",
        "PATH",
    ] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    // On docs.rs, nothing is linked.
    if is_set("FIELDREEL_NO_LIBRARY_CHECK") || is_set("DOCS_RS") {
        return;
    }
    match (has_feature("NETCDF"), has_feature("STATIC")) {
        (true, true) => check_cmake(),
        (true, false) => check_netcdf(),
        (false, _) => {}
    }
    if has_feature("GRIB") {
        check_eccodes();
    }
    if has_feature("FFMPEG") {
        check_ffmpeg();
    }
}

/// Reports a missing or an old cmake.
fn check_cmake() {
    let found = match cmake_version() {
        None => "no cmake",
        Some(version) if version < CMAKE_VERSION => "an older one",
        Some(_) => return,
    };
    let (major, minor) = CMAKE_VERSION;
    println!(
        "cargo::error=the feature `static` needs cmake {major}.{minor} or later and found {found}: \
         install cmake (Debian 13, Ubuntu 24.04, Fedora, Arch, Homebrew, conda-forge, PyPI); or set \
         CMAKE to the path of another one; or leave out the feature `static`, and install netcdf-c \
         and HDF5"
    );
}

/// Returns the major and the minor version of cmake, if it is installed.
fn cmake_version() -> Option<(u32, u32)> {
    let cmake = env::var_os("CMAKE").unwrap_or_else(|| "cmake".into());
    let output = Command::new(cmake).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.lines().next()?.split_whitespace().last()?;
    let mut numbers = version.split('.').map_while(|number| number.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

/// Reports a missing netcdf-c or HDF5.
fn check_netcdf() {
    let has_netcdf = is_set("NETCDF_DIR") || is_set("NetCDF_DIR") || runs("nc-config");
    let missing = match (has_netcdf, has_hdf5()) {
        (true, true) => return,
        (false, true) => "netcdf-c",
        (true, false) => "HDF5",
        (false, false) => "netcdf-c and HDF5",
    };
    report(&Missing {
        feature: "netcdf",
        library: missing,
        debian: "libnetcdf-dev libhdf5-dev",
        fedora: "netcdf-devel hdf5-devel",
        arch: "netcdf hdf5",
        homebrew: "netcdf hdf5",
        conda: "libnetcdf hdf5",
        otherwise: "or set NETCDF_DIR and HDF5_DIR to their prefixes; or enable the feature \
                    `static`, which builds them; or leave out the features `netcdf`, \
                    `hdf5-filter` and `dataset`, and `default`, which contains them",
    });
}

/// Returns whether HDF5 is found, or may be found in places that only `hdf5-metno-sys` knows.
fn has_hdf5() -> bool {
    let is_linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux");
    let has_headers = |folder: &str| {
        ["H5pubconf.h", "H5pubconf-64.h"]
            .iter()
            .any(|name| Path::new(folder).join(name).is_file())
    };
    !is_linux
        || is_set("HDF5_DIR")
        || HDF5_INCLUDES.into_iter().any(has_headers)
        || is_package("hdf5", None)
}

/// Reports a missing ecCodes.
fn check_eccodes() {
    if !is_package("eccodes", Some(ECCODES_VERSION)) {
        report(&Missing {
            feature: "grib",
            library: "ecCodes 2.24 or later",
            debian: "libeccodes-dev libclang-dev pkg-config",
            fedora: "eccodes-devel clang-devel pkgconf-pkg-config",
            arch: "eccodes (AUR) clang pkgconf",
            homebrew: "eccodes llvm pkgconf",
            conda: "eccodes libclang pkg-config",
            otherwise: "or add the folder of its `eccodes.pc` to PKG_CONFIG_PATH; or leave out the \
                        feature `grib`, and `default`, which contains it",
        });
    }
}

/// Reports missing libraries of FFmpeg.
fn check_ffmpeg() {
    // With MSVC, FFmpeg comes from vcpkg.
    let is_msvc = env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|environment| environment == "msvc");
    let libraries = ["libavutil", "libavcodec", "libavformat"];
    if is_msvc
        || is_set("FFMPEG_DIR")
        || libraries
            .into_iter()
            .all(|library| is_package(library, None))
    {
        return;
    }
    report(&Missing {
        feature: "ffmpeg",
        library: "FFmpeg's libavcodec, libavformat and libavutil",
        debian: "libavcodec-dev libavformat-dev libavutil-dev libclang-dev pkg-config",
        fedora: "ffmpeg-devel (RPM Fusion) clang-devel pkgconf-pkg-config",
        arch: "ffmpeg clang pkgconf",
        homebrew: "ffmpeg llvm pkgconf",
        conda: "ffmpeg libclang pkg-config",
        otherwise: "or set FFMPEG_DIR to its prefix; or leave out the feature `ffmpeg`, and \
                    `default`, which contains it",
    });
}

/// A missing library, and the packages that contain it.
struct Missing {
    feature: &'static str,
    library: &'static str,
    debian: &'static str,
    fedora: &'static str,
    arch: &'static str,
    homebrew: &'static str,
    conda: &'static str,
    otherwise: &'static str,
}

/// Ends the build with a line about a missing library.
fn report(missing: &Missing) {
    let Missing {
        feature,
        library,
        debian,
        fedora,
        arch,
        homebrew,
        conda,
        otherwise,
    } = missing;
    println!(
        "cargo::error=the feature `{feature}` did not find {library}: install {debian} (Debian, \
         Ubuntu), {fedora} (Fedora), {arch} (Arch), {homebrew} (Homebrew) or {conda} (conda-forge); \
         {otherwise}"
    );
}

/// Returns whether pkg-config finds a library.
fn is_package(name: &str, version: Option<&str>) -> bool {
    let mut config = pkg_config::Config::new();
    config.cargo_metadata(false);
    if let Some(version) = version {
        config.atleast_version(version);
    }
    config.probe(name).is_ok()
}

/// Returns whether a program can be started.
fn runs(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some()
}

fn has_feature(feature: &str) -> bool {
    is_set(&format!("CARGO_FEATURE_{feature}"))
}
