//! The filter among other filters, wherever they stand: the dataset is refused, or the bound holds.

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
    H5Z_FLAG_OPTIONAL, H5Z_SO_scale_type_t, H5Zregister,
};

use super::{FILTER, absolute};

pub(super) const BOUND: f64 = 0.05;
pub(super) const SHAPE: [usize; 3] = [6, 24, 30];

const FILTER_ID: c_int = FILTER as c_int;

/// A lossy filter of another project: it rounds 32 bit words.
pub(super) const ROUNDING: c_int = 40_001;

/// HDF5's `H5Z_class2_t`.
#[repr(C)]
struct Class {
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
    // SAFETY: so many bytes of the buffer are the chunk.
    let bytes = unsafe { std::slice::from_raw_parts_mut((*buffer).cast::<u8>(), length) };
    for word in bytes.chunks_mut(4) {
        word.iter_mut().take(2).for_each(|byte| *byte = 0);
    }
    length
}

/// The bound, without a video: it takes longer to start than these fields to encode.
pub(super) fn parameters() -> [u32; 5] {
    let [kind, low, high, effort] = absolute(BOUND);
    [kind, low, high, effort, 3]
}

/// Makes fieldreel's filter and the rounding one known, and HDF5 silent.
pub(super) fn prepare() {
    fieldreel::register_hdf5_filter().unwrap();
    let class = Class {
        version: 1,
        id: ROUNDING,
        encoder_present: 1,
        decoder_present: 1,
        name: c"rounding".as_ptr(),
        can_apply: ptr::null(),
        set_local: ptr::null(),
        filter: round,
    };
    // SAFETY: the class is one of HDF5, which copies it; its name and function last as long as the program.
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

/// Puts a filter behind those that are in a list.
fn append(list: hid_t, filter: c_int, numbers: &[u32], flag: c_uint) {
    // SAFETY: the list is one of datasets; so many numbers are there.
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

/// Makes a dataset with these filters, and writes and reads it: the largest error and the bytes in the file, or `None` if it
/// is refused when it is made.
fn through(
    path: &Path,
    values: &[f64],
    dtype: hid_t,
    filters: &[c_int],
    numbers: &[u32],
    flag: c_uint,
) -> Option<(f64, u64)> {
    let sides = SHAPE.map(|side| side as hsize_t);
    let path = CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: identifiers are those that HDF5 gave; there are as many sides and values as the dataset has.
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
        let mut outcome = None;
        if dataset >= 0 {
            let double = *H5T_NATIVE_DOUBLE;
            let mut back = vec![0.0_f64; values.len()];
            let from = values.as_ptr().cast();
            let to = back.as_mut_ptr().cast();
            assert!(H5Dwrite(dataset, double, H5S_ALL, H5S_ALL, H5P_DEFAULT, from) >= 0);
            // What is in HDF5's cache goes through the filters only when it leaves it.
            assert!(H5Dclose(dataset) >= 0);
            let dataset = hdf5_sys::h5d::H5Dopen2(file, name, H5P_DEFAULT);
            assert!(H5Dread(dataset, double, H5S_ALL, H5S_ALL, H5P_DEFAULT, to) >= 0);
            let errors = values.iter().zip(&back).map(|(a, b)| (a - b).abs());
            outcome = Some((errors.fold(0.0, f64::max), H5Dget_storage_size(dataset)));
            assert!(H5Dclose(dataset) >= 0);
        }
        H5Sclose(space);
        H5Pclose(list);
        assert!(H5Fclose(file) >= 0);
        outcome
    }
}

pub(super) fn field() -> Vec<f64> {
    let count = SHAPE.iter().product();
    let values = (0..count).map(|at: usize| 280.0 + 10.0 * (at as f64 / 37.0).sin());
    values.map(|value| f64::from(value as f32)).collect()
}

#[test]
fn other_filters_before_and_after_are_refused_or_the_bound_holds() {
    prepare();
    let _lock = hdf5_sys::LOCK.lock();
    let folder = tempfile::tempdir().unwrap();
    let values = field();
    let mut pipelines = vec![vec![FILTER_ID]];
    for a in OTHERS {
        pipelines.push(vec![a, FILTER_ID]);
        pipelines.push(vec![FILTER_ID, a]);
        for b in OTHERS {
            pipelines.push(vec![a, b, FILTER_ID]);
            pipelines.push(vec![a, FILTER_ID, b]);
            pipelines.push(vec![FILTER_ID, a, b]);
        }
    }
    let (mut kept, mut refused) = (0, 0);
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
                let harmless = filters[0] == FILTER_ID
                    && after.clone().all(|other| OTHERS[..3].contains(other));
                let case = format!("{filters:?}, flag {flag}, {bytes} bytes");
                match through(&path, &values, dtype, filters, &parameters(), flag) {
                    None => {
                        refused += 1;
                        assert!(!harmless, "refused: {case}");
                    }
                    Some((error, stored)) => {
                        kept += 1;
                        assert!(harmless, "taken, an error of {error}: {case}");
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
    println!("{kept} pipelines kept the bound, {refused} were refused");
    assert_eq!(kept, (1 + 3 + 9) * 8);
    assert_eq!(kept + refused, pipelines.len() * 8);
}

#[test]
fn types_that_only_look_like_numbers_are_refused() {
    prepare();
    let _lock = hdf5_sys::LOCK.lock();
    let folder = tempfile::tempdir().unwrap();
    let values = field();
    let float = |change: &dyn Fn(hid_t) -> c_int| {
        // SAFETY: a type of HDF5, copied, may be changed.
        unsafe {
            let dtype = H5Tcopy(*H5T_IEEE_F32LE);
            assert!(change(dtype) >= 0);
            dtype
        }
    };
    let side = 2 as hsize_t;
    // SAFETY: identifiers are those that HDF5 gave.
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
            let outcome = through(&path, &values, dtype, &[FILTER_ID], &parameters(), flag);
            assert_eq!(outcome, None, "{name}");
        }
        // SAFETY: it is not used after.
        unsafe { H5Tclose(dtype) };
    }
}

#[test]
fn bounds_that_cannot_be_are_refused_when_the_dataset_is_made() {
    prepare();
    let _lock = hdf5_sys::LOCK.lock();
    let folder = tempfile::tempdir().unwrap();
    let values = field();
    let never = [
        f64::NAN,
        -f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -1.0,
        -1e-300,
    ];
    let kinds: [&[f64]; 5] = [
        &[],
        &[0.0, 1.0, 2.0],
        &[0.0, 1.0, 2.0],
        &[0.0, 300.1],
        &[0.0, 1.0],
    ];
    for (kind, others) in kinds.into_iter().enumerate() {
        for number in never.iter().chain(others) {
            for flag in [H5Z_FLAG_MANDATORY, H5Z_FLAG_OPTIONAL] {
                let bits = number.to_bits();
                let numbers = [kind as u32, bits as u32, (bits >> 32) as u32];
                let path = folder.path().join("v.h5");
                let dtype = *H5T_IEEE_F32LE;
                let outcome = through(&path, &values, dtype, &[FILTER_ID], &numbers, flag);
                assert_eq!(outcome, None, "{kind} {number}");
            }
        }
    }
}
