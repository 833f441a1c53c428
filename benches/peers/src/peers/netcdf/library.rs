//! netcdf-c on files in memory.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;

use ndarray::{Array3, ArrayView3};
use netcdf_sys as nc;

use super::zstd_filter;
use crate::Outcome;

/// What missing values are on file: NetCDF's own fill value, which its quantization leaves alone.
const FILL: f32 = nc::NC_FILL_FLOAT;
/// Of a file that never is on disk.
const PATH: &CStr = c"memory.nc";
/// Of the variable.
const NAME: &CStr = c"field";

/// How a variable is stored. Shuffled, if it is filtered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storage {
    pub(super) chunk: [usize; 3],
    pub(super) quantize: Option<Quantize>,
    pub(super) filter: Filter,
}

/// netCDF's ways to round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quantize {
    /// To so many decimal digits, with as few bits as each value needs for that.
    GranularDigits(c_int),
    /// To so many bits of the mantissa.
    Bits(c_int),
}

/// Lossless, at a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Filter {
    None,
    Deflate(u8),
    Zstd(u8),
}

/// A file in memory, as netcdf-c has it.
#[repr(C)]
struct Memory {
    size: usize,
    memory: *mut c_void,
    flags: c_int,
}

/// From `netcdf.h`.
const NC_QUANTIZE_GRANULARBR: c_int = 2;
/// From there too.
const NC_QUANTIZE_BITROUND: c_int = 3;

// What netcdf-sys has not, or not for every version of the library: `netcdf_mem.h`, and from
// `netcdf.h` quantization.
unsafe extern "C" {
    fn nc_create_mem(path: *const c_char, mode: c_int, size: usize, ncid: *mut c_int) -> c_int;
    fn nc_open_mem(
        path: *const c_char,
        mode: c_int,
        size: usize,
        memory: *mut c_void,
        ncid: *mut c_int,
    ) -> c_int;
    fn nc_close_memio(ncid: c_int, memory: *mut Memory) -> c_int;
    fn nc_def_var_quantize(ncid: c_int, varid: c_int, mode: c_int, digits: c_int) -> c_int;
    fn free(memory: *mut c_void);
}

/// The library's version, without when it was built.
pub(super) fn version() -> String {
    // SAFETY: netcdf-c gives a static NUL-terminated string.
    let text = unsafe { CStr::from_ptr(nc::nc_inq_libvers()) }.to_string_lossy();
    let version = text.split_whitespace().next().unwrap_or_default();
    format!("netcdf-c {version}")
}

/// A NetCDF-4 file with one variable; NaN becomes its fill value.
pub(super) fn write(values: ArrayView3<'_, f32>, storage: &Storage) -> Outcome<Vec<u8>> {
    let shape: [usize; 3] = values.dim().into();
    let fill = |&x: &f32| if x.is_nan() { FILL } else { x };
    let values: Vec<f32> = values.iter().map(fill).collect();
    if let Filter::Zstd(_) = storage.filter {
        zstd_filter::register()?;
    }

    let _lock = nc::libnetcdf_lock.lock();
    silence();
    let mut ncid = 0;
    // SAFETY: the path is NUL-terminated, and `ncid` a place for the result.
    check("create", unsafe {
        nc_create_mem(PATH.as_ptr(), nc::NC_NETCDF4, 0, &raw mut ncid)
    })?;
    let written = put(ncid, shape, &values, storage);
    let mut file = Memory {
        size: 0,
        memory: null_mut(),
        flags: 0,
    };
    // SAFETY: the file is open, and closed here whatever happened; `file` is a place for the result.
    let closed = unsafe { nc_close_memio(ncid, &raw mut file) };
    let bytes = if file.memory.is_null() {
        Vec::new()
    } else {
        // SAFETY: netcdf-c gives `size` bytes from malloc, which are the caller's.
        unsafe {
            let bytes = std::slice::from_raw_parts(file.memory.cast::<u8>(), file.size).to_vec();
            free(file.memory);
            bytes
        }
    };
    written?;
    check("close", closed)?;
    // In memory a file grows by 64 KiB: what is behind its end would not be on disk.
    let end = end_of_file(&bytes).ok_or("HDF5 does not say where the file ends")?;
    Ok(bytes[..end].to_vec())
}

/// Where HDF5's superblock, of any version up to 3, says that the file ends.
fn end_of_file(bytes: &[u8]) -> Option<usize> {
    let place = match bytes.get(8)? {
        0 => 40,
        1 => 44,
        _ => 28,
    };
    let word = bytes.get(place..place + 8)?.try_into().ok()?;
    let end = usize::try_from(u64::from_le_bytes(word)).ok()?;
    (end <= bytes.len() && end > place).then_some(end)
}

/// Defines the variable, and its values.
fn put(ncid: c_int, shape: [usize; 3], values: &[f32], storage: &Storage) -> Outcome<()> {
    let (mut dims, mut variable) = ([0; 3], 0);
    let names = [c"time", c"y", c"x"];
    for ((name, &length), id) in names.iter().zip(&shape).zip(&mut dims) {
        // SAFETY: the file is open, the name NUL-terminated, and `id` a place for the result.
        check("dimension", unsafe {
            nc::nc_def_dim(ncid, name.as_ptr(), length, id)
        })?;
    }
    let filtered = storage.filter != Filter::None;
    // SAFETY: the file is open, the name is NUL-terminated, and the arrays have three places, as many
    // as the variable has dimensions; the values are as many as the variable's.
    unsafe {
        check(
            "variable",
            nc::nc_def_var(
                ncid,
                NAME.as_ptr(),
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
            Some(Quantize::GranularDigits(digits)) => check(
                "quantize",
                nc_def_var_quantize(ncid, variable, NC_QUANTIZE_GRANULARBR, digits),
            )?,
            Some(Quantize::Bits(bits)) => check(
                "quantize",
                nc_def_var_quantize(ncid, variable, NC_QUANTIZE_BITROUND, bits),
            )?,
        }
        match storage.filter {
            Filter::None => {}
            Filter::Deflate(level) => check(
                "deflate",
                nc::nc_def_var_deflate(ncid, variable, 1, 1, level.into()),
            )?,
            Filter::Zstd(level) => {
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

/// The values of a file that [`write()`] made; NaN where they are missing.
pub(super) fn read(bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
    zstd_filter::register()?;
    let _lock = nc::libnetcdf_lock.lock();
    silence();
    let mut bytes = bytes.to_vec();
    let mut ncid = 0;
    // SAFETY: the memory outlives the file, which is only read; `ncid` is a place for the result.
    check("open", unsafe {
        nc_open_mem(
            PATH.as_ptr(),
            nc::NC_NOWRITE,
            bytes.len(),
            bytes.as_mut_ptr().cast(),
            &raw mut ncid,
        )
    })?;
    let values = get(ncid, shape);
    // SAFETY: the file is open, and closed once.
    check("close", unsafe { nc::nc_close(ncid) })?;
    values
}

/// The values of an open file.
fn get(ncid: c_int, shape: [usize; 3]) -> Outcome<Array3<f32>> {
    let mut variable = 0;
    let (mut dims, mut lengths) = ([0; 3], [0; 3]);
    // SAFETY: the file is open, the name NUL-terminated; the variable's dimensions are written to
    // three places after their number was found to be three, and its values to an array of as many.
    unsafe {
        check(
            "find",
            nc::nc_inq_varid(ncid, NAME.as_ptr(), &raw mut variable),
        )?;
        let mut count = 0;
        check("find", nc::nc_inq_varndims(ncid, variable, &raw mut count))?;
        if count != 3 {
            return Err("the variable has not three dimensions".into());
        }
        check(
            "find",
            nc::nc_inq_vardimid(ncid, variable, dims.as_mut_ptr()),
        )?;
        for (&id, length) in dims.iter().zip(&mut lengths) {
            check("find", nc::nc_inq_dimlen(ncid, id, length))?;
        }
        if lengths != shape {
            return Err("the variable has another shape".into());
        }
        let mut values = Array3::<f32>::zeros(shape);
        check(
            "read",
            nc::nc_get_var_float(ncid, variable, values.as_mut_ptr()),
        )?;
        values.mapv_inplace(|x| if x == FILL { f32::NAN } else { x });
        Ok(values)
    }
}

/// Keeps HDF5 from printing what netcdf-c asks in vain. A thread-safe HDF5 remembers this for each
/// thread.
fn silence() {
    use hdf5_sys::h5e::{H5E_DEFAULT, H5Eset_auto2};
    // netcdf-c sets this in its own way when it starts.
    // SAFETY: the library takes no argument here.
    unsafe { nc::nc_initialize() };
    // SAFETY: the default error stack takes null for "print nothing"; the lock is held.
    unsafe { H5Eset_auto2(H5E_DEFAULT, None, null_mut()) };
}

/// An error of netcdf-c in words.
fn check(action: &str, code: c_int) -> Outcome<()> {
    if code == nc::NC_NOERR {
        return Ok(());
    }
    // SAFETY: netcdf-c gives a static NUL-terminated string for any code.
    let text = unsafe { CStr::from_ptr(nc::nc_strerror(code)) };
    Err(format!("netcdf-c, {action}: {}", text.to_string_lossy()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Filter; 3] = [Filter::None, Filter::Deflate(4), Filter::Zstd(3)];

    #[test]
    fn every_filter_is_exact_and_keeps_what_is_missing() {
        let field = Array3::from_shape_fn((3, 60, 80), |(t, y, x)| {
            if x == y {
                f32::NAN
            } else {
                (t * y) as f32 / 3.0 + (x % 7) as f32
            }
        });
        let mut sizes = Vec::new();
        for filter in ALL {
            let storage = Storage {
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
    fn more_digits_are_nearer() {
        let field = Array3::from_shape_fn((2, 10, 20), |(t, y, x)| 1.0 + (t * y * x) as f32 / 7.0);
        let worst = |quantize| {
            let storage = Storage {
                chunk: [2, 10, 20],
                quantize: Some(quantize),
                filter: Filter::Deflate(1),
            };
            let bytes = write(field.view(), &storage).unwrap();
            let back = read(&bytes, [2, 10, 20]).unwrap();
            let errors = field.iter().zip(&back).map(|(x, y)| (x - y).abs());
            errors.fold(0.0, f32::max)
        };
        let granular = [1, 2, 4].map(|digits| worst(Quantize::GranularDigits(digits)));
        let bits = [3, 6, 12].map(|bits| worst(Quantize::Bits(bits)));
        for errors in [granular, bits] {
            assert!(errors[0] > errors[1] && errors[1] > errors[2], "{errors:?}");
            assert!(errors[2] > 0.0 && errors[2] < 0.02, "{errors:?}");
        }
    }
}
