//! Variables of the `netcdf` crate with the filter.

use fieldreel::formats::{Field, read_netcdf};
use fieldreel::{BaseChoice, Effort, Error, ErrorBound, WriteParameters, put_hdf5_filter};
use ndarray::ArrayD;

use super::FILTER;
use fieldreel::formats::{DEFAULT_LIMITS, NetcdfDataset};

fn values() -> Vec<f32> {
    let value = |at: usize| ((at % 900) as f32 / 90.0).sin() * 8.0 + (at / 900) as f32;
    (0..20 * 900).map(value).collect()
}

#[test]
fn variables_are_within_the_bound_and_fill_values_are_lossless() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wind.nc");
    let mut file = netcdf::create(&path).unwrap();
    file.add_unlimited_dimension("time").unwrap();
    file.add_dimension("y", 30).unwrap();
    file.add_dimension("x", 30).unwrap();
    let mut values = values();
    values[7] = -999.0;
    let parameters = WriteParameters::new(ErrorBound::Absolute(0.01))
        .with_effort(Effort::Fast)
        .with_base(BaseChoice::Prediction);
    for (name, chunk) in [("a", Some([10, 30, 30])), ("b", None)] {
        let mut variable = file.add_variable::<f32>(name, &["time", "y", "x"]).unwrap();
        variable.set_fill_value(-999.0_f32).unwrap();
        if let Some(chunk) = chunk {
            variable.set_chunking(&chunk).unwrap();
        }
        put_hdf5_filter(&mut variable, parameters).unwrap();
        let place = ([0, 0, 0].as_slice(), [20, 30, 30].as_slice());
        variable.put_values(&values, place).unwrap();
    }
    file.close().unwrap();
    let file = netcdf::open(&path).unwrap();
    let dataset = NetcdfDataset::open(&path, &DEFAULT_LIMITS).unwrap();
    for (number, name) in ["a", "b"].into_iter().enumerate() {
        let back: Vec<f32> = file.variable(name).unwrap().get_values(..).unwrap();
        assert_eq!(back[7], -999.0);
        assert!(back.iter().zip(&values).all(|(x, y)| (x - y).abs() <= 0.01));
        assert_ne!(back, values, "the values are lossless");
        let parameters = dataset.filter_parameters(number, FILTER).unwrap();
        assert!(parameters.is_some_and(|numbers| numbers.len() > 5));
    }
    assert_eq!(dataset.chunk(0).unwrap(), Some(vec![10, 30, 30]));
}

#[test]
fn a_field_is_written_through_the_filter_with_its_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wind.nc");
    let values = ArrayD::from_shape_vec(vec![20, 30, 30], values()).unwrap();
    let mut field = Field::new("wind", values.clone(), &["time", "y", "x"]).unwrap();
    field.dimensions[0].is_unlimited = true;
    field.attributes.insert("units", "m s-1");
    let mut file = netcdf::create(&path).unwrap();
    field
        .put_netcdf_through(&mut file, |variable| {
            put_hdf5_filter(variable, ErrorBound::Absolute(0.1))
                .map_err(Box::<dyn std::error::Error>::from)
        })
        .unwrap();
    file.close().unwrap();
    let back = read_netcdf(&path, None).unwrap();
    assert_eq!(back.attributes, field.attributes);
    let pairs = back.values.to_f64();
    let mut pairs = pairs.iter().zip(&values);
    assert!(pairs.all(|(x, y)| (x - f64::from(*y)).abs() <= 0.1));
    let dataset = NetcdfDataset::open(&path, &DEFAULT_LIMITS).unwrap();
    assert_eq!(dataset.chunk(0).unwrap(), Some(vec![20, 30, 30]));
    let size = path.metadata().unwrap().len();
    assert!(size < 20 * 30 * 30, "{size}");
}

#[test]
fn variables_with_values_or_without_dimensions_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = netcdf::create(folder.path().join("wind.nc")).unwrap();
    file.add_dimension("x", 10).unwrap();
    let mut scalar = file.add_variable::<f32>("one", &[]).unwrap();
    let error = put_hdf5_filter(&mut scalar, ErrorBound::Lossless).unwrap_err();
    assert!(matches!(error, Error::Format(_)), "{error}");
    let mut variable = file.add_variable::<f32>("v", &["x"]).unwrap();
    variable.put_values(&[1.0_f32; 10], ..).unwrap();
    let error = put_hdf5_filter(&mut variable, ErrorBound::Lossless).unwrap_err();
    assert!(matches!(error, Error::Format(_)), "{error}");
    assert_eq!(variable.attributes().count(), 0);
}
