//! The groups and arrays of a store, from consolidated metadata or from the folders.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use fieldreel_core::Limits;
use serde_json::{Map, Value};

use crate::zarr::{METADATA, json};
use crate::{FormatError, Result};

/// The maximum depth of nested groups.
const MAX_DEPTH: usize = 32;

/// The part of the limits that the text of metadata may take. Parsed metadata take several times
/// as much.
const MAX_METADATA_PART: u64 = 16;

/// A group or an array.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The path in the store: `a/b`, or an empty text for the root.
    pub(super) path: String,
    /// The metadata of an array; `None` for a group.
    pub(super) array: Option<Value>,
    /// The attributes.
    pub(super) attributes: Map<String, Value>,
}

/// The nodes of a store, each after its parent, and its version of Zarr.
pub(super) struct Hierarchy {
    pub(super) version: u8,
    pub(super) nodes: Vec<Node>,
}

impl Hierarchy {
    /// Reads the metadata of a store.
    pub(super) fn read(root: &Path, limits: &Limits) -> Result<Self> {
        let reader = Reader {
            root,
            limit: limits.max_bytes / MAX_METADATA_PART,
        };
        let metadata = fs::metadata(root).map_err(|error| FormatError::io(root, "open", error))?;
        if !metadata.is_dir() {
            return Err(not_zarr(root));
        }
        let (version, mut nodes) = match reader.json(METADATA)? {
            Some(metadata) => (3, reader.version_3(metadata)?),
            None => (2, reader.version_2()?),
        };
        if nodes
            .iter()
            .any(|node| node.path.is_empty() && node.array.is_some())
        {
            return Err(FormatError::UnsupportedZarr {
                path: root.to_path_buf(),
                name: "/".to_owned(),
                problem: "the root is an array; name the folder of a group".to_owned(),
            });
        }
        add_groups(&mut nodes);
        Ok(Self { version, nodes })
    }
}

struct Reader<'a> {
    root: &'a Path,
    /// The largest size of a file in bytes.
    limit: u64,
}

impl Reader<'_> {
    fn version_3(&self, mut root: Value) -> Result<Vec<Node>> {
        let consolidated = root
            .as_object_mut()
            .and_then(|root| root.shift_remove("consolidated_metadata"));
        let consolidated = match consolidated {
            None | Some(Value::Null) => None,
            Some(value) if value["kind"] == "inline" => Some(value),
            Some(_) => return Err(self.damaged("", "the consolidated metadata are not inline")),
        };
        let mut nodes = vec![self.node_3(String::new(), root)?];
        match consolidated {
            Some(mut consolidated) => {
                let Value::Object(metadata) = consolidated["metadata"].take() else {
                    return Err(self.damaged("", "the consolidated metadata are not an object"));
                };
                for (path, value) in metadata {
                    self.check_path(&path)?;
                    nodes.push(self.node_3(path, value)?);
                }
            }
            None if nodes.iter().all(|node| node.array.is_none()) => {
                self.list("", 0, &mut nodes, &|reader, path| {
                    let metadata = reader.json(&format!("{path}/{METADATA}"))?;
                    metadata
                        .map(|metadata| reader.node_3(path.to_owned(), metadata))
                        .transpose()
                })?;
            }
            None => {}
        }
        Ok(nodes)
    }

    fn node_3(&self, path: String, mut metadata: Value) -> Result<Node> {
        if metadata["zarr_format"] != 3 {
            return Err(self.damaged(&path, "the metadata are not of version 3 of Zarr"));
        }
        let attributes = match metadata
            .as_object_mut()
            .and_then(|m| m.shift_remove("attributes"))
        {
            None => Map::new(),
            Some(Value::Object(attributes)) => attributes,
            Some(_) => return Err(self.damaged(&path, "the attributes are not an object")),
        };
        let array = match metadata["node_type"].as_str() {
            Some("group") => None,
            Some("array") => Some(metadata),
            _ => return Err(self.damaged(&path, "the type of the node is neither group nor array")),
        };
        Ok(Node {
            path,
            array,
            attributes,
        })
    }

    fn version_2(&self) -> Result<Vec<Node>> {
        let Some(mut consolidated) = self.json(".zmetadata")? else {
            let root = self.node_2("")?.ok_or_else(|| not_zarr(self.root))?;
            let mut nodes = vec![root];
            if nodes.iter().all(|node| node.array.is_none()) {
                self.list("", 0, &mut nodes, &|reader, path| reader.node_2(path))?;
            }
            return Ok(nodes);
        };
        let Value::Object(metadata) = consolidated["metadata"].take() else {
            return Err(self.damaged("", "the consolidated metadata are not an object"));
        };
        let mut order = Vec::new();
        let mut files: HashMap<String, Map<String, Value>> = HashMap::new();
        for (key, value) in metadata {
            let (path, file) = key.rsplit_once('/').unwrap_or(("", &key));
            if !path.is_empty() {
                self.check_path(path)?;
            }
            if !files.contains_key(path) {
                order.push(path.to_owned());
            }
            files
                .entry(path.to_owned())
                .or_default()
                .insert(file.to_owned(), value);
        }
        let mut nodes = Vec::new();
        for path in order {
            let mut files = files.remove(&path).unwrap_or_default();
            let mut file = |name: &str| files.shift_remove(name);
            let (group, array, attributes) = (file(".zgroup"), file(".zarray"), file(".zattrs"));
            nodes.extend(self.node_2_of(&path, group, array, attributes)?);
        }
        Ok(nodes)
    }

    fn node_2(&self, path: &str) -> Result<Option<Node>> {
        let read = |name| match path {
            "" => self.json(name),
            path => self.json(&format!("{path}/{name}")),
        };
        self.node_2_of(path, read(".zgroup")?, read(".zarray")?, read(".zattrs")?)
    }

    fn node_2_of(
        &self,
        path: &str,
        group: Option<Value>,
        array: Option<Value>,
        attributes: Option<Value>,
    ) -> Result<Option<Node>> {
        let Some(metadata) = array.as_ref().or(group.as_ref()) else {
            return Ok(None);
        };
        if metadata["zarr_format"] != 2 {
            return Err(self.damaged(path, "the metadata are not of version 2 of Zarr"));
        }
        let attributes = match attributes {
            None => Map::new(),
            Some(Value::Object(attributes)) => attributes,
            Some(_) => return Err(self.damaged(path, "the attributes are not an object")),
        };
        Ok(Some(Node {
            path: path.to_owned(),
            array,
            attributes,
        }))
    }

    /// Adds the nodes in the folder of a group, in the order of their names.
    fn list(
        &self,
        group: &str,
        depth: usize,
        nodes: &mut Vec<Node>,
        read: &dyn Fn(&Self, &str) -> Result<Option<Node>>,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(self.damaged(group, "groups are nested too deeply"));
        }
        let folder = self.root.join(group);
        let io = |error| FormatError::io(&folder, "list", error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(io)? {
            let entry = entry.map_err(io)?;
            let name = entry.file_name().into_string().unwrap_or_default();
            if entry.path().is_dir() && !name.is_empty() && !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        for name in names {
            let path = match group {
                "" => name,
                group => format!("{group}/{name}"),
            };
            let Some(node) = read(self, &path)? else {
                continue;
            };
            let is_group = node.array.is_none();
            nodes.push(node);
            if is_group {
                self.list(&path, depth + 1, nodes, read)?;
            }
        }
        Ok(())
    }

    /// Reads a file of JSON; `None` if it does not exist.
    fn json(&self, name: &str) -> Result<Option<Value>> {
        let path: PathBuf = self.root.join(name);
        let length = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) => return Ok(None),
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(FormatError::io(&path, "open", error)),
        };
        if length > self.limit {
            return Err(FormatError::TooLarge {
                item: path.display().to_string(),
                bytes: length,
                limit: self.limit,
            });
        }
        let bytes = fs::read(&path).map_err(|error| FormatError::io(&path, "read", error))?;
        match json::parse(&bytes) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(self.damaged(name, &format!("invalid JSON: {error}"))),
        }
    }

    /// Checks that the path of a node is inside of the store.
    fn check_path(&self, path: &str) -> Result<()> {
        let is_valid = |name: &str| {
            !name.is_empty()
                && !name.starts_with("__")
                && !name.chars().all(|c| c == '.')
                && !name.contains(['\0', '\\'])
        };
        let mut names = path.split('/');
        if path.split('/').count() > MAX_DEPTH {
            return Err(self.damaged(path, "groups are nested too deeply"));
        }
        match names.all(is_valid) {
            true => Ok(()),
            false => Err(self.damaged(path, "the path is not valid")),
        }
    }

    fn damaged(&self, name: &str, problem: &str) -> FormatError {
        FormatError::DamagedZarr {
            path: self.root.to_path_buf(),
            name: format!("/{name}"),
            problem: problem.to_owned(),
        }
    }
}

pub(super) fn not_zarr(path: &Path) -> FormatError {
    FormatError::WrongFormat {
        path: path.to_path_buf(),
        format: "Zarr",
    }
}

/// Returns true if an error says that a file does not exist.
pub(super) fn is_missing(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// Adds the groups that are not listed, and orders nodes: the root, then groups, each after its
/// parent, then arrays.
fn add_groups(nodes: &mut Vec<Node>) {
    let (arrays, groups): (Vec<_>, Vec<_>) = std::mem::take(nodes)
        .into_iter()
        .partition(|node| node.array.is_some());
    let parents = arrays.iter().map(|node| parent(&node.path).to_owned());
    let paths = groups.iter().map(|node| node.path.clone()).chain(parents);
    let paths: Vec<String> = std::iter::once(String::new()).chain(paths).collect();
    let mut listed: HashMap<String, Node> = groups
        .into_iter()
        .map(|node| (node.path.clone(), node))
        .collect();
    let mut added = HashSet::new();
    for path in paths {
        let ends = path.match_indices('/').map(|(at, _)| at);
        for end in std::iter::once(0).chain(ends).chain([path.len()]) {
            let path = &path[..end];
            if added.insert(path.to_owned()) {
                nodes.push(listed.remove(path).unwrap_or_else(|| Node {
                    path: path.to_owned(),
                    array: None,
                    attributes: Map::new(),
                }));
            }
        }
    }
    nodes.extend(arrays);
}

/// Returns the path of the group that contains a node.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
