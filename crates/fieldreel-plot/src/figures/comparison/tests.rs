use ndarray::{Array2, array};

use super::*;
use crate::figures::overlaps::assert_no_texts_overlap;

const LABELS: ComparisonLabels<'_> = ComparisonLabels {
    title: "avg: zonal wind, 1982-01",
    quantity: "zonal wind",
    unit: "m s⁻¹",
    x: CoordinateLabels {
        label: "longitude (°)",
        ends: Some((0.0, 357.5)),
    },
    y: CoordinateLabels {
        label: "latitude (°)",
        ends: Some((-90.0, 90.0)),
    },
    row_order: RowOrder::FirstAtBottom,
    split: Split::Vertical,
};

fn picture(
    original: &Array2<f64>,
    reconstruction: &Array2<f64>,
    labels: &ComparisonLabels<'_>,
) -> Picture {
    let frames =
        ComparedFrames::new(original.view(), reconstruction.view(), labels.row_order).unwrap();
    draw(&frames, labels).unwrap()
}

#[test]
fn texts_do_not_overlap_for_any_shape_and_magnitude() {
    for (rows, columns) in [
        (1, 1),
        (2, 2),
        (1, 720),
        (3, 200),
        (720, 1),
        (361, 720),
        (73, 144),
        (33, 49),
        (300, 60),
    ] {
        for (offset, scale) in [
            (0.0, 1.0),
            (101_325.0, 1e-3),
            (0.0, 1e-30),
            (-1e5, 3e38),
            (280.0, 30.0),
        ] {
            let x = Array2::from_shape_fn((rows, columns), |(y, x)| {
                offset + scale * ((y as f64 * 0.1).sin() + (x as f64 * 0.07).cos())
            });
            let y = x.mapv(|v| v + scale * 1e-3 * (v * 1e3 / scale).sin());
            assert_no_texts_overlap(&picture(&x, &y, &LABELS));
            let plain = ComparisonLabels {
                split: Split::Diagonal,
                ..ComparisonLabels::default()
            };
            assert_no_texts_overlap(&picture(&x, &y, &plain));
        }
    }
}

#[test]
fn long_labels_fit_into_the_figure() {
    let x = Array2::from_shape_fn((30, 40), |(y, x)| (y * x) as f64);
    let labels = ComparisonLabels {
        title: "A title with every fact about the run, the field, the time and the mode that was used for it",
        quantity: "mean surface downward short-wave radiation flux, clear sky",
        unit: "kg m⁻² s⁻¹ of something",
        x: CoordinateLabels {
            label: "distance eastward along the equator from Greenwich (km)",
            ends: None,
        },
        y: CoordinateLabels {
            label: "distance northward along the meridian of Greenwich (km)",
            ends: None,
        },
        ..LABELS
    };
    assert_no_texts_overlap(&picture(&x, &x.mapv(|v| v + 0.1), &labels));
}

#[test]
fn the_largest_and_smallest_values_can_be_drawn() {
    let x = array![[-f64::MAX, f64::MAX], [0.0, f64::MIN_POSITIVE]];
    let y = array![[f64::MAX, -f64::MAX], [0.0, 5e-324]];
    let frames = ComparedFrames::new(x.view(), y.view(), RowOrder::FirstAtTop).unwrap();
    assert!(draw(&frames, &LABELS).is_ok());
    let tiny = array![[0.0, 5e-324]];
    assert_no_texts_overlap(&picture(&tiny, &array![[5e-324, 0.0]], &LABELS));
}

#[test]
fn constants_exact_copies_and_missing_values_can_be_drawn() {
    let constant = Array2::from_elem((5, 9), 7.0);
    assert_no_texts_overlap(&picture(&constant, &constant, &LABELS));
    let mut holes = constant.clone();
    holes[[2, 3]] = f64::NAN;
    holes[[4, 8]] = f64::INFINITY;
    assert_no_texts_overlap(&picture(&holes, &constant, &LABELS));
    assert_no_texts_overlap(&picture(&constant.mapv(|_| 0.0), &constant, &LABELS));
}

#[test]
fn rows_are_reversed_if_the_first_is_at_the_bottom() {
    let x = array![[1.0, 2.0], [3.0, 4.0]];
    let frames = ComparedFrames::new(x.view(), x.view(), RowOrder::FirstAtBottom).unwrap();
    assert_eq!(frames.original, array![[3.0, 4.0], [1.0, 2.0]]);
}

#[test]
fn the_y_axis_follows_the_rows() {
    let x = Array2::from_shape_fn((3, 3), |(y, x)| (y + x) as f64);
    let y_of = |order, ends, value| {
        let labels = ComparisonLabels {
            row_order: order,
            y: CoordinateLabels { label: "", ends },
            ..LABELS
        };
        let frames = ComparedFrames::new(x.view(), x.view(), order).unwrap();
        let layout =
            ComparisonLayout::new(&Picture::new(WIDTH, 0.0).unwrap(), &frames, &labels, 0.0);
        let map = layout.maps[0];
        let y = layout.y.position(&map, crate::axis::AxisSide::Left, value);
        (y - map.top) / map.height()
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    // The centers of the upper and lower rows are at 1/6 and 5/6 of the height.
    assert!(near(y_of(RowOrder::FirstAtTop, None, 0.0), 1.0 / 6.0));
    assert!(near(y_of(RowOrder::FirstAtBottom, None, 0.0), 5.0 / 6.0));
    assert!(near(
        y_of(RowOrder::FirstAtTop, Some((90.0, -90.0)), 90.0),
        1.0 / 6.0
    ));
    assert!(near(
        y_of(RowOrder::FirstAtBottom, Some((-90.0, 90.0)), 90.0),
        1.0 / 6.0
    ));
}

#[test]
fn different_shapes_and_frames_without_values_are_errors() {
    let x = Array2::<f64>::zeros((2, 3));
    let y = Array2::<f64>::zeros((3, 2));
    assert!(matches!(
        ComparedFrames::new(x.view(), y.view(), RowOrder::FirstAtTop),
        Err(PlotError::ShapeMismatch {
            original: [2, 3],
            reconstruction: [3, 2]
        })
    ));
    let nan = x.mapv(|_| f64::NAN);
    for frame in [nan, Array2::zeros((0, 3))] {
        assert!(matches!(
            ComparedFrames::new(frame.view(), frame.view(), RowOrder::FirstAtTop),
            Err(PlotError::Empty { .. })
        ));
    }
}
