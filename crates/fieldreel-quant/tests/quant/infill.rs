//! Tests of the in-fill of missing values.

use fieldreel_quant::{Float, Mask, QuantError, fill_smoothly};
use ndarray::{Array3, ArrayView2, Axis, array, s};
use proptest::prelude::*;

fn bits<T: Float>(values: &Array3<T>) -> Vec<u64> {
    values.iter().map(|x| x.to_f64().to_bits()).collect()
}

fn fill_with_threads<T: Float>(
    field: &Array3<T>,
    mask: &Mask,
    threads: usize,
) -> Result<Array3<T>, TestCaseError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let mut filled = field.clone();
    pool.build()?
        .install(|| fill_smoothly(filled.view_mut(), mask.classes()))?;
    Ok(filled)
}

/// Returns the smallest and the largest valid value of a frame.
fn valid_range<T: Float>(frame: ArrayView2<'_, T>, classes: ArrayView2<'_, u8>) -> Option<(T, T)> {
    let pairs = frame.into_iter().zip(classes);
    let valid = pairs.filter(|(_, class)| **class == 0).map(|(x, _)| *x);
    valid.fold(None, |range, x| match range {
        None => Some((x, x)),
        Some((min, max)) => Some((if x < min { x } else { min }, if x > max { x } else { max })),
    })
}

fn check_infill<T: Float>(
    units: &Array3<Option<f64>>,
    center: f64,
    half: f64,
    narrow: fn(f64) -> T,
) -> Result<(), TestCaseError> {
    // Missing values of every kind.
    let kinds = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 7.0];
    let mut missing_values = kinds.iter().cycle();
    let field = units.map(|unit| match unit {
        Some(unit) => narrow(center + unit * half),
        None => narrow(*missing_values.next().unwrap_or(&0.0)),
    });
    let mask = Mask::new(units.map(|unit| u8::from(unit.is_none())))?;
    let result = fill_with_threads(&field, &mask, 1)?;
    prop_assert_eq!(bits(&result), bits(&fill_with_threads(&field, &mask, 4)?));

    // The in-fill does not depend on the missing values.
    let mut other = field.clone();
    mask.restore(other.view_mut(), None)?;
    prop_assert_eq!(bits(&result), bits(&fill_with_threads(&other, &mask, 1)?));

    let classes = mask.classes();
    for ((position, class), (x, y)) in classes.indexed_iter().zip(field.iter().zip(&result)) {
        prop_assert!(y.to_f64().is_finite(), "{y:?} at {position:?}");
        if *class == 0 {
            prop_assert_eq!(x.to_f64().to_bits(), y.to_f64().to_bits());
        }
    }
    let frames = || field.outer_iter().zip(classes.outer_iter());
    let ranges: Vec<_> = frames()
        .map(|(frame, mask)| valid_range(frame, mask))
        .collect();
    for (t, frame) in result.outer_iter().enumerate() {
        let earlier = (0..=t).rev().find(|&t| ranges[t].is_some());
        let source = earlier.or_else(|| (t..ranges.len()).find(|&t| ranges[t].is_some()));
        match source.and_then(|source| Some((source, ranges[source]?))) {
            Some((source, (min, max))) => {
                prop_assert!(frame.iter().all(|x| min <= *x && *x <= max));
                prop_assert!(source == t || frame == result.index_axis(Axis(0), source));
            }
            None => prop_assert!(frame.iter().all(|x| *x == T::default())),
        }
    }
    Ok(())
}

/// Generates values in −1..=1, with some of them missing, and all of them in some frames.
fn unit_fields() -> impl Strategy<Value = Array3<Option<f64>>> {
    let shape = (1..5_usize, 1..24_usize, 1..24_usize);
    (shape, 0.0..=1.0).prop_flat_map(|(shape, missing)| {
        let (times, rows, columns) = shape;
        let cell = prop::option::weighted(1.0 - missing, -1.0..=1.0);
        let cells = prop::collection::vec(cell, times * rows * columns);
        let missing_frames = prop::collection::vec(prop::bool::weighted(0.3), times);
        (cells, missing_frames).prop_map(move |(cells, missing_frames)| {
            Array3::from_shape_fn(shape, |(t, y, x)| {
                cells[(t * rows + y) * columns + x].filter(|_| !missing_frames[t])
            })
        })
    })
}

proptest! {
    #[test]
    fn f32_fields_are_filled(
        units in unit_fields(),
        (center, half) in prop_oneof![
            Just((280.0, 30.0)),
            Just((0.0, f64::from(f32::MAX))),
            Just((0.0, 5e-45)),
            Just((1e5, 0.0)),
            Just((3e38, 1e36)),
        ],
    ) {
        check_infill::<f32>(&units, center, half, |x| x as f32)?;
    }

    #[test]
    fn f64_fields_are_filled(
        units in unit_fields(),
        (center, half) in prop_oneof![
            Just((280.0, 30.0)),
            Just((0.0, f64::MAX)),
            Just((0.0, 2e-323)),
            Just((1e5, 1e-10)),
            Just((-1.7e308, 1e306)),
        ],
    ) {
        check_infill::<f64>(&units, center, half, |x| x)?;
    }
}

#[test]
fn a_hole_in_a_slope_is_filled_with_the_slope() -> Result<(), QuantError> {
    let slope = Array3::from_shape_fn((1, 24, 40), |(_, y, x)| (2 * y + 3 * x) as f32);
    let mut field = slope.clone();
    field.slice_mut(s![.., 8..16, 12..20]).fill(f32::NAN);
    let mask = Mask::from_values(field.view(), None).expect("the hole is missing");
    fill_smoothly(field.view_mut(), mask.classes())?;
    let max_error = (&field - &slope).fold(0.0_f32, |max, error| max.max(error.abs()));
    // The slope rises by 35 across the hole, and by 163 across the frame.
    assert!(max_error < 2.0, "{max_error}");
    Ok(())
}

/// A field small enough to read, with a coast, a lake and a missing corner.
#[test]
fn a_small_field_is_filled_smoothly() -> Result<(), QuantError> {
    const X: f64 = f64::NAN;
    let mut field = array![[
        [10.0, 10.0, 10.0, 10.0, 10.0, 10.0],
        [10.0, 10.0, X, X, 10.0, 10.0],
        [10.0, X, X, X, X, 20.0],
        [20.0, X, X, X, X, 20.0],
        [20.0, 20.0, X, X, 20.0, 20.0],
        [20.0, 20.0, 20.0, 20.0, X, X],
    ]];
    let mask = Mask::from_values(field.view(), None).expect("some values are missing");
    fill_smoothly(field.view_mut(), mask.classes())?;
    let rounded = field.slice(s![0, .., ..]).mapv(|x| x.round() as i32);
    // In every column the values rise from 10 to 20, and they follow the coast.
    assert_eq!(
        rounded,
        array![
            [10, 10, 10, 10, 10, 10],
            [10, 10, 10, 10, 10, 10],
            [10, 12, 13, 14, 17, 20],
            [20, 18, 18, 18, 19, 20],
            [20, 20, 20, 19, 20, 20],
            [20, 20, 20, 20, 20, 20],
        ]
    );
    Ok(())
}

#[test]
fn frames_without_valid_values_are_copies_of_their_neighbors() -> Result<(), QuantError> {
    const X: f32 = f32::NAN;
    let mut field = array![
        [[X, X]],
        [[X, X]],
        [[1.0, 2.0]],
        [[X, X]],
        [[X, X]],
        [[5.0, X]],
        [[X, X]]
    ];
    let mask = Mask::from_values(field.view(), None).expect("some values are missing");
    fill_smoothly(field.view_mut(), mask.classes())?;
    let (early, late) = ([[1.0, 2.0]], [[5.0, 5.0]]);
    let expected = [early, early, early, early, early, late, late];
    assert_eq!(field, ndarray::arr3(&expected));
    Ok(())
}

#[test]
fn a_field_without_valid_values_becomes_zeros() -> Result<(), QuantError> {
    for shape in [(1, 1, 1), (3, 4, 5)] {
        let mut field = Array3::from_elem(shape, f64::INFINITY);
        let mask = Mask::from_values(field.view(), None).expect("all values are missing");
        fill_smoothly(field.view_mut(), mask.classes())?;
        assert_eq!(field, Array3::zeros(shape));
    }
    for shape in [(0, 4, 5), (3, 0, 5), (3, 4, 0)] {
        let mask = Mask::new(Array3::zeros(shape))?;
        fill_smoothly(Array3::<f32>::zeros(shape).view_mut(), mask.classes())?;
    }
    Ok(())
}

#[test]
fn a_mask_that_does_not_match_does_not_panic() -> Result<(), QuantError> {
    let mask = Mask::new(array![[[0, 0, 1]]])?;
    let result = fill_smoothly(Array3::<f32>::zeros((1, 3, 1)).view_mut(), mask.classes());
    assert!(matches!(result, Err(QuantError::Shape { .. })));
    // Values that the mask calls valid are not finite.
    for values in [[f32::NAN; 3], [f32::INFINITY, f32::NAN, 1.0]] {
        fill_smoothly(ndarray::arr3(&[[values]]).view_mut(), mask.classes())?;
    }
    Ok(())
}

#[test]
fn the_infill_does_not_depend_on_the_memory_layout() -> Result<(), QuantError> {
    let field = Array3::from_shape_fn((9, 23, 30), |(t, y, x)| {
        if (t * 5 + y * 3 + x) % 13 < 6 {
            f32::NAN
        } else {
            (t * y + x * x) as f32
        }
    });
    for view in [field.t(), field.slice(s![..;-1, 3..;2, ..;-1])] {
        let mask = Mask::from_values(view, None).expect("some values are missing");
        let mut row_major = view.as_standard_layout().into_owned();
        fill_smoothly(row_major.view_mut(), mask.classes())?;
        let mut transposed = Array3::zeros((view.dim().2, view.dim().1, view.dim().0));
        let mut transposed = transposed.view_mut().reversed_axes();
        transposed.assign(&view);
        fill_smoothly(transposed.view_mut(), mask.classes())?;
        assert_eq!(transposed, row_major);
    }
    Ok(())
}
