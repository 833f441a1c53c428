//! Schema builder: dimensions, variables and their names, from groups of messages.

use std::collections::{HashMap, HashSet};

use super::attributes::{axis_attributes, level_attributes};
use super::content::{FileGrid, MessageArray, VariableContent};
use super::grid_layout::GridLayout;
use super::group::MessageGroup;
use super::hypercube::Hypercube;
use crate::dataset::{DatasetDimension, GroupSchema, Schema, VariableSchema, VariableType};
use crate::grib::framing::MessageLocation;
use crate::{AttributeValue, Attributes, NumericArray};

/// The schema built so far, and the content of its variables.
#[derive(Debug, Default)]
pub(super) struct SchemaBuilder {
    pub(super) schema: Schema,
    pub(super) contents: Vec<VariableContent>,
    pub(super) grids: Vec<FileGrid>,
    /// The names of all variables and dimensions.
    used_names: HashSet<String>,
    /// Coordinates by base name and values.
    coordinates: HashMap<(String, Vec<u64>), NamedCoordinate>,
    /// The dimensions of each grid.
    grid_dimensions: Vec<GridDimensions>,
}

/// A coordinate, and its dimension unless it is a scalar.
#[derive(Debug, Clone)]
pub(super) struct NamedCoordinate {
    name: String,
    dimension: Option<usize>,
}

/// The dimensions and coordinates that the variables on a grid share.
#[derive(Debug, Clone, Default)]
pub(super) struct GridDimensions {
    dimensions: Vec<usize>,
    /// Names of the coordinates that are not axes.
    auxiliary: Vec<String>,
    mapping: Option<String>,
}

impl SchemaBuilder {
    pub(super) fn new() -> Self {
        let mut builder = Self::default();
        builder.schema.groups.push(GroupSchema::default());
        builder
    }

    /// Returns the coordinates before those of the grid, adding the ones that do not exist yet.
    pub(super) fn leading_coordinates(
        &mut self,
        group: &MessageGroup,
        hypercube: &Hypercube,
    ) -> LeadingCoordinates {
        let mut leading = LeadingCoordinates::default();
        let bits = |numbers: &[i64]| numbers.iter().map(|&number| number as u64).collect();
        if !hypercube.members.is_empty() {
            let numbers = NumericArray::I64(hypercube.members.clone());
            let coordinate = self.coordinate_axis(
                "number",
                bits(&hypercube.members),
                numbers,
                axis_attributes("number"),
            );
            leading.add(coordinate);
        }
        let numbers = NumericArray::I64(hypercube.times.clone());
        let mut attributes = axis_attributes("time");
        insert_axis_attribute(&mut attributes, "T", hypercube.times.len());
        let time = self.coordinate_axis("time", bits(&hypercube.times), numbers, attributes);
        leading.add(time.clone());
        let hours = hypercube.steps.iter().map(|&step| step as f64 / 3600.0);
        let numbers = NumericArray::F64(hours.collect());
        let step = self.coordinate_axis(
            "step",
            bits(&hypercube.steps),
            numbers,
            axis_attributes("step"),
        );
        leading.add(step.clone());
        let level = match group.key.type_of_level.as_str() {
            "" | "unknown" => "level",
            known => known,
        };
        let mut attributes = level_attributes(level);
        insert_axis_attribute(&mut attributes, "Z", hypercube.levels.len());
        let numbers = NumericArray::F64(hypercube.levels.clone());
        let level_bits = hypercube
            .levels
            .iter()
            .map(|level| level.to_bits())
            .collect();
        leading.add(self.coordinate_axis(level, level_bits, numbers, attributes));
        leading
            .names_after_grid
            .push(self.valid_time(hypercube, &time, &step));
        if let Some(starts) = &hypercube.step_starts {
            leading
                .names_after_grid
                .push(self.step_start(starts, &step));
        }
        leading
    }

    /// Returns a coordinate with its own dimension, or a scalar if it has one value. Coordinates
    /// with the same base name and values are shared.
    fn coordinate_axis(
        &mut self,
        base: &str,
        bits: Vec<u64>,
        numbers: NumericArray,
        attributes: Attributes,
    ) -> NamedCoordinate {
        let key = (base.to_owned(), bits);
        if let Some(coordinate) = self.coordinates.get(&key) {
            return coordinate.clone();
        }
        let name = self.unused_name(base);
        let dimension = (numbers.len() != 1).then(|| self.add_dimension(&name, numbers.len()));
        let dimensions = dimension.into_iter().collect();
        self.add_variable(
            &name,
            dimensions,
            attributes,
            VariableContent::Numbers(numbers),
        );
        let coordinate = NamedCoordinate { name, dimension };
        self.coordinates.insert(key, coordinate.clone());
        coordinate
    }

    fn valid_time(
        &mut self,
        hypercube: &Hypercube,
        time: &NamedCoordinate,
        step: &NamedCoordinate,
    ) -> String {
        let key = (
            format!("valid_time {} {}", time.name, step.name),
            Vec::new(),
        );
        if let Some(coordinate) = self.coordinates.get(&key) {
            return coordinate.name.clone();
        }
        let name = self.unused_name("valid_time");
        let dimensions = [time.dimension, step.dimension].into_iter().flatten();
        let content = VariableContent::ValidTime {
            times: hypercube.times.clone(),
            steps: hypercube.steps.clone(),
        };
        self.add_variable(
            &name,
            dimensions.collect(),
            axis_attributes("valid_time"),
            content,
        );
        self.record_coordinate(key, &name)
    }

    fn step_start(&mut self, starts: &[i64], step: &NamedCoordinate) -> String {
        let bits = starts.iter().map(|&start| start as u64).collect();
        let key = (format!("step_start {}", step.name), bits);
        if let Some(coordinate) = self.coordinates.get(&key) {
            return coordinate.name.clone();
        }
        let name = self.unused_name("step_start");
        let hours = starts.iter().map(|&start| start as f64).collect();
        let content = VariableContent::Numbers(NumericArray::F64(hours));
        let dimensions = step.dimension.into_iter().collect();
        self.add_variable(&name, dimensions, axis_attributes("step_start"), content);
        self.record_coordinate(key, &name)
    }

    /// Records the name of a coordinate that has no dimension of its own, and returns the name.
    fn record_coordinate(&mut self, key: (String, Vec<u64>), name: &str) -> String {
        let coordinate = NamedCoordinate {
            name: name.to_owned(),
            dimension: None,
        };
        self.coordinates.insert(key, coordinate);
        name.to_owned()
    }

    /// Adds a grid with its coordinates and returns its index.
    pub(super) fn add_grid(
        &mut self,
        digest: &str,
        location: MessageLocation,
        mut layout: GridLayout,
        mapping: Option<Attributes>,
    ) -> usize {
        let index = self.grids.len();
        let coordinates = std::mem::take(&mut layout.coordinates);
        // The same suffix applies to all names of a grid.
        let mut names: Vec<&str> = layout.dimensions.iter().map(|(name, _)| *name).collect();
        names.extend(
            coordinates
                .iter()
                .map(|coordinate| coordinate.name.as_str()),
        );
        let suffix = self.unused_suffix(&names);
        let mut grid_dimensions = GridDimensions::default();
        for (name, len) in &layout.dimensions {
            let id = self.add_dimension(&format!("{name}{suffix}"), *len);
            grid_dimensions.dimensions.push(id);
        }
        for (coordinate_index, coordinate) in coordinates.into_iter().enumerate() {
            let name = format!("{}{suffix}", coordinate.name);
            let along = |dimension: &str| {
                let index = layout
                    .dimensions
                    .iter()
                    .position(|(name, _)| *name == dimension)?;
                grid_dimensions.dimensions.get(index).copied()
            };
            let dimensions: Vec<usize> = coordinate.dimension_names().filter_map(along).collect();
            let is_axis = coordinate
                .dimension_names()
                .any(|name| name == coordinate.name);
            let mut attributes = coordinate.attributes;
            attributes.insert("long_name", coordinate.name.as_str());
            if is_axis {
                attributes.insert("axis", if coordinate_index == 0 { "Y" } else { "X" });
                let degrees = coordinate.values.to_f64();
                if coordinate_index == 0 && degrees.first() > degrees.last() {
                    attributes.insert("stored_direction", "decreasing");
                }
            } else {
                grid_dimensions.auxiliary.push(name.clone());
            }
            let content = VariableContent::GridCoordinate {
                grid: index,
                coordinate: coordinate_index,
            };
            self.add_variable(&name, dimensions, attributes, content);
        }
        if let Some(attributes) = mapping {
            let base = attributes.text("grid_mapping_name").unwrap_or("crs");
            let name = self.unused_name(base);
            let content = VariableContent::Numbers(NumericArray::I32(vec![0]));
            self.add_variable(&name, Vec::new(), attributes, content);
            grid_dimensions.mapping = Some(name);
        }
        self.grid_dimensions.push(grid_dimensions);
        self.grids.push(FileGrid {
            location,
            digest: digest.to_owned(),
            layout,
        });
        index
    }

    /// Adds the variable of a group. All coordinates must be added before.
    pub(super) fn add_message_variable(
        &mut self,
        group: &MessageGroup,
        data: MessageArray,
        leading: LeadingCoordinates,
        mut attributes: Attributes,
    ) {
        let grid_dimensions = self
            .grid_dimensions
            .get(data.grid)
            .cloned()
            .unwrap_or_default();
        let LeadingCoordinates {
            mut dimensions,
            mut scalars,
            names_after_grid,
        } = leading;
        dimensions.extend(grid_dimensions.dimensions);
        scalars.extend(grid_dimensions.auxiliary);
        scalars.extend(names_after_grid);
        attributes.insert("coordinates", scalars.join(" "));
        if let Some(mapping) = grid_dimensions.mapping {
            attributes.insert("grid_mapping", mapping);
        }
        let key = &group.key;
        let is_known = |name: &&str| !["", "unknown", "undef"].contains(name);
        let base = [key.cf_name.as_str(), key.short_name.as_str()]
            .into_iter()
            .find(is_known)
            .map_or_else(|| "unknown".to_owned(), netcdf_name);
        let by_level = format!("{base}_{}", netcdf_name(&key.type_of_level));
        let by_step = format!("{base}_{}", netcdf_name(&key.step_type));
        let unused = [base.as_str(), &by_level, &by_step]
            .into_iter()
            .find(|name| !self.used_names.contains(*name) && !name.ends_with('_'))
            .map(str::to_owned);
        let name = match unused {
            Some(name) => name,
            None => (2..)
                .map(|number| format!("{base}_{number}"))
                .find(|name| !self.used_names.contains(name))
                .unwrap_or(base),
        };
        self.used_names.insert(name.clone());
        self.add_variable(
            &name,
            dimensions,
            attributes,
            VariableContent::Messages(data),
        );
    }

    fn add_dimension(&mut self, name: &str, len: usize) -> usize {
        self.used_names.insert(name.to_owned());
        self.schema.dimensions.push(DatasetDimension {
            name: name.to_owned(),
            group: 0,
            len,
            is_unlimited: false,
        });
        self.schema.dimensions.len() - 1
    }

    fn add_variable(
        &mut self,
        name: &str,
        dimensions: Vec<usize>,
        attributes: Attributes,
        content: VariableContent,
    ) {
        self.used_names.insert(name.to_owned());
        let kind = match &content {
            VariableContent::Numbers(NumericArray::I32(_)) => VariableType::I32,
            VariableContent::Numbers(NumericArray::I64(_)) | VariableContent::ValidTime { .. } => {
                VariableType::I64
            }
            VariableContent::Messages(data) if !data.is_double => VariableType::F32,
            _ => VariableType::F64,
        };
        self.contents.push(content);
        self.schema.variables.push(VariableSchema {
            name: name.to_owned(),
            group: 0,
            kind,
            is_big_endian: false,
            dimensions,
            attributes,
        });
    }

    /// Returns `base` or the first unused name of `base_1`, `base_2`, ….
    fn unused_name(&self, base: &str) -> String {
        format!("{base}{}", self.unused_suffix(&[base]))
    }

    /// Returns the first suffix for which all names are unused.
    fn unused_suffix(&self, names: &[&str]) -> String {
        let is_free = |suffix: &String| {
            names
                .iter()
                .all(|name| !self.used_names.contains(&format!("{name}{suffix}")))
        };
        std::iter::once(String::new())
            .chain((1..).map(|number| format!("_{number}")))
            .find(is_free)
            .unwrap_or_default()
    }
}

/// The coordinates of a variable before those of its grid.
#[derive(Debug, Default)]
pub(super) struct LeadingCoordinates {
    dimensions: Vec<usize>,
    scalars: Vec<String>,
    /// Names that follow those of the grid's coordinates.
    names_after_grid: Vec<String>,
}

impl LeadingCoordinates {
    fn add(&mut self, coordinate: NamedCoordinate) {
        match coordinate.dimension {
            Some(dimension) => self.dimensions.push(dimension),
            None => self.scalars.push(coordinate.name),
        }
    }
}

/// Inserts CF's axis letter if the coordinate has more than one value.
fn insert_axis_attribute(attributes: &mut Attributes, letter: &str, len: usize) {
    if len > 1 {
        attributes.insert("axis", AttributeValue::from(letter));
    }
}

/// Replaces the characters that NetCDF does not allow in names.
fn netcdf_name(name: &str) -> String {
    let allowed = |c: char| {
        if c.is_alphanumeric() || "_.@+-".contains(c) {
            c
        } else {
            '_'
        }
    };
    name.chars().map(allowed).collect()
}
