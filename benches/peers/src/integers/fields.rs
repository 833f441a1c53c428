//! The fields: integers and packed values derived from the fields of `fields`, and generated
//! values on cells and at stations.

use std::f64::consts::TAU;

use ndarray::Array3;

use super::measure::{MeasureField, TypedField};
use crate::Result;
use crate::fields::{FieldSource, SplitMix64};

/// The number of faces of the sphere, along a circle of latitude and from pole to pole.
const FACES: [usize; 2] = [5, 4];
/// The number of cells along a side of a face.
const FACE_SIDE: usize = 128;
/// The number of hourly frames of the cells.
const HOURS: usize = 24;
/// The number of stations and of months.
const STATIONS: [usize; 2] = [2000, 40];
/// The range-relative bound of cells and stations.
const RELATIVE_BOUND: f64 = 1e-3;

/// Returns all fields whose files exist.
pub(super) fn all() -> Result<Vec<Box<dyn MeasureField>>> {
    let mut fields: Vec<Box<dyn MeasureField>> = Vec::new();
    let source = |name: &str| {
        FieldSource::all()
            .into_iter()
            .find(|source| source.name() == name)
    };
    let load = |name| source(name).map_or(Ok(None), |source| source.load());
    if let Some(sample) = load("sample")? {
        fields.push(Box::new(counts(&sample.values, sample.range)));
        fields.push(Box::new(accumulated(&sample.values)));
        fields.push(Box::new(classes(&sample.values, sample.range)));
    }
    for (name, of) in [
        ("packed-t2m", "t2m"),
        ("packed-wind", "wind"),
        ("packed-era5", "era5-like"),
    ] {
        if let Some(field) = load(of)? {
            fields.push(Box::new(packed(name, &field.values)));
        }
    }
    if let Some(grib) = grib(source("t2m"))? {
        fields.push(Box::new(grib));
    }
    fields.push(Box::new(cells("cells-nested", nested)));
    fields.push(Box::new(cells("cells-ring", ring)));
    fields.push(Box::new(stations()));
    Ok(fields)
}

/// Returns frames of a camera: a few thousand counts with shot noise.
fn counts(values: &Array3<f32>, range: f64) -> TypedField<u16> {
    let min = values.fold(f32::INFINITY, |min, x| min.min(*x));
    let mut random = SplitMix64::new(1);
    TypedField {
        name: "counts",
        values: values.mapv(|x| {
            let mean = 200.0 + 4000.0 * f64::from(x - min) / range;
            (mean + mean.sqrt() * random.normal()).round().max(0.0) as u16
        }),
        bounds: vec![0.0],
        files: Vec::new(),
    }
}

/// Returns sums over time of the excess over a threshold, similar to accumulated rain.
fn accumulated(values: &Array3<f32>) -> TypedField<i32> {
    let mut sums = values.mapv(|x| (100.0 * (x - 5.0).max(0.0)) as i32);
    for t in 1..sums.dim().0 {
        let (before, mut rest) = sums.view_mut().split_at(ndarray::Axis(0), t);
        let mut now = rest.index_axis_mut(ndarray::Axis(0), 0);
        now += &before.index_axis(ndarray::Axis(0), t - 1);
    }
    TypedField {
        name: "accumulated",
        values: sums,
        bounds: vec![0.0],
        files: Vec::new(),
    }
}

/// Returns twelve classes with moving edges.
fn classes(values: &Array3<f32>, range: f64) -> TypedField<u8> {
    let min = values.fold(f32::INFINITY, |min, x| min.min(*x));
    TypedField {
        name: "classes",
        values: values.mapv(|x| (12.0 * f64::from(x - min) / range).min(11.0) as u8),
        bounds: vec![0.0],
        files: Vec::new(),
    }
}

/// Returns packed 16-bit integers, as in archives.
///
/// The range is mapped to all codes except two. The lowest code marks missing values.
fn packed(name: &'static str, values: &Array3<f32>) -> TypedField<i16> {
    let valid = values.iter().filter(|x| x.is_finite());
    let (min, max) = valid.fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), x| {
        (a.min(*x), b.max(*x))
    });
    let (min, max) = (f64::from(min), f64::from(max));
    let step = (max - min) / 65_534.0;
    TypedField {
        name,
        values: values.mapv(|x| match x.is_finite() {
            true => ((f64::from(x) - min) / step).round() as i32 - 32_767,
            false => -32_768,
        } as i16),
        bounds: vec![0.0, 1.0],
        files: Vec::new(),
    }
}

/// Returns the packed values of the GRIB file in single precision, or `None` if it does not exist.
fn grib(source: Option<FieldSource>) -> Result<Option<TypedField<f32>>> {
    let Some(source) = source else {
        return Ok(None);
    };
    let (Some(field), Some(bytes)) = (source.load()?, source.file_bytes()) else {
        return Ok(None);
    };
    Ok(Some(TypedField {
        name: "grib-t2m",
        values: field.values,
        bounds: vec![0.0],
        files: vec![("GRIB file", bytes as usize)],
    }))
}

/// Returns a temperature in single precision on cells of equal area, in the order of `position`.
fn cells(name: &'static str, position: fn(usize) -> [f64; 2]) -> TypedField<f32> {
    let count = FACES[0] * FACES[1] * FACE_SIDE * FACE_SIDE;
    let mut random = SplitMix64::new(2);
    let waves: Vec<[f64; 4]> = (1..=24)
        .map(|k| {
            let k = f64::from(k);
            [
                k.round(),
                random.between(-k, k),
                random.phase(),
                random.between(-1.0, 1.0) / k,
            ]
        })
        .collect();
    let positions: Vec<[f64; 2]> = (0..count).map(position).collect();
    let values = Array3::from_shape_fn((HOURS, 1, count), |(t, _, cell)| {
        let [longitude, height] = positions[cell];
        let cosine = (1.0 - height * height).sqrt();
        let hour = t as f64 * TAU / 24.0;
        let waves = waves.iter().map(|[m, n, phase, size]| {
            size * (m * longitude + n * height * 3.0 + phase + 0.05 * t as f64).cos() * cosine
        });
        let day = 4.0 * (longitude + hour).cos().max(0.0) * cosine;
        let mean = 288.0 - 40.0 * height * height;
        (mean + 8.0 * waves.sum::<f64>() + day + 0.05 * random.normal()) as f32
    });
    let range = range(&values);
    TypedField {
        name,
        values,
        bounds: vec![0.0, RELATIVE_BOUND * range],
        files: Vec::new(),
    }
}

/// Returns the longitude and the sine of the latitude of a cell in nested order.
///
/// Cells are ordered by face and, in each face, by the interleaved bits of row and column.
fn nested(cell: usize) -> [f64; 2] {
    let (face, within) = (
        cell / (FACE_SIDE * FACE_SIDE),
        cell % (FACE_SIDE * FACE_SIDE),
    );
    let bits = |first: usize| {
        (0..FACE_SIDE.ilog2()).fold(0, |all, k| {
            all | (within >> (2 * k as usize + first) & 1) << k
        })
    };
    let (x, y) = (bits(0), bits(1));
    on_sphere(
        face % FACES[0] * FACE_SIDE + x,
        face / FACES[0] * FACE_SIDE + y,
    )
}

/// Returns the longitude and the sine of the latitude of a cell in the order of circles of
/// latitude.
fn ring(cell: usize) -> [f64; 2] {
    let around = FACES[0] * FACE_SIDE;
    on_sphere(cell % around, cell / around)
}

fn on_sphere(x: usize, y: usize) -> [f64; 2] {
    let longitude = TAU * (x as f64 + 0.5) / (FACES[0] * FACE_SIDE) as f64;
    [
        longitude,
        2.0 * (y as f64 + 0.5) / (FACES[1] * FACE_SIDE) as f64 - 1.0,
    ]
}

/// Returns monthly temperatures with one decimal in single precision.
///
/// The axis order is `(station, time)`.
fn stations() -> TypedField<f32> {
    let [stations, months] = STATIONS;
    let mut random = SplitMix64::new(3);
    let values = (0..stations).flat_map(|_| {
        let (mean, season) = (random.between(-5.0, 25.0), random.between(2.0, 15.0));
        let mut anomaly = 0.0;
        let months = (0..months).map(|month| {
            anomaly = 0.6 * anomaly + random.normal();
            let value = mean + season * (month as f64 * TAU / 12.0).cos() + anomaly;
            ((10.0 * value).round() / 10.0) as f32
        });
        months.collect::<Vec<_>>()
    });
    let values =
        Array3::from_shape_vec((1, stations, months), values.collect()).unwrap_or_default();
    let range = range(&values);
    TypedField {
        name: "stations",
        values,
        bounds: vec![0.0, RELATIVE_BOUND * range],
        files: Vec::new(),
    }
}

fn range(values: &Array3<f32>) -> f64 {
    let (min, max) = values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), x| {
            (a.min(*x), b.max(*x))
        });
    f64::from(max) - f64::from(min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_contain_the_same_cells() {
        let count = FACES[0] * FACES[1] * FACE_SIDE * FACE_SIDE;
        let sorted = |position: fn(usize) -> [f64; 2]| {
            let mut all: Vec<[u64; 2]> = (0..count)
                .map(|cell| position(cell).map(f64::to_bits))
                .collect();
            all.sort_unstable();
            all
        };
        assert!(sorted(nested) == sorted(ring));
        // The first cells of a face are neighbors.
        let [a, b, c] = [0, 1, 2].map(nested);
        assert!(a[1] == b[1] && a[0] < b[0] && a[0] == c[0] && a[1] < c[1]);
    }

    #[test]
    fn packed_values_use_the_range_of_codes_and_mark_missing_values() {
        let values = Array3::from_shape_vec((1, 1, 3), vec![-1.0, f32::NAN, 1.0]).unwrap();
        assert_eq!(
            packed("p", &values).values.as_slice().unwrap(),
            [-32_767, -32_768, 32_767]
        );
    }

    #[test]
    fn accumulated_sums_increase() {
        let values = Array3::from_shape_fn((3, 1, 2), |(t, _, x)| (4 + t + x) as f32);
        assert_eq!(
            accumulated(&values).values.as_slice().unwrap(),
            [0, 0, 0, 100, 100, 300]
        );
    }
}
