//! From groups of messages to named dimensions and variables.

use std::collections::{HashMap, HashSet};

use super::attributes::{of_axis, of_level};
use super::content::{Content, Data, GridOfFile};
use super::cube::Cube;
use super::group::Group;
use super::layout::Layout;
use crate::dataset::{DatasetDimension, GroupSchema, Schema, VariableSchema, VariableType};
use crate::grib::framing::Location;
use crate::{AttributeValue, Attributes, NumericArray};

/// The dimensions and variables so far.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) schema: Schema,
    pub(super) contents: Vec<Content>,
    pub(super) grids: Vec<GridOfFile>,
    /// Names of variables and dimensions.
    taken: HashSet<String>,
    /// Coordinates by their first name and what they hold.
    known: HashMap<(String, Vec<u64>), Named>,
    /// What the last dimensions of variables are, by grid.
    tails: Vec<Tail>,
}

/// A coordinate, and the dimension that it is along, if any.
#[derive(Debug, Clone)]
pub(super) struct Named {
    name: String,
    dimension: Option<usize>,
}

/// The last dimensions of the variables on a grid.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail {
    dimensions: Vec<usize>,
    /// Coordinates that are no axes.
    auxiliary: Vec<String>,
    mapping: Option<String>,
}

impl Builder {
    pub(super) fn new() -> Self {
        let mut builder = Self::default();
        builder.schema.groups.push(GroupSchema::default());
        builder
    }

    /// The coordinates of a group's messages: those along dimensions, and all others' names.
    pub(super) fn leading(&mut self, group: &Group, cube: &Cube) -> Leading {
        let mut leading = Leading::default();
        let bits = |numbers: &[i64]| numbers.iter().map(|&number| number as u64).collect();
        if !cube.numbers.is_empty() {
            let numbers = NumericArray::I64(cube.numbers.clone());
            let named = self.axis("number", bits(&cube.numbers), numbers, of_axis("number"));
            leading.add(named);
        }
        let numbers = NumericArray::I64(cube.times.clone());
        let mut attributes = of_axis("time");
        with_axis(&mut attributes, "T", cube.times.len());
        let time = self.axis("time", bits(&cube.times), numbers, attributes);
        leading.add(time.clone());
        let hours = cube.steps.iter().map(|&step| step as f64 / 3600.0);
        let numbers = NumericArray::F64(hours.collect());
        let step = self.axis("step", bits(&cube.steps), numbers, of_axis("step"));
        leading.add(step.clone());
        let level = match group.key.type_of_level.as_str() {
            "" | "unknown" => "level",
            known => known,
        };
        let mut attributes = of_level(level);
        with_axis(&mut attributes, "Z", cube.levels.len());
        let numbers = NumericArray::F64(cube.levels.clone());
        let level_bits = cube.levels.iter().map(|level| level.to_bits()).collect();
        leading.add(self.axis(level, level_bits, numbers, attributes));
        leading.later.push(self.valid_time(cube, &time, &step));
        if let Some(starts) = &cube.starts {
            leading.later.push(self.starts(starts, &step));
        }
        leading
    }

    /// A coordinate along a dimension of its own; a scalar if it is one number.
    fn axis(
        &mut self,
        base: &str,
        bits: Vec<u64>,
        numbers: NumericArray,
        attributes: Attributes,
    ) -> Named {
        let key = (base.to_owned(), bits);
        if let Some(named) = self.known.get(&key) {
            return named.clone();
        }
        let name = self.free(base);
        let dimension = (numbers.len() != 1).then(|| self.dimension(&name, numbers.len()));
        let dimensions = dimension.into_iter().collect();
        self.variable(&name, dimensions, attributes, Content::Numbers(numbers));
        let named = Named { name, dimension };
        self.known.insert(key, named.clone());
        named
    }

    fn valid_time(&mut self, cube: &Cube, time: &Named, step: &Named) -> String {
        let key = (
            format!("valid_time {} {}", time.name, step.name),
            Vec::new(),
        );
        if let Some(named) = self.known.get(&key) {
            return named.name.clone();
        }
        let name = self.free("valid_time");
        let dimensions = [time.dimension, step.dimension].into_iter().flatten();
        let content = Content::ValidTime {
            times: cube.times.clone(),
            steps: cube.steps.clone(),
        };
        self.variable(&name, dimensions.collect(), of_axis("valid_time"), content);
        self.remember(key, &name)
    }

    fn starts(&mut self, starts: &[i64], step: &Named) -> String {
        let bits = starts.iter().map(|&start| start as u64).collect();
        let key = (format!("step_start {}", step.name), bits);
        if let Some(named) = self.known.get(&key) {
            return named.name.clone();
        }
        let name = self.free("step_start");
        let hours = starts.iter().map(|&start| start as f64).collect();
        let content = Content::Numbers(NumericArray::F64(hours));
        let dimensions = step.dimension.into_iter().collect();
        self.variable(&name, dimensions, of_axis("step_start"), content);
        self.remember(key, &name)
    }

    fn remember(&mut self, key: (String, Vec<u64>), name: &str) -> String {
        let named = Named {
            name: name.to_owned(),
            dimension: None,
        };
        self.known.insert(key, named);
        name.to_owned()
    }

    /// Adds a grid with its coordinates. Gives its index.
    pub(super) fn grid(
        &mut self,
        digest: &str,
        location: Location,
        mut layout: Layout,
        mapping: Option<Attributes>,
    ) -> usize {
        let index = self.grids.len();
        let coordinates = std::mem::take(&mut layout.coordinates);
        // One number behind all names of a grid.
        let mut names: Vec<&str> = layout.dimensions.iter().map(|(name, _)| *name).collect();
        names.extend(
            coordinates
                .iter()
                .map(|coordinate| coordinate.name.as_str()),
        );
        let suffix = self.suffix(&names);
        let mut tail = Tail::default();
        for (name, len) in &layout.dimensions {
            let id = self.dimension(&format!("{name}{suffix}"), *len);
            tail.dimensions.push(id);
        }
        for (which, coordinate) in coordinates.into_iter().enumerate() {
            let name = format!("{}{suffix}", coordinate.name);
            let along = |dimension: &str| {
                let at = layout
                    .dimensions
                    .iter()
                    .position(|(name, _)| *name == dimension)?;
                tail.dimensions.get(at).copied()
            };
            let dimensions: Vec<usize> = coordinate.dimension_names().filter_map(along).collect();
            let is_axis = coordinate
                .dimension_names()
                .any(|name| name == coordinate.name);
            let mut attributes = coordinate.attributes;
            attributes.insert("long_name", coordinate.name.as_str());
            if is_axis {
                attributes.insert("axis", if which == 0 { "Y" } else { "X" });
                let degrees = coordinate.values.to_f64();
                if which == 0 && degrees.first() > degrees.last() {
                    attributes.insert("stored_direction", "decreasing");
                }
            } else {
                tail.auxiliary.push(name.clone());
            }
            let content = Content::Position { grid: index, which };
            self.variable(&name, dimensions, attributes, content);
        }
        if let Some(attributes) = mapping {
            let base = attributes.text("grid_mapping_name").unwrap_or("crs");
            let name = self.free(base);
            let content = Content::Numbers(NumericArray::I32(vec![0]));
            self.variable(&name, Vec::new(), attributes, content);
            tail.mapping = Some(name);
        }
        self.tails.push(tail);
        self.grids.push(GridOfFile {
            location,
            digest: digest.to_owned(),
            layout,
        });
        index
    }

    /// Adds the variable of a group's messages, after all coordinates.
    pub(super) fn data(
        &mut self,
        group: &Group,
        data: Data,
        leading: Leading,
        mut attributes: Attributes,
    ) {
        let tail = self.tails.get(data.grid).cloned().unwrap_or_default();
        let Leading {
            mut dimensions,
            mut scalars,
            later,
        } = leading;
        dimensions.extend(tail.dimensions);
        scalars.extend(tail.auxiliary);
        scalars.extend(later);
        attributes.insert("coordinates", scalars.join(" "));
        if let Some(mapping) = tail.mapping {
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
        let free = [base.as_str(), &by_level, &by_step]
            .into_iter()
            .find(|name| !self.taken.contains(*name) && !name.ends_with('_'))
            .map(str::to_owned);
        let name = match free {
            Some(name) => name,
            None => (2..)
                .map(|number| format!("{base}_{number}"))
                .find(|name| !self.taken.contains(name))
                .unwrap_or(base),
        };
        self.taken.insert(name.clone());
        self.variable(&name, dimensions, attributes, Content::Data(data));
    }

    fn dimension(&mut self, name: &str, len: usize) -> usize {
        self.taken.insert(name.to_owned());
        self.schema.dimensions.push(DatasetDimension {
            name: name.to_owned(),
            group: 0,
            len,
            is_unlimited: false,
        });
        self.schema.dimensions.len() - 1
    }

    fn variable(
        &mut self,
        name: &str,
        dimensions: Vec<usize>,
        attributes: Attributes,
        content: Content,
    ) {
        self.taken.insert(name.to_owned());
        let kind = match &content {
            Content::Numbers(NumericArray::I32(_)) => VariableType::I32,
            Content::Numbers(NumericArray::I64(_)) | Content::ValidTime { .. } => VariableType::I64,
            Content::Data(data) if !data.is_double => VariableType::F32,
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

    /// `base`, else `base_1` and so on.
    fn free(&self, base: &str) -> String {
        format!("{base}{}", self.suffix(&[base]))
    }

    /// What to put behind some names so that all are free.
    fn suffix(&self, names: &[&str]) -> String {
        let is_free = |suffix: &String| {
            names
                .iter()
                .all(|name| !self.taken.contains(&format!("{name}{suffix}")))
        };
        std::iter::once(String::new())
            .chain((1..).map(|number| format!("_{number}")))
            .find(is_free)
            .unwrap_or_default()
    }
}

/// The coordinates of a variable before those of its grid.
#[derive(Debug, Default)]
pub(super) struct Leading {
    dimensions: Vec<usize>,
    scalars: Vec<String>,
    /// Named after the grid's.
    later: Vec<String>,
}

impl Leading {
    fn add(&mut self, named: Named) {
        match named.dimension {
            Some(dimension) => self.dimensions.push(dimension),
            None => self.scalars.push(named.name),
        }
    }
}

/// CF's letter, for a coordinate that has a dimension.
fn with_axis(attributes: &mut Attributes, letter: &str, len: usize) {
    if len > 1 {
        attributes.insert("axis", AttributeValue::from(letter));
    }
}

/// A name without what NetCDF does not allow in it.
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
