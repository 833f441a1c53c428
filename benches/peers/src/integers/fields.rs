//! The fields: integers and packed numbers made of the fields of `fields`, and generated cells and stations.

use std::f64::consts::TAU;

use ndarray::Array3;

use super::measure::{Field, Measure};
use crate::Outcome;
use crate::fields::{Random, Source};

/// The faces of the sphere of cells, around it and from pole to pole, and the cells along a side of one.
const FACES: [usize; 2] = [5, 4];
const SIDE: usize = 128;
/// Hours of cells.
const HOURS: usize = 24;
/// Stations, and their months.
const STATIONS: [usize; 2] = [2000, 40];
/// The part of the range that the largest error of cells and stations is.
const PART: f64 = 1e-3;

/// All fields whose files are there.
pub(super) fn all() -> Outcome<Vec<Box<dyn Measure>>> {
    let mut fields: Vec<Box<dyn Measure>> = Vec::new();
    let source = |name: &str| {
        Source::all()
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

/// Frames of a camera: a few thousand counts with the noise that so many have.
fn counts(values: &Array3<f32>, range: f64) -> Field<u16> {
    let least = values.fold(f32::INFINITY, |least, x| least.min(*x));
    let mut random = Random::new(1);
    Field {
        name: "counts",
        values: values.mapv(|x| {
            let mean = 200.0 + 4000.0 * f64::from(x - least) / range;
            (mean + mean.sqrt() * random.normal()).round().max(0.0) as u16
        }),
        bounds: vec![0.0],
        files: Vec::new(),
    }
}

/// Sums over time of what is over a threshold, as of rain.
fn accumulated(values: &Array3<f32>) -> Field<i32> {
    let mut sums = values.mapv(|x| (100.0 * (x - 5.0).max(0.0)) as i32);
    for t in 1..sums.dim().0 {
        let (before, mut rest) = sums.view_mut().split_at(ndarray::Axis(0), t);
        let mut now = rest.index_axis_mut(ndarray::Axis(0), 0);
        now += &before.index_axis(ndarray::Axis(0), t - 1);
    }
    Field {
        name: "accumulated",
        values: sums,
        bounds: vec![0.0],
        files: Vec::new(),
    }
}

/// A dozen classes with edges that move.
fn classes(values: &Array3<f32>, range: f64) -> Field<u8> {
    let least = values.fold(f32::INFINITY, |least, x| least.min(*x));
    Field {
        name: "classes",
        values: values.mapv(|x| (12.0 * f64::from(x - least) / range).min(11.0) as u8),
        bounds: vec![0.0],
        files: Vec::new(),
    }
}

/// Shorts, as archives pack floats: the range over all but two codes. The lowest stands for missing values.
fn packed(name: &'static str, values: &Array3<f32>) -> Field<i16> {
    let valid = values.iter().filter(|x| x.is_finite());
    let (least, largest) = valid.fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), x| {
        (a.min(*x), b.max(*x))
    });
    let (least, largest) = (f64::from(least), f64::from(largest));
    let step = (largest - least) / 65_534.0;
    Field {
        name,
        values: values.mapv(|x| match x.is_finite() {
            true => ((f64::from(x) - least) / step).round() as i32 - 32_767,
            false => -32_768,
        } as i16),
        bounds: vec![0.0, 1.0],
        files: Vec::new(),
    }
}

/// The packed values of the GRIB file as single precision; `None` if it is not there.
fn grib(source: Option<Source>) -> Outcome<Option<Field<f32>>> {
    let Some(source) = source else {
        return Ok(None);
    };
    let (Some(field), Some(bytes)) = (source.load()?, source.file_bytes()) else {
        return Ok(None);
    };
    Ok(Some(Field {
        name: "grib-t2m",
        values: field.values,
        bounds: vec![0.0],
        files: vec![("GRIB file", bytes as usize)],
    }))
}

/// A temperature on cells of equal area without a grid, in the order in which `place` has them, in single precision.
fn cells(name: &'static str, place: fn(usize) -> [f64; 2]) -> Field<f32> {
    let count = FACES[0] * FACES[1] * SIDE * SIDE;
    let mut random = Random::new(2);
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
    let places: Vec<[f64; 2]> = (0..count).map(place).collect();
    let values = Array3::from_shape_fn((HOURS, 1, count), |(t, _, cell)| {
        let [longitude, height] = places[cell];
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
    Field {
        name,
        values,
        bounds: vec![0.0, PART * range],
        files: Vec::new(),
    }
}

/// Longitude, and the sine of the latitude, of a cell in nested order: face by face, and in a face as the bits of its row and column
/// alternate.
fn nested(cell: usize) -> [f64; 2] {
    let (face, within) = (cell / (SIDE * SIDE), cell % (SIDE * SIDE));
    let bits = |first: usize| {
        (0..SIDE.ilog2()).fold(0, |all, k| {
            all | (within >> (2 * k as usize + first) & 1) << k
        })
    };
    let (x, y) = (bits(0), bits(1));
    on_sphere(face % FACES[0] * SIDE + x, face / FACES[0] * SIDE + y)
}

/// The same of a cell in the order of rings around the poles.
fn ring(cell: usize) -> [f64; 2] {
    let around = FACES[0] * SIDE;
    on_sphere(cell % around, cell / around)
}

fn on_sphere(x: usize, y: usize) -> [f64; 2] {
    let longitude = TAU * (x as f64 + 0.5) / (FACES[0] * SIDE) as f64;
    [
        longitude,
        2.0 * (y as f64 + 0.5) / (FACES[1] * SIDE) as f64 - 1.0,
    ]
}

/// Monthly temperatures with one decimal, in single precision; axis order `(station, time)`.
fn stations() -> Field<f32> {
    let [stations, months] = STATIONS;
    let mut random = Random::new(3);
    let values = (0..stations).flat_map(|_| {
        let (mean, season) = (random.between(-5.0, 25.0), random.between(2.0, 15.0));
        let mut departure = 0.0;
        let months = (0..months).map(|month| {
            departure = 0.6 * departure + random.normal();
            let value = mean + season * (month as f64 * TAU / 12.0).cos() + departure;
            ((10.0 * value).round() / 10.0) as f32
        });
        months.collect::<Vec<_>>()
    });
    let values =
        Array3::from_shape_vec((1, stations, months), values.collect()).unwrap_or_default();
    let range = range(&values);
    Field {
        name: "stations",
        values,
        bounds: vec![0.0, PART * range],
        files: Vec::new(),
    }
}

fn range(values: &Array3<f32>) -> f64 {
    let (least, largest) = values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), x| {
            (a.min(*x), b.max(*x))
        });
    f64::from(largest) - f64::from(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_have_the_same_cells() {
        let count = FACES[0] * FACES[1] * SIDE * SIDE;
        let sorted = |place: fn(usize) -> [f64; 2]| {
            let mut all: Vec<[u64; 2]> = (0..count)
                .map(|cell| place(cell).map(f64::to_bits))
                .collect();
            all.sort_unstable();
            all
        };
        assert!(sorted(nested) == sorted(ring));
        // The first four cells of a face are next to each other.
        let [a, b, c] = [0, 1, 2].map(nested);
        assert!(a[1] == b[1] && a[0] < b[0] && a[0] == c[0] && a[1] < c[1]);
    }

    #[test]
    fn shorts_have_all_codes_but_two_and_missing_values() {
        let values = Array3::from_shape_vec((1, 1, 3), vec![-1.0, f32::NAN, 1.0]).unwrap();
        assert_eq!(
            packed("p", &values).values.as_slice().unwrap(),
            [-32_767, -32_768, 32_767]
        );
    }

    #[test]
    fn sums_grow() {
        let values = Array3::from_shape_fn((3, 1, 2), |(t, _, x)| (4 + t + x) as f32);
        assert_eq!(
            accumulated(&values).values.as_slice().unwrap(),
            [0, 0, 0, 100, 100, 300]
        );
    }
}
