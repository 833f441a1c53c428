//! Tests of GRIB files as datasets.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{grib_sample, grib_set, real};
use fieldreel_formats::dataset::{DatasetSource, VariableSchema, VariableType, VariableValues};
use fieldreel_formats::{
    Coordinate, ErrorKind, Field, FieldValues, FormatError, GribDataset, GribOptions,
    GribSelection, Limits, NumericArray, read_grib, read_grib_with, write_grib,
};
use ndarray::{Array4, ArrayD, IxDyn};

pub(crate) fn open(path: &Path) -> GribDataset {
    GribDataset::open(path, &Limits::default()).unwrap()
}

/// Returns a variable's index, the variable, and its dimensions.
pub(crate) fn find(
    source: &dyn DatasetSource,
    name: &str,
) -> (usize, VariableSchema, Vec<(String, usize)>) {
    let schema = source.schema();
    let names: Vec<&str> = schema.variables.iter().map(|v| v.name.as_str()).collect();
    let index = names.iter().position(|found| *found == name);
    let index = index.unwrap_or_else(|| panic!("no {name} in {names:?}"));
    let variable = schema.variables[index].clone();
    let dimensions = variable.dimensions.iter().map(|&id| {
        let dimension = &schema.dimensions[id];
        (dimension.name.clone(), dimension.len)
    });
    let dimensions = dimensions.collect();
    (index, variable, dimensions)
}

/// Reads all values of a variable, and checks that they have its type.
pub(crate) fn read_all(source: &dyn DatasetSource, name: &str) -> ArrayD<f64> {
    let (index, variable, dimensions) = find(source, name);
    let shape: Vec<usize> = dimensions.iter().map(|(_, len)| *len).collect();
    let values = source.read(index, &vec![0; shape.len()], &shape).unwrap();
    assert_eq!(values.kind(), variable.kind, "{name}");
    let VariableValues::Numbers(numbers) = values else {
        panic!("{name} has no numbers");
    };
    ArrayD::from_shape_vec(IxDyn(&shape), numbers.to_f64()).unwrap()
}

pub(crate) fn dimensions(source: &dyn DatasetSource, name: &str) -> Vec<(String, usize)> {
    find(source, name).2
}

fn owned(dimensions: &[(&str, usize)]) -> Vec<(String, usize)> {
    let to_owned = |(name, len): &(&str, usize)| ((*name).to_owned(), *len);
    dimensions.iter().map(to_owned).collect()
}

fn text(source: &dyn DatasetSource, name: &str, attribute: &str) -> String {
    let (_, variable, _) = find(source, name);
    let text = variable.attributes.text(attribute);
    text.unwrap_or_else(|| panic!("{name} has no {attribute}: {:?}", variable.attributes))
        .to_owned()
}

/// Returns a coordinate along the dimension with its name.
fn axis(name: &str, units: &str, numbers: &[f64]) -> Coordinate {
    Coordinate::axis(name, numbers.to_vec()).with_attribute("units", units)
}

/// The specification of the messages of a generated file.
#[derive(Clone, Default)]
pub(crate) struct MessageSpec {
    pub(crate) param_id: i64,
    pub(crate) step_type: &'static str,
    pub(crate) type_of_level: &'static str,
    pub(crate) numbers: Vec<f64>,
    pub(crate) levels: Vec<f64>,
    /// The reference time, in hours since 2020-02-28. Steps are in hours from there.
    pub(crate) time: f64,
    pub(crate) steps: Vec<f64>,
    pub(crate) starts: Vec<f64>,
    pub(crate) rows: usize,
}

impl MessageSpec {
    fn value(&self, number: f64, level: f64, step: f64, y: usize, x: usize) -> f64 {
        let frame = number * 1000.0 + level + step * 10.0 + self.time * 7.0;
        self.param_id as f64 + frame + y as f64 * 8.0 + x as f64
    }

    /// Encodes one message for each member, step and level.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let or_zero = |numbers: &[f64]| match numbers {
            [] => vec![0.0],
            some => some.to_vec(),
        };
        let (numbers, levels, steps) = (
            or_zero(&self.numbers),
            or_zero(&self.levels),
            or_zero(&self.steps),
        );
        let rows = self.rows.max(3);
        let mut values = Array4::<f64>::zeros((numbers.len() * steps.len(), levels.len(), rows, 4));
        for ((frame, level, y, x), value) in values.indexed_iter_mut() {
            let (number, step) = (frame / steps.len(), frame % steps.len());
            *value = self.value(numbers[number], levels[level], steps[step], y, x);
        }
        let shape = [numbers.len(), steps.len(), levels.len(), rows, 4];
        let values = values.into_shape_with_order(IxDyn(&shape)).unwrap();
        let names = ["number", "time", "level", "latitude", "longitude"];
        let mut field = Field::new("v", values, &names).unwrap();
        let hours = "hours since 2020-02-28 00:00";
        let valid: Vec<f64> = steps.iter().map(|step| step + self.time).collect();
        let reference = vec![self.time; steps.len()];
        field.coordinates = vec![
            axis("number", "1", &numbers),
            axis("time", hours, &valid),
            Coordinate::along("forecast_reference_time", "time", reference)
                .with_attribute("units", hours),
            axis("level", "1", &levels),
            axis(
                "latitude",
                "degrees_north",
                &(0..rows).map(|y| 10.0 - y as f64).collect::<Vec<_>>(),
            ),
            axis("longitude", "degrees_east", &[-2.0, 0.0, 2.0, 4.0]),
        ];
        if !self.starts.is_empty() {
            field
                .coordinates
                .push(Coordinate::along("step_start", "time", self.starts.clone()));
        }
        if self.numbers.is_empty() {
            // Without members the dimension is removed.
            let FieldValues::F64(values) = field.values else {
                unreachable!()
            };
            field.values = values.index_axis_move(ndarray::Axis(0), 0).into();
            field.dimensions.remove(0);
            field.coordinates.remove(0);
        }
        field.attributes.insert("GRIB_paramId", self.param_id);
        field.attributes.insert("GRIB_centre", "ecmf");
        if !self.step_type.is_empty() {
            field.attributes.insert("GRIB_stepType", self.step_type);
        }
        field
            .attributes
            .insert("GRIB_typeOfLevel", self.type_of_level);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made.grib");
        let options = GribOptions::default().with_bits_per_value(20);
        write_grib(&path, &field, &options).unwrap();
        fs::read(&path).unwrap()
    }
}

pub(crate) fn write_file(folder: &Path, parts: &[MessageSpec]) -> PathBuf {
    let path = folder.join("made.grib");
    let bytes: Vec<u8> = parts.iter().flat_map(MessageSpec::bytes).collect();
    fs::write(&path, bytes).unwrap();
    path
}

pub(crate) fn on_pressure(param_id: i64) -> MessageSpec {
    MessageSpec {
        param_id,
        type_of_level: "isobaricInhPa",
        levels: vec![500.0, 850.0],
        steps: vec![0.0, 6.0, 12.0],
        time: 12.0,
        ..MessageSpec::default()
    }
}

/// Returns temperature and wind on pressure levels with members, 2 m temperature, an accumulation,
/// and temperature on another grid.
pub(crate) fn sample_messages() -> Vec<MessageSpec> {
    let members = |param_id| MessageSpec {
        numbers: vec![2.0, 0.0, 1.0],
        ..on_pressure(param_id)
    };
    let later = |spec: MessageSpec| MessageSpec { time: 36.0, ..spec };
    let two_meters = MessageSpec {
        param_id: 167,
        type_of_level: "heightAboveGround",
        steps: vec![0.0, 6.0, 12.0],
        time: 12.0,
        ..MessageSpec::default()
    };
    let sum = MessageSpec {
        param_id: 228,
        step_type: "accum",
        type_of_level: "surface",
        steps: vec![6.0, 12.0],
        starts: vec![0.0, 6.0],
        time: 12.0,
        ..MessageSpec::default()
    };
    let wider = MessageSpec {
        rows: 5,
        levels: vec![700.0],
        steps: vec![0.0],
        ..on_pressure(130)
    };
    vec![
        members(130),
        members(131),
        later(members(130)),
        later(members(131)),
        two_meters,
        sum,
        wider,
    ]
}

#[test]
fn messages_are_grouped_into_variables() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &sample_messages());
    let dataset = open(&path);
    let schema = dataset.schema();
    let data: Vec<&str> = schema
        .variables
        .iter()
        .filter(|variable| variable.attributes.get("GRIB_paramId").is_some())
        .map(|variable| variable.name.as_str())
        .collect();
    assert_eq!(data, ["t", "u", "t2m", "tp", "t_isobaricInhPa"]);
    let full_dimensions = owned(&[
        ("number", 3),
        ("time", 2),
        ("step", 3),
        ("isobaricInhPa", 2),
        ("latitude", 3),
        ("longitude", 4),
    ]);
    assert_eq!(dimensions(&dataset, "t"), full_dimensions);
    assert_eq!(dimensions(&dataset, "u"), full_dimensions);
    assert_eq!(
        dimensions(&dataset, "t2m"),
        owned(&[("step", 3), ("latitude", 3), ("longitude", 4)])
    );
    assert_eq!(
        dimensions(&dataset, "tp"),
        owned(&[("step_1", 2), ("latitude", 3), ("longitude", 4)])
    );
    assert_eq!(
        dimensions(&dataset, "t_isobaricInhPa"),
        owned(&[("latitude_1", 5), ("longitude_1", 4)])
    );
    assert_eq!(
        text(&dataset, "t2m", "coordinates"),
        "time_1 heightAboveGround valid_time_1"
    );
    assert_eq!(
        text(&dataset, "tp", "coordinates"),
        "time_1 surface valid_time_2 step_start"
    );
    assert_eq!(text(&dataset, "t", "coordinates"), "valid_time");
    let numbers = |name| read_all(&dataset, name).into_iter().collect::<Vec<f64>>();
    assert_eq!(numbers("number"), [0.0, 1.0, 2.0]);
    let noon = 1_582_891_200.0;
    assert_eq!(numbers("time"), [noon, noon + 86_400.0]);
    assert_eq!(numbers("time_1"), [noon]);
    assert_eq!(numbers("step"), [0.0, 6.0, 12.0]);
    assert_eq!(numbers("step_1"), [6.0, 12.0]);
    assert_eq!(numbers("step_start"), [0.0, 6.0]);
    assert_eq!(numbers("isobaricInhPa"), [850.0, 500.0]);
    assert_eq!(numbers("heightAboveGround"), [2.0]);
    assert_eq!(numbers("latitude"), [10.0, 9.0, 8.0]);
    assert_eq!(numbers("longitude"), [-2.0, 0.0, 2.0, 4.0]);
    assert_eq!(
        dimensions(&dataset, "valid_time"),
        owned(&[("time", 2), ("step", 3)])
    );
    assert_eq!(
        numbers("valid_time"),
        [0.0, 6.0, 12.0, 24.0, 30.0, 36.0].map(|hours| noon + hours * 3600.0)
    );
    assert_eq!(
        dimensions(&dataset, "valid_time_2"),
        owned(&[("step_1", 2)])
    );

    for (name, spec) in [("t", &sample_messages()[0]), ("u", &sample_messages()[1])] {
        let values = read_all(&dataset, name);
        for (index, value) in values.indexed_iter() {
            let spec = MessageSpec {
                time: [12.0, 36.0][index[1]],
                ..spec.clone()
            };
            let (level, step) = ([850.0, 500.0][index[3]], [0.0, 6.0, 12.0][index[2]]);
            let expected = spec.value(index[0] as f64, level, step, index[4], index[5]);
            assert!(
                (value - expected).abs() < 1e-3,
                "{name} {index:?} {value} {expected}"
            );
        }
    }
    // A hyperslab equals the same part of the full array.
    let (index, _, _) = find(&dataset, "t");
    let part = dataset
        .read(index, &[1, 0, 1, 1, 1, 2], &[2, 2, 1, 1, 2, 1])
        .unwrap();
    let full = read_all(&dataset, "t");
    let slice = full.slice(ndarray::s![1..3, 0..2, 1..2, 1..2, 1..3, 2..3]);
    let VariableValues::Numbers(NumericArray::F32(part)) = part else {
        panic!("{part:?}");
    };
    let slice: Vec<f32> = slice.iter().map(|&value| value as f32).collect();
    assert_eq!(part, slice);
    for (start, count) in [
        (vec![0, 0, 0, 0, 0, 1], vec![1, 1, 1, 1, 1, 4]),
        (vec![usize::MAX, 0, 0, 0, 0, 0], vec![1; 6]),
        (vec![0; 5], vec![1; 5]),
    ] {
        let error = dataset.read(index, &start, &count).unwrap_err();
        assert!(
            matches!(error, FormatError::IndexOutOfRange { .. }),
            "{error}"
        );
    }
    assert!(dataset.read(usize::MAX, &[], &[]).is_err());
}

#[test]
fn attributes_are_those_of_cfgrib() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = open(&write_file(folder.path(), &sample_messages()));
    for (name, attribute, value) in [
        ("t", "units", "K"),
        ("t", "long_name", "Temperature"),
        ("t", "standard_name", "air_temperature"),
        ("t", "GRIB_shortName", "t"),
        ("t", "GRIB_typeOfLevel", "isobaricInhPa"),
        ("t", "GRIB_gridType", "regular_ll"),
        ("tp", "GRIB_stepType", "accum"),
        ("time", "standard_name", "forecast_reference_time"),
        ("time", "units", "seconds since 1970-01-01T00:00:00"),
        ("time", "calendar", "proleptic_gregorian"),
        ("valid_time", "standard_name", "time"),
        ("step", "long_name", "time since forecast_reference_time"),
        ("number", "standard_name", "realization"),
        ("isobaricInhPa", "units", "hPa"),
        ("isobaricInhPa", "positive", "down"),
        ("isobaricInhPa", "axis", "Z"),
        ("latitude", "units", "degrees_north"),
        ("longitude", "standard_name", "longitude"),
        ("heightAboveGround", "positive", "up"),
    ] {
        assert_eq!(text(&dataset, name, attribute), value, "{name} {attribute}");
    }
    let (_, t, _) = find(&dataset, "t");
    assert_eq!(t.kind, VariableType::F32);
    assert_eq!(t.attributes.number("GRIB_paramId"), Some(130.0));
    assert_eq!(t.attributes.number("GRIB_Nx"), Some(4.0));
    assert_eq!(t.attributes.number("GRIB_stepUnits"), Some(1.0));
    assert!(t.attributes.number("_FillValue").unwrap().is_nan());
    let file = &dataset.schema().groups[0].attributes;
    assert_eq!(file.number("GRIB_edition"), Some(2.0));
    assert_eq!(file.text("GRIB_centre"), Some("ecmf"));
    assert_eq!(file.text("Conventions"), Some("CF-1.7"));
    assert_eq!(
        file.text("institution"),
        file.text("GRIB_centreDescription")
    );
    assert!(
        file.text("institution")
            .unwrap()
            .contains("European Centre")
    );
}

#[test]
fn era5_equals_the_field_of_read_grib() {
    let Some(path) = real("era5-2mt-2019-03-uk.grib") else {
        return;
    };
    let dataset = open(&path);
    let field = read_grib(&path, None).unwrap();
    assert_eq!(
        dimensions(&dataset, "t2m"),
        owned(&[("time", 744), ("latitude", 33), ("longitude", 49)])
    );
    let (index, ..) = find(&dataset, "t2m");
    let VariableValues::Numbers(NumericArray::F32(values)) =
        dataset.read(index, &[0, 0, 0], &[744, 33, 49]).unwrap()
    else {
        panic!("not in single precision");
    };
    let FieldValues::F32(expected) = &field.values else {
        panic!("not in single precision");
    };
    assert!(values.iter().eq(expected.iter()));
    for name in ["time", "latitude", "longitude"] {
        let expected = field.coordinate(name).unwrap().values.to_f64();
        assert!(read_all(&dataset, name).into_iter().eq(expected), "{name}");
    }
    assert_eq!(
        text(&dataset, "t2m", "coordinates"),
        "number step surface valid_time"
    );
}

#[test]
fn absent_messages_are_missing_values() {
    let folder = tempfile::tempdir().unwrap();
    let early = MessageSpec {
        steps: vec![0.0, 6.0],
        ..on_pressure(130)
    };
    let late = MessageSpec {
        steps: vec![6.0, 12.0],
        levels: vec![850.0],
        time: 36.0,
        ..on_pressure(130)
    };
    let dataset = open(&write_file(folder.path(), &[early, late]));
    let values = read_all(&dataset, "t");
    assert_eq!(values.shape(), [2, 3, 2, 3, 4]);
    let present = [
        (0, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 1, 1),
        (1, 1, 0),
        (1, 2, 0),
    ];
    for (index, value) in values.indexed_iter() {
        let expected = present.contains(&(index[0], index[1], index[2]));
        assert_eq!(!value.is_nan(), expected, "{index:?}");
    }
}

#[test]
fn duplicate_messages_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(
        folder.path(),
        &[on_pressure(131), on_pressure(130), on_pressure(130)],
    );
    let error = GribDataset::open(&path, &Limits::default()).unwrap_err();
    assert!(
        matches!(
            &error,
            FormatError::DuplicateMessages { variable, first: 7, second: 13, .. } if variable == "t"
        ),
        "{error}"
    );
}

#[test]
fn accumulations_from_the_start_and_from_the_last_step_are_separate() {
    let folder = tempfile::tempdir().unwrap();
    let sum = |steps: &[f64], starts: &[f64]| MessageSpec {
        param_id: 228,
        step_type: "accum",
        type_of_level: "surface",
        steps: steps.to_vec(),
        starts: starts.to_vec(),
        ..MessageSpec::default()
    };
    let parts = [
        sum(&[6.0, 12.0], &[0.0, 0.0]),
        sum(&[12.0, 18.0], &[6.0, 12.0]),
    ];
    let dataset = open(&write_file(folder.path(), &parts));
    assert_eq!(dimensions(&dataset, "tp")[0], ("step".to_owned(), 2));
    let (.., other) = find(&dataset, "tp_surface");
    assert_eq!(other[0], ("step_1".to_owned(), 2));
    let starts = |name| read_all(&dataset, name).into_iter().collect::<Vec<f64>>();
    assert_eq!(starts("step_start"), [0.0, 0.0]);
    assert_eq!(starts("step_start_1"), [6.0, 12.0]);
}

#[test]
fn every_grid_type_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for (sample, settings, names, mapping) in [
        (
            "regular_gg_pl_grib2",
            "",
            &["latitude", "longitude"][..],
            "",
        ),
        ("regular_ll_pl_grib1", "", &["latitude", "longitude"], ""),
        (
            "rotated_ll_sfc_grib2",
            "",
            &["y", "x"],
            "rotated_latitude_longitude",
        ),
        (
            "rotated_gg_sfc_grib1",
            "",
            &["y", "x"],
            "rotated_latitude_longitude",
        ),
        (
            "polar_stereographic_pl_grib2",
            "jScansPositively=1",
            &["y", "x"],
            "polar_stereographic",
        ),
        (
            "GRIB2",
            "gridType=lambert,Nx=16,Ny=31,DxInMetres=50000,DyInMetres=40000,LaDInDegrees=45,LoVInDegrees=10,\
          Latin1InDegrees=40,Latin2InDegrees=50,jScansPositively=1,latitudeOfFirstGridPointInDegrees=35,\
          longitudeOfFirstGridPointInDegrees=3",
            &["y", "x"],
            "lambert_conformal_conic",
        ),
        ("reduced_gg_pl_32_grib2", "", &["values"], ""),
        ("reduced_ll_sfc_grib1", "", &["values"], ""),
        ("sh_pl_grib2", "", &["values"], ""),
    ] {
        let Some(path) = grib_sample(folder.path(), sample, settings) else {
            return;
        };
        let dataset = GribDataset::open(&path, &Limits::default());
        let dataset = dataset.unwrap_or_else(|error| panic!("{sample}: {error}"));
        let schema = dataset.schema();
        let data = schema.variables.last().unwrap();
        let found: Vec<&str> = data
            .dimensions
            .iter()
            .map(|&id| schema.dimensions[id].name.as_str())
            .collect();
        assert_eq!(found, names, "{sample}");
        let values = read_all(&dataset, &data.name);
        assert!(!values.is_empty(), "{sample}");
        assert_eq!(
            data.attributes.text("grid_mapping").unwrap_or(""),
            mapping,
            "{sample}"
        );
        if !mapping.is_empty() {
            assert_eq!(text(&dataset, mapping, "grid_mapping_name"), mapping);
        }
        let has_coordinates = schema.variables.iter().any(|v| v.name == "latitude");
        println!(
            "{sample}: {:?}, coordinates: {has_coordinates}",
            values.shape()
        );
        assert_eq!(has_coordinates, !sample.starts_with("sh"), "{sample}");
        if names.len() == 2 {
            let field = read_grib(&path, None).unwrap();
            assert_eq!(values.len(), field.values.len());
            assert!(values.iter().eq(field.values.to_f64().iter()), "{sample}");
            for name in ["latitude", "longitude"] {
                let coordinate = field.coordinate(name).unwrap();
                let values = read_all(&dataset, name);
                assert_eq!(values.shape(), coordinate.shape(), "{sample}");
                assert!(
                    values.into_iter().eq(coordinate.values.to_f64()),
                    "{sample}"
                );
            }
        } else if has_coordinates {
            let latitudes = read_all(&dataset, "latitude");
            assert_eq!(latitudes.shape(), values.shape());
            assert!(
                sample.contains("reduced_ll")
                    || latitudes[0] > 85.0 && latitudes[latitudes.len() - 1] < -85.0
            );
            assert!(text(&dataset, &data.name, "coordinates").contains("latitude longitude"));
        }
    }
}

/// Messages with several fields share sections.
#[test]
fn fields_of_one_message_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &[on_pressure(130)]);
    let joined = folder.path().join("joined.grib");
    let messages = fs::read(&path).unwrap();
    fs::write(&joined, join_fields(&messages)).unwrap();
    let (apart, together) = (open(&path), open(&joined));
    assert_eq!(apart.schema().dimensions, together.schema().dimensions);
    assert_eq!(read_all(&apart, "t"), read_all(&together, "t"));
}

/// Joins edition 2 messages into one, with sections 4 to 7 repeated for each field.
fn join_fields(messages: &[u8]) -> Vec<u8> {
    let mut joined = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let len = u64::from_be_bytes(rest[8..16].try_into().unwrap()) as usize;
        let mut at = 16;
        while at < len - 4 {
            let section = u32::from_be_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
            if joined.len() < 16 {
                joined.extend_from_slice(&rest[..16]);
            }
            if rest[at + 4] >= 4 || rest.len() == messages.len() {
                joined.extend_from_slice(&rest[at..at + section]);
            }
            at += section;
        }
        rest = &rest[len..];
    }
    joined.extend_from_slice(b"7777");
    let len = joined.len() as u64;
    joined[8..16].copy_from_slice(&len.to_be_bytes());
    joined
}

#[test]
fn variables_equal_the_fields_of_selected_messages() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &sample_messages());
    let dataset = open(&path);
    let row_counts: HashMap<&str, &str> = HashMap::from([
        ("t", "3"),
        ("u", "3"),
        ("t2m", "3"),
        ("tp", "3"),
        ("t_isobaricInhPa", "5"),
    ]);
    for (name, rows) in row_counts {
        let mut count = 0;
        for (time, noon) in [("20200228", 0), ("20200229", 1)] {
            let short = text(&dataset, name, "GRIB_shortName");
            let selection = GribSelection::parameter(&short)
                .with_key("dataDate", time)
                .with_key("Nj", rows);
            let Ok(field) = read_grib_with(&path, &selection, &Limits::default()) else {
                continue;
            };
            count += 1;
            let values = read_all(&dataset, name);
            let mut sum = 0.0;
            for (index, value) in values.indexed_iter() {
                if name.len() > 1 || index[1] == noon {
                    sum += value;
                }
            }
            let expected = field.values.to_f64().sum();
            assert!(
                (sum - expected).abs() < 1e-6 * expected.abs(),
                "{name} {time}"
            );
        }
        assert_eq!(count, if name.len() > 1 { 1 } else { 2 }, "{name}");
    }
}

#[test]
fn keys_that_no_message_has_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &[on_pressure(130)]);
    for selection in [GribSelection::default(), GribSelection::parameter("t")] {
        let selection = selection
            .with_key("level", "7")
            .with_key("typeOfLevel", "surface");
        let error = read_grib_with(&path, &selection, &Limits::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        let message = format!(
            "{}: no message has level=7, typeOfLevel=surface",
            path.display()
        );
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn more_than_24_bits_are_read_as_f64() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &[on_pressure(130)]);
    let deep = folder.path().join("deep.grib");
    if grib_set(&["-r", "-s", "bitsPerValue=30"], &path, &deep).is_none() {
        return;
    }
    let dataset = open(&deep);
    assert_eq!(find(&dataset, "t").1.kind, VariableType::F64);
    assert_eq!(read_all(&dataset, "t").len(), 3 * 2 * 12);
}
