//! The filter among other filters of netcdf-c, in every order of calls.

use std::ffi::{CString, c_int};
use std::path::Path;
use std::ptr;

use netcdf_sys as nc;

use super::pipelines::{BOUND, ROUNDING, SHAPE, field, parameters, prepare};
use super::{FILTER, call, file_len, write_through};

/// A call of netcdf-c that sets a filter of a variable.
#[derive(Debug, Clone, Copy, PartialEq)]
enum FilterCall {
    Fieldreel,
    Shuffle,
    Deflate,
    ShuffleAndDeflate,
    Fletcher32,
    Szip,
    Rounding,
}

use FilterCall::{Deflate, Fieldreel, Fletcher32, Rounding, Shuffle, ShuffleAndDeflate, Szip};

const ALL: [FilterCall; 7] = [
    Fieldreel,
    Shuffle,
    Deflate,
    ShuffleAndDeflate,
    Fletcher32,
    Szip,
    Rounding,
];

/// Sets a filter, and returns the status code of netcdf-c.
fn set_filter(file: c_int, variable: c_int, filter: FilterCall) -> c_int {
    let numbers = parameters();
    let _lock = nc::libnetcdf_lock.lock();
    // SAFETY: there are five parameters.
    unsafe {
        match filter {
            Fieldreel => nc::nc_def_var_filter(file, variable, FILTER, 5, numbers.as_ptr()),
            Shuffle => nc::nc_def_var_deflate(file, variable, 1, 0, 0),
            Deflate => nc::nc_def_var_deflate(file, variable, 0, 1, 4),
            ShuffleAndDeflate => nc::nc_def_var_deflate(file, variable, 1, 1, 4),
            Fletcher32 => nc::nc_def_var_fletcher32(file, variable, nc::NC_FLETCHER32),
            Szip => nc::nc_def_var_szip(file, variable, 32, 8),
            Rounding => nc::nc_def_var_filter(file, variable, ROUNDING as u32, 0, ptr::null()),
        }
    }
}

/// Returns the values, and true if the variable has the filter of fieldreel.
fn read(path: &Path) -> (Vec<f32>, bool) {
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let (mut file, mut variable, mut count) = (0, 0, 0);
    let mut values = vec![0.0_f32; SHAPE.iter().product()];
    let mut filters = [0; 32];
    // SAFETY: names are NUL-terminated; pointers to results are valid, and their buffers have room
    // for all values and all filters that HDF5 allows.
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
fn every_order_of_calls_is_refused_or_satisfies_the_bound() {
    prepare();
    let folder = tempfile::tempdir().unwrap();
    let values: Vec<f32> = field().into_iter().map(|value| value as f32).collect();
    let mut orders = vec![vec![Fieldreel]];
    for a in ALL {
        orders.extend([vec![a, Fieldreel], vec![Fieldreel, a]]);
        for b in ALL {
            orders.extend([
                vec![a, b, Fieldreel],
                vec![a, Fieldreel, b],
                vec![Fieldreel, a, b],
            ]);
        }
    }
    let (mut accepted, mut refused) = (0, 0);
    for (number, order) in orders.iter().enumerate() {
        let path = folder.path().join(format!("{number}.nc"));
        let mut are_set = true;
        let code = write_through(&path, &SHAPE, &SHAPE, &values, |file, variable| {
            for &filter in order {
                are_set &= set_filter(file, variable, filter) == nc::NC_NOERR;
            }
        });
        if code != nc::NC_NOERR || !are_set {
            refused += 1;
            assert!(order.iter().any(|&filter| filter != Fieldreel), "{order:?}");
            continue;
        }
        accepted += 1;
        let (back, has_filter) = read(&path);
        assert!(has_filter, "{order:?}: the filter is missing");
        // netcdf-c puts shuffle first in any order of calls.
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
        assert!(
            file_len(&path) < values.len() * 4,
            "{order:?}: not compressed"
        );
    }
    println!("{accepted} orders of calls satisfied the bound, {refused} were refused");
    assert_eq!(accepted + refused, orders.len());
    assert!(accepted > 0 && refused > 0);
}
