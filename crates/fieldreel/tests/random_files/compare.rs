//! The comparison of two files.

use super::content::{Attribute, Group, Values, Variable, number};

/// netcdf-c's fill value of either precision (`NC_FILL_FLOAT`, `NC_FILL_DOUBLE`), where a variable has no `_FillValue`.
const DEFAULT_FILL: f64 = 9.969_209_968_386_869e36;

/// The counts of compared values.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) exact: usize,
    pub(crate) lossy: usize,
    /// Files that netcdf-c itself could not read.
    pub(crate) unreadable: usize,
    /// Values of lossy variables that stand for themselves.
    pub(crate) valid: u64,
    /// And those that do not.
    pub(crate) missing: u64,
}

/// Compares a file with what it was compressed into, or decompressed.
///
/// Lossy values must be those of `decoded`, bit by bit, if it is given, and else within the bound that `other` states.
pub(crate) fn compare(
    original: &Group,
    other: &Group,
    decoded: Option<&Group>,
    has_byte_order: bool,
    tally: &mut Tally,
) -> Result<(), String> {
    let name = &original.name;
    same(
        &format!("name of group {name}"),
        &original.name,
        &other.name,
    )?;
    same(&format!("types of {name}"), &original.types, &other.types)?;
    same(
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
    same(
        &format!("what is in {name}"),
        &names(original),
        &names(other),
    )?;
    for (at, (a, b)) in original.variables.iter().zip(&other.variables).enumerate() {
        let decoded = decoded.map(|group| &group.variables[at]);
        variable(a, b, decoded, has_byte_order, tally)
            .map_err(|error| format!("{name}: {:?} ({}): {error}", a.name, a.kind))?;
    }
    for (at, (a, b)) in original.groups.iter().zip(&other.groups).enumerate() {
        compare(
            a,
            b,
            decoded.map(|group| &group.groups[at]),
            has_byte_order,
            tally,
        )?;
    }
    Ok(())
}

fn variable(
    original: &Variable,
    other: &Variable,
    decoded: Option<&Variable>,
    has_byte_order: bool,
    tally: &mut Tally,
) -> Result<(), String> {
    same("type", &original.kind, &other.kind)?;
    same("dimensions", &original.dimensions, &other.dimensions)?;
    let is_lossy = other.attribute("lossy_compression").is_some();
    attributes(
        "attributes",
        &original.attributes,
        &other.attributes,
        is_lossy,
    )?;
    // Single bytes have none, whatever a file says.
    let ordered = [
        "short", "ushort", "int", "uint", "int64", "uint64", "float", "double",
    ];
    if has_byte_order && ordered.contains(&original.kind.as_str()) {
        same("byte order", &original.byte_order, &other.byte_order)?;
    }
    same(
        "number of values",
        &original.values.len(),
        &other.values.len(),
    )?;
    if !is_lossy {
        tally.exact += 1;
        return exact("exact", original, &original.values, &other.values);
    }
    tally.lossy += 1;
    match decoded {
        Some(decoded) => exact("decompressed", original, &decoded.values, &other.values),
        None => within(original, other, tally),
    }
}

/// All attributes but those that compression adds, in order; a history only grows.
fn attributes(
    what: &str,
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
        same(what, a, b)?;
    }
    same(&format!("number of attributes, {what}"), &a.len(), &b.len())?;
    let history = |all: &[Attribute]| all.iter().find(|attribute| is_history(attribute)).cloned();
    match (history(original), history(other)) {
        (Some(before), Some(after)) => match (before.text(), after.text()) {
            (Some(before), Some(after)) if after.ends_with(&before) => Ok(()),
            _ => Err(format!("{what}: history {before:?} became {after:?}")),
        },
        (Some(_), None) => Err(format!("{what}: the history is gone")),
        _ => Ok(()),
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, a: &T, b: &T) -> Result<(), String> {
    match a == b {
        true => Ok(()),
        false => Err(format!("{what}: {a:?} became {b:?}")),
    }
}

fn exact(what: &str, of: &Variable, a: &Values, b: &Values) -> Result<(), String> {
    match a.iter().zip(b).position(|(a, b)| a != b) {
        None => Ok(()),
        Some(at) => Err(format!(
            "{what}: value {at} of {}: {:?} became {:?}, attributes {:?}",
            a.len(),
            a[at],
            b[at],
            of.attributes
                .iter()
                .map(|attribute| &attribute.name)
                .collect::<Vec<_>>()
        )),
    }
}

/// The missing and valid values that a variable's attributes define.
struct Marks {
    missing: Vec<f64>,
    min: f64,
    max: f64,
}

impl Marks {
    fn of(variable: &Variable) -> Self {
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
        // Readers compare in the variable's type.
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

    /// Returns whether a reader takes a value for one that is missing.
    fn is_missing(&self, value: f64) -> bool {
        !value.is_finite() || self.missing.contains(&value)
    }

    /// Returns whether a value is in the valid range, both ends included.
    fn is_valid(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

fn within(original: &Variable, other: &Variable, tally: &mut Tally) -> Result<(), String> {
    let marks = Marks::of(original);
    let text = other
        .attribute("lossy_compression_bound")
        .and_then(Attribute::text);
    let text = text.ok_or("no bound is stated")?;
    let bound: f64 = text
        .split_once(' ')
        .and_then(|(_, number)| number.parse().ok())
        .ok_or_else(|| format!("the bound {text:?}"))?;
    let stated = other.attribute("lossy_compression_max_absolute_error");
    let stated = stated.map_or_else(Vec::new, Attribute::numbers);
    // A bound of packed numbers is one of those that they stand for.
    let unit = original.attribute("scale_factor");
    let unit = unit.map_or(1.0, |unit| unit.numbers()[0].abs());
    let mut largest = 0.0_f64;
    for (at, (a, b)) in original.values.iter().zip(&other.values).enumerate() {
        let numbers = (number(&original.kind, a), number(&original.kind, b));
        let (Some(x), Some(y)) = numbers else {
            return Err("no numbers".to_owned());
        };
        let told = || format!("value {at}, {x:e} ({a:x?}) became {y:e} ({b:x?}), {text}");
        if marks.is_missing(x) || !marks.is_valid(x) {
            tally.missing += 1;
            if a != b {
                return Err(format!("missing or not valid: {}", told()));
            }
            continue;
        }
        tally.valid += 1;
        if marks.is_missing(y) || !marks.is_valid(y) {
            return Err(format!("no longer valid: {}", told()));
        }
        let error = (x - y).abs() * unit;
        let allowed = match text.starts_with("pointwise") {
            true => bound * x.abs() * unit,
            false => bound,
        };
        if error > allowed {
            return Err(format!("over the bound: {}", told()));
        }
        largest = largest.max(error);
    }
    match stated[..] {
        [stated] if stated >= largest => Ok(()),
        _ => Err(format!("an error of {largest:e}, and {stated:?} is stated")),
    }
}
