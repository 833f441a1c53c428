//! GRIB to NetCDF-4 and back to GRIB.

use std::path::Path;

use fieldreel::dataset::{DatasetOptions, Fidelity, compress_dataset, decompress_dataset, to_grib};
use fieldreel::formats::{Field, FormatError, GribOptions, read_grib, read_netcdf, write_grib};
use fieldreel::{Effort, ErrorBound};
use ndarray::Array3;

use crate::compare::{lock_hdf5, run_tool};
use crate::real_data::real_file;

/// Returns the largest difference of two fields of the same shape.
fn difference(a: &Field, b: &Field) -> f64 {
    let numbers = |field: &Field| -> Vec<f64> { field.values.to_f64().into_iter().collect() };
    let (a, b) = (numbers(a), numbers(b));
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(&b);
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Converts a GRIB file of one parameter to NetCDF-4 and back, and returns the largest error of
/// both.
fn round_trip(path: &Path, epsilon: f64) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let [small, again, grib] =
        ["small.nc", "again.nc", "again.grib"].map(|n| folder.path().join(n));
    let options = DatasetOptions::new(ErrorBound::Absolute(epsilon)).with_effort(Effort::Fast);
    let summary = compress_dataset(path, &small, &options).unwrap();
    let lossy = summary
        .variables
        .iter()
        .filter_map(|variable| match variable.fidelity {
            Fidelity::Bounded { max_abs, .. } => Some((&*variable.name, max_abs)),
            _ => None,
        });
    let [(name, max_abs)] = lossy.collect::<Vec<_>>()[..] else {
        panic!("{summary:?}");
    };
    assert!(max_abs <= epsilon);
    decompress_dataset(&small, &again, &DatasetOptions::lossless()).unwrap();
    let original = read_grib(path, None).unwrap();
    let back = read_netcdf(&again, Some(name)).unwrap();
    let written = to_grib(&small, &grib, &GribOptions::default()).unwrap();
    assert_eq!(written.written, [name]);
    let text = run_tool("grib_ls", &["-p", "packingType", grib.to_str().unwrap()]);
    assert_eq!(text.matches("grid_ccsds").count(), written.messages);
    (
        difference(&original, &back),
        difference(&original, &read_grib(&grib, None).unwrap()),
    )
}

#[test]
fn real_temperatures_are_within_the_bound_after_a_round_trip() {
    let _lock = lock_hdf5();
    let Some(path) = real_file("era5-2mt-2019-03-uk.grib") else {
        return;
    };
    let (netcdf, grib) = round_trip(&path, 0.05);
    assert!(netcdf <= 0.05, "{netcdf}");
    // The range of a message is less than 32 K, so that its step in 16 bits is at most 2^-10.
    assert!(grib <= 0.05 + 1.0 / 1024.0, "{grib}");
}

#[test]
fn synthetic_frames_are_within_the_bound_after_a_round_trip() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let values = Array3::from_shape_fn((4, 9, 12), |(t, y, x)| {
        (t as f32 + (y * x) as f32 / 9.0).sin() * 4.0
    });
    let mut field = Field::new("t", values.into_dyn(), &["time", "latitude", "longitude"]).unwrap();
    let axis = |name: &str, units: &str, values: Vec<f64>| {
        fieldreel::formats::Coordinate::axis(name, values).with_attribute("units", units)
    };
    field.coordinates = vec![
        axis(
            "time",
            "hours since 2020-02-29 00:00:00",
            vec![0.0, 6.0, 12.0, 18.0],
        ),
        axis(
            "latitude",
            "degrees_north",
            (0..9).map(|y| 40.0 - f64::from(y)).collect(),
        ),
        axis(
            "longitude",
            "degrees_east",
            (0..12).map(f64::from).collect(),
        ),
    ];
    field.attributes.insert("GRIB_shortName", "t");
    let path = folder.path().join("synthetic.grib");
    write_grib(&path, &field, &GribOptions::default()).unwrap();
    let (netcdf, grib) = round_trip(&path, 0.01);
    assert!(
        netcdf <= 0.01 && grib <= 0.01 + 1.0 / 4096.0,
        "{netcdf} {grib}"
    );
}

/// Returns the differences that `grib_compare` prints, without those of the packing.
fn differences(path: &Path, other: &Path) -> Vec<String> {
    let packing = "7777,totalLength,section5Length,section7Length,dataRepresentationTemplateNumber,bitsPerValue,\
                   binaryScaleFactor,decimalScaleFactor,codedValues,values,referenceValue,packingType,md5Section5";
    let output = std::process::Command::new("grib_compare")
        .args([
            "-f",
            "-b",
            packing,
            path.to_str().unwrap(),
            other.to_str().unwrap(),
        ])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter(|line| line.contains('[') || line.contains("missing"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn keys_of_every_supported_product_are_preserved() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let samples = run_tool("codes_info", &["-s"]);
    let sample = |name: &str| format!("{}/{name}.tmpl", samples.trim());
    let ensemble =
        "productDefinitionTemplateNumber=1,typeOfEnsembleForecast=3,numberOfForecastsInEnsemble=5";
    let sums = "productDefinitionTemplateNumber=11,typeOfEnsembleForecast=2,numberOfForecastsInEnsemble=7,shortName=tp";
    let processing = "typeOfGeneratingProcess=4,generatingProcessIdentifier=99,backgroundProcess=7,hoursAfterDataCutoff=3,\
                minutesAfterDataCutoff=30,productionStatusOfProcessedData=1,significanceOfReferenceTime=0";
    let cases: [(&str, Vec<String>); 9] = [
        ("regular_ll_sfc_grib2", vec![format!("{processing},shortName=2t")]),
        ("regular_ll_sfc_grib2", vec!["shapeOfTheEarth=0,shortName=2t".into(), "shapeOfTheEarth=0,shortName=2t,stepRange=6".into()]),
        ("regular_ll_sfc_grib2", vec![
            "shapeOfTheEarth=1,scaleFactorOfRadiusOfSphericalEarth=0,scaledValueOfRadiusOfSphericalEarth=6371220".into(),
        ]),
        ("regular_ll_pl_grib2", [1000, 850, 500].map(|level| format!("shortName=u,level={level}")).to_vec()),
        ("regular_gg_ml_grib2", vec!["typeOfProcessedData=1,tablesVersion=5".into()]),
        ("regular_ll_sfc_grib2", (1..4).map(|n| format!("{ensemble},shortName=2t,perturbationNumber={n}")).collect()),
        // The control forecast has another type than the perturbed forecasts.
        ("regular_ll_sfc_grib2", (0..3).map(|n| {
            format!("{ensemble},shortName=2t,perturbationNumber={n},typeOfEnsembleForecast={}", if n == 0 { 1 } else { 4 })
        }).collect()),
        ("regular_ll_sfc_grib2", (1..4).map(|n| format!("{sums},perturbationNumber={n},stepRange=0-6")).collect()),
        ("regular_ll_sfc_grib2", [3, 6].map(|to| format!("productDefinitionTemplateNumber=8,shortName=tp,stepRange=0-{to}")).to_vec()),
    ];
    for (name, messages) in cases {
        let [one, path, small, back] =
            ["one.grib", "in.grib", "small.nc", "back.grib"].map(|name| folder.path().join(name));
        let mut bytes = Vec::new();
        for keys in &messages {
            run_tool(
                "grib_set",
                &["-s", keys, &sample(name), one.to_str().unwrap()],
            );
            bytes.extend(std::fs::read(&one).unwrap());
        }
        std::fs::write(&path, bytes).unwrap();
        compress_dataset(&path, &small, &DatasetOptions::lossless()).unwrap();
        let summary = to_grib(&small, &back, &GribOptions::default()).unwrap();
        assert_eq!(summary.messages, messages.len());
        assert_eq!(differences(&path, &back), [""; 0], "{name} {messages:?}");
    }
}

#[test]
fn fields_unsupported_in_grib_are_refused_with_the_reason() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let samples = run_tool("codes_info", &["-s"]);
    let [small, out] = ["small.nc", "out.grib"].map(|name| folder.path().join(name));
    for (sample, reason) in [
        ("polar_stereographic_sfc_grib1", "projected"),
        ("polar_stereographic_pl_grib2", "projected"),
        ("rotated_ll_sfc_grib2", "projected"),
        ("reduced_gg_sfc_grib1", "a list"),
        ("reduced_gg_pl_32_grib2", "a list"),
        ("sh_ml_grib1", "spectral coefficients"),
        ("sh_pl_grib2", "spectral coefficients"),
        ("lambert_bf_grib2", "spectral coefficients"),
    ] {
        let path = format!("{}/{sample}.tmpl", samples.trim());
        compress_dataset(&path, &small, &DatasetOptions::lossless()).unwrap();
        let error = to_grib(&small, &out, &GribOptions::default()).unwrap_err();
        let fieldreel::Error::Format(error) = error else {
            panic!("{sample}: {error}");
        };
        let FormatError::UnsupportedInGrib {
            variable, problem, ..
        } = *error
        else {
            panic!("{sample}: {error}");
        };
        assert!(
            problem.contains(reason) && problem.contains("write NetCDF"),
            "{sample}: {problem}"
        );
        assert!(!variable.is_empty() && !out.exists());
    }
    // Cells of a mesh, and fields without latitudes.
    for (text, reason) in [
        ("netcdf f { dimensions: t = 2; cell = 9; variables: float v(t, cell); v:coordinates = \"clat clon\";
          double clat(cell); clat:units = \"degrees_north\"; double clon(cell); clon:units = \"degrees_east\"; }", "a list"),
        ("netcdf f { dimensions: y = 2; x = 9; variables: float v(y, x); v:coordinates = \"lat lon\";
          double lat(y, x); lat:units = \"degrees_north\"; double lon(y, x); lon:units = \"degrees_east\"; }", "projected"),
        ("netcdf f { dimensions: y = 2; x = 9; variables: float v(y, x); }", "no latitudes"),
        ("netcdf f { dimensions: x = 9; variables: float v(x); }", "no latitudes"),
    ] {
        let path = crate::compare::ncgen(folder.path(), "3", text);
        let error = to_grib(&path, &out, &GribOptions::default()).unwrap_err();
        let fieldreel::Error::Format(error) = error else {
            panic!("{error}");
        };
        let FormatError::UnsupportedInGrib { variable, problem, .. } = *error else {
            panic!("{error}");
        };
        assert!(variable == "v" && problem.contains(reason), "{variable}: {problem}");
    }
}
