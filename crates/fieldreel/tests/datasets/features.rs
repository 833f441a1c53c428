//! Features of NetCDF files, with one file for each feature.

use fieldreel::dataset::{DatasetOptions, Fidelity};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{lock_hdf5, ncgen, round_trip};

fn options() -> DatasetOptions {
    // A pattern also applies to small variables, to which a default bound does not.
    DatasetOptions::lossless()
        .with_bound("*", ErrorBound::Absolute(0.05))
        .unwrap()
        .with_effort(Effort::Fast)
}

/// Returns the values of a wave as CDL text.
pub(crate) fn wave(count: usize) -> String {
    let numbers =
        (0..count).map(|at| format!("{:.4}", (at as f64 / 9.0).sin() * 3.0 + at as f64 / 1e3));
    numbers.collect::<Vec<_>>().join(", ")
}

/// Returns the names of the lossy variables of a file from CDL text after a round trip.
fn lossy(kind: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let summary = round_trip(&ncgen(folder.path(), kind, text), &options());
    let lossy = summary
        .variables
        .into_iter()
        .filter(|variable| matches!(variable.fidelity, Fidelity::Bounded { .. }));
    lossy.map(|variable| variable.name).collect()
}

#[test]
fn classic_formats_with_records_are_compressed() {
    let _lock = lock_hdf5();
    let text = format!(
        "netcdf f {{ dimensions: time = UNLIMITED; y = 6; x = 8;
        variables: double time(time); time:units = \"days since 2000-01-01\";
          float t(time, y, x); t:units = \"K\"; t:_FillValue = -1e30f;
          double p(time, y, x); int count(time); byte flag(y, x); char name(x);
        :title = \"Grüße\"; :numbers = 1, 2, 3; :reals = 1.5, 2.5;
        data: time = 1, 2, 3; t = {}; p = {}; count = 7, 8, 9; flag = {}; name = \"abcdefgh\"; }}",
        wave(144),
        wave(144),
        (0..48)
            .map(|at| (at - 20).to_string())
            .collect::<Vec<_>>()
            .join(","),
    );
    for kind in ["1", "2", "3", "5"] {
        assert_eq!(lossy(kind, &text), ["t", "p"]);
    }
}

#[test]
fn groups_use_own_and_inherited_dimensions() {
    let _lock = lock_hdf5();
    let text = format!(
        "netcdf f {{ dimensions: y = 6; x = 8; variables: float t(y, x); data: t = {w};
        group: a {{ dimensions: time = UNLIMITED; x = 5; variables: float t(time, y, x); string s(x);
            t:units = \"K\"; :about = \"a group\"; data: t = {w2}; s = \"one\", \"two\", \"\", \"vier\", \"fünf\";
          group: b {{ variables: double t(time, x); ubyte u(x); uint64 big(x);
            data: t = {w3}; u = 1, 2, 255, 4, 5; big = 1, 2, 3, 18446744073709551615, 5; }}
        }} }}",
        w = wave(48),
        w2 = wave(90),
        w3 = wave(15),
    );
    assert_eq!(lossy("3", &text), ["t", "/a/t", "/a/b/t"]);
}

#[test]
fn coordinates_strings_and_scalars_are_lossless_and_packed_values_are_within_the_bound() {
    let _lock = lock_hdf5();
    let text = format!(
        "netcdf f {{ dimensions: t = UNLIMITED; y = 6; x = 8; two = 2; letters = 4;
        variables: float t(t); t:bounds = \"t_bnds\"; double t_bnds(t, two);
          float lat(y, x); float lon(y, x); float area(y, x); float height; char crs; crs:grid_mapping_name = \"x\";
          short packed(t, y, x); packed:scale_factor = 0.01; packed:add_offset = 273.15; packed:_FillValue = -32768s;
          char station(x, letters); string remark; float v(t, y, x); int64 id(x); float place(y, x); place:units = \"degrees_north\"; double when(y, x); when:units = \"hours since 2000-01-01\";
          v:coordinates = \"lat lon height\"; v:cell_measures = \"area: area\"; v:grid_mapping = \"crs\"; v:flags = 1b, 2b;
          v:empty = \"\";
        data: t = 0, 1; t_bnds = 0, 1, 1, 2; lat = {w}; lon = {w}; area = {w}; height = 2; crs = \"c\";
          packed = {p}; station = \"abc\", \"de\", \"\", \"f\", \"g\", \"h\", \"i\", \"jklm\"; remark = \"a\\nb\";
          v = {v}; id = 1, 2, 3, 4, 5, 6, 7, 9223372036854775807; place = {w}; when = {w}; }}",
        w = wave(48),
        v = wave(96),
        p = (0..96).map(|at| (at * 17 - 800).to_string()).collect::<Vec<_>>().join(","),
    );
    assert_eq!(lossy("3", &text), ["packed", "v"]);
}

/// Tests signed integers that stand for unsigned ones, as in files of satellites.
#[test]
fn packed_unsigned_values_are_readable_through_the_filter() {
    let _lock = lock_hdf5();
    let counts = (0..96).map(|at| (at * 2047 % 65536 - 32768).to_string());
    let text = format!(
        "netcdf f {{ dimensions: t = 2; y = 6; x = 8; variables: short counts(t, y, x);
          counts:_Unsigned = \"true\"; counts:scale_factor = 0.01;
        data: counts = {}; }}",
        counts.collect::<Vec<_>>().join(","),
    );
    let folder = tempfile::tempdir().unwrap();
    let original = ncgen(folder.path(), "3", &text);
    let output = folder.path().join("out.nc");
    fieldreel::dataset::compress_dataset(&original, &output, &options()).unwrap();
    let [before, after] = [&original, &output].map(|path| {
        let field = fieldreel::read_field(path, Some("counts")).unwrap();
        field.values.to_f64()
    });
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(x, y)| (x - y).abs() <= 0.05 + 1e-9)
    );
}

#[test]
fn missing_values_of_every_kind_are_lossless() {
    let _lock = lock_hdf5();
    let mut numbers: Vec<String> = wave(288).split(", ").map(str::to_owned).collect();
    for at in (0..288).step_by(7) {
        numbers[at] = "-999".to_owned();
    }
    let one = numbers.join(", ");
    for at in (3..288).step_by(11) {
        numbers[at] = "1e20".to_owned();
    }
    numbers[20] = "NaN".to_owned();
    numbers[21] = "Infinity".to_owned();
    numbers[22] = "-Infinity".to_owned();
    numbers[23] = "_".to_owned();
    let several = numbers.join(", ");
    let text = format!(
        "netcdf f {{ dimensions: t = 3; y = 8; x = 12;
        variables: float one(t, y, x); one:_FillValue = -999.f;
          float other(t, y, x); other:missing_value = -999.f; other:_FillValue = 1e20f;
          float several(t, y, x); several:missing_value = -999.f; several:_FillValue = 1e20f;
          double many(t, y, x); many:missing_value = -999., 1e20;
          float none(t, y, x); float all(t, y, x); all:_FillValue = -999.f; float unwritten(t, y, x);
          float valid(t, y, x); valid:valid_min = 0.f;
        data: one = {one}; other = {one}; several = {several}; many = {several}; none = {several};
          all = {all}; valid = {zeros}; }}",
        all = vec!["-999"; 288].join(","),
        zeros = (0..288).map(|at| format!("{:.3}", (at % 5) as f64 * 0.01)).collect::<Vec<_>>().join(","),
    );
    let names = [
        "one",
        "other",
        "several",
        "many",
        "none",
        "all",
        "unwritten",
        "valid",
    ];
    assert_eq!(lossy("3", &text), names);
}

#[test]
fn variables_of_every_rank_and_length_are_compressed() {
    let _lock = lock_hdf5();
    let text = format!(
        "netcdf f {{ dimensions: n = UNLIMITED; none = UNLIMITED; a = 2; b = 3; c = 4; d = 5; one = 1;
        variables: float r0; float r1(b); float r2(a, b); float r4(a, b, c, d); double r5(n, a, b, c, d);
          float r6(n, one, a, b, c, d); float flat(one, one, one); float nothing(none, c, d); float grows(n, b);
          float endless(none, b); float b(b, c);
        data: r0 = 1.5; r1 = 1, 2, 3; r2 = {w6}; r4 = {w120}; r5 = {w240}; r6 = {w240}; flat = 7; grows = 1, 2, 3, 4, 5, 6; b = {w12}; }}",
        w6 = wave(6),
        w12 = wave(12),
        w120 = wave(120),
        w240 = wave(240),
    );
    let names = [
        "r1", "r2", "r4", "r5", "r6", "flat", "nothing", "grows", "endless",
    ];
    assert_eq!(lossy("3", &text), names);
}
