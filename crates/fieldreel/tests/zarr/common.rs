//! Example files, and comparison of datasets of any format.

use std::path::{Path, PathBuf};

use fieldreel::formats::dataset::{
    DatasetDimension, DatasetSource, GroupSchema, Schema, VariableSchema, VariableType,
    VariableValues,
};
use fieldreel::formats::{
    AttributeValue, Attributes, DEFAULT_LIMITS, NetcdfDataset, NetcdfWriter, NumericArray,
    VariableStorage, ZarrDataset,
};

pub(crate) fn open(path: &Path) -> Box<dyn DatasetSource> {
    match path.is_dir() {
        true => Box::new(ZarrDataset::open(path, &DEFAULT_LIMITS).unwrap()),
        false => {
            fieldreel::register_hdf5_filter().unwrap();
            Box::new(NetcdfDataset::open(path, &DEFAULT_LIMITS).unwrap())
        }
    }
}

/// Reads all values of a variable.
pub(crate) fn read_all(file: &dyn DatasetSource, number: usize) -> VariableValues {
    let shape = file.schema().shape(&file.schema().variables[number]);
    file.read(number, &vec![0; shape.len()], &shape).unwrap()
}

/// Returns the largest difference of two arrays of numbers of the same type, with fill values at
/// the same positions.
pub(crate) fn largest_error(a: &VariableValues, b: &VariableValues) -> f64 {
    let (VariableValues::Numbers(a), VariableValues::Numbers(b)) = (a, b) else {
        assert_eq!(a, b);
        return 0.0;
    };
    assert_eq!(std::mem::discriminant(a), std::mem::discriminant(b));
    assert_eq!(a.len(), b.len());
    let pairs = a.to_scalars().into_iter().zip(b.to_scalars());
    pairs.fold(0.0, |largest: f64, (a, b)| {
        let (a, b) = (a.to_f64(), b.to_f64());
        match a.is_nan() || b.is_nan() {
            true => {
                assert_eq!(a.is_nan(), b.is_nan());
                largest
            }
            false if a == b => largest,
            false => largest.max((a - b).abs()),
        }
    })
}

/// Writes a NetCDF file with variables of all kinds, in two groups.
pub(crate) fn write_example(folder: &Path) -> PathBuf {
    let path = folder.join("example.nc");
    let (schema, values) = example();
    let storage = vec![VariableStorage::Plain; values.len()];
    let writer = NetcdfWriter::create(&path, &schema, &storage, None).unwrap();
    for (number, values) in values.iter().enumerate() {
        let shape = schema.shape(&schema.variables[number]);
        writer
            .write(number, &vec![0; shape.len()], &shape, values)
            .unwrap();
    }
    writer.finish().unwrap();
    path
}

fn wave(len: usize) -> impl Iterator<Item = f64> {
    (0..len).map(|at| {
        let (t, y, x) = (at / 1200, at / 40 % 30, at % 40);
        10.0 * ((x + t) as f64 / 9.0).sin() + y as f64 / 7.0 + (at * at % 17) as f64 / 100.0
    })
}

fn example() -> (Schema, Vec<VariableValues>) {
    let mut schema = Schema::default();
    let mut root = GroupSchema::default();
    root.attributes = Attributes::from([
        ("title", AttributeValue::from("example")),
        ("history", "made by a test".into()),
        ("versions", [1_i16, 2].into()),
    ]);
    schema.groups.push(root);
    schema.groups.push(GroupSchema::new("forecast", 0));
    let unlimited = DatasetDimension::new("time", 12).with_unlimited(true);
    schema.dimensions.push(unlimited);
    schema.dimensions.push(DatasetDimension::new("lat", 30));
    schema.dimensions.push(DatasetDimension::new("lon", 40));
    schema.dimensions.push(DatasetDimension::new("empty", 0));
    schema.dimensions.push(DatasetDimension::new("length", 4));
    let mut values = Vec::new();
    let mut add = |variable: VariableSchema, attributes: Attributes, numbers| {
        schema.variables.push(variable.with_attributes(attributes));
        values.push(numbers);
    };
    let none = Attributes::new;
    let field = [0, 1, 2];
    let len = 12 * 30 * 40;
    let units = |units: &str| Attributes::from([("units", units)]);
    let numbers = |numbers: NumericArray| VariableValues::Numbers(numbers);

    let degrees = |first: f64, len: usize| (0..len).map(|at| first + at as f64).collect();
    let lat = VariableSchema::new("lat", VariableType::F64, &[1]);
    add(lat, units("degrees_north"), numbers(degrees(-15.0, 30)));
    let lon = VariableSchema::new("lon", VariableType::F64, &[2]);
    add(lon, units("degrees_east"), numbers(degrees(0.0, 40)));
    let time = VariableSchema::new("time", VariableType::I32, &[0]);
    let hours = (0..12_i32).map(|step| 6 * step).collect();
    add(time, units("hours since 2000-01-01"), numbers(hours));

    let missing = |at: usize| at % 91 == 5;
    let mut attributes = units("K");
    attributes.insert("_FillValue", -999.0_f32);
    let filled = wave(len).enumerate();
    let filled = filled.map(|(at, value)| if missing(at) { -999.0 } else { value as f32 });
    let t2m = VariableSchema::new("t2m", VariableType::F32, &field);
    add(t2m, attributes, numbers(filled.collect()));

    let with_nan = wave(len).enumerate();
    let with_nan = with_nan.map(|(at, value)| if missing(at) { f64::NAN } else { value });
    let pressure = VariableSchema::new("pressure", VariableType::F64, &field);
    add(pressure, units("Pa"), numbers(with_nan.collect()));

    let attributes = Attributes::from([
        ("scale_factor", AttributeValue::from(0.01)),
        ("add_offset", 5.0.into()),
        ("_FillValue", (-32_767_i16).into()),
    ]);
    let packed = wave(len).map(|value| (value * 100.0) as i16);
    let packed_variable = VariableSchema::new("packed", VariableType::I16, &field);
    add(packed_variable, attributes, numbers(packed.collect()));

    let attributes = Attributes::from([
        ("scale_factor", AttributeValue::from(0.5)),
        ("_Unsigned", "true".into()),
    ]);
    let unsigned = (0..len).map(|at| (at % 251) as u8 as i8);
    let unsigned_variable = VariableSchema::new("unsigned", VariableType::I8, &field);
    add(unsigned_variable, attributes, numbers(unsigned.collect()));

    macro_rules! integers {
        ($($name:literal $kind:ident $type:ty),*) => {$(
            let integers: NumericArray = wave(len).map(|value| (value + 20.0) as $type).collect();
            let integer_variable = VariableSchema::new($name, VariableType::$kind, &field);
            add(integer_variable, none(), numbers(integers));
        )*};
    }
    integers!("i8" I8 i8, "u8" U8 u8, "i16" I16 i16, "u16" U16 u16, "i32" I32 i32, "u32" U32 u32,
        "i64" I64 i64, "u64" U64 u64);

    let mut big = VariableSchema::new("big", VariableType::F32, &field);
    big.is_big_endian = true;
    add(
        big,
        none(),
        numbers(wave(len).map(|value| value as f32).collect()),
    );

    let names = ["ab", "", "é", "x"].map(str::to_owned).to_vec();
    let texts = VariableSchema::new("names", VariableType::Text, &[4]);
    add(texts, none(), VariableValues::Texts(names));
    let characters = VariableSchema::new("letters", VariableType::Char, &[4]);
    add(
        characters,
        none(),
        VariableValues::Chars(b"ab\0\0".to_vec()),
    );
    let crs = VariableSchema::new("crs", VariableType::I32, &[]);
    let attributes = Attributes::from([("grid_mapping_name", "latitude_longitude")]);
    add(crs, attributes, numbers([0].into()));
    let empty = VariableSchema::new("nothing", VariableType::F32, &[3, 2]);
    add(empty, none(), numbers(Vec::<f32>::new().into()));
    let wind = VariableSchema::new("wind", VariableType::F32, &field).with_group(1);
    add(
        wind,
        units("m s-1"),
        numbers(wave(len).map(|value| value as f32).collect()),
    );
    (schema, values)
}
