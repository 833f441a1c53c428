//! Tests of masks: the classification of values, and the restoration of missing ones.

use fieldreel_quant::{Float, Mask, QuantError, ValueClass};
use ndarray::{Array3, array, s};
use proptest::prelude::*;

const FILL: f64 = -9999.0;

/// Returns the value that restoring gives for a class, or `valid` for the valid class.
fn value_of_class<T: Float>(class: u8, valid: T, narrow: fn(f64) -> T) -> T {
    match class {
        0 => valid,
        1 => narrow(f64::from_bits(0x7ff8_0000_0000_0000)),
        2 => narrow(f64::INFINITY),
        3 => narrow(f64::NEG_INFINITY),
        _ => narrow(FILL),
    }
}

fn bits<T: Float>(values: &Array3<T>) -> Vec<u64> {
    values.iter().map(|x| x.to_f64().to_bits()).collect()
}

fn check_round_trip<T: Float>(
    classes: &Array3<u8>,
    narrow: fn(f64) -> T,
) -> Result<(), TestCaseError> {
    let mut position = 0;
    let field = classes.mapv(|class| {
        position += 1;
        value_of_class(class, narrow(f64::from(position) * -0.7), narrow)
    });
    let Some(mask) = Mask::from_values(field.view(), Some(narrow(FILL))) else {
        prop_assert!(classes.iter().all(|class| *class == 0));
        return Ok(());
    };
    prop_assert_eq!(mask.classes(), classes);
    let valid = classes.iter().filter(|class| **class == 0).count();
    prop_assert_eq!(mask.count_valid(), valid);

    let mut restored = field.mapv(|x| {
        if x.to_f64().is_finite() && x != narrow(FILL) {
            x
        } else {
            narrow(1.5)
        }
    });
    let mask = Mask::new(mask.into_classes())?;
    mask.restore(restored.view_mut(), Some(narrow(FILL)))?;
    prop_assert_eq!(bits(&restored), bits(&field));
    Ok(())
}

fn classes() -> impl Strategy<Value = Array3<u8>> {
    let shape = (1..4_usize, 1..9_usize, 1..9_usize);
    (shape, 1..=5_u8).prop_flat_map(|(shape, class_count)| {
        let (times, rows, columns) = shape;
        prop::collection::vec(0..class_count, times * rows * columns).prop_map(move |classes| {
            Array3::from_shape_fn(shape, |(t, y, x)| classes[(t * rows + y) * columns + x])
        })
    })
}

proptest! {
    #[test]
    fn restoring_f32_round_trips(classes in classes()) {
        check_round_trip::<f32>(&classes, |x| x as f32)?;
    }

    #[test]
    fn restoring_f64_round_trips(classes in classes()) {
        check_round_trip::<f64>(&classes, |x| x)?;
    }
}

#[test]
fn a_field_without_missing_values_has_no_mask() {
    let field = array![[[0.0_f32, f32::MAX], [-1e-45, f32::MIN]]];
    assert_eq!(Mask::from_values(field.view(), None), None);
    assert_eq!(Mask::from_values(field.view(), Some(1.0)), None);
    let empty = Array3::<f64>::zeros((0, 3, 4));
    assert_eq!(Mask::from_values(empty.view(), None), None);
}

#[test]
fn each_kind_of_missing_value_has_its_class() {
    let field = array![[
        [1.5, f64::NAN, -f64::NAN],
        [f64::INFINITY, f64::NEG_INFINITY, FILL]
    ]];
    let mask = Mask::from_values(field.view(), Some(FILL)).expect("some values are missing");
    assert_eq!(mask.classes(), array![[[0, 1, 1], [2, 3, 4]]]);
    assert!(mask.is_valid([0, 0, 0]) && !mask.is_valid([0, 1, 2]) && !mask.is_valid([1, 0, 0]));
    assert_eq!(mask.count_valid(), 1);
    assert!((0..=4).all(|class| ValueClass::try_from(class).map(|c| c as u8) == Ok(class)));
    assert_eq!(ValueClass::try_from(5), Err(QuantError::Class { class: 5 }));
}

#[test]
fn a_fill_value_is_compared_by_its_bits() {
    let field = array![[[0.0_f32, -0.0, f32::NAN, f32::INFINITY]]];
    let classes = |fill| Mask::from_values(field.view(), Some(fill)).map(Mask::into_classes);
    assert_eq!(classes(0.0), Some(array![[[4, 0, 1, 2]]]));
    assert_eq!(classes(-0.0), Some(array![[[0, 4, 1, 2]]]));
    assert_eq!(classes(f32::NAN), Some(array![[[0, 0, 1, 2]]]));
    assert_eq!(classes(f32::INFINITY), Some(array![[[0, 0, 1, 2]]]));
}

/// The bits are part of file formats and must not change.
#[test]
fn restored_bits_are_frozen() -> Result<(), QuantError> {
    let mask = Mask::new(array![[[1, 2, 3, 4, 0]]])?;
    let mut single = Array3::<f32>::zeros((1, 1, 5));
    mask.restore(single.view_mut(), Some(-0.0))?;
    assert_eq!(
        single.mapv(f32::to_bits),
        array![[[0x7fc0_0000, 0x7f80_0000, 0xff80_0000, 0x8000_0000, 0]]]
    );
    let mut double = Array3::<f64>::zeros((1, 1, 5));
    mask.restore(double.view_mut(), Some(0.0))?;
    assert_eq!(double[[0, 0, 0]].to_bits(), 0x7ff8_0000_0000_0000);
    Ok(())
}

#[test]
fn invalid_masks_fill_values_and_shapes_are_errors() -> Result<(), QuantError> {
    let unknown = Mask::new(array![[[0, 5], [1, 7]]]);
    assert_eq!(unknown, Err(QuantError::Class { class: 7 }));
    let mask = Mask::new(array![[[0, 4]]])?;
    let mut values = array![[[1.0_f64, 2.0]]];
    let result = mask.restore(values.view_mut(), None);
    assert_eq!(result, Err(QuantError::NoFill));
    assert_eq!(values, array![[[1.0, 2.0]]]);
    let result = mask.restore(Array3::<f64>::zeros((1, 2, 1)).view_mut(), Some(0.0));
    assert!(matches!(result, Err(QuantError::Shape { .. })));
    Mask::new(array![[[0, 1]]])?.restore(values.view_mut(), None)?;
    assert!(values[[0, 0, 1]].is_nan());
    Ok(())
}

#[test]
fn masks_do_not_depend_on_the_memory_layout() -> Result<(), QuantError> {
    let field = Array3::from_shape_fn((37, 41, 43), |(t, y, x)| match (t * 7 + y * 5 + x) % 11 {
        0 => f32::NAN,
        1 => f32::NEG_INFINITY,
        k => k as f32,
    });
    for view in [
        field.view(),
        field.t(),
        field.slice(s![..;-1, 3.., ..;2]),
        field.slice(s![.., .., 3..4]),
    ] {
        let mask = Mask::from_values(view, Some(5.0)).expect("some values are missing");
        for ((position, class), x) in mask.classes().indexed_iter().zip(view) {
            let expected = match *x {
                x if x.is_nan() => 1,
                f32::NEG_INFINITY => 3,
                5.0 => 4,
                _ => 0,
            };
            assert_eq!(*class, expected, "{position:?}");
        }
        let mut restored = view.mapv(|x| if x.is_finite() && x != 5.0 { x } else { 0.0 });
        mask.restore(restored.view_mut(), Some(5.0))?;
        assert!(
            restored
                .iter()
                .zip(view)
                .all(|(a, b)| a.to_bits() == b.to_bits())
        );
    }
    Ok(())
}
