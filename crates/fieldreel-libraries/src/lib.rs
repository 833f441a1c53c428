//! Checks at build time that the C libraries of fieldreel's features are installed.
//!
//! This crate has no items. If a library is missing, its build script ends the build with a line
//! that names the feature, the packages to install and the features to leave out. The crates that
//! link the libraries depend on it, because the build scripts of their `-sys` crates only say that
//! something was not found.
//!
//! | feature | looked for |
//! |---|---|
//! | `netcdf` | netcdf-c and HDF5 |
//! | `grib` | ecCodes |
//! | `ffmpeg` | FFmpeg's libavcodec, libavformat and libavutil |
//! | `static` | cmake 3.26 or later, with which netcdf-c and HDF5 are built, instead of `netcdf` |
