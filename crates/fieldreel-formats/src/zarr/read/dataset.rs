//! A store as a [`DatasetSource`].

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::array::{ArrayProblem, ZarrArray};
use super::hierarchy::{Hierarchy, is_missing, parent};
use super::values::to_variable;
use crate::dataset::{DatasetSource, GroupSchema, Schema, VariableSchema, VariableValues};
use crate::limits::checked_len;
use crate::zarr::attributes;
use crate::zarr::blocks::{Block, Overlap, copy_block, overlaps};
use crate::zarr::codecs::{ChunkError, RawValues};
use crate::zarr::data_type::DataType;
use crate::zarr::dimensions::{self, ArrayAxes};
use crate::{FormatError, Limits, Result};

/// A Zarr store in a folder, of version 2 or 3. Values are returned as stored.
///
/// Consolidated metadata are used if there are any. The fill value of an array of version 2 is the
/// `_FillValue` of the variable, as for xarray; in version 3, it is the attribute. A dimension
/// without a name gets one from its array. Chunks that are not stored have the fill value.
///
/// The codecs are `bytes`, `vlen-utf8`, `sharding_indexed`, `transpose`, `bitround`, `packbits`,
/// `pcodec` and `fixedscaleoffset`; `blosc`, `zstd`, `gzip`, `zlib`, `bz2`, `shuffle`, `crc32c`,
/// `adler32` and `fletcher32`; and those that are registered with the crate `zarrs`.
///
/// ```
/// use fieldreel_formats::Limits;
/// use fieldreel_formats::dataset::{DatasetSource, VariableValues};
/// use fieldreel_formats::zarr::ZarrDataset;
///
/// // A store that xarray has written.
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/xarray_v3.zarr");
/// let file = ZarrDataset::open(sample, &Limits::default())?;
/// let schema = file.schema();
/// let number = schema.variables.iter().position(|v| v.name == "t2m").ok_or("no t2m")?;
/// assert_eq!(schema.shape(&schema.variables[number]), [2, 3]);
/// let expected = VariableValues::Numbers([3.0_f32, 4.0].into());
/// assert_eq!(file.read(number, &[1, 0], &[1, 2])?, expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ZarrDataset {
    root: PathBuf,
    limits: Limits,
    schema: Schema,
    arrays: Vec<ZarrArray>,
    /// The paths of the arrays in the store.
    paths: Vec<String>,
    /// The last chunk of which a part was read. The next hyperslab is likely to need the rest.
    cache: Mutex<Option<CachedChunk>>,
}

struct CachedChunk {
    array: usize,
    index: Vec<usize>,
    values: Arc<RawValues>,
}

impl ZarrDataset {
    /// Opens a store and reads its metadata.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the folder or a file in it cannot be read.
    /// - [`FormatError::WrongFormat`]: the path is not a folder that holds metadata of Zarr.
    /// - [`FormatError::DamagedZarr`]: the metadata are not valid.
    /// - [`FormatError::UnsupportedZarr`]: an array has a data type, a codec or another extension
    ///   that is not supported, or two arrays of a group have dimensions of the same name but of
    ///   different lengths.
    /// - [`FormatError::TooLarge`]: the metadata, or the size that an array claims, exceed the
    ///   limits.
    pub fn open(path: impl AsRef<Path>, limits: &Limits) -> Result<Self> {
        let root = path.as_ref();
        let hierarchy = Hierarchy::read(root, limits)?;
        let problem = |path: &str, problem| {
            let (path, name) = (root.to_path_buf(), format!("/{path}"));
            match problem {
                ArrayProblem::Damaged(problem) => FormatError::DamagedZarr {
                    path,
                    name,
                    problem,
                },
                ArrayProblem::Unsupported(problem) => FormatError::UnsupportedZarr {
                    path,
                    name,
                    problem,
                },
            }
        };
        let mut schema = Schema::default();
        let mut group_indices = HashMap::new();
        let mut recorded = Vec::new();
        let mut arrays = Vec::new();
        for mut node in hierarchy.nodes {
            let path = node.path.clone();
            let at = |text: &str| problem(&path, ArrayProblem::Damaged(text.to_owned()));
            if node.array.is_some() {
                let group = group_indices
                    .get(parent(&path))
                    .copied()
                    .unwrap_or_default();
                let array = match hierarchy.version {
                    3 => ZarrArray::from_v3(node),
                    _ => ZarrArray::from_v2(node),
                };
                let array = array.map_err(|error| problem(&path, error))?;
                check_size(&path, &array)?;
                arrays.push((group, path, array));
                continue;
            }
            let index = schema.groups.len();
            recorded.extend(dimensions::take_record(index, &mut node.attributes).map_err(at)?);
            let is_root = path.is_empty();
            schema.groups.push(GroupSchema {
                name: path.rsplit('/').next().unwrap_or_default().to_owned(),
                parent: (!is_root).then(|| {
                    group_indices
                        .get(parent(&path))
                        .copied()
                        .unwrap_or_default()
                }),
                attributes: attributes::from_json(&node.attributes, None).map_err(at)?,
            });
            group_indices.insert(path, index);
        }
        arrays.sort_by_key(|(group, ..)| *group);
        let name_of = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let names: Vec<String> = arrays.iter().map(|(_, path, _)| name_of(path)).collect();
        let axes = arrays
            .iter()
            .zip(&names)
            .map(|((group, _, array), name)| ArrayAxes {
                name,
                group: *group,
                names: array.dimension_names.iter().map(Option::as_deref).collect(),
                shape: &array.shape,
            });
        let axes: Vec<_> = axes.collect();
        let resolved = dimensions::resolve(&schema.groups, &recorded, &axes);
        let (dimensions, indices) = resolved.map_err(|(number, name)| {
            let text =
                format!("another array of the group has a dimension {name:?} of another length");
            problem(&arrays[number].1, ArrayProblem::Unsupported(text))
        })?;
        schema.dimensions = dimensions;
        for (((group, path, array), name), dimensions) in arrays.iter().zip(names).zip(indices) {
            let kind = Some(array.kind);
            let attributes = attributes::from_json(&array.attributes, kind)
                .map_err(|text| problem(path, ArrayProblem::Damaged(text.to_owned())));
            let mut variable = VariableSchema::new(name, array.kind.variable_type(), &dimensions)
                .with_group(*group)
                .with_attributes(attributes?);
            variable.is_big_endian = array.is_big_endian;
            if array.kind == DataType::Bool && variable.attributes.get("dtype").is_none() {
                variable.attributes.insert("dtype", "bool");
            }
            schema.variables.push(variable);
        }
        let (paths, arrays) = arrays
            .into_iter()
            .map(|(_, path, array)| (path, array))
            .unzip();
        Ok(Self {
            root: root.to_path_buf(),
            limits: *limits,
            schema,
            arrays,
            paths,
            cache: Mutex::new(None),
        })
    }

    /// Returns the shape of the chunks of a variable; `None` if there is no such variable.
    #[must_use]
    pub fn chunk(&self, variable: usize) -> Option<&[usize]> {
        self.arrays
            .get(variable)
            .map(|array| array.chunk.as_slice())
    }

    /// Returns the name of the codec that turns the chunks of a variable into bytes, such as
    /// `bytes`, and the text of its configuration in JSON; in version 2, those of the compressor.
    /// `None` if there is no such variable.
    #[must_use]
    pub fn codec(&self, variable: usize) -> Option<(&str, String)> {
        let array = self.arrays.get(variable)?;
        let configuration = match array.codec.get("configuration") {
            Some(configuration) => configuration.to_string(),
            None => array.codec.to_string(),
        };
        Some((array.codec_name(), configuration))
    }

    /// Returns the key of the first chunk of a variable that is not stored, and thus has the fill
    /// value; `None` if all chunks are stored.
    ///
    /// # Errors
    ///
    /// [`FormatError::Io`] if a chunk cannot be examined.
    pub fn first_missing_chunk(&self, variable: usize) -> Result<Option<String>> {
        let Some(array) = self.arrays.get(variable) else {
            return Ok(None);
        };
        let zeros = vec![0; array.shape.len()];
        for overlap in overlaps(&array.chunk, &zeros, &array.shape) {
            let (key, path) = self.chunk_path(variable, &overlap.index);
            match fs::metadata(&path) {
                Ok(_) => {}
                Err(error) if is_missing(&error) => return Ok(Some(key)),
                Err(error) => return Err(FormatError::io(&path, "open", error)),
            }
        }
        Ok(None)
    }

    fn chunk_path(&self, variable: usize, index: &[usize]) -> (String, PathBuf) {
        let index: Vec<u64> = index.iter().map(|&at| at as u64).collect();
        let key = self.arrays[variable].keys.encode(&index);
        let key = format!("{}/{}", self.paths[variable], key.as_str());
        let path = self.root.join(&key);
        (key, path)
    }

    /// Returns the values of a chunk; `None` if it is not stored.
    fn read_chunk(&self, variable: usize, index: &[usize]) -> Result<Option<Arc<RawValues>>> {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = &*cache
            && (cached.array, cached.index.as_slice()) == (variable, index)
        {
            return Ok(Some(Arc::clone(&cached.values)));
        }
        drop(cache);
        let array = &self.arrays[variable];
        let (key, path) = self.chunk_path(variable, index);
        let length = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) => return Err(self.damaged(&key, "the chunk is not a file".to_owned())),
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(FormatError::io(&path, "open", error)),
        };
        let too_large = |bytes, limit| FormatError::TooLarge {
            item: path.display().to_string(),
            bytes,
            limit,
        };
        let lengths = array.chunk.iter().map(|&len| len as u64);
        let checked = self.limits.values(lengths, array.kind.bytes() as u64);
        checked.map_err(|error| too_large(error.bytes, error.limit))?;
        if length > self.limits.max_bytes {
            return Err(too_large(length, self.limits.max_bytes));
        }
        let bytes = fs::read(&path).map_err(|error| FormatError::io(&path, "read", error))?;
        let limit = self.limits.max_bytes;
        let decoded = array
            .decoder
            .decode(&array.codecs, bytes, &array.chunk, limit);
        match decoded {
            Ok(values) => Ok(Some(Arc::new(values))),
            Err(ChunkError::TooLarge { limit }) => Err(too_large(limit.saturating_add(1), limit)),
            Err(error) => Err(self.damaged(&key, error.to_string())),
        }
    }

    fn damaged(&self, key: &str, problem: String) -> FormatError {
        FormatError::DamagedZarr {
            path: self.root.clone(),
            name: format!("/{key}"),
            problem,
        }
    }
}

/// Checks that the number of bytes of an array, which programs compute, is a number of the machine.
fn check_size(path: &str, array: &ZarrArray) -> Result<()> {
    let lengths = array.shape.iter().map(|&len| len as u64);
    let bytes = array.kind.bytes().max(8) as u64;
    let checked = Limits::new(isize::MAX as u64).values(lengths, bytes);
    checked.map(|_| ()).map_err(|error| FormatError::TooLarge {
        item: format!("the array /{path}"),
        bytes: error.bytes,
        limit: error.limit,
    })
}

impl DatasetSource for ZarrDataset {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Chunks are decoded by several threads.
    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<VariableValues> {
        let header = self.schema.check_hyperslab(variable, start, count)?;
        let array = &self.arrays[variable];
        let len = checked_len(&self.limits, &header.name, count)?;
        let words = array.kind.bytes().div_ceil(8);
        checked_len(&self.limits, &header.name, &[len, words])?;
        let mut values = array.decoder.fill(len);
        let chunk_bytes = array
            .chunk
            .iter()
            .fold(array.kind.bytes(), |bytes, &len| bytes.saturating_mul(len));
        let max_chunks = self.limits.max_bytes / (chunk_bytes as u64).max(1);
        let batch_len = max_chunks.clamp(1, rayon::current_num_threads() as u64) as usize;
        let mut chunks = overlaps(&array.chunk, start, count);
        loop {
            let batch: Vec<Overlap> = chunks.by_ref().take(batch_len).collect();
            let decoded: Vec<_> = match batch.as_slice() {
                [] => break,
                [overlap] => vec![self.read_chunk(variable, &overlap.index)],
                batch => {
                    let batch = batch.par_iter();
                    batch
                        .map(|overlap| self.read_chunk(variable, &overlap.index))
                        .collect()
                }
            };
            for (overlap, decoded) in batch.into_iter().zip(decoded) {
                let Some(decoded) = decoded? else {
                    continue;
                };
                let from = Block {
                    shape: &array.chunk,
                    start: &overlap.in_chunk,
                };
                let to = Block {
                    shape: count,
                    start: &overlap.in_hyperslab,
                };
                match (&*decoded, &mut values) {
                    (RawValues::Fixed(part), RawValues::Fixed(all)) => {
                        let width = array.kind.bytes();
                        copy_block((part, from), (all, to), &overlap.count, width);
                    }
                    (RawValues::Texts(part), RawValues::Texts(all)) => {
                        copy_block((part, from), (all, to), &overlap.count, 1);
                    }
                    _ => {}
                }
                if overlap.count != array.chunk {
                    let cached = CachedChunk {
                        array: variable,
                        index: overlap.index,
                        values: decoded,
                    };
                    let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
                    *cache = Some(cached);
                }
            }
        }
        to_variable(array.kind, values).ok_or_else(|| {
            let problem = "a text is not valid Unicode".to_owned();
            self.damaged(&self.paths[variable], problem)
        })
    }
}
