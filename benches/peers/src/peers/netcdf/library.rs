//! Reading and writing of files in memory with netcdf-c.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;

use ndarray::{Array3, ArrayView3};
use netcdf_sys as nc;

use super::zstd_filter;
use crate::Result;

/// The fill value of missing values: the default of NetCDF, which its quantization does not
/// change.
const FILL_VALUE: f32 = nc::NC_FILL_FLOAT;
/// The path of the file, which is never on disk.
const PATH: &CStr = c"memory.nc";
/// The name of the variable.
const VARIABLE_NAME: &CStr = c"field";

/// The storage of a variable. Filtered variables are shuffled as well.
#[derive(Clone, Copy, Debug)]
pub(super) struct VariableStorage {
    pub(super) chunk: [usize; 3],
    pub(super) quantize: Option<NetcdfQuantizer>,
    pub(super) filter: NetcdfFilter,
}

/// A quantization method of netcdf-c.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NetcdfQuantizer {
    /// Granular bit rounding to a number of decimal digits, with the fewest bits for each value.
    GranularDigits(c_int),
    /// Bit rounding to a number of bits of the mantissa.
    Bits(c_int),
}

/// A lossless filter with its level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NetcdfFilter {
    None,
    Deflate(u8),
    Zstd(u8),
}

/// A file in memory: `NC_memio` of `netcdf_mem.h`.
#[repr(C)]
struct NcMemio {
    size: usize,
    memory: *mut c_void,
    flags: c_int,
}

/// The constant of `netcdf.h` for granular bit rounding.
const NC_QUANTIZE_GRANULARBR: c_int = 2;
/// The constant of `netcdf.h` for bit rounding.
const NC_QUANTIZE_BITROUND: c_int = 3;

// Functions that netcdf-sys does not declare, or not for every version of the library: those of
// `netcdf_mem.h`, and the quantization of `netcdf.h`.
unsafe extern "C" {
    fn nc_create_mem(path: *const c_char, mode: c_int, size: usize, ncid: *mut c_int) -> c_int;
    fn nc_open_mem(
        path: *const c_char,
        mode: c_int,
        size: usize,
        memory: *mut c_void,
        ncid: *mut c_int,
    ) -> c_int;
    fn nc_close_memio(ncid: c_int, memory: *mut NcMemio) -> c_int;
    fn nc_def_var_quantize(ncid: c_int, varid: c_int, mode: c_int, digits: c_int) -> c_int;
    fn free(memory: *mut c_void);
}

/// Returns the version of the library, without its build date.
pub(super) fn version() -> String {
    // SAFETY: netcdf-c returns a static NUL-terminated string.
    let text = unsafe { CStr::from_ptr(nc::nc_inq_libvers()) }.to_string_lossy();
    let version = text.split_whitespace().next().unwrap_or_default();
    format!("netcdf-c {version}")
}

/// Writes a NetCDF-4 file with one variable. NaN is replaced by the fill value.
pub(super) fn write(values: ArrayView3<'_, f32>, storage: &VariableStorage) -> Result<Vec<u8>> {
    let shape: [usize; 3] = values.dim().into();
    let fill = |&x: &f32| if x.is_nan() { FILL_VALUE } else { x };
    let values: Vec<f32> = values.iter().map(fill).collect();
    if let NetcdfFilter::Zstd(_) = storage.filter {
        zstd_filter::register()?;
    }

    let _lock = nc::libnetcdf_lock.lock();
    disable_hdf5_error_printing();
    let mut ncid = 0;
    // SAFETY: the path is NUL-terminated, and `ncid` is a valid pointer for the result.
    check("create", unsafe {
        nc_create_mem(PATH.as_ptr(), nc::NC_NETCDF4, 0, &raw mut ncid)
    })?;
    let written = define_and_write(ncid, shape, &values, storage);
    let mut file = NcMemio {
        size: 0,
        memory: null_mut(),
        flags: 0,
    };
    // SAFETY: the file is open, and is closed here in any case; `file` is a valid pointer for the
    // result.
    let closed = unsafe { nc_close_memio(ncid, &raw mut file) };
    let bytes = if file.memory.is_null() {
        Vec::new()
    } else {
        // SAFETY: netcdf-c returns `size` bytes from malloc, which the caller owns.
        unsafe {
            let bytes = std::slice::from_raw_parts(file.memory.cast::<u8>(), file.size).to_vec();
            free(file.memory);
            bytes
        }
    };
    written?;
    check("close", closed)?;
    // In memory, a file grows by 64 KiB. The bytes after its end would not be on disk.
    let end = end_of_file(&bytes).ok_or("the superblock of HDF5 has no valid end of file")?;
    Ok(bytes[..end].to_vec())
}

/// Returns the end of the file from the superblock of HDF5, of version 0 to 3.
fn end_of_file(bytes: &[u8]) -> Option<usize> {
    let offset = match bytes.get(8)? {
        0 => 40,
        1 => 44,
        _ => 28,
    };
    let word = bytes.get(offset..offset + 8)?.try_into().ok()?;
    let end = usize::try_from(u64::from_le_bytes(word)).ok()?;
    (end <= bytes.len() && end > offset).then_some(end)
}

/// Defines the variable and writes its values.
fn define_and_write(
    ncid: c_int,
    shape: [usize; 3],
    values: &[f32],
    storage: &VariableStorage,
) -> Result<()> {
    let (mut dims, mut variable) = ([0; 3], 0);
    let names = [c"time", c"y", c"x"];
    for ((name, &length), id) in names.iter().zip(&shape).zip(&mut dims) {
        // SAFETY: the file is open, the name NUL-terminated, and `id` a valid pointer for the
        // result.
        check("dimension", unsafe {
            nc::nc_def_dim(ncid, name.as_ptr(), length, id)
        })?;
    }
    let filtered = storage.filter != NetcdfFilter::None;
    // SAFETY: the file is open, the name is NUL-terminated, the arrays have three elements, one
    // for each dimension of the variable, and the number of values is that of the variable.
    unsafe {
        check(
            "variable",
            nc::nc_def_var(
                ncid,
                VARIABLE_NAME.as_ptr(),
                nc::NC_FLOAT,
                3,
                dims.as_ptr(),
                &raw mut variable,
            ),
        )?;
        if filtered {
            let chunk = storage.chunk.as_ptr();
            check(
                "chunks",
                nc::nc_def_var_chunking(ncid, variable, nc::NC_CHUNKED, chunk),
            )?;
        }
        match storage.quantize {
            None => {}
            Some(NetcdfQuantizer::GranularDigits(digits)) => check(
                "quantize",
                nc_def_var_quantize(ncid, variable, NC_QUANTIZE_GRANULARBR, digits),
            )?,
            Some(NetcdfQuantizer::Bits(bits)) => check(
                "quantize",
                nc_def_var_quantize(ncid, variable, NC_QUANTIZE_BITROUND, bits),
            )?,
        }
        match storage.filter {
            NetcdfFilter::None => {}
            NetcdfFilter::Deflate(level) => check(
                "deflate",
                nc::nc_def_var_deflate(ncid, variable, 1, 1, level.into()),
            )?,
            NetcdfFilter::Zstd(level) => {
                check("shuffle", nc::nc_def_var_deflate(ncid, variable, 1, 0, 0))?;
                let level = u32::from(level);
                check(
                    "zstd",
                    nc::nc_def_var_filter(ncid, variable, zstd_filter::ID, 1, &raw const level),
                )?;
            }
        }
        check("define", nc::nc_enddef(ncid))?;
        check(
            "write",
            nc::nc_put_var_float(ncid, variable, values.as_ptr()),
        )
    }
}

/// Reads the values of a file that [`write()`] returned. Missing values are NaN.
pub(super) fn read(bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
    zstd_filter::register()?;
    let _lock = nc::libnetcdf_lock.lock();
    disable_hdf5_error_printing();
    let mut bytes = bytes.to_vec();
    let mut ncid = 0;
    // SAFETY: the memory outlives the file, which is only read; `ncid` is a valid pointer for the
    // result.
    check("open", unsafe {
        nc_open_mem(
            PATH.as_ptr(),
            nc::NC_NOWRITE,
            bytes.len(),
            bytes.as_mut_ptr().cast(),
            &raw mut ncid,
        )
    })?;
    let values = read_variable(ncid, shape);
    // SAFETY: the file is open and is closed once.
    check("close", unsafe { nc::nc_close(ncid) })?;
    values
}

/// Reads the values of an open file.
fn read_variable(ncid: c_int, shape: [usize; 3]) -> Result<Array3<f32>> {
    let mut variable = 0;
    let (mut dims, mut lengths) = ([0; 3], [0; 3]);
    // SAFETY: the file is open and the name NUL-terminated. The dimensions are written to an array
    // of three after checking that there are three, and the values to an array of their shape.
    unsafe {
        check(
            "find",
            nc::nc_inq_varid(ncid, VARIABLE_NAME.as_ptr(), &raw mut variable),
        )?;
        let mut count = 0;
        check("find", nc::nc_inq_varndims(ncid, variable, &raw mut count))?;
        if count != 3 {
            return Err("the variable does not have three dimensions".into());
        }
        check(
            "find",
            nc::nc_inq_vardimid(ncid, variable, dims.as_mut_ptr()),
        )?;
        for (&id, length) in dims.iter().zip(&mut lengths) {
            check("find", nc::nc_inq_dimlen(ncid, id, length))?;
        }
        if lengths != shape {
            return Err(format!("the variable has shape {lengths:?} instead of {shape:?}").into());
        }
        let mut values = Array3::<f32>::zeros(shape);
        check(
            "read",
            nc::nc_get_var_float(ncid, variable, values.as_mut_ptr()),
        )?;
        values.mapv_inplace(|x| if x == FILL_VALUE { f32::NAN } else { x });
        Ok(values)
    }
}

/// Disables the error messages of HDF5, which prints failed queries of netcdf-c.
///
/// A thread-safe HDF5 stores this setting for each thread.
fn disable_hdf5_error_printing() {
    use hdf5_sys::h5e::{H5E_DEFAULT, H5Eset_auto2};
    // Initialize netcdf-c first, because it changes the setting.
    // SAFETY: the function has no arguments.
    unsafe { nc::nc_initialize() };
    // SAFETY: null disables printing for the default error stack; the lock is held.
    unsafe { H5Eset_auto2(H5E_DEFAULT, None, null_mut()) };
}

/// Converts an error code of netcdf-c to a message.
fn check(action: &str, code: c_int) -> Result<()> {
    if code == nc::NC_NOERR {
        return Ok(());
    }
    // SAFETY: netcdf-c returns a static NUL-terminated string for any code.
    let text = unsafe { CStr::from_ptr(nc::nc_strerror(code)) };
    Err(format!("netcdf-c, {action}: {}", text.to_string_lossy()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [NetcdfFilter; 3] = [
        NetcdfFilter::None,
        NetcdfFilter::Deflate(4),
        NetcdfFilter::Zstd(3),
    ];

    #[test]
    fn every_filter_is_lossless_and_preserves_missing_values() {
        let field = Array3::from_shape_fn((3, 60, 80), |(t, y, x)| {
            if x == y {
                f32::NAN
            } else {
                (t * y) as f32 / 3.0 + (x % 7) as f32
            }
        });
        let mut sizes = Vec::new();
        for filter in ALL {
            let storage = VariableStorage {
                chunk: [1, 60, 80],
                quantize: None,
                filter,
            };
            let bytes = write(field.view(), &storage).unwrap();
            let back = read(&bytes, [3, 60, 80]).unwrap();
            let same = |(a, b): (&f32, &f32)| a == b || (a.is_nan() && b.is_nan());
            assert!(field.iter().zip(&back).all(same), "{filter:?}");
            assert!(read(&bytes, [3, 80, 60]).is_err());
            sizes.push(bytes.len());
        }
        assert!(read(b"no such file", [3, 60, 80]).is_err());
        assert!(sizes[1] < sizes[0] && sizes[2] < sizes[0], "{sizes:?}");
        assert!(sizes[1] != sizes[2] && sizes[0] < 70_000, "{sizes:?}");
    }

    #[test]
    fn more_digits_or_bits_give_smaller_errors() {
        let field = Array3::from_shape_fn((2, 10, 20), |(t, y, x)| 1.0 + (t * y * x) as f32 / 7.0);
        let worst = |quantize| {
            let storage = VariableStorage {
                chunk: [2, 10, 20],
                quantize: Some(quantize),
                filter: NetcdfFilter::Deflate(1),
            };
            let bytes = write(field.view(), &storage).unwrap();
            let back = read(&bytes, [2, 10, 20]).unwrap();
            let errors = field.iter().zip(&back).map(|(x, y)| (x - y).abs());
            errors.fold(0.0, f32::max)
        };
        let granular = [1, 2, 4].map(|digits| worst(NetcdfQuantizer::GranularDigits(digits)));
        let bits = [3, 6, 12].map(|bits| worst(NetcdfQuantizer::Bits(bits)));
        for errors in [granular, bits] {
            assert!(errors[0] > errors[1] && errors[1] > errors[2], "{errors:?}");
            assert!(errors[2] > 0.0 && errors[2] < 0.02, "{errors:?}");
        }
    }
}
