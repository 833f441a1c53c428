//! Fields written into files of the `netcdf` crate equal those of `write_netcdf`.

use crate::common::{assert_same, fixture, prevent_spawning, write};
use fieldreel_formats::netcdf::put_filter;
use fieldreel_formats::{
    AttributeValue, Attributes, Coordinate, ErrorKind, Field, FieldValues, FormatError, Missing,
    NetcdfDataset, NetcdfOptions, read_netcdf,
};
use fieldreel_formats::{DEFAULT_LIMITS, dataset::DatasetSource};
use ndarray::ArrayD;
use netcdf::Options;

/// Returns a field with every kind of metadata.
fn full_field() -> Field {
    let values: Vec<f32> = (0..12).map(|at| at as f32 / 2.0).collect();
    let mut values = ArrayD::from_shape_vec(vec![3, 2, 2], values).unwrap();
    values[[1, 0, 1]] = f32::NAN;
    let mut field = Field::new("v", values, &["time", "y", "x"]).unwrap();
    field.dimensions[0].is_unlimited = true;
    field.missing = Missing::default()
        .with_fill_value(-1e30_f32)
        .with_missing_value(-999.0_f32);
    let time = Coordinate::axis("time", vec![0.0, 6.0, 12.0])
        .with_attribute("units", "hours since 2000-01-01")
        .with_attribute("bounds", "time_bnds");
    let bounds = vec![0.0, 6.0, 6.0, 12.0, 12.0, 18.0];
    let bounds = Coordinate::new("time_bnds", &[("time", 3), ("nv", 2)], bounds);
    let latitude = vec![1.0_f32, 2.0, f32::NAN, 4.0];
    let latitude = Coordinate::new("lat", &[("y", 2), ("x", 2)], latitude);
    let height = Coordinate::new("height", &[], 2.0);
    let number = Coordinate::along("number", "x", vec![7_i16, 8]);
    field.coordinates = vec![time, bounds, latitude, height, number];
    field.attributes.insert("units", "K");
    let words = AttributeValue::Texts(vec!["a".to_owned(), "b".to_owned()]);
    field.attributes.insert("words", words);
    field.attributes.insert("levels", vec![1_i64 << 40, 2]);
    field.file_attributes.insert("history", "made");
    field
}

#[test]
fn fields_are_written_as_write_netcdf_does() {
    let folder = tempfile::tempdir().unwrap();
    let (expected_path, crate_path) = (folder.path().join("a.nc"), folder.path().join("b.nc"));
    let sample = read_netcdf(fixture("navy_winds_uwnd.nc"), None).unwrap();
    for field in [full_field(), sample] {
        for options in [NetcdfOptions::default(), NetcdfOptions::uncompressed()] {
            write(&expected_path, &field, &options);
            let _no_spawning = prevent_spawning();
            let mut file = netcdf::create(&crate_path).unwrap();
            field.put_netcdf_with(&mut file, &options).unwrap();
            let expected = read_netcdf(&expected_path, Some(&field.name)).unwrap();
            let open = Field::from_netcdf(&file, &field.name).unwrap();
            assert_same(open, expected.clone());
            file.close().unwrap();
            assert_same(
                read_netcdf(&crate_path, Some(&field.name)).unwrap(),
                expected,
            );
            let open = |path| NetcdfDataset::open(path, &DEFAULT_LIMITS).unwrap();
            let (expected, found) = (open(&expected_path), open(&crate_path));
            assert_eq!(
                format!("{:#?}", expected.schema()),
                format!("{:#?}", found.schema())
            );
            for variable in 0..expected.schema().variables.len() {
                let chunk = expected.chunk(variable).unwrap();
                assert_eq!(chunk, found.chunk(variable).unwrap(), "{variable}");
            }
        }
    }
}

#[test]
fn every_element_type_round_trips() {
    macro_rules! fields {
        ($($variant:ident $type:ty),*) => {[$((stringify!($type), FieldValues::$variant(
            ArrayD::from_shape_vec(vec![2, 2], vec![0 as $type, 1 as $type, <$type>::MIN, <$type>::MAX]).unwrap(),
        ))),*]};
    }
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("types.nc");
    let mut file = netcdf::create(&path).unwrap();
    let fields = fields!(I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64, F32 f32, F64 f64);
    for (name, values) in fields.clone() {
        let field = Field::new(name, values, &["y", "x"]).unwrap();
        field.put_netcdf(&mut file).unwrap();
    }
    let scalar = Field::new("one", ArrayD::from_elem(vec![], 4.5_f64), &[]).unwrap();
    scalar.put_netcdf(&mut file).unwrap();
    file.close().unwrap();
    let dataset = NetcdfDataset::open(&path, &DEFAULT_LIMITS).unwrap();
    for (number, (name, values)) in fields.into_iter().enumerate() {
        assert_eq!(dataset.schema().variables[number].name, name);
        let found = dataset.read(number, &[0, 0], &[2, 2]).unwrap();
        let fieldreel_formats::dataset::VariableValues::Numbers(found) = found else {
            panic!("{name} is not numeric");
        };
        assert_eq!(
            found,
            fieldreel_formats::NumericArray::from(values),
            "{name}"
        );
    }
    assert_eq!(read_netcdf(&path, Some("one")).unwrap().values.len(), 1);
}

#[test]
fn fields_share_dimensions_and_coordinates() {
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let mut file = netcdf::create(folder.path().join("shared.nc")).unwrap();
    // An unlimited dimension that has no values yet.
    file.add_unlimited_dimension("time").unwrap();
    file.add_attribute("history", "older").unwrap();
    let (first, mut second) = (full_field(), full_field());
    second.name = "w".to_owned();
    first.put_netcdf(&mut file).unwrap();
    second.put_netcdf(&mut file).unwrap();
    let found = Field::from_netcdf(&file, "w").unwrap();
    assert_eq!(found.file_attributes.text("history"), Some("older"));
    assert_eq!(found.coordinates.len(), 5);

    let error = first.put_netcdf(&mut file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Library);
    let mut other = full_field();
    other.name = "o".to_owned();
    other.coordinates[0] = Coordinate::axis("time", vec![0.0, 6.0, 13.0]);
    let error = other.put_netcdf(&mut file).unwrap_err();
    assert!(
        matches!(&error, FormatError::CoordinateConflict { coordinate, .. } if coordinate == "time"),
        "{error}"
    );
    let values = ArrayD::<f32>::zeros(vec![2, 2]);
    for (name, dimensions) in [("s", ["time", "x"]), ("s", ["s", "time"])] {
        let short = Field::new(name, values.clone(), &dimensions).unwrap();
        let error = short.put_netcdf(&mut file).unwrap_err();
        assert!(
            matches!(&error, FormatError::ShapeMismatch { expected, found, .. }
                if expected == &[3] && found == &[2]),
            "{error}"
        );
    }
}

#[test]
fn invalid_names_are_refused() {
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let mut file = netcdf::create(folder.path().join("names.nc")).unwrap();
    let long = "n".repeat(257);
    let values = || ArrayD::<f32>::zeros(vec![2]);
    for name in ["", "a/b", "a\0b", &long] {
        for (name, dimension) in [(name, "x"), ("v", name)] {
            let field = Field::new(name, values(), &[dimension]).unwrap();
            let error = field.put_netcdf(&mut file).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
        }
    }
    let mut field = Field::new("v", values(), &["x"]).unwrap();
    field.attributes.insert("a\0b", 1_i32);
    let error = field.put_netcdf(&mut file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
    field.name = "w".to_owned();
    field.attributes = Attributes::new();
    let options = NetcdfOptions::deflate(10);
    let error = field.put_netcdf_with(&mut file, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    field.put_netcdf(&mut file).unwrap();
}

#[test]
fn fields_can_be_written_to_classic_files() {
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let mut field = full_field();
    field.attributes.remove("words");
    field.attributes.remove("levels");
    for options in [
        Options::empty(),
        Options::_64BIT_OFFSET,
        Options::NETCDF4 | Options::CLASSIC,
    ] {
        let path = folder.path().join("classic.nc");
        let mut file = netcdf::create_with(&path, options).unwrap();
        field.put_netcdf(&mut file).unwrap();
        let mut second = field.clone();
        second.name = "w".to_owned();
        second.put_netcdf(&mut file).unwrap();
        let open = Field::from_netcdf(&file, "w").unwrap();
        file.close().unwrap();
        let read = read_netcdf(&path, Some("w")).unwrap();
        assert_same(open, read.clone());
        assert_eq!(read.coordinates.len(), 5);
        assert_eq!(read.values.missing_count(), 1);
    }
    let path = folder.path().join("classic.nc");
    let mut file = netcdf::create_with(&path, Options::empty()).unwrap();
    let wide = Field::new("v", ArrayD::<u64>::zeros(vec![2]), &["x"]).unwrap();
    let error = wide.put_netcdf(&mut file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Library);
}

/// The ID of deflate, a filter that every HDF5 has.
const DEFLATE: u32 = 1;

#[test]
fn filters_are_set_on_the_given_variable() {
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a.nc", "b.nc"].map(|name| folder.path().join(name));
    let mut files = paths.clone().map(|path| netcdf::create(path).unwrap());
    for file in &mut files {
        file.add_dimension("x", 100).unwrap();
        file.add_variable::<f32>("v", &["x"]).unwrap();
        let mut group = file.add_group("g").unwrap();
        group.add_variable::<f32>("v", &["x"]).unwrap();
    }
    let mut group = files[1].group_mut("g").unwrap().unwrap();
    let mut variable = group.variable_mut("v").unwrap();
    variable.put_attribute("units", "K").unwrap();
    let error = put_filter(&mut variable, 60_000, &[1]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Library);
    put_filter(&mut variable, DEFLATE, &[6]).unwrap();
    assert_eq!(variable.chunking().unwrap(), Some(vec![100]));
    let names: Vec<_> = variable.attributes().map(|a| a.name().to_owned()).collect();
    assert_eq!(names, ["units"]);
    variable.put_values(&[0.5_f32; 100], ..).unwrap();
    let error = put_filter(&mut variable, DEFLATE, &[6]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Library);

    let mut root = files[0].variable_mut("v").unwrap();
    root.set_chunking(&[10]).unwrap();
    put_filter(&mut root, DEFLATE, &[5]).unwrap();
    assert_eq!(root.chunking().unwrap(), Some(vec![10]));
    let mut one = files[0].add_variable::<f32>("one", &[]).unwrap();
    let error = put_filter(&mut one, DEFLATE, &[6]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    files.into_iter().for_each(|file| file.close().unwrap());
    let parameters = paths.map(|path| {
        let file = NetcdfDataset::open(path, &DEFAULT_LIMITS).unwrap();
        [0, 1].map(|variable| {
            let name = &file.schema().variables[variable].attributes;
            assert!(name.iter().all(|(name, _)| name == "units"));
            file.filter_parameters(variable, DEFLATE).unwrap()
        })
    });
    let [a, b] = parameters;
    // The first file also has the variable `one`, after `v`.
    assert_eq!(a, [Some(vec![5]), None]);
    assert_eq!(b, [None, Some(vec![6])]);
    let mut classic = netcdf::create_with(folder.path().join("c.nc"), Options::empty()).unwrap();
    classic.add_dimension("x", 2).unwrap();
    let mut variable = classic.add_variable::<f32>("v", &["x"]).unwrap();
    let error = put_filter(&mut variable, DEFLATE, &[6]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Library);
    assert_eq!(variable.attributes().count(), 0);
}
