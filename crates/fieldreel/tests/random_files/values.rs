//! Fields of floats, and what in them stands for missing values.

use super::random::Random;
use super::types::Kind;

/// Attributes that say which values are valid.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    fill: Option<f64>,
    missing: Vec<f64>,
    valid_min: Option<f64>,
    valid_max: Option<f64>,
    valid_range: Option<[f64; 2]>,
    scale: Option<[f64; 2]>,
    /// They are of another type than the variable, as some programs write them; never the fill value.
    are_double: bool,
}

/// A field in double precision.
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
                // Mostly zero, as rain.
                3 => (smooth - 1.2).max(0.0),
                _ => smooth + noise * random.unit(),
            };
            offset + scale * number
        })
        .collect()
}

/// Every attribute of missing and valid values by itself there or not.
pub(crate) fn marks(random: &mut Random, kind: &Kind, values: &[f64]) -> Marks {
    if !kind.is_number() {
        return Marks::default();
    }
    let is_float = matches!(kind, Kind::Float | Kind::Double);
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
    let stand_in = |random: &mut Random| match is_float {
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
    let mut marks = Marks {
        are_double: is_float && random.once_in(6),
        ..Marks::default()
    };
    if random.once_in(2) {
        marks.fill = Some(stand_in(random));
    }
    if random.once_in(3) {
        let count = random.pick(&[1, 1, 2, 4]);
        marks.missing = (0..count).map(|_| stand_in(random)).collect();
    }
    if random.once_in(4) {
        marks.valid_min = Some(within(random));
    }
    if random.once_in(4) {
        marks.valid_max = Some(within(random));
    }
    if random.once_in(4) {
        let (a, b) = (within(random), within(random));
        marks.valid_range = Some([a.min(b), a.max(b)]);
    }
    if random.once_in(if is_float { 8 } else { 2 }) {
        marks.scale = Some([0.01, 273.15]);
    }
    marks
}

impl Marks {
    /// The attributes: name, type and values.
    pub(crate) fn attributes(&self, kind: &Kind) -> Vec<(&'static str, Kind, Vec<u8>)> {
        let other = if self.are_double { &Kind::Double } else { kind };
        let mut all = Vec::new();
        let mut add = |name, kind: &Kind, numbers: &[f64]| {
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
            add("scale_factor", &Kind::Double, &[scale]);
            add("add_offset", &Kind::Double, &[offset]);
        }
        all
    }
}

/// A number as a value of a type.
fn bytes_of(kind: &Kind, number: f64) -> Vec<u8> {
    match kind {
        Kind::Byte => (number as i8).to_ne_bytes().to_vec(),
        Kind::Ubyte => (number as u8).to_ne_bytes().to_vec(),
        Kind::Short => (number as i16).to_ne_bytes().to_vec(),
        Kind::Ushort => (number as u16).to_ne_bytes().to_vec(),
        Kind::Int => (number as i32).to_ne_bytes().to_vec(),
        Kind::Uint => (number as u32).to_ne_bytes().to_vec(),
        Kind::Int64 => (number as i64).to_ne_bytes().to_vec(),
        Kind::Uint64 => (number as u64).to_ne_bytes().to_vec(),
        Kind::Float => (number as f32).to_ne_bytes().to_vec(),
        _ => number.to_ne_bytes().to_vec(),
    }
}

/// The field in its type, with values of every kind that is none of it.
pub(crate) fn floats(random: &mut Random, kind: &Kind, values: &[f64], marks: &Marks) -> Vec<u8> {
    let mut bytes: Vec<Vec<u8>> = values.iter().map(|&value| bytes_of(kind, value)).collect();
    let mut planted: Vec<Vec<u8>> = Vec::new();
    for &mark in marks.fill.iter().chain(&marks.missing) {
        if !random.once_in(3) {
            planted.push(bytes_of(kind, mark));
        }
    }
    let others = [
        9.969_209_968_386_869e36,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
    ];
    for number in others
        .into_iter()
        .chain(marks.valid_min)
        .chain(marks.valid_max)
    {
        if random.once_in(6) {
            planted.push(bytes_of(kind, number));
        }
    }
    for _ in 0..random.pick(&[0, 0, 1, 3]) {
        planted.push(nan(random, kind));
    }
    if random.once_in(8) {
        // Subnormal.
        planted.push(match kind {
            Kind::Float => f32::from_bits(random.next() as u32 & 0x7_ffff)
                .to_ne_bytes()
                .to_vec(),
            _ => f64::from_bits(random.next() >> 13).to_ne_bytes().to_vec(),
        });
    }
    if planted.is_empty() || bytes.is_empty() {
        return bytes.concat();
    }
    let every = random.pick(&[1, 3, 20, 300]);
    if random.once_in(3) {
        // In one piece, as land is.
        let start = random.below(bytes.len());
        let end = (start + bytes.len() / every + 1).min(bytes.len());
        let patch = planted[random.below(planted.len())].clone();
        bytes[start..end].fill(patch);
    } else {
        for value in &mut bytes {
            if random.once_in(every) {
                *value = planted[random.below(planted.len())].clone();
            }
        }
    }
    bytes.concat()
}

/// A NaN: the canonical one, or one of either sign, quiet or signalling, with a payload.
fn nan(random: &mut Random, kind: &Kind) -> Vec<u8> {
    let (bits, is_canonical) = (random.next(), random.once_in(3));
    match (kind, is_canonical) {
        (Kind::Float, true) => f32::NAN.to_ne_bytes().to_vec(),
        (Kind::Float, false) => (bits as u32 | 0x7f80_0001).to_ne_bytes().to_vec(),
        (_, true) => f64::NAN.to_ne_bytes().to_vec(),
        (_, false) => (bits | 0x7ff0_0000_0000_0001).to_ne_bytes().to_vec(),
    }
}
