use super::*;
use crate::figures::overlaps::assert_no_texts_overlap;
use crate::picture::Shape;

const NAMES: [&str; 13] = [
    "extreme",
    "max",
    "vhigh",
    "C4-JP2K",
    "high",
    "avg",
    "low",
    "vlow",
    "LL-JP2K",
    "NCU",
    "NCZip",
    "GribAEC",
    "half resolution",
];

fn bar(name: &str, ratio: f64, error: f64) -> ReportBar {
    ReportBar {
        name: name.into(),
        ratio,
        mean_abs: error / 12.0,
        max_abs: error,
        rel_max: error / 60.0,
        is_baseline: false,
    }
}

const LABELS: ReportLabels<'_> = ReportLabels {
    title: "Zonal wind, monthly, 132 × 73 × 144",
    unit: "m s⁻¹",
    array_type: "float32",
};

#[test]
fn texts_do_not_overlap_for_any_number_of_modes() {
    for count in 1..=NAMES.len() {
        let bars: Vec<_> = NAMES[..count]
            .iter()
            .enumerate()
            .map(|(i, name)| {
                bar(
                    name,
                    2157.0 / 3.0_f64.powi(i as i32),
                    30.0 / 3.0_f64.powi(i as i32),
                )
            })
            .collect();
        assert_no_texts_overlap(&draw(&bars, &LABELS).unwrap());
    }
}

#[test]
fn texts_do_not_overlap_for_values_outside_the_axes() {
    let mut bars = vec![
        bar("smaller than one", 0.02, 0.0),
        bar("no ratio", f64::NAN, f64::INFINITY),
        bar("infinite", f64::INFINITY, f64::NAN),
        bar("zero", 0.0, 1e-300),
        bar("largest", f64::MAX, f64::MAX),
        bar("averyveryverylongname", 1e6, 1e5),
    ];
    assert_no_texts_overlap(&draw(&bars, &LABELS).unwrap());
    bars.truncate(1);
    assert_no_texts_overlap(&draw(&bars, &LABELS).unwrap());
}

#[test]
fn an_error_of_zero_is_labeled_exact() {
    let picture = draw(&[bar("exact", 2.0, 0.0)], &LABELS).unwrap();
    let contains = |word: &str| {
        let mut shapes = picture.shapes.iter();
        shapes.any(|shape| matches!(shape, Shape::Text(text) if text.content == word))
    };
    assert!(contains("exact") && !contains("infinite") && contains("2.00"));
}

#[test]
fn no_bars_are_an_error() {
    assert!(matches!(
        draw(&[], &LABELS),
        Err(PlotError::Empty { item: "modes" })
    ));
}
