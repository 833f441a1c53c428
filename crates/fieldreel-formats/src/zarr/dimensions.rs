//! Dimensions. An array of Zarr has only the names of its dimensions.
//!
//! A dimension belongs to the group of the first array that has it; arrays in subgroups share it if
//! it has the same length there. If this does not give the dimensions of a schema, among others
//! because one is unlimited, the attribute [`DIMENSIONS`] of each group records its dimensions. Its
//! text is a JSON list of `[name, length, is_unlimited]`.

use serde_json::{Map, Value, json};

use crate::dataset::{DatasetDimension, GroupSchema, Schema};

/// The name of the attribute that records the dimensions of a group.
const DIMENSIONS: &str = "_fieldreel_dimensions";

/// The dimensions of an array.
pub(super) struct ArrayAxes<'a> {
    /// The name of the array.
    pub(super) name: &'a str,
    /// The group of the array, an index into the groups.
    pub(super) group: usize,
    /// The names of the dimensions; `None` for a dimension without a name.
    pub(super) names: Vec<Option<&'a str>>,
    /// The lengths of the dimensions.
    pub(super) shape: &'a [usize],
}

/// The dimensions of a store, and those of each array as indices into them.
pub(super) type Resolved = (Vec<DatasetDimension>, Vec<Vec<usize>>);

/// Removes the record of the dimensions from the attributes of a group, and returns it. `Err` if
/// the record is damaged.
pub(super) fn take_record(
    group: usize,
    attributes: &mut Map<String, Value>,
) -> Result<Vec<DatasetDimension>, &'static str> {
    const DAMAGED: &str = "the attribute that records the dimensions is damaged";
    let Some(record) = attributes.shift_remove(DIMENSIONS) else {
        return Ok(Vec::new());
    };
    let record = record
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok());
    let record: Vec<(String, u64, bool)> = record.ok_or(DAMAGED)?;
    let dimensions = record.into_iter().map(|(name, len, is_unlimited)| {
        let len = usize::try_from(len).ok()?;
        let dimension = DatasetDimension::new(name, len).with_group(group);
        Some(dimension.with_unlimited(is_unlimited))
    });
    dimensions.collect::<Option<_>>().ok_or(DAMAGED)
}

/// Returns the records of the dimensions of the groups that have any, each with the index of the
/// group; empty if [`resolve`] needs none.
pub(super) fn records(schema: &Schema) -> Vec<(usize, &'static str, Value)> {
    let shapes: Vec<_> = schema.variables.iter().map(|v| schema.shape(v)).collect();
    let axes = schema
        .variables
        .iter()
        .zip(&shapes)
        .map(|(variable, shape)| {
            let dimensions = variable.dimensions.iter();
            let names = dimensions.map(|&id| schema.dimensions.get(id).map(|d| d.name.as_str()));
            ArrayAxes {
                name: &variable.name,
                group: variable.group,
                names: names.collect(),
                shape,
            }
        });
    let axes: Vec<_> = axes.collect();
    if let Ok((dimensions, _)) = resolve(&schema.groups, &[], &axes)
        && dimensions == schema.dimensions
    {
        return Vec::new();
    }
    let groups = 0..schema.groups.len();
    let record = groups.filter_map(|group| {
        let dimensions = schema.dimensions.iter().filter(|d| d.group == group);
        let dimensions = dimensions.map(|d| json!([d.name, d.len, d.is_unlimited]));
        let list: Vec<Value> = dimensions.collect();
        let record = Value::Array(list.clone()).to_string();
        (!list.is_empty()).then(|| (group, DIMENSIONS, record.into()))
    });
    record.collect()
}

/// Returns the dimensions of a store. `recorded` are those that groups record.
///
/// # Errors
/// The index of the array, and the name of its dimension that has another length in the same group.
pub(super) fn resolve(
    groups: &[GroupSchema],
    recorded: &[DatasetDimension],
    arrays: &[ArrayAxes<'_>],
) -> Result<Resolved, (usize, String)> {
    // The dimensions of each group, and the position of a dimension: its group and its index there.
    let mut of_groups: Vec<Vec<DatasetDimension>> = vec![Vec::new(); groups.len()];
    for dimension in recorded {
        if let Some(of_group) = of_groups.get_mut(dimension.group) {
            of_group.push(dimension.clone());
        }
    }
    let mut positions = Vec::new();
    for (number, array) in arrays.iter().enumerate() {
        let axes = array.names.iter().zip(array.shape).enumerate();
        let axes = axes.map(|(axis, (name, &len))| {
            let name = match name {
                Some(name) => (*name).to_owned(),
                None => format!("{}_dim_{axis}", array.name),
            };
            let mut next = Some(array.group);
            while let Some(group) = next {
                let of_group = of_groups.get(group).map_or(&[][..], Vec::as_slice);
                if let Some(at) = of_group.iter().position(|d| d.name == name && d.len == len) {
                    return Ok((group, at));
                }
                let is_own = group == array.group;
                if is_own && of_group.iter().any(|dimension| dimension.name == name) {
                    return Err((number, name));
                }
                next = groups.get(group).and_then(|group| group.parent);
            }
            let Some(of_group) = of_groups.get_mut(array.group) else {
                return Err((number, name));
            };
            of_group.push(DatasetDimension::new(name, len).with_group(array.group));
            Ok((array.group, of_group.len() - 1))
        });
        positions.push(axes.collect::<Result<Vec<_>, _>>()?);
    }
    let first_of_group =
        |group: usize| -> usize { of_groups.iter().take(group).map(Vec::len).sum() };
    let indices = positions.into_iter().map(|axes| {
        let axes = axes.into_iter();
        axes.map(|(group, at)| first_of_group(group) + at).collect()
    });
    let indices = indices.collect();
    Ok((of_groups.concat(), indices))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> Vec<GroupSchema> {
        vec![GroupSchema::default(), GroupSchema::new("g", 0)]
    }

    fn axes<'a>(group: usize, names: &[&'a str], shape: &'a [usize]) -> ArrayAxes<'a> {
        ArrayAxes {
            name: "a",
            group,
            names: names
                .iter()
                .map(|&name| Some(name).filter(|name| !name.is_empty()))
                .collect(),
            shape,
        }
    }

    #[test]
    fn subgroups_share_dimensions_of_the_same_length() {
        let arrays = [
            axes(0, &["y", "x"], &[2, 3]),
            axes(1, &["x", "y"], &[3, 5]),
            axes(1, &["", "y"], &[7, 5]),
        ];
        let (dimensions, indices) = resolve(&groups(), &[], &arrays).unwrap();
        let found: Vec<_> = dimensions
            .iter()
            .map(|d| (d.name.as_str(), d.group, d.len))
            .collect();
        assert_eq!(
            found,
            [("y", 0, 2), ("x", 0, 3), ("y", 1, 5), ("a_dim_0", 1, 7)]
        );
        assert_eq!(indices, [[0, 1], [1, 2], [3, 2]]);
    }

    #[test]
    fn two_lengths_in_a_group_are_an_error() {
        let arrays = [axes(0, &["x"], &[3]), axes(0, &["x"], &[4])];
        assert_eq!(resolve(&groups(), &[], &arrays), Err((1, "x".to_owned())));
        let square = [axes(0, &["x", "x"], &[3, 3])];
        assert_eq!(resolve(&groups(), &[], &square).unwrap().1, [[0, 0]]);
    }

    #[test]
    fn recorded_dimensions_come_back() {
        let mut schema = Schema {
            groups: groups(),
            ..Schema::default()
        };
        schema.dimensions.push(DatasetDimension::new("x", 3));
        assert_eq!(records(&schema).len(), 1);
        schema
            .dimensions
            .insert(0, DatasetDimension::new("time", 9).with_unlimited(true));
        let mut recorded = Vec::new();
        for (group, name, value) in records(&schema) {
            let mut attributes = Map::from_iter([(name.to_owned(), value)]);
            recorded.extend(take_record(group, &mut attributes).unwrap());
            assert!(attributes.is_empty());
        }
        assert_eq!(recorded, schema.dimensions);
        let (dimensions, _) = resolve(&schema.groups, &recorded, &[]).unwrap();
        assert_eq!(dimensions, schema.dimensions);
        let mut damaged = Map::from_iter([(DIMENSIONS.to_owned(), json!("[[1]]"))]);
        assert!(take_record(0, &mut damaged).is_err());
    }
}
