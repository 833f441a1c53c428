//! Reading and writing of files, compared with raw file I/O of the same bytes and with a copy of
//! the array.
//!
//! The field is the sample in the repository. The files are in a temporary folder, so that the
//! bytes that are read are in the system's cache.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use fieldreel::formats::{
    Field, GribOptions, GribPacking, NetcdfOptions, read_grib, read_netcdf, write_grib,
    write_netcdf,
};

mod support;

use support::{Contender, Outcome, compare, or_exit};

fn format_benches(c: &mut Criterion) {
    or_exit(run(c));
}

fn run(c: &mut Criterion) -> Outcome {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
    let field = read_netcdf(&sample, None)?;
    let folder = tempfile::tempdir()?;
    let in_folder = |name: &str| folder.path().join(name);

    reading(c, "NetCDF classic", &field, &sample, || {
        Ok(read_netcdf(&sample, None)?)
    })?;
    let netcdf = [
        ("NetCDF-4", NetcdfOptions::uncompressed()),
        ("NetCDF-4, deflate 4", NetcdfOptions::deflate(4)),
    ];
    for (title, options) in netcdf {
        let path = in_folder("field.nc");
        writing(c, title, &field, &path, || {
            Ok(write_netcdf(&path, &field, &options)?)
        })?;
        reading(c, title, &field, &path, || Ok(read_netcdf(&path, None)?))?;
    }
    let grib = [
        ("GRIB 2, simple", GribPacking::Simple),
        ("GRIB 2, CCSDS", GribPacking::Ccsds),
    ];
    for (title, packing) in grib {
        let path = in_folder("field.grib");
        let options = GribOptions::default().with_packing(packing);
        writing(c, title, &field, &path, || {
            Ok(write_grib(&path, &field, &options)?)
        })?;
        reading(c, title, &field, &path, || Ok(read_grib(&path, None)?))?;
    }
    Ok(())
}

/// Compares reading a field from a file with reading the file into memory.
fn reading(
    c: &mut Criterion,
    title: &str,
    field: &Field,
    path: &Path,
    read: impl Fn() -> Result<Field, Box<dyn std::error::Error>>,
) -> Outcome {
    let contenders: Vec<Contender<'_>> = vec![
        (
            "raw file I/O".to_owned(),
            Box::new(|| {
                black_box(fs::read(path)?);
                Ok(())
            }),
        ),
        copy(field),
        ("read".to_owned(), Box::new(|| same_shape(&read()?, field))),
    ];
    compare(c, &format!("read {title}"), size(field), contenders)
}

/// Compares writing a field to a file with writing the bytes of the complete file to another file.
fn writing(
    c: &mut Criterion,
    title: &str,
    field: &Field,
    path: &Path,
    write: impl Fn() -> Outcome,
) -> Outcome {
    write()?;
    let bytes = fs::read(path)?;
    let raw = path.with_extension("bytes");
    let contenders: Vec<Contender<'_>> = vec![
        (
            "raw file I/O".to_owned(),
            Box::new(|| Ok(fs::write(&raw, &bytes)?)),
        ),
        copy(field),
        ("write".to_owned(), Box::new(write)),
    ];
    compare(c, &format!("write {title}"), size(field), contenders)
}

fn copy(field: &Field) -> Contender<'_> {
    let run = move || {
        black_box(black_box(&field.values).clone());
        Ok(())
    };
    ("copy of the array".to_owned(), Box::new(run))
}

/// Returns the size of the values in bytes.
fn size(field: &Field) -> u64 {
    (field.values.len() * field.values.bytes_per_value()) as u64
}

fn same_shape(found: &Field, expected: &Field) -> Outcome {
    if found.shape() == expected.shape() {
        Ok(())
    } else {
        Err("the shape of the field has changed".into())
    }
}

criterion_group!(benches, format_benches);
criterion_main!(benches);
