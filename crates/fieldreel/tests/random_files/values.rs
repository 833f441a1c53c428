//! Random floating-point fields with missing values.

use super::random::Random;
use super::value_types::ValueType;

/// Attributes that define missing values, valid ranges and packing.
#[derive(Debug, Default)]
pub(crate) struct ValidityAttributes {
    fill: Option<f64>,
    missing: Vec<f64>,
    valid_min: Option<f64>,
    valid_max: Option<f64>,
    valid_range: Option<[f64; 2]>,
    scale: Option<[f64; 2]>,
    /// True if attributes other than the fill value are doubles, as some programs write them.
    are_double: bool,
}

/// Returns a random field in double precision.
pub(crate) fn field(random: &mut Random, len: usize, row: usize) -> Vec<f64> {
    let exponent = match random.below(6) {
        0 => random.below(60) as i32 - 30,
        _ => random.below(7) as i32 - 3,
    };
    let scale = 10_f64.powi(exponent);
    let offset = random.pick(&[0.0, 0.0, 280.0, -1e4]) * scale;
    let (fast, slow) = (3.0 + 40.0 * random.unit(), 2.0 + 20.0 * random.unit());
    let noise = random.pick(&[0.0, 0.01, 1.0]);
    let shape = random.below(6);
    (0..len)
        .map(|at| {
            let (x, y) = ((at % row) as f64, (at / row) as f64);
            let smooth = (x / fast).sin() + (y / slow).cos();
            let number = match shape {
                0 => 1.0,
                1 => random.unit(),
                2 => (smooth * 4.0).round(),
                // Mostly zero, like precipitation.
                3 => (smooth - 1.2).max(0.0),
                _ => smooth + noise * random.unit(),
            };
            offset + scale * number
        })
        .collect()
}

/// Returns a random subset of the attributes, with random values.
pub(crate) fn random_validity(
    random: &mut Random,
    kind: &ValueType,
    values: &[f64],
) -> ValidityAttributes {
    if !kind.is_number() {
        return ValidityAttributes::default();
    }
    let is_float = matches!(kind, ValueType::Float | ValueType::Double);
    let (min, max) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), &value| {
            (min.min(value), max.max(value))
        });
    let (min, max) = if min <= max { (min, max) } else { (0.0, 1.0) };
    let within = |random: &mut Random| match is_float {
        true => min + (max - min) * (random.unit() * 1.4 - 0.2),
        false => random.below(100) as f64,
    };
    let missing_value = |random: &mut Random| match is_float {
        true => match random.below(8) {
            0 => f64::NAN,
            1 => 0.0,
            2 => min,
            3 => 9.969_209_968_386_869e36,
            4 => 1e20,
            5 => -32_768.0,
            6 => f64::INFINITY,
            _ => -999.0,
        },
        false => random.pick(&[0.0, 1.0, 99.0, 127.0]),
    };
    let mut validity = ValidityAttributes {
        are_double: is_float && random.one_in(6),
        ..ValidityAttributes::default()
    };
    if random.one_in(2) {
        validity.fill = Some(missing_value(random));
    }
    if random.one_in(3) {
        let count = random.pick(&[1, 1, 2, 4]);
        validity.missing = (0..count).map(|_| missing_value(random)).collect();
    }
    if random.one_in(4) {
        validity.valid_min = Some(within(random));
    }
    if random.one_in(4) {
        validity.valid_max = Some(within(random));
    }
    if random.one_in(4) {
        let (a, b) = (within(random), within(random));
        validity.valid_range = Some([a.min(b), a.max(b)]);
    }
    if random.one_in(if is_float { 8 } else { 2 }) {
        validity.scale = Some([0.01, 273.15]);
    }
    validity
}

impl ValidityAttributes {
    /// Returns the names, types and values of the attributes.
    pub(crate) fn attributes(&self, kind: &ValueType) -> Vec<(&'static str, ValueType, Vec<u8>)> {
        let other = if self.are_double {
            &ValueType::Double
        } else {
            kind
        };
        let mut all = Vec::new();
        let mut add = |name, kind: &ValueType, numbers: &[f64]| {
            if !numbers.is_empty() {
                let bytes = numbers.iter().flat_map(|&number| bytes_of(kind, number));
                all.push((name, kind.clone(), bytes.collect()));
            }
        };
        add("_FillValue", kind, self.fill.as_slice());
        add("missing_value", other, &self.missing);
        add("valid_min", other, self.valid_min.as_slice());
        add("valid_max", other, self.valid_max.as_slice());
        add(
            "valid_range",
            other,
            self.valid_range.as_ref().map_or(&[], |range| &range[..]),
        );
        if let Some([scale, offset]) = self.scale {
            add("scale_factor", &ValueType::Double, &[scale]);
            add("add_offset", &ValueType::Double, &[offset]);
        }
        all
    }
}

/// Returns the bytes of a number in a type.
fn bytes_of(kind: &ValueType, number: f64) -> Vec<u8> {
    match kind {
        ValueType::Byte => (number as i8).to_ne_bytes().to_vec(),
        ValueType::Ubyte => (number as u8).to_ne_bytes().to_vec(),
        ValueType::Short => (number as i16).to_ne_bytes().to_vec(),
        ValueType::Ushort => (number as u16).to_ne_bytes().to_vec(),
        ValueType::Int => (number as i32).to_ne_bytes().to_vec(),
        ValueType::Uint => (number as u32).to_ne_bytes().to_vec(),
        ValueType::Int64 => (number as i64).to_ne_bytes().to_vec(),
        ValueType::Uint64 => (number as u64).to_ne_bytes().to_vec(),
        ValueType::Float => (number as f32).to_ne_bytes().to_vec(),
        _ => number.to_ne_bytes().to_vec(),
    }
}

/// Returns the bytes of a field in a floating-point type, with missing and special values
/// inserted.
pub(crate) fn floats(
    random: &mut Random,
    kind: &ValueType,
    values: &[f64],
    validity: &ValidityAttributes,
) -> Vec<u8> {
    let mut bytes: Vec<Vec<u8>> = values.iter().map(|&value| bytes_of(kind, value)).collect();
    let mut special_values: Vec<Vec<u8>> = Vec::new();
    for &mark in validity.fill.iter().chain(&validity.missing) {
        if !random.one_in(3) {
            special_values.push(bytes_of(kind, mark));
        }
    }
    let special = [
        9.969_209_968_386_869e36,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
    ];
    for number in special
        .into_iter()
        .chain(validity.valid_min)
        .chain(validity.valid_max)
    {
        if random.one_in(6) {
            special_values.push(bytes_of(kind, number));
        }
    }
    for _ in 0..random.pick(&[0, 0, 1, 3]) {
        special_values.push(nan(random, kind));
    }
    if random.one_in(8) {
        // Subnormal.
        special_values.push(match kind {
            ValueType::Float => f32::from_bits(random.next() as u32 & 0x7_ffff)
                .to_ne_bytes()
                .to_vec(),
            _ => f64::from_bits(random.next() >> 13).to_ne_bytes().to_vec(),
        });
    }
    if special_values.is_empty() || bytes.is_empty() {
        return bytes.concat();
    }
    let every = random.pick(&[1, 3, 20, 300]);
    if random.one_in(3) {
        // One contiguous range, like land.
        let start = random.below(bytes.len());
        let end = (start + bytes.len() / every + 1).min(bytes.len());
        let value = special_values[random.below(special_values.len())].clone();
        bytes[start..end].fill(value);
    } else {
        for value in &mut bytes {
            if random.one_in(every) {
                *value = special_values[random.below(special_values.len())].clone();
            }
        }
    }
    bytes.concat()
}

/// Returns a NaN: the canonical one, or one of either sign, quiet or signaling, with a payload.
fn nan(random: &mut Random, kind: &ValueType) -> Vec<u8> {
    let (bits, is_canonical) = (random.next(), random.one_in(3));
    match (kind, is_canonical) {
        (ValueType::Float, true) => f32::NAN.to_ne_bytes().to_vec(),
        (ValueType::Float, false) => (bits as u32 | 0x7f80_0001).to_ne_bytes().to_vec(),
        (_, true) => f64::NAN.to_ne_bytes().to_vec(),
        (_, false) => (bits | 0x7ff0_0000_0000_0001).to_ne_bytes().to_vec(),
    }
}
