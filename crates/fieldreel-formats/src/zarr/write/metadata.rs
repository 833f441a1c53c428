//! The metadata of a store.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::chunk::ChunkEncoder;
use crate::dataset::{Schema, VariableSchema};
use crate::zarr::{METADATA, attributes, dimensions};
use crate::{FormatError, Result};

/// Returns the files with the metadata: that of the root last, so that an incomplete store is not
/// taken for a complete one.
pub(super) fn files(schema: &Schema, encoders: &[ChunkEncoder]) -> Vec<(String, Vec<u8>)> {
    let records = dimensions::records(schema);
    let groups = schema.groups.iter().enumerate().map(|(index, group)| {
        let mut attributes = attributes::to_json(&group.attributes, None);
        let record = records.iter().find(|(group, ..)| *group == index);
        attributes.extend(record.map(|(_, name, value)| ((*name).to_owned(), value.clone())));
        let metadata = json!({
            "zarr_format": 3,
            "node_type": "group",
            "attributes": attributes,
        });
        (schema.path(index), metadata)
    });
    let mut nodes: Vec<(String, Value)> = groups.collect();
    let arrays = schema.variables.iter().zip(encoders);
    nodes.extend(arrays.map(|(variable, encoder)| {
        let path = format!("{}/{}", schema.path(variable.group), variable.name);
        (path, array(schema, variable, encoder))
    }));
    let mut nodes = nodes
        .into_iter()
        .map(|(path, node)| (path.trim_start_matches('/').to_owned(), node));
    let (_, mut root) = nodes.next().unwrap_or_default();
    let nodes: Vec<_> = nodes.collect();
    let mut files: Vec<(String, Vec<u8>)> = nodes
        .iter()
        .map(|(path, node)| (format!("{path}/{METADATA}"), pretty(node)))
        .collect();
    // The form of zarr-python 3.
    root["consolidated_metadata"] = json!({
        "kind": "inline",
        "must_understand": false,
        "metadata": Map::from_iter(nodes),
    });
    files.push((METADATA.to_owned(), pretty(&root)));
    files
}

fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

fn array(schema: &Schema, variable: &VariableSchema, encoder: &ChunkEncoder) -> Value {
    let dimensions = variable.dimensions.iter();
    let names: Vec<&str> = dimensions
        .filter_map(|&id| Some(schema.dimensions.get(id)?.name.as_str()))
        .collect();
    json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": schema.shape(variable),
        "data_type": encoder.kind.to_v3(),
        "chunk_grid": {
            "name": "regular",
            "configuration": { "chunk_shape": encoder.chunk() },
        },
        "chunk_key_encoding": { "name": "default", "configuration": { "separator": "/" } },
        "fill_value": encoder.fill_value,
        "codecs": encoder.codecs(),
        "attributes": attributes::to_json(&variable.attributes, Some(encoder.kind)),
        "dimension_names": names,
        "storage_transformers": [],
    })
}

/// Checks that names are those of nodes (Zarr v3, "node names"), and unique.
pub(super) fn check_names(store: &Path, schema: &Schema) -> Result<()> {
    let groups = schema.groups.iter().enumerate().skip(1);
    let groups = groups.map(|(index, group)| (group.name.as_str(), schema.path(index)));
    let variables = schema.variables.iter();
    let variables = variables.map(|variable| {
        let path = format!("{}/{}", schema.path(variable.group), variable.name);
        (variable.name.as_str(), path)
    });
    let mut paths = HashSet::new();
    for (name, path) in groups.chain(variables) {
        let is_valid = !name.is_empty()
            && !name.starts_with("__")
            && !name.chars().all(|c| c == '.')
            && !name.contains(['/', '\0'])
            && name != METADATA;
        let problem = match (is_valid, paths.insert(path.clone())) {
            (false, _) => "its name is not allowed in Zarr",
            (true, false) => "a group or another variable has the same path",
            (true, true) => continue,
        };
        return Err(FormatError::UnsupportedInZarr {
            path: store.to_path_buf(),
            variable: path,
            problem: problem.to_owned(),
        });
    }
    Ok(())
}
