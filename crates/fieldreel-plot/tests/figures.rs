//! Tests of the public interface: every figure in both formats, and every error.
//!
//! `FIELDREEL_FIGURES=folder cargo test -p fieldreel-plot` keeps the figures in that folder for
//! inspection.

#![allow(clippy::unwrap_used, reason = "a panic names the line of the failure")]

use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

use fieldreel_metrics::{ErrorMetrics, frame_errors};
use fieldreel_plot::{
    ByteLabels, ComparisonLabels, CoordinateLabels, PlotError, ReportBar, ReportLabels, RowOrder,
    SpectrumLabels, Split, byte_counts, byte_distribution, comparison, error_spectrum, report,
};
use ndarray::{Array2, Array3, Axis};

/// A folder for figures: that of `FIELDREEL_FIGURES`, or a temporary one.
struct FigureFolder {
    path: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl FigureFolder {
    fn new() -> Self {
        match std::env::var_os("FIELDREEL_FIGURES") {
            Some(path) => {
                let path = PathBuf::from(path);
                fs::create_dir_all(&path).unwrap();
                Self {
                    path,
                    _temporary: None,
                }
            }
            None => {
                let temporary = tempfile::tempdir().unwrap();
                Self {
                    path: temporary.path().into(),
                    _temporary: Some(temporary),
                }
            }
        }
    }

    /// Draws the figure in both formats and checks the files.
    fn check(&self, name: &str, figure: impl Fn(&Path) -> Result<(), PlotError>) {
        let png = self.path.join(name).with_extension("png");
        figure(&png).unwrap();
        assert!(fs::read(&png).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
        let svg = self.path.join(name).with_extension("svg");
        figure(&svg).unwrap();
        assert_well_formed(&fs::read_to_string(&svg).unwrap());
    }
}

/// Checks that tags are closed in order and that texts and attributes contain no bare `<` or `&`.
fn assert_well_formed(svg: &str) {
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        for part in [tag, text] {
            for entity in part.split('&').skip(1) {
                let name = entity.split_once(';').unwrap().0;
                assert!(["lt", "gt", "amp", "quot", "apos"].contains(&name));
            }
        }
        assert_eq!(tag.matches('"').count() % 2, 0);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty());
}

/// Returns a field similar to a zonal wind: jets, moving waves and small eddies.
fn wind(frames: usize, rows: usize, columns: usize) -> Array3<f32> {
    Array3::from_shape_fn((frames, rows, columns), |(t, y, x)| {
        let latitude = (y as f64 + 0.5) / rows as f64 - 0.5;
        let longitude = TAU * x as f64 / columns as f64;
        let t = t as f64 / 12.0;
        let jets = 28.0 * (-((latitude.abs() - 0.2) / 0.08).powi(2)).exp()
            - 7.0 * (-(latitude / 0.07).powi(2)).exp();
        let waves = 9.0
            * (5.0 * longitude + 14.0 * latitude - TAU * t).sin()
            * (TAU * 2.0 * latitude).cos();
        let eddies =
            3.0 * (17.0 * longitude + 3.0 * t).cos() * (61.0 * latitude + 2.0 * longitude).sin();
        (jets + waves + eddies) as f32
    })
}

/// Adds errors similar to those of a video codec, in blocks of 8 × 8.
fn blocky(original: &Array3<f32>, size: f64) -> Array3<f32> {
    let mut reconstruction = original.clone();
    for ((t, y, x), value) in reconstruction.indexed_iter_mut() {
        let (j, i) = ((y / 8) as f64, (x / 8) as f64);
        let block = (j * 12.989 + i * 78.233 + t as f64 * 3.7).sin() * 43_758.545;
        let block = block - block.floor() - 0.5;
        let ripple = (x as f64 * 2.1).cos() * (y as f64 * 1.7).sin();
        let growth = 1.0 + 0.5 * (t as f64 * 0.4).sin();
        *value += (size * growth * (block * block * block * 4.0 + 0.6 * block * ripple)) as f32;
    }
    reconstruction
}

fn modes() -> Vec<ReportBar> {
    let field = wind(6, 73, 144);
    let rows = [
        ("extreme", 647.0, 9.0),
        ("max", 155.0, 3.2),
        ("vhigh", 48.1, 1.1),
        ("C4-JP2K", 16.2, 0.5),
        ("high", 31.0, 0.7),
        ("avg", 18.3, 0.37),
        ("low", 11.3, 0.17),
        ("vlow", 3.44, 0.009),
        ("LL-JP2K", 2.86, 0.000_7),
        ("NCU", 0.997, 0.0),
        ("NCZip", 1.31, 0.0),
        ("GribAEC", 2.41, 0.000_4),
        ("half resolution", 8.6, 2.0),
    ];
    let bars = rows
        .into_iter()
        .enumerate()
        .map(|(i, (name, ratio, size))| {
            let reconstruction = if size == 0.0 {
                field.clone()
            } else {
                blocky(&field, size)
            };
            let metrics = ErrorMetrics::between(field.view(), reconstruction.view()).unwrap();
            let bar = ReportBar::new(name, ratio, &metrics);
            if i < 9 { bar } else { bar.with_baseline(true) }
        });
    bars.collect()
}

#[test]
fn reports_are_drawn_in_both_formats() {
    let folder = FigureFolder::new();
    let bars = modes();
    let labels = ReportLabels::default()
        .with_title("Zonal wind, 132 × 73 × 144")
        .with_unit("m s⁻¹")
        .with_array_type("float32");
    for count in [13, 9, 3, 1] {
        folder.check(&format!("report_{count:02}"), |path| {
            report(path, &bars[..count], &labels)
        });
    }
    let mut odd = bars[7..11].to_vec();
    odd[0].ratio = 0.4;
    odd[1].max_abs = f64::INFINITY;
    odd[1].rel_max = f64::INFINITY;
    odd[2].ratio = f64::NAN;
    odd[3].name = "A name <of> \"five\" & more words".into();
    folder.check("report_odd", |path| report(path, &odd, &labels));
}

#[test]
fn comparisons_are_drawn_in_both_formats() {
    let folder = FigureFolder::new();
    let latitude = CoordinateLabels::new("latitude (°)").with_ends(Some((-90.0, 90.0)));
    let longitude = CoordinateLabels::new("longitude (°)").with_ends(Some((0.0, 357.5)));
    let labels = ComparisonLabels::default()
        .with_title("avg: zonal wind, 1982-01")
        .with_quantity("zonal wind")
        .with_unit("m s⁻¹")
        .with_x(longitude)
        .with_y(latitude)
        .with_row_order(RowOrder::FirstAtBottom);
    let frame = |field: &Array3<f32>| field.index_axis(Axis(0), 0).to_owned();
    let pair = |rows, columns, size| {
        let field = wind(1, rows, columns);
        (frame(&field), frame(&blocky(&field, size)))
    };
    let (x, y) = pair(73, 144, 2.0);
    folder.check("comparison_wind", |path| {
        comparison(path, x.view(), y.view(), &labels)
    });
    let (x, y) = pair(361, 720, 0.2);
    let diagonal = labels.with_split(Split::Diagonal);
    folder.check("comparison_large_diagonal", |path| {
        comparison(path, x.view(), y.view(), &diagonal)
    });
    let with_missing = |mut frame: Array2<f32>| {
        for ((y, x), value) in frame.indexed_iter_mut() {
            let land = (x as f32 * 0.05).sin()
                + (y as f32 * 0.09).cos()
                + (x as f32 * 0.017 * y as f32).sin() * 0.2;
            if land > 0.7 {
                *value = f32::NAN;
            }
        }
        frame
    };
    let (x, y) = (with_missing(x), with_missing(y));
    folder.check("comparison_missing", |path| {
        comparison(path, x.view(), y.view(), &labels)
    });
    let plain = ComparisonLabels::default().with_quantity("value");
    for (rows, columns) in [(1, 1), (2, 3), (3, 200), (200, 3), (150, 150)] {
        let (x, y) = pair(rows, columns, 1e-6);
        let name = format!("comparison_{rows}x{columns}");
        folder.check(&name, |path| comparison(path, x.view(), y.view(), &plain));
    }
    folder.check("comparison_exact", |path| {
        comparison(path, x.view(), x.view(), &labels)
    });
    let pressure = |frame: &Array2<f32>| frame.mapv(|v| 101_325.0 + 1e-3 * f64::from(v));
    let (x, y) = pair(33, 49, 0.3);
    folder.check("comparison_narrow", |path| {
        let labels = ComparisonLabels::default()
            .with_quantity("pressure")
            .with_unit("Pa");
        comparison(path, pressure(&x).view(), pressure(&y).view(), &labels)
    });
}

#[test]
fn error_spectra_are_drawn_in_both_formats() {
    let folder = FigureFolder::new();
    let labels = SpectrumLabels::default()
        .with_title("avg: zonal wind")
        .with_unit("m s⁻¹");
    let field = wind(132, 24, 48);
    let errors = frame_errors(field.view(), blocky(&field, 0.4).view())
        .unwrap()
        .max_abs;
    folder.check("spectrum", |path| error_spectrum(path, &errors, &labels));
    folder.check("spectrum_3", |path| {
        error_spectrum(path, &errors[..3], &labels)
    });
    folder.check("spectrum_1", |path| {
        error_spectrum(path, &errors[..1], &labels)
    });
    folder.check("spectrum_exact", |path| {
        error_spectrum(path, &[0.0; 12], &labels)
    });
}

#[test]
fn byte_distributions_are_drawn_in_both_formats() {
    let folder = FigureFolder::new();
    let field = wind(12, 73, 144);
    let codes: Vec<u16> = field
        .iter()
        .map(|v| ((v + 25.0) / 70.0 * 65_535.0) as u16)
        .collect();
    let (high, low): (Vec<u8>, Vec<u8>) = codes
        .iter()
        .map(|code| ((code >> 8) as u8, *code as u8))
        .unzip();
    let (high, low) = (byte_counts(&high), byte_counts(&low));
    let labels = ByteLabels::default().with_title("Zonal wind, 16-bit codes");
    folder.check("bytes", |path| {
        byte_distribution(path, &high, &low, &labels)
    });
    let mut one = [0; 256];
    one[0] = 9;
    folder.check("bytes_constant", |path| {
        byte_distribution(path, &one, &low, &labels)
    });
}

#[test]
fn a_figure_replaces_a_file_and_has_default_permissions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.SVG");
    fs::write(&path, "old").unwrap();
    error_spectrum(&path, &[1.0, 2.0], &SpectrumLabels::default()).unwrap();
    assert!(fs::read_to_string(&path).unwrap().starts_with("<svg"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }
}

#[test]
fn a_failed_figure_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let here = |name: &str| folder.path().join(name);
    let labels = SpectrumLabels::default();
    for name in ["figure", "figure.jpg", "png"] {
        let result = error_spectrum(here(name), &[1.0], &labels);
        assert!(matches!(result, Err(PlotError::UnknownExtension { path }) if path == here(name)));
    }
    assert!(matches!(
        error_spectrum(here("figure.png"), &[], &labels),
        Err(PlotError::Empty { .. })
    ));
    let nowhere = here("missing/figure.png");
    let error = error_spectrum(&nowhere, &[1.0], &labels).unwrap_err();
    assert!(matches!(&error, PlotError::Io { path, .. } if *path == nowhere));
    assert!(std::error::Error::source(&error).is_some());
    // A folder with the name of a figure is refused before a file is created.
    fs::create_dir(here("folder.png")).unwrap();
    assert!(matches!(
        error_spectrum(here("folder.png"), &[1.0], &labels),
        Err(PlotError::Io { .. })
    ));
    let remaining: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(remaining.len(), 1);
}
