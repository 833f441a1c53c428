//! Comparison of two files.

use super::file_content::{Attribute, Group, Values, Variable, number};

/// The default fill value of netcdf-c for floating-point types (`NC_FILL_FLOAT`,
/// `NC_FILL_DOUBLE`).
const DEFAULT_FILL: f64 = 9.969_209_968_386_869e36;

/// Counts of compared variables, files and values.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) exact: usize,
    pub(crate) lossy: usize,
    /// Files that netcdf-c cannot read.
    pub(crate) unreadable: usize,
    /// Valid values of lossy variables.
    pub(crate) valid: u64,
    /// Missing or invalid values of lossy variables.
    pub(crate) missing: u64,
}

/// Compares a file with its compressed or decompressed file.
///
/// Lossy values must have the same bits as those of `decoded` if it is given, and otherwise be
/// within the bound in the attributes of `other`.
pub(crate) fn compare(
    original: &Group,
    other: &Group,
    decoded: Option<&Group>,
    has_byte_order: bool,
    counts: &mut Counts,
) -> Result<(), String> {
    let name = &original.name;
    check_equal(
        &format!("name of group {name}"),
        &original.name,
        &other.name,
    )?;
    check_equal(&format!("types of {name}"), &original.types, &other.types)?;
    check_equal(
        &format!("dimensions of {name}"),
        &original.dimensions,
        &other.dimensions,
    )?;
    attributes(name, &original.attributes, &other.attributes, false)?;
    let names = |group: &Group| -> Vec<String> {
        let names = group.variables.iter().map(|variable| &variable.name);
        names
            .chain(group.groups.iter().map(|group| &group.name))
            .cloned()
            .collect()
    };
    check_equal(
        &format!("members of {name}"),
        &names(original),
        &names(other),
    )?;
    for (at, (a, b)) in original.variables.iter().zip(&other.variables).enumerate() {
        let decoded = decoded.map(|group| &group.variables[at]);
        variable(a, b, decoded, has_byte_order, counts)
            .map_err(|error| format!("{name}: {:?} ({}): {error}", a.name, a.kind))?;
    }
    for (at, (a, b)) in original.groups.iter().zip(&other.groups).enumerate() {
        compare(
            a,
            b,
            decoded.map(|group| &group.groups[at]),
            has_byte_order,
            counts,
        )?;
    }
    Ok(())
}

fn variable(
    original: &Variable,
    other: &Variable,
    decoded: Option<&Variable>,
    has_byte_order: bool,
    counts: &mut Counts,
) -> Result<(), String> {
    check_equal("type", &original.kind, &other.kind)?;
    check_equal("dimensions", &original.dimensions, &other.dimensions)?;
    let is_lossy = other.attribute("lossy_compression").is_some();
    attributes(
        "attributes",
        &original.attributes,
        &other.attributes,
        is_lossy,
    )?;
    // Types of one byte have no byte order, even if a file states one.
    let ordered = [
        "short", "ushort", "int", "uint", "int64", "uint64", "float", "double",
    ];
    if has_byte_order && ordered.contains(&original.kind.as_str()) {
        check_equal("byte order", &original.byte_order, &other.byte_order)?;
    }
    check_equal(
        "number of values",
        &original.values.len(),
        &other.values.len(),
    )?;
    if !is_lossy {
        counts.exact += 1;
        return check_lossless("exact", original, &original.values, &other.values);
    }
    counts.lossy += 1;
    match decoded {
        Some(decoded) => check_lossless("decompressed", original, &decoded.values, &other.values),
        None => check_within(original, other, counts),
    }
}

/// Compares all attributes in order, except for those that compression adds. The history may only
/// get additional lines.
fn attributes(
    label: &str,
    original: &[Attribute],
    other: &[Attribute],
    is_lossy: bool,
) -> Result<(), String> {
    let is_history = |attribute: &Attribute| attribute.name == "history";
    let is_kept = |attribute: &&Attribute| {
        let is_added = is_lossy && attribute.name.starts_with("lossy_compression");
        !is_history(attribute) && !is_added
    };
    let [a, b]: [Vec<&Attribute>; 2] =
        [original, other].map(|all| all.iter().filter(is_kept).collect());
    for (a, b) in a.iter().zip(&b) {
        check_equal(label, a, b)?;
    }
    check_equal(
        &format!("number of attributes, {label}"),
        &a.len(),
        &b.len(),
    )?;
    let history = |all: &[Attribute]| all.iter().find(|attribute| is_history(attribute)).cloned();
    match (history(original), history(other)) {
        (Some(before), Some(after)) => match (before.text(), after.text()) {
            (Some(before), Some(after)) if after.ends_with(&before) => Ok(()),
            _ => Err(format!("{label}: history {before:?} became {after:?}")),
        },
        (Some(_), None) => Err(format!("{label}: the history is missing")),
        _ => Ok(()),
    }
}

fn check_equal<T: PartialEq + std::fmt::Debug>(label: &str, a: &T, b: &T) -> Result<(), String> {
    match a == b {
        true => Ok(()),
        false => Err(format!("{label}: {a:?} became {b:?}")),
    }
}

fn check_lossless(label: &str, variable: &Variable, a: &Values, b: &Values) -> Result<(), String> {
    match a.iter().zip(b).position(|(a, b)| a != b) {
        None => Ok(()),
        Some(at) => Err(format!(
            "{label}: value {at} of {}: {:?} became {:?}, attributes {:?}",
            a.len(),
            a[at],
            b[at],
            variable
                .attributes
                .iter()
                .map(|attribute| &attribute.name)
                .collect::<Vec<_>>()
        )),
    }
}

/// The missing values and the valid range that the attributes of a variable define.
struct Validity {
    missing: Vec<f64>,
    min: f64,
    max: f64,
}

impl Validity {
    fn from_variable(variable: &Variable) -> Self {
        let is_single = variable.kind == "float";
        let numbers = |name| {
            let attribute = variable.attribute(name);
            attribute.map_or_else(Vec::new, Attribute::numbers)
        };
        let mut missing = numbers("_FillValue");
        if missing.is_empty() {
            missing.extend(match variable.kind.as_str() {
                "short" => Some(-32_767.0),
                "ushort" => Some(65_535.0),
                "int" => Some(-2_147_483_647.0),
                "uint" => Some(4_294_967_295.0),
                "int64" => Some(-9_223_372_036_854_775_806.0),
                "uint64" => Some(18_446_744_073_709_551_614.0),
                "float" | "double" => Some(DEFAULT_FILL),
                _ => None,
            });
        }
        missing.extend(numbers("missing_value"));
        // Readers compare values in the type of the variable.
        let missing = missing.iter().map(|&value| match is_single {
            true => f64::from(value as f32),
            false => value,
        });
        let range = numbers("valid_range");
        let limit = |name, at: usize| numbers(name).first().or(range.get(at)).copied();
        Self {
            missing: missing.collect(),
            min: limit("valid_min", 0).unwrap_or(f64::NEG_INFINITY),
            max: limit("valid_max", 1).unwrap_or(f64::INFINITY),
        }
    }

    /// Returns whether a value is missing.
    fn is_missing(&self, value: f64) -> bool {
        !value.is_finite() || self.missing.contains(&value)
    }

    /// Returns whether a value is in the valid range, both ends included.
    fn is_valid(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

fn check_within(original: &Variable, other: &Variable, counts: &mut Counts) -> Result<(), String> {
    let validity = Validity::from_variable(original);
    let text = other
        .attribute("lossy_compression_bound")
        .and_then(Attribute::text);
    let text = text.ok_or("the bound is not stated")?;
    let bound: f64 = text
        .split_once(':')
        .and_then(|(_, number)| number.parse().ok())
        .ok_or_else(|| format!("the bound {text:?}"))?;
    let stated = other.attribute("lossy_compression_max_absolute_error");
    let stated = stated.map_or_else(Vec::new, Attribute::numbers);
    // The bound of a packed variable applies to unpacked values.
    let scale = original.attribute("scale_factor");
    let scale = scale.map_or(1.0, |scale| scale.numbers()[0].abs());
    let mut largest = 0.0_f64;
    for (at, (a, b)) in original.values.iter().zip(&other.values).enumerate() {
        let numbers = (number(&original.kind, a), number(&original.kind, b));
        let (Some(x), Some(y)) = numbers else {
            return Err("the values are not numbers".to_owned());
        };
        let describe = || format!("value {at}, {x:e} ({a:x?}) became {y:e} ({b:x?}), {text}");
        if validity.is_missing(x) || !validity.is_valid(x) {
            counts.missing += 1;
            if a != b {
                return Err(format!("missing or invalid: {}", describe()));
            }
            continue;
        }
        counts.valid += 1;
        if validity.is_missing(y) || !validity.is_valid(y) {
            return Err(format!("no longer valid: {}", describe()));
        }
        let error = (x - y).abs() * scale;
        let allowed = match text.starts_with("pointwise") {
            true => bound * x.abs() * scale,
            false => bound,
        };
        if error > allowed {
            return Err(format!("the bound is exceeded: {}", describe()));
        }
        largest = largest.max(error);
    }
    match stated[..] {
        [stated] if stated >= largest => Ok(()),
        _ => Err(format!("the largest error is {largest:e}, not {stated:?}")),
    }
}
