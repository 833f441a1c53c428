//! NetCDF-4 files that netcdf-c writes through the filter in this process, and reads again.
#![cfg(test)]
#![cfg(feature = "hdf5-filter")]

#[cfg(feature = "netcdf-crate")]
mod netcdf_crate;
mod netcdf_pipelines;
mod pipelines;

use std::ffi::{CString, c_int};
use std::path::{Path, PathBuf};

use fieldreel::formats::{Field, FieldValues};
use fieldreel::read_field;
use ndarray::ArrayD;
use netcdf_sys as nc;

/// The identifier of the filter as a literal, as users write it.
const FILTER: u32 = 61_921;

/// Calls netcdf-c under the lock of the process, and checks that the call succeeds.
fn call(name: &str, call: impl FnOnce() -> c_int) {
    let _lock = nc::libnetcdf_lock.lock();
    assert_eq!(call(), nc::NC_NOERR, "{name}");
}

/// Writes one variable of `f32` through the filter, in chunks.
fn write(
    path: &Path,
    shape: &[usize],
    chunks: &[usize],
    values: &[f32],
    parameters: &[u32],
) -> c_int {
    write_through(path, shape, chunks, values, |file, variable| {
        // SAFETY: `parameters` has `count` numbers.
        call("filter", || unsafe {
            let count = parameters.len();
            nc::nc_def_var_filter(file, variable, FILTER, count, parameters.as_ptr())
        });
    })
}

/// Writes one variable of `f32` in chunks, through the filters that `define` sets.
fn write_through(
    path: &Path,
    shape: &[usize],
    chunks: &[usize],
    values: &[f32],
    define: impl FnOnce(c_int, c_int),
) -> c_int {
    fieldreel::register_hdf5_filter().unwrap();
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let (mut file, mut variable) = (0, 0);
    let mut dimensions = vec![0; shape.len()];
    // SAFETY: names are NUL-terminated; pointers to results are valid; arrays are as long as the
    // rank of the variable.
    unsafe {
        call("create", || {
            nc::nc_create(path.as_ptr(), nc::NC_NETCDF4, &mut file)
        });
        for (at, (&side, id)) in shape.iter().zip(&mut dimensions).enumerate() {
            let name = CString::new(format!("d{at}")).unwrap();
            call("dimension", || {
                nc::nc_def_dim(file, name.as_ptr(), side, id)
            });
        }
        call("variable", || {
            nc::nc_def_var(
                file,
                c"wind".as_ptr(),
                nc::NC_FLOAT,
                shape.len() as c_int,
                dimensions.as_ptr(),
                &mut variable,
            )
        });
        call("chunks", || {
            nc::nc_def_var_chunking(file, variable, nc::NC_CHUNKED, chunks.as_ptr())
        });
        let fill = -999.0_f32;
        call("fill", || {
            nc::nc_def_var_fill(file, variable, 0, (&raw const fill).cast())
        });
        define(file, variable);
        let _lock = nc::libnetcdf_lock.lock();
        let start = vec![0; shape.len()];
        let code = nc::nc_put_vara_float(
            file,
            variable,
            start.as_ptr(),
            shape.as_ptr(),
            values.as_ptr(),
        );
        let closed = nc::nc_close(file);
        if code == nc::NC_NOERR { closed } else { code }
    }
}

fn file_len(path: &Path) -> usize {
    std::fs::metadata(path).unwrap().len() as usize
}

fn f32s(field: Field) -> ArrayD<f32> {
    match field.values {
        FieldValues::F32(values) => values,
        _ => panic!("the values are not f32"),
    }
}

/// Returns the parameters of an absolute bound with the effort `Fast`.
fn absolute(bound: f64) -> [u32; 4] {
    let bits = bound.to_bits();
    [0, bits as u32, (bits >> 32) as u32, 0]
}

#[test]
fn values_written_by_netcdf_are_within_the_bound() {
    let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/navy_winds_uwnd.nc");
    let winds = f32s(read_field(sample, Some("UWND")).unwrap());
    // The first twenty months are enough.
    let values: Vec<f32> = winds.iter().copied().take(20 * 73 * 144).collect();
    let folder = tempfile::tempdir().unwrap();
    let shapes = [
        (vec![20, 73, 144], vec![10, 73, 144]),
        (vec![4, 5, 73, 144], vec![4, 5, 73, 144]),
        (vec![2, 2, 5, 73, 144], vec![1, 2, 5, 50, 144]),
        (vec![20 * 73, 144], vec![73, 144]),
    ];
    for (at, (shape, chunks)) in shapes.into_iter().enumerate() {
        let path = folder.path().join(format!("{at}.nc"));
        let code = write(&path, &shape, &chunks, &values, &absolute(0.05));
        assert_eq!(code, nc::NC_NOERR, "{chunks:?}");
        assert!(file_len(&path) * 3 < values.len() * 4, "{chunks:?}");
        let back = f32s(read_field(&path, Some("wind")).unwrap());
        assert_eq!(back.shape(), shape);
        for (back, value) in back.iter().zip(&values) {
            assert!((back - value).abs() <= 0.05, "{back} {value}");
        }
    }
}

/// Opens a file, and writes all values of a variable again.
fn overwrite(path: &Path, shape: &[usize], values: &[f32]) {
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let (mut file, mut variable) = (0, 0);
    let start = vec![0; shape.len()];
    // SAFETY: names are NUL-terminated; pointers to results are valid; arrays are as long as the
    // rank of the variable.
    unsafe {
        call("open", || {
            nc::nc_open(path.as_ptr(), nc::NC_WRITE, &mut file)
        });
        call("variable", || {
            nc::nc_inq_varid(file, c"wind".as_ptr(), &mut variable)
        });
        call("write", || {
            nc::nc_put_vara_float(
                file,
                variable,
                start.as_ptr(),
                shape.as_ptr(),
                values.as_ptr(),
            )
        });
        call("close", || nc::nc_close(file));
    }
}

#[test]
fn values_overwritten_in_a_reopened_file_are_within_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.nc");
    let shape = [4, 20, 30];
    let values: Vec<f32> = (0..4 * 20 * 30)
        .map(|at| (at as f32 / 50.0).cos())
        .collect();
    let code = write(&path, &shape, &[2, 20, 30], &values, &absolute(0.01));
    assert_eq!(code, nc::NC_NOERR);
    let new_values: Vec<f32> = values
        .iter()
        .enumerate()
        .map(|(at, value)| if at % 5 == 0 { -999.0 } else { value + 3.0 })
        .collect();
    overwrite(&path, &shape, &new_values);
    let back = f32s(read_field(&path, Some("wind")).unwrap());
    for (back, &value) in back.iter().zip(&new_values) {
        assert_eq!(back.is_nan(), value == -999.0);
        assert!(back.is_nan() || (back - value).abs() <= 0.01);
    }
}

#[test]
fn missing_values_are_lossless() {
    let values: Vec<f32> = (0..3 * 20 * 30)
        .map(|at| match at % 7 {
            0 => -999.0,
            _ => (at as f32 / 50.0).cos(),
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.nc");
    let code = write(&path, &[3, 20, 30], &[2, 20, 30], &values, &absolute(0.01));
    assert_eq!(code, nc::NC_NOERR);
    let back = f32s(read_field(&path, Some("wind")).unwrap());
    for (back, &value) in back.iter().zip(&values) {
        assert_eq!(back.is_nan(), value == -999.0);
        assert!(back.is_nan() || (back - value).abs() <= 0.01);
    }
}

#[test]
fn invalid_parameters_and_chunks_are_errors_of_netcdf() {
    let folder = tempfile::tempdir().unwrap();
    let values = vec![1.5_f32; 64];
    // HDF5 may keep a file open that cannot be written, so that each file has its own name.
    let refused = |name: &str, sides: &[usize], parameters: &[u32]| {
        write(&folder.path().join(name), sides, sides, &values, parameters) != nc::NC_NOERR
    };
    assert!(refused("kind.nc", &[8, 8], &[9, 0, 0]));
    assert!(refused("number.nc", &[8, 8], &[0]));
    assert!(refused("effort.nc", &[8, 8], &[0, 0, 0, 7]));
    assert!(refused("bound.nc", &[8, 8], &absolute(-1.0)));
    let many = [2, 2, 2, 2, 2, 2, 1, 1, 1];
    assert!(refused("many.nc", &many, &absolute(0.1)));
    assert!(!refused("line.nc", &[64], &absolute(0.1)));
    assert!(!refused("good.nc", &[8, 8], &absolute(0.1)));
}

#[test]
fn an_unreachable_target_is_an_error_when_a_chunk_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let ratio = |ratio: f64| {
        let [_, low, high, effort] = absolute(ratio);
        [4, low, high, effort, 3]
    };
    let smooth: Vec<f32> = (0..64 * 64).map(|at| (at as f32 / 50.0).sin()).collect();
    // The mask of randomly missing values is too large for this ratio.
    let mut seed = 1_u32;
    let with_missing: Vec<f32> = smooth
        .iter()
        .map(|&value| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if seed >> 31 == 0 { value } else { f32::NAN }
        })
        .collect();
    for (name, values, succeeds) in [
        ("smooth.nc", smooth, true),
        ("missing.nc", with_missing, false),
    ] {
        let path = folder.path().join(name);
        let code = write(&path, &[64, 64], &[64, 64], &values, &ratio(64.0));
        assert_eq!(code == nc::NC_NOERR, succeeds, "{name}");
    }
}
