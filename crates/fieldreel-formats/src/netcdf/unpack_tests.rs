use std::path::Path;

use fieldreel_core::Scalar;

use super::{StoredNumber, VariableDescription, unpack};
use crate::{AttributeValue as A, Attributes, FieldValues, FormatError, Result};

fn run<T: StoredNumber>(packed: &[T], pairs: &[(&str, A)]) -> Result<super::Unpacked> {
    let attributes: Attributes = pairs.iter().cloned().collect();
    let description = VariableDescription {
        path: Path::new("f.nc"),
        name: "v",
        shape: &[packed.len()],
        attributes,
        require_exact: true,
    };
    unpack(packed.to_vec(), description)
}

fn f32s(values: &FieldValues) -> Vec<f32> {
    match values {
        FieldValues::F32(values) => values.iter().copied().collect(),
        _ => panic!("not f32"),
    }
}

fn f64s(values: &FieldValues) -> Vec<f64> {
    match values {
        FieldValues::F64(values) => values.iter().copied().collect(),
        _ => panic!("not f64"),
    }
}

#[test]
fn packing_has_the_type_of_its_factors() {
    let scale32 = ("scale_factor", A::from(0.5_f32));
    let scale64 = ("scale_factor", A::from(0.5_f64));
    let offset64 = ("add_offset", A::from(10.0_f64));
    let unpacked = run(&[2i16, -4], std::slice::from_ref(&scale32)).unwrap();
    assert_eq!(f32s(&unpacked.values), [1.0, -2.0]);
    let unpacked = run(&[2i16, -4], &[scale64, offset64.clone()]).unwrap();
    assert_eq!(f64s(&unpacked.values), [11.0, 8.0]);
    let unpacked = run(&[2i16], &[scale32.clone(), offset64]).unwrap();
    assert_eq!(f64s(&unpacked.values), [11.0]);
    let unpacked = run(&[2i32], &[scale32]).unwrap();
    assert_eq!(f64s(&unpacked.values), [1.0]);
}

#[test]
fn fill_values_are_compared_before_unpacking() {
    let pairs = [
        ("_FillValue", A::from(-1_i16)),
        ("missing_value", A::from(vec![-2_i16, -3])),
        ("scale_factor", A::from(-1.0_f32)),
    ];
    let unpacked = run(&[1i16, -1, -2, -3, 2], &pairs).unwrap();
    let values = f32s(&unpacked.values);
    assert_eq!(values[0], -1.0);
    assert!(values[1..4].iter().all(|v| v.is_nan()));
    assert_eq!(values[4], -2.0);
    assert_eq!(unpacked.packing.unwrap().fill_values, [-1.0, -2.0, -3.0]);
    assert_eq!(unpacked.missing, Default::default());
    assert!(unpacked.attributes.is_empty());
}

#[test]
fn a_double_fill_value_of_floats_denotes_the_nearest_float() {
    let unpacked = run(&[-99.9f32, 1.0], &[("missing_value", A::from(-99.9_f64))]).unwrap();
    assert!(f32s(&unpacked.values)[0].is_nan());
    assert_eq!(unpacked.missing.missing_values, [Scalar::from(-99.9f32)]);
}

#[test]
fn the_default_fill_value_applies_unless_another_is_set() {
    let fill = netcdf_sys::NC_FILL_FLOAT;
    assert!(f32s(&run(&[fill], &[]).unwrap().values)[0].is_nan());
    let named = run(&[fill], &[("_FillValue", A::from(-1.0_f32))]).unwrap();
    assert_eq!(f32s(&named.values), [fill]);
}

#[test]
fn signed_fill_values_apply_to_unsigned_bytes() {
    let pairs = [
        ("_Unsigned", A::from("true")),
        ("_FillValue", A::from(-1_i8)),
    ];
    let unpacked = run(&[200u8, 255], &pairs).unwrap();
    let values = f32s(&unpacked.values);
    assert_eq!(values[0], 200.0);
    assert!(values[1].is_nan());
}

#[test]
fn wide_integers_are_exact_or_refused() {
    let largest = 1i64 << 53;
    assert_eq!(
        f64s(&run(&[largest], &[]).unwrap().values),
        [largest as f64]
    );
    let error = run(&[0, largest + 1], &[]).err().unwrap();
    assert!(
        matches!(error, FormatError::InexactInteger { value, .. } if value == i128::from(largest) + 1)
    );
    let error = run(&[u64::MAX], &[]).err().unwrap();
    assert!(matches!(error, FormatError::InexactInteger { .. }));
    let fill = ("_FillValue", A::from(i64::MAX));
    assert!(f64s(&run(&[i64::MAX], &[fill]).unwrap().values)[0].is_nan());
}

#[test]
fn the_valid_range_is_packed_unless_it_is_floating_point() {
    let scale = ("scale_factor", A::from(0.1_f32));
    let packed = ("valid_range", A::from(vec![0_i16, 100]));
    let values = f32s(&run(&[50i16, 101], &[scale.clone(), packed]).unwrap().values);
    assert!(!values[0].is_nan() && values[1].is_nan());
    let unpacked = ("valid_max", A::from(5.5_f32));
    let values = f32s(&run(&[50i16, 101], &[scale, unpacked]).unwrap().values);
    assert!(!values[0].is_nan() && values[1].is_nan());
}

#[test]
fn an_invalid_packing_factor_is_an_error() {
    for value in [A::from("x"), Vec::<f64>::new().into(), f64::NAN.into()] {
        let error = run(&[1i16], &[("scale_factor", value)]).err().unwrap();
        assert!(matches!(error, FormatError::Damaged { .. }));
    }
}
