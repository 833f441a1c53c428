//! The filter among those that netcdf-c sets, in whatever order the calls come.

use std::ffi::{CString, c_int};
use std::path::Path;
use std::ptr;

use netcdf_sys as nc;

use super::pipelines::{BOUND, ROUNDING, SHAPE, field, parameters, prepare};
use super::{FILTER, bytes_of, call, write_through};

/// A call of netcdf-c that gives a variable a filter.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Define {
    Ours,
    Shuffle,
    Deflate,
    ShuffleAndDeflate,
    Fletcher32,
    Szip,
    Rounding,
}

use Define::{Deflate, Fletcher32, Ours, Rounding, Shuffle, ShuffleAndDeflate, Szip};

const ALL: [Define; 7] = [
    Ours,
    Shuffle,
    Deflate,
    ShuffleAndDeflate,
    Fletcher32,
    Szip,
    Rounding,
];

/// The code that netcdf-c gives.
fn define(file: c_int, variable: c_int, filter: Define) -> c_int {
    let numbers = parameters();
    let _lock = nc::libnetcdf_lock.lock();
    // SAFETY: so many numbers are there.
    unsafe {
        match filter {
            Ours => nc::nc_def_var_filter(file, variable, FILTER, 5, numbers.as_ptr()),
            Shuffle => nc::nc_def_var_deflate(file, variable, 1, 0, 0),
            Deflate => nc::nc_def_var_deflate(file, variable, 0, 1, 4),
            ShuffleAndDeflate => nc::nc_def_var_deflate(file, variable, 1, 1, 4),
            Fletcher32 => nc::nc_def_var_fletcher32(file, variable, nc::NC_FLETCHER32),
            Szip => nc::nc_def_var_szip(file, variable, 32, 8),
            Rounding => nc::nc_def_var_filter(file, variable, ROUNDING as u32, 0, ptr::null()),
        }
    }
}

/// The values, and whether fieldreel's filter is among those of the variable.
fn read(path: &Path) -> (Vec<f32>, bool) {
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let (mut file, mut variable, mut count) = (0, 0, 0);
    let mut values = vec![0.0_f32; SHAPE.iter().product()];
    let mut filters = [0; 32];
    // SAFETY: names end in a zero; places for results are valid, and have room for all values and all filters that HDF5 allows.
    unsafe {
        call("open", || nc::nc_open(path.as_ptr(), 0, &mut file));
        call("variable", || {
            nc::nc_inq_varid(file, c"wind".as_ptr(), &mut variable)
        });
        call("filters", || {
            nc::nc_inq_var_filter_ids(file, variable, &mut count, filters.as_mut_ptr())
        });
        call("read", || {
            nc::nc_get_var_float(file, variable, values.as_mut_ptr())
        });
        call("close", || nc::nc_close(file));
    }
    (values, filters[..count].contains(&FILTER))
}

#[test]
fn every_order_of_netcdfs_calls_is_refused_or_keeps_the_bound() {
    prepare();
    let folder = tempfile::tempdir().unwrap();
    let values: Vec<f32> = field().into_iter().map(|value| value as f32).collect();
    let mut orders = vec![vec![Ours]];
    for a in ALL {
        orders.extend([vec![a, Ours], vec![Ours, a]]);
        for b in ALL {
            orders.extend([vec![a, b, Ours], vec![a, Ours, b], vec![Ours, a, b]]);
        }
    }
    let (mut kept, mut refused) = (0, 0);
    for (number, order) in orders.iter().enumerate() {
        let path = folder.path().join(format!("{number}.nc"));
        let mut defined = true;
        let code = write_through(&path, &SHAPE, &SHAPE, &values, |file, variable| {
            for &filter in order {
                defined &= define(file, variable, filter) == nc::NC_NOERR;
            }
        });
        if code != nc::NC_NOERR || !defined {
            refused += 1;
            assert!(order.iter().any(|&filter| filter != Ours), "{order:?}");
            continue;
        }
        kept += 1;
        let (back, is_ours) = read(&path);
        assert!(is_ours, "{order:?}: the filter is not there");
        // netcdf-c puts it first, in whatever order it is called.
        assert!(
            !order.contains(&Shuffle) && !order.contains(&ShuffleAndDeflate),
            "{order:?}"
        );
        let errors = back
            .iter()
            .zip(&values)
            .map(|(a, b)| f64::from((a - b).abs()));
        let error = errors.fold(0.0, f64::max);
        assert!(error <= BOUND, "{order:?}: an error of {error}");
        assert!(bytes_of(&path) < values.len() * 4, "{order:?}: as it is");
    }
    println!("{kept} orders of calls kept the bound, {refused} were refused");
    assert_eq!(kept + refused, orders.len());
    assert!(kept > 0 && refused > 0);
}
