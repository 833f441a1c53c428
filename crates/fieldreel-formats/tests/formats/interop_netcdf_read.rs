//! Fields from files of the `netcdf` crate equal those of `read_netcdf`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::common::{assert_same, fixture, prevent_spawning, real};
use fieldreel_formats::{
    ErrorKind, Field, FormatError, Limits, Packing, list_variables, read_netcdf,
};
use netcdf::{FileMut, NcTypeDescriptor};

/// Checks for every variable of a file that the field or the error equals that of `read_netcdf`,
/// and returns the number of fields.
fn compare(path: &Path) -> usize {
    let file = netcdf::open(path).unwrap();
    let variables = list_variables(path).unwrap();
    let mut fields = 0;
    for variable in &variables {
        let name = variable.name.as_str();
        let pair = (
            read_netcdf(path, Some(name)),
            Field::from_netcdf(&file, name),
        );
        match pair {
            (Ok(expected), Ok(found)) => {
                assert_same(found, expected);
                fields += 1;
            }
            (Err(expected), Err(found)) => assert_eq!(found.to_string(), expected.to_string()),
            (expected, found) => panic!("{name}: {found:?} and {expected:?}"),
        }
    }
    fields
}

#[test]
fn real_files_read_as_read_netcdf_does() {
    assert_eq!(compare(&fixture("navy_winds_uwnd.nc")), 4);
    for name in ["classic.nc", "offset64.nc", "cdf5.nc", "packed.nc"] {
        assert!(compare(&fixture(name)) > 0, "{name}");
    }
    for name in [
        "monthly_navy_winds.nc",
        "ocean_atlas_subset.nc",
        "A1B_north_america.nc",
    ] {
        if let Some(path) = real(name) {
            assert!(compare(&path) > 2, "{name}");
        }
    }
}

/// Adds the variable `n_{name}`, not packed, and `p_{name}`, packed, both with fill values and a
/// valid range.
fn add_variables<T: NcTypeDescriptor + Copy>(file: &mut FileMut, name: &str, values: [T; 6])
where
    netcdf::AttributeValue: From<T> + From<Vec<T>>,
{
    for packed in [false, true] {
        let name = format!("{}_{name}", if packed { "p" } else { "n" });
        let mut variable = file.add_variable::<T>(&name, &["y", "x"]).unwrap();
        variable.set_fill_value(values[1]).unwrap();
        variable.put_attribute("missing_value", values[3]).unwrap();
        let range = vec![values[0], values[4]];
        variable.put_attribute("valid_range", range).unwrap();
        variable.put_attribute("coordinates", "lat height").unwrap();
        if packed {
            variable.put_attribute("scale_factor", 0.25_f32).unwrap();
            variable.put_attribute("add_offset", 2.0_f32).unwrap();
        }
        variable.put_values(&values, ..).unwrap();
    }
}

#[test]
fn every_type_packing_and_fill_value_reads_as_read_netcdf_does() {
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("types.nc");
    let mut file = netcdf::create(&path).unwrap();
    file.add_dimension("y", 2).unwrap();
    file.add_dimension("x", 3).unwrap();
    file.add_attribute("history", "made").unwrap();
    add_variables(&mut file, "i8", [-100_i8, 1, 2, 3, 5, 100]);
    add_variables(&mut file, "u8", [0_u8, 1, 2, 3, 5, 200]);
    add_variables(&mut file, "i16", [-300_i16, 1, 2, 3, 5, 300]);
    add_variables(&mut file, "u16", [0_u16, 1, 2, 3, 5, 60_000]);
    add_variables(&mut file, "i32", [-70_000_i32, 1, 2, 3, 5, 70_000]);
    add_variables(&mut file, "u32", [0_u32, 1, 2, 3, 5, 3_000_000_000]);
    add_variables(&mut file, "i64", [-(1_i64 << 40), 1, 2, 3, 5, 1 << 40]);
    add_variables(&mut file, "u64", [0_u64, 1, 2, 3, 5, 1 << 52]);
    add_variables(&mut file, "f32", [-1.5_f32, 1e30, 2.0, 3.0, 5.5, f32::NAN]);
    add_variables(&mut file, "f64", [-1.5_f64, 1e300, 2.0, 3.0, 5.5, f64::NAN]);
    let mut variable = file.add_variable::<i16>("unsigned", &["y", "x"]).unwrap();
    variable.put_attribute("_Unsigned", "true").unwrap();
    variable.put_attribute("missing_value", -2_i16).unwrap();
    variable.put_values(&[-1_i16, 0, 1, 2, -2, 5], ..).unwrap();
    let mut latitude = file.add_variable::<f64>("lat", &["y"]).unwrap();
    latitude.put_attribute("bounds", "lat_bnds").unwrap();
    latitude.put_values(&[10.0, 20.0], ..).unwrap();
    file.add_dimension("nv", 2).unwrap();
    let mut bounds = file.add_variable::<f64>("lat_bnds", &["y", "nv"]).unwrap();
    bounds.put_values(&[5.0, 15.0, 15.0, 25.0], ..).unwrap();
    let mut height = file.add_variable::<f32>("height", &[]).unwrap();
    height.put_values(&[2.0], ()).unwrap();
    file.add_string_variable("words", &["y"]).unwrap();

    // The file is still open, and its bytes need not be on the disk yet.
    let field = Field::from_netcdf(&file, "p_u8").unwrap();
    let names: Vec<_> = field.coordinates.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["lat", "height", "lat_bnds"]);
    let packing = Packing::new(0.25, 2.0).with_fill_values(vec![1.0, 3.0]);
    assert_eq!(field.packing, Some(packing));
    let expected = [2.0, f64::NAN, 2.5, f64::NAN, 3.25, f64::NAN];
    let found = field.values.to_f64();
    let same = |(x, y): (&f64, &f64)| x == y || (x.is_nan() && y.is_nan());
    assert!(found.iter().zip(&expected).all(same), "{found}");

    file.close().unwrap();
    assert_eq!(compare(&path), 24);
}

#[test]
fn groups_and_unlimited_dimensions_read_as_read_netcdf_does() {
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("groups.nc");
    let mut file = netcdf::create(&path).unwrap();
    file.add_unlimited_dimension("t").unwrap();
    file.add_dimension("x", 2).unwrap();
    let mut time = file.add_variable::<i32>("t", &["t"]).unwrap();
    time.put_values(&[1, 2, 3], ([0].as_slice(), [3].as_slice()))
        .unwrap();
    {
        let mut group = file.add_group("a").unwrap();
        group.add_dimension("x", 4).unwrap();
        let mut x = group.add_variable::<f32>("x", &["x"]).unwrap();
        x.put_values(&[1.0, 2.0, 3.0, 4.0], ..).unwrap();
        let mut inner = group.add_group("b").unwrap();
        let mut values = inner.add_variable::<f32>("v", &["t", "x"]).unwrap();
        values
            .put_attribute("coordinates", "/a/x /a/none /no/x")
            .unwrap();
        let extents = ([0, 0].as_slice(), [3, 4].as_slice());
        values.put_values(&[0.5_f32; 12], extents).unwrap();
    }
    let field = Field::from_netcdf(&file, "a/b/v").unwrap();
    assert_same(field.clone(), Field::from_netcdf(&file, "/a/b/v").unwrap());
    assert!(field.dimensions[0].is_unlimited && !field.dimensions[1].is_unlimited);
    assert_eq!(field.coordinate("x").unwrap().shape(), [4]);
    assert_eq!(field.coordinate("t").unwrap().shape(), [3]);
    file.close().unwrap();
    assert_eq!(compare(&path), 3);
}

#[test]
fn a_variable_alone_has_no_coordinates() {
    let path = fixture("navy_winds_uwnd.nc");
    let file = netcdf::open(&path).unwrap();
    let found = Field::try_from(&file.variable("UWND").unwrap()).unwrap();
    let mut expected = read_netcdf(&path, None).unwrap();
    expected.coordinates.clear();
    expected.file_attributes = Default::default();
    assert_same(found, expected);
}

#[test]
fn unknown_names_and_exceeded_limits_are_errors() {
    let file = netcdf::open(fixture("packed.nc")).unwrap();
    let long = "x".repeat(300);
    let composed = "\u{958}".repeat(85);
    for name in [
        "", "/", "none", "g/none", "none/w", "v/v", "a\0b", &long, &composed,
    ] {
        let error = Field::from_netcdf(&file, name).unwrap_err();
        assert!(
            matches!(&error, FormatError::VariableNotFound { available, .. }
                if available.contains(&"/g/w".to_owned())),
            "{name:?}: {error}"
        );
    }
    let error = Field::from_netcdf(&file, "text").unwrap_err();
    assert!(matches!(error, FormatError::NotNumeric { .. }));
    let classic = netcdf::open(fixture("classic.nc")).unwrap();
    let error = Field::from_netcdf(&classic, "g/v").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    let limits = Limits::new(8);
    let error = Field::from_netcdf_with(&classic, "v", &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn references_to_invalid_names_do_not_panic() {
    let _no_spawning = prevent_spawning();
    let folder = tempfile::tempdir().unwrap();
    let mut file = netcdf::create(folder.path().join("names.nc")).unwrap();
    file.add_dimension("x", 1).unwrap();
    let mut variable = file.add_variable::<f32>("v", &["x"]).unwrap();
    let names = format!(
        "{} {} // /g//v v/v \u{7f}",
        "x".repeat(300),
        "\u{958}".repeat(85)
    );
    variable.put_attribute("coordinates", names).unwrap();
    variable.put_values(&[1.0_f32], ..).unwrap();
    let field = Field::from_netcdf(&file, "v").unwrap();
    assert!(field.coordinates.is_empty());
}

/// If this test fails because there is no panic, the crate has learned to read such names. Then
/// update the documentation of `Field::from_netcdf` and docs/notes/netcdf-and-eccodes-crates.md.
#[test]
fn the_netcdf_crate_panics_on_names_that_are_not_utf8() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(fixture("classic.nc")).unwrap();
    // The one-letter name of a dimension, with its length before it and padding after it.
    let name = b"\0\0\0\x01y\0\0\0";
    let at = bytes.windows(8).position(|window| window == name).unwrap();
    bytes[at + 4] = 0xFF;
    let path = folder.path().join("names.nc");
    std::fs::write(&path, bytes).unwrap();
    let field = read_netcdf(&path, Some("v")).unwrap();
    assert_eq!(field.dimensions[1].name, "\u{FFFD}");
    let file = netcdf::open(&path).unwrap();
    let crate_reader = || file.variable("v").unwrap().dimensions()[1].name().len();
    assert!(catch_unwind(AssertUnwindSafe(crate_reader)).is_err());
    let field_reader = || Field::from_netcdf(&file, "v");
    assert!(catch_unwind(AssertUnwindSafe(field_reader)).is_err());
}
