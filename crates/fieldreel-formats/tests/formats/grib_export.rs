//! Tests of writing datasets as GRIB 2 and reading them back.

use std::fs;
use std::path::Path;

use crate::common::{grib_sample, real, tool};
use crate::grib_dataset::{
    MessageSpec, dimensions, find, on_pressure, open, read_all, sample_messages, write_file,
};
use fieldreel_formats::dataset::{
    DatasetDimension, DatasetSource, GroupSchema, Schema, VariableSchema, VariableType,
    VariableValues,
};
use fieldreel_formats::{
    Attributes, ErrorKind, FormatError, GribGrid, GribOptions, NumericArray, Result,
    write_grib_dataset,
};

/// A dataset in memory, in place of a file of another format.
struct MemoryDataset {
    schema: Schema,
    values: Vec<VariableValues>,
}

impl MemoryDataset {
    fn from_source(source: &dyn DatasetSource) -> Self {
        let schema = source.schema().clone();
        let read = |(index, variable)| {
            let shape = schema.shape(variable);
            source.read(index, &vec![0; shape.len()], &shape).unwrap()
        };
        let values = schema.variables.iter().enumerate().map(read).collect();
        Self { schema, values }
    }

    fn variable(&mut self, name: &str) -> &mut VariableSchema {
        let (index, ..) = find(self, name);
        &mut self.schema.variables[index]
    }
}

impl DatasetSource for MemoryDataset {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<VariableValues> {
        let shape = self.schema.shape(&self.schema.variables[variable]);
        let total: usize = count.iter().product();
        let flat_indices = (0..total).map(|mut flat| {
            let mut index = 0;
            let mut scale = 1;
            for axis in (0..shape.len()).rev() {
                index += (start[axis] + flat % count[axis]) * scale;
                flat /= count[axis];
                scale *= shape[axis];
            }
            index
        });
        let VariableValues::Numbers(numbers) = &self.values[variable] else {
            panic!("no numbers");
        };
        Ok(VariableValues::Numbers(match numbers {
            NumericArray::F32(values) => {
                NumericArray::F32(flat_indices.map(|index| values[index]).collect())
            }
            NumericArray::I64(values) => {
                NumericArray::I64(flat_indices.map(|index| values[index]).collect())
            }
            other => NumericArray::F64(flat_indices.map(|index| other.to_f64()[index]).collect()),
        }))
    }
}

fn options() -> GribOptions {
    GribOptions::default().with_bits_per_value(20)
}

fn data_variables(source: &dyn DatasetSource) -> Vec<String> {
    let variables = source.schema().variables.iter();
    variables
        .filter(|variable| variable.attributes.get("GRIB_paramId").is_some())
        .map(|variable| variable.name.clone())
        .collect()
}

/// Checks that two datasets have the same variables, dimensions and coordinates, and values within
/// `tolerance`.
fn assert_datasets_equal(a: &dyn DatasetSource, b: &dyn DatasetSource, tolerance: f64) {
    assert_eq!(data_variables(a), data_variables(b));
    let names = |source: &dyn DatasetSource| -> Vec<String> {
        source
            .schema()
            .variables
            .iter()
            .map(|v| v.name.clone())
            .collect()
    };
    assert_eq!(names(a), names(b));
    for name in names(a) {
        assert_eq!(dimensions(a, &name), dimensions(b, &name), "{name}");
        let (left, right) = (read_all(a, &name), read_all(b, &name));
        for (left, right) in left.iter().zip(&right) {
            assert_eq!(left.is_nan(), right.is_nan(), "{name}");
            assert!(
                left.is_nan() || (left - right).abs() <= tolerance,
                "{name}: {left} {right}"
            );
        }
    }
}

#[test]
fn all_variables_round_trip() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = open(&write_file(folder.path(), &sample_messages()));
    let out = folder.path().join("out.grib");
    for source in [
        &dataset as &dyn DatasetSource,
        &MemoryDataset::from_source(&dataset),
    ] {
        let summary = write_grib_dataset(&out, source, &options()).unwrap();
        assert_eq!(summary.messages, 36 + 36 + 3 + 2 + 1);
        assert_eq!(summary.written, ["t", "u", "t2m", "tp", "t_isobaricInhPa"]);
        assert!(summary.left_out.is_empty());
        assert_datasets_equal(&dataset, &open(&out), 4e-3);
    }
    let keys = "shortName,dataDate,dataTime,stepRange,typeOfLevel,level,stepType,packingType";
    let Some(listing) = tool("grib_get", &["-p", keys], &out) else {
        return;
    };
    let lines: Vec<&str> = listing.lines().map(str::trim).collect();
    assert_eq!(lines.len(), 78);
    assert_eq!(
        lines[1],
        "t 20200228 1200 0 isobaricInhPa 500 instant grid_ccsds"
    );
    assert_eq!(
        lines[72],
        "2t 20200228 1200 0 heightAboveGround 2 instant grid_ccsds"
    );
    assert_eq!(
        lines[76],
        "tp 20200228 1200 6-12 surface 0 accum grid_ccsds"
    );
}

#[test]
fn era5_round_trips() {
    let Some(path) = real("era5-2mt-2019-03-uk.grib") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let dataset = open(&path);
    let out = folder.path().join("out.grib");
    let summary = write_grib_dataset(&out, &dataset, &GribOptions::default()).unwrap();
    assert_eq!(summary.messages, 744);
    let back = open(&out);
    let (before, after) = (read_all(&dataset, "t2m"), read_all(&back, "t2m"));
    let max_error = (&before - &after).fold(0.0f64, |max_error, d| max_error.max(d.abs()));
    println!("largest difference {max_error}");
    assert!(max_error <= 0.5 / 2048.0 + 1e-4, "{max_error}");
    for name in ["time", "latitude", "longitude", "valid_time"] {
        assert_eq!(read_all(&dataset, name), read_all(&back, name));
    }
}

#[test]
fn gaussian_grids_round_trip() {
    let folder = tempfile::tempdir().unwrap();
    for sample in ["regular_gg_pl_grib2", "regular_gg_pl_grib1"] {
        let Some(path) = grib_sample(folder.path(), sample, "") else {
            return;
        };
        let dataset = open(&path);
        let out = folder.path().join("out.grib");
        write_grib_dataset(&out, &dataset, &options()).unwrap();
        let back = open(&out);
        let name = &data_variables(&back)[0];
        let kind = find(&back, name)
            .1
            .attributes
            .text("GRIB_gridType")
            .map(str::to_owned);
        assert_eq!(kind.as_deref(), Some("regular_gg"));
        for name in ["latitude", "longitude"] {
            let (before, after) = (read_all(&dataset, name), read_all(&back, name));
            let max_error = (&before - &after).fold(0.0f64, |max_error, d| max_error.max(d.abs()));
            assert!(max_error < 1e-3, "{name}: {max_error}");
        }
        // Latitudes other than those of the Gaussian grid are refused.
        let mut memory = MemoryDataset::from_source(&dataset);
        let (latitude, ..) = find(&memory, "latitude");
        let VariableValues::Numbers(NumericArray::F64(rows)) = &mut memory.values[latitude] else {
            panic!("latitudes are no f64");
        };
        rows[7] += 0.1;
        let error = write_grib_dataset(&out, &memory, &options()).unwrap_err();
        assert!(
            matches!(error, FormatError::UnsupportedInGrib { .. }),
            "{error}"
        );
    }
}

#[test]
fn absent_messages_and_fill_values_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let early = on_pressure(130);
    let late = MessageSpec {
        steps: vec![6.0],
        time: 36.0,
        ..on_pressure(130)
    };
    let dataset = open(&write_file(folder.path(), &[early, late]));
    let mut memory = MemoryDataset::from_source(&dataset);
    let (t, ..) = find(&memory, "t");
    let VariableValues::Numbers(NumericArray::F32(values)) = &mut memory.values[t] else {
        panic!("not in single precision");
    };
    for value in values.iter_mut().filter(|value| value.is_nan()) {
        *value = 1e20;
    }
    values[5] = 1e20;
    memory.variable("t").attributes.insert("_FillValue", 1e20);
    let out = folder.path().join("out.grib");
    assert_eq!(
        write_grib_dataset(&out, &memory, &options())
            .unwrap()
            .messages,
        12
    );
    let back = read_all(&open(&out), "t");
    let before = read_all(&dataset, "t");
    for (index, (before, after)) in before.iter().zip(&back).enumerate() {
        assert_eq!(before.is_nan() || index == 5, after.is_nan(), "{index}");
    }
}

/// A pressure level of 0.5 hPa is stored as 50 Pa.
#[test]
fn fractional_levels_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut memory =
        MemoryDataset::from_source(&open(&write_file(folder.path(), &[on_pressure(130)])));
    let (level, ..) = find(&memory, "isobaricInhPa");
    memory.values[level] = VariableValues::Numbers(NumericArray::F64(vec![850.0, 0.5]));
    let out = folder.path().join("out.grib");
    write_grib_dataset(&out, &memory, &options()).unwrap();
    let Some(listing) = tool("grib_get", &["-p", "typeOfLevel,level:d"], &out) else {
        return;
    };
    println!("{listing}");
    let Some(pressures) = tool(
        "grib_get",
        &[
            "-p",
            "scaleFactorOfFirstFixedSurface,scaledValueOfFirstFixedSurface",
        ],
        &out,
    ) else {
        return;
    };
    assert_eq!(pressures.lines().nth(1).map(str::trim), Some("0 50"));
}

#[test]
fn unrepresentable_variables_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &[on_pressure(130)]);
    let dataset = open(&path);
    let out = folder.path().join("out.grib");
    let assert_refused = |memory: &MemoryDataset| {
        let error = write_grib_dataset(&out, memory, &options()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Values, "{error}");
        assert!(!out.exists());
        assert!(
            matches!(&error, FormatError::UnsupportedInGrib { variable, .. } if variable == "t"),
            "{error}"
        );
    };
    let mut integers = MemoryDataset::from_source(&dataset);
    integers.variable("t").kind = VariableType::I64;
    assert_refused(&integers);
    let mut packed = MemoryDataset::from_source(&dataset);
    packed.variable("t").attributes.insert("scale_factor", 0.5);
    assert_refused(&packed);
    let mut unknown = MemoryDataset::from_source(&dataset);
    unknown
        .variable("t")
        .attributes
        .insert("GRIB_paramId", 999_999_999i64);
    assert_refused(&unknown);
    let mut uneven = MemoryDataset::from_source(&dataset);
    let (latitude, ..) = find(&uneven, "latitude");
    uneven.values[latitude] = VariableValues::Numbers(NumericArray::F64(vec![3.0, 2.0, -1.0]));
    assert_refused(&uneven);
    write_grib_dataset(&out, &uneven, &options().with_grid(GribGrid::Index)).unwrap();
    fs::remove_file(&out).unwrap();
    let mut unknown_dimension = MemoryDataset::from_source(&dataset);
    unknown_dimension.schema.dimensions[0].name = "color".to_owned();
    let step = unknown_dimension.variable("step");
    step.name = "color".to_owned();
    step.attributes = Attributes::new();
    assert_refused(&unknown_dimension);
    let bits = write_grib_dataset(&out, &dataset, &options().with_bits_per_value(0));
    assert!(matches!(bits, Err(FormatError::InvalidOption { .. })));
    let mut infinite = MemoryDataset::from_source(&dataset);
    let (t, ..) = find(&infinite, "t");
    let VariableValues::Numbers(NumericArray::F32(values)) = &mut infinite.values[t] else {
        panic!("not in single precision");
    };
    values[15] = f32::INFINITY;
    let error = write_grib_dataset(&out, &infinite, &options()).unwrap_err();
    assert!(matches!(
        error,
        FormatError::Unpackable { count: 1, first: 3 }
    ));
    let nowhere = write_grib_dataset(Path::new("/no such folder/x"), &dataset, &options());
    assert_eq!(nowhere.unwrap_err().kind(), ErrorKind::Io);
    let remaining: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(remaining.len(), 1, "something was left behind");
}

/// Returns a dataset of 3 × 4 values `u`, and of two frames `v`, without any coordinates.
fn without_coordinates() -> MemoryDataset {
    let mut schema = Schema::default();
    schema.groups.push(GroupSchema::default());
    for (name, len) in [("color", 2), ("row", 3), ("column", 4)] {
        schema.dimensions.push(DatasetDimension::new(name, len));
    }
    let u = VariableSchema::new("u", VariableType::F32, &[1, 2]);
    let v = VariableSchema::new("v", VariableType::F32, &[0, 1, 2]);
    schema.variables = vec![u, v];
    let numbers = |len| (0..len).map(|number| number as f32).collect();
    let values = [12, 24].map(|len| VariableValues::Numbers(NumericArray::F32(numbers(len))));
    MemoryDataset {
        schema,
        values: values.into(),
    }
}

#[test]
fn frames_without_coordinates_are_written_by_index() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.grib");
    let by_index = options().with_grid(GribGrid::Index);
    let memory = without_coordinates();
    let summary = write_grib_dataset(&out, &memory, &by_index).unwrap();
    // Nothing says what the first dimension of `v` is.
    assert_eq!(
        (summary.messages, summary.written, summary.left_out),
        (1, vec!["u".to_owned()], vec!["v".to_owned()])
    );
    let back = open(&out);
    let name = &data_variables(&back)[0];
    assert_eq!(read_all(&back, name), read_all(&memory, "u"));
    assert_eq!(
        read_all(&back, "latitude").into_raw_vec_and_offset().0,
        [0.0, 0.001, 0.002]
    );

    // A list of points has no rows.
    let mut points = without_coordinates();
    let u = &mut points.schema.variables[0];
    u.attributes.insert("GRIB_gridType", "reduced_gg");
    for has_time in [false, true] {
        if has_time {
            points.schema.dimensions[1].name = "time".to_owned();
            let time = VariableSchema::new("time", VariableType::F32, &[1]);
            points.schema.variables.push(time);
            let numbers = NumericArray::F32(vec![0.0, 1.0, 2.0]);
            points.values.push(VariableValues::Numbers(numbers));
        }
        let error = write_grib_dataset(&out, &points, &by_index).unwrap_err();
        assert!(
            matches!(&error, FormatError::UnsupportedInGrib { variable, problem, .. }
                if variable == "u" && problem.contains("points are a list")),
            "{error}"
        );
    }

    // The reason why it is left out is the error if no variable is written.
    let mut stack = without_coordinates();
    stack.schema.variables.remove(0);
    stack.values.remove(0);
    let error = write_grib_dataset(&out, &stack, &by_index).unwrap_err();
    assert!(
        matches!(&error, FormatError::UnsupportedInGrib { variable, problem, .. }
            if variable == "v" && problem.contains("is not a member, time, step or level")),
        "{error}"
    );

    // Without `GribGrid::Index`, there is no grid.
    let error = write_grib_dataset(&out, &memory, &options()).unwrap_err();
    assert!(
        matches!(&error, FormatError::UnsupportedInGrib { variable, problem, .. }
            if variable == "u" && problem.contains("no latitudes and longitudes")),
        "{error}"
    );
}

#[test]
fn irregular_grids_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for sample in ["rotated_ll_sfc_grib2", "reduced_gg_pl_32_grib2"] {
        let Some(path) = grib_sample(folder.path(), sample, "") else {
            return;
        };
        let out = folder.path().join("out.grib");
        let error = write_grib_dataset(&out, &open(&path), &options()).unwrap_err();
        assert!(
            matches!(error, FormatError::UnsupportedInGrib { .. }),
            "{sample}: {error}"
        );
    }
}

#[test]
fn variables_without_a_grid_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut memory =
        MemoryDataset::from_source(&open(&write_file(folder.path(), &[on_pressure(130)])));
    let stations = VariableSchema::new("stations", VariableType::I64, &[0]);
    memory.schema.variables.push(stations);
    memory
        .values
        .push(VariableValues::Numbers(NumericArray::I64(vec![1, 2, 3])));
    let out = folder.path().join("out.grib");
    let summary = write_grib_dataset(&out, &memory, &options()).unwrap();
    assert_eq!(
        (summary.written, summary.left_out),
        (vec!["t".to_owned()], vec!["stations".to_owned()])
    );

    let mut schema = Schema::default();
    schema.groups.push(GroupSchema::default());
    schema.dimensions.push(DatasetDimension::new("n", 2));
    let empty = MemoryDataset {
        schema,
        values: Vec::new(),
    };
    let error = write_grib_dataset(&out, &empty, &options()).unwrap_err();
    assert!(matches!(error, FormatError::NoField { .. }));
}
