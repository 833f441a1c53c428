//! The filter among other filters of HDF5, in every order: a dataset is refused or satisfies the
//! bound.

use std::ffi::{CString, c_int, c_uint, c_void};
use std::path::Path;
use std::ptr;

use hdf5_sys::h5::{H5open, hsize_t};
use hdf5_sys::h5d::{H5Dclose, H5Dcreate2, H5Dget_storage_size, H5Dread, H5Dwrite};
use hdf5_sys::h5e::{H5E_DEFAULT, H5Eset_auto2};
use hdf5_sys::h5f::{H5F_ACC_TRUNC, H5Fclose, H5Fcreate};
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::{
    H5P_CLS_DATASET_CREATE, H5P_DEFAULT, H5Pclose, H5Pcreate, H5Pset_chunk, H5Pset_deflate,
    H5Pset_filter, H5Pset_fletcher32, H5Pset_nbit, H5Pset_scaleoffset, H5Pset_shuffle, H5Pset_szip,
};
use hdf5_sys::h5s::{H5S_ALL, H5Sclose, H5Screate_simple};
use hdf5_sys::h5t::{
    H5T_IEEE_F32BE, H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
    H5T_NATIVE_LDOUBLE, H5T_STD_I32LE, H5T_class_t, H5Tarray_create2, H5Tclose, H5Tcopy, H5Tcreate,
    H5Tinsert, H5Tset_ebias, H5Tset_fields, H5Tset_precision, H5Tset_size,
};
use hdf5_sys::h5z::{
    H5_SZIP_NN_OPTION_MASK, H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32, H5Z_FILTER_NBIT,
    H5Z_FILTER_SCALEOFFSET, H5Z_FILTER_SHUFFLE, H5Z_FILTER_SZIP, H5Z_FLAG_MANDATORY,
    H5Z_FLAG_OPTIONAL, H5Z_SO_scale_type_t, H5Zfilter_avail, H5Zregister,
};

use super::{FILTER, absolute};

pub(super) const BOUND: f64 = 0.05;
pub(super) const SHAPE: [usize; 3] = [6, 24, 30];

const FILTER_ID: c_int = FILTER as c_int;

/// The identifier of a lossy filter of another project, which rounds words of 32 bits.
pub(super) const ROUNDING: c_int = 40_001;

/// The struct `H5Z_class2_t` of HDF5.
#[repr(C)]
struct FilterClass {
    version: c_int,
    id: c_int,
    encoder_present: c_uint,
    decoder_present: c_uint,
    name: *const i8,
    can_apply: *const c_void,
    set_local: *const c_void,
    filter: unsafe extern "C" fn(
        c_uint,
        usize,
        *const c_uint,
        usize,
        *mut usize,
        *mut *mut c_void,
    ) -> usize,
}

/// Clears the low half of each word.
unsafe extern "C" fn round(
    _: c_uint,
    _: usize,
    _: *const c_uint,
    length: usize,
    _: *mut usize,
    buffer: *mut *mut c_void,
) -> usize {
    // SAFETY: the buffer contains a chunk of `length` bytes.
    let bytes = unsafe { std::slice::from_raw_parts_mut((*buffer).cast::<u8>(), length) };
    for word in bytes.chunks_mut(4) {
        word.iter_mut().take(2).for_each(|byte| *byte = 0);
    }
    length
}

/// Returns the parameters of the bound. The base layer is a prediction, because starting a video
/// encoder takes longer than encoding these fields.
pub(super) fn parameters() -> [u32; 5] {
    let [kind, low, high, effort] = absolute(BOUND);
    [kind, low, high, effort, 3]
}

/// Registers the filter of fieldreel and the rounding filter, and turns off HDF5's error messages.
pub(super) fn prepare() {
    fieldreel::register_hdf5_filter().unwrap();
    let class = FilterClass {
        version: 1,
        id: ROUNDING,
        encoder_present: 1,
        decoder_present: 1,
        name: c"rounding".as_ptr(),
        can_apply: ptr::null(),
        set_local: ptr::null(),
        filter: round,
    };
    // SAFETY: the class has HDF5's layout, and HDF5 copies it; its name and function are static.
    unsafe {
        assert!(H5open() >= 0);
        assert!(H5Zregister((&raw const class).cast()) >= 0);
        assert!(H5Eset_auto2(H5E_DEFAULT, None, ptr::null_mut()) >= 0);
    }
}

const OTHERS: [c_int; 8] = [
    H5Z_FILTER_DEFLATE,
    H5Z_FILTER_SHUFFLE,
    H5Z_FILTER_FLETCHER32,
    H5Z_FILTER_SZIP,
    H5Z_FILTER_NBIT,
    H5Z_FILTER_SCALEOFFSET,
    ROUNDING,
    FILTER_ID,
];

/// Appends a filter to a property list.
fn append(list: hid_t, filter: c_int, numbers: &[u32], flag: c_uint) {
    // SAFETY: the list is for datasets; `numbers` has the passed length.
    let status = unsafe {
        match filter {
            H5Z_FILTER_DEFLATE => H5Pset_deflate(list, 4),
            H5Z_FILTER_SHUFFLE => H5Pset_shuffle(list),
            H5Z_FILTER_FLETCHER32 => H5Pset_fletcher32(list),
            H5Z_FILTER_SZIP => H5Pset_szip(list, H5_SZIP_NN_OPTION_MASK, 8),
            H5Z_FILTER_NBIT => H5Pset_nbit(list),
            H5Z_FILTER_SCALEOFFSET => {
                H5Pset_scaleoffset(list, H5Z_SO_scale_type_t::H5Z_SO_FLOAT_DSCALE, 0)
            }
            FILTER_ID => H5Pset_filter(list, FILTER_ID, flag, numbers.len(), numbers.as_ptr()),
            other => H5Pset_filter(list, other, flag, 0, ptr::null()),
        }
    };
    assert!(status >= 0, "filter {filter}");
}

/// Creates a dataset with filters, writes and reads it, and returns the largest error and the size
/// in the file; `None` if creation is refused.
fn round_trip(
    path: &Path,
    values: &[f64],
    dtype: hid_t,
    filters: &[c_int],
    numbers: &[u32],
    flag: c_uint,
) -> Option<(f64, u64)> {
    let sides = SHAPE.map(|side| side as hsize_t);
    let path = CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: identifiers are from HDF5; there are as many lengths and values as the dataset has.
    unsafe {
        let file = H5Fcreate(path.as_ptr(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        let list = H5Pcreate(*H5P_CLS_DATASET_CREATE);
        assert!(file >= 0 && H5Pset_chunk(list, 3, sides.as_ptr()) >= 0);
        for &filter in filters {
            append(list, filter, numbers, flag);
        }
        let space = H5Screate_simple(3, sides.as_ptr(), ptr::null());
        let name = c"v".as_ptr();
        let dataset = H5Dcreate2(file, name, dtype, space, H5P_DEFAULT, list, H5P_DEFAULT);
        let mut result = None;
        if dataset >= 0 {
            let double = *H5T_NATIVE_DOUBLE;
            let mut back = vec![0.0_f64; values.len()];
            let from = values.as_ptr().cast();
            let to = back.as_mut_ptr().cast();
            assert!(H5Dwrite(dataset, double, H5S_ALL, H5S_ALL, H5P_DEFAULT, from) >= 0);
            // Chunks pass through the filters when they leave HDF5's cache.
            assert!(H5Dclose(dataset) >= 0);
            let dataset = hdf5_sys::h5d::H5Dopen2(file, name, H5P_DEFAULT);
            assert!(H5Dread(dataset, double, H5S_ALL, H5S_ALL, H5P_DEFAULT, to) >= 0);
            let errors = values.iter().zip(&back).map(|(a, b)| (a - b).abs());
            result = Some((errors.fold(0.0, f64::max), H5Dget_storage_size(dataset)));
            assert!(H5Dclose(dataset) >= 0);
        }
        H5Sclose(space);
        H5Pclose(list);
        assert!(H5Fclose(file) >= 0);
        result
    }
}

pub(super) fn field() -> Vec<f64> {
    let count = SHAPE.iter().product();
    let values = (0..count).map(|at: usize| 280.0 + 10.0 * (at as f64 / 37.0).sin());
    values.map(|value| f64::from(value as f32)).collect()
}

#[test]
fn every_order_of_filters_is_refused_or_satisfies_the_bound() {
    prepare();
    let _lock = hdf5_sys::LOCK.lock();
    let folder = tempfile::tempdir().unwrap();
    let values = field();
    // An HDF5 that is built from source has no szip.
    // SAFETY: the function takes any number.
    let is_available = |filter: &c_int| unsafe { H5Zfilter_avail(*filter) > 0 };
    let others: Vec<c_int> = OTHERS.into_iter().filter(is_available).collect();
    let mut pipelines = vec![vec![FILTER_ID]];
    for &a in &others {
        pipelines.push(vec![a, FILTER_ID]);
        pipelines.push(vec![FILTER_ID, a]);
        for &b in &others {
            pipelines.push(vec![a, b, FILTER_ID]);
            pipelines.push(vec![a, FILTER_ID, b]);
            pipelines.push(vec![FILTER_ID, a, b]);
        }
    }
    let (mut accepted, mut refused) = (0, 0);
    for filters in &pipelines {
        for flag in [H5Z_FLAG_MANDATORY, H5Z_FLAG_OPTIONAL] {
            for (dtype, bytes) in [
                (*H5T_IEEE_F32LE, 4),
                (*H5T_IEEE_F32BE, 4),
                (*H5T_IEEE_F64LE, 8),
                (*H5T_IEEE_F64BE, 8),
            ] {
                let path = folder.path().join("v.h5");
                let after = filters.iter().skip(1);
                let is_harmless = filters[0] == FILTER_ID
                    && after.clone().all(|other| OTHERS[..3].contains(other));
                let case = format!("{filters:?}, flag {flag}, {bytes} bytes");
                match round_trip(&path, &values, dtype, filters, &parameters(), flag) {
                    None => {
                        refused += 1;
                        assert!(!is_harmless, "refused: {case}");
                    }
                    Some((error, stored)) => {
                        accepted += 1;
                        assert!(is_harmless, "accepted with an error of {error}: {case}");
                        assert!(error <= BOUND, "an error of {error}: {case}");
                        assert!(
                            stored * 3 < (values.len() * bytes) as u64,
                            "{stored}: {case}"
                        );
                    }
                }
            }
        }
    }
    println!("{accepted} pipelines satisfied the bound, {refused} were refused");
    assert_eq!(accepted, (1 + 3 + 9) * 8);
    assert_eq!(accepted + refused, pipelines.len() * 8);
}

#[test]
fn unsupported_number_types_are_refused() {
    prepare();
    let _lock = hdf5_sys::LOCK.lock();
    let folder = tempfile::tempdir().unwrap();
    let values = field();
    let float = |change: &dyn Fn(hid_t) -> c_int| {
        // SAFETY: a copy of a type of HDF5 may be changed.
        unsafe {
            let dtype = H5Tcopy(*H5T_IEEE_F32LE);
            assert!(change(dtype) >= 0);
            dtype
        }
    };
    let side = 2 as hsize_t;
    // SAFETY: identifiers are from HDF5.
    let types = unsafe {
        let compound = H5Tcreate(H5T_class_t::H5T_COMPOUND, 4);
        assert!(H5Tinsert(compound, c"x".as_ptr(), 0, *H5T_IEEE_F32LE) >= 0);
        [
            ("fewer bits of an integer", {
                let integer = H5Tcopy(*H5T_STD_I32LE);
                assert!(H5Tset_precision(integer, 24) >= 0);
                integer
            }),
            ("long double", H5Tcopy(*H5T_NATIVE_LDOUBLE)),
            ("a compound", compound),
            ("an array", H5Tarray_create2(*H5T_IEEE_F32LE, 1, &side)),
            // binary16, in 2 bytes.
            (
                "half precision",
                float(&|t| match H5Tset_fields(t, 15, 10, 5, 0, 10) {
                    0 => H5Tset_precision(t, 16)
                        .min(H5Tset_size(t, 2))
                        .min(H5Tset_ebias(t, 15)),
                    failed => failed,
                }),
            ),
            ("another exponent", float(&|t| H5Tset_ebias(t, 100))),
            (
                "another mantissa",
                float(&|t| H5Tset_fields(t, 31, 20, 11, 0, 20)),
            ),
            (
                "fewer bits",
                float(&|t| match H5Tset_fields(t, 23, 15, 8, 0, 15) {
                    0 => H5Tset_precision(t, 24),
                    failed => failed,
                }),
            ),
        ]
    };
    for (name, dtype) in types {
        for flag in [H5Z_FLAG_MANDATORY, H5Z_FLAG_OPTIONAL] {
            let path = folder.path().join("v.h5");
            let result = round_trip(&path, &values, dtype, &[FILTER_ID], &parameters(), flag);
            assert_eq!(result, None, "{name}");
        }
        // SAFETY: the type is not used afterward.
        unsafe { H5Tclose(dtype) };
    }
}

#[test]
fn invalid_bounds_are_refused_when_a_dataset_is_created() {
    prepare();
    let _lock = hdf5_sys::LOCK.lock();
    let folder = tempfile::tempdir().unwrap();
    let values = field();
    let always_invalid = [
        f64::NAN,
        -f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -1.0,
        -1e-300,
    ];
    let invalid_by_kind: [&[f64]; 5] = [
        &[],
        &[0.0, 1.0, 2.0],
        &[0.0, 1.0, 2.0],
        &[0.0, 300.1],
        &[0.0, 1.0],
    ];
    for (kind, invalid) in invalid_by_kind.into_iter().enumerate() {
        for number in always_invalid.iter().chain(invalid) {
            for flag in [H5Z_FLAG_MANDATORY, H5Z_FLAG_OPTIONAL] {
                let bits = number.to_bits();
                let numbers = [kind as u32, bits as u32, (bits >> 32) as u32];
                let path = folder.path().join("v.h5");
                let dtype = *H5T_IEEE_F32LE;
                let result = round_trip(&path, &values, dtype, &[FILTER_ID], &numbers, flag);
                assert_eq!(result, None, "{kind} {number}");
            }
        }
    }
}
