//! An array of a store: its metadata, checked.

use serde_json::{Map, Value, json};
use zarrs::array::ChunkKeyEncoding;
use zarrs::metadata::v3::MetadataV3;

use super::hierarchy::Node;
use crate::zarr::codecs::{ChunkDecoder, CodecList};
use crate::zarr::data_type::DataType;
use crate::zarr::fill::FillValue;

/// The attribute of version 2 in which xarray stores the names of dimensions.
const DIMENSION_NAMES_2: &str = "_ARRAY_DIMENSIONS";

/// The members of the metadata of an array of version 3 that this crate knows.
const MEMBERS_3: [&str; 10] = [
    "zarr_format",
    "node_type",
    "shape",
    "data_type",
    "chunk_grid",
    "chunk_key_encoding",
    "fill_value",
    "codecs",
    "storage_transformers",
    "dimension_names",
];

/// An array of a store.
pub(super) struct ZarrArray {
    pub(super) shape: Vec<usize>,
    /// The shape of chunks, whose lengths are at least 1.
    pub(super) chunk: Vec<usize>,
    pub(super) keys: ChunkKeyEncoding,
    pub(super) kind: DataType,
    pub(super) decoder: ChunkDecoder,
    pub(super) codecs: CodecList,
    /// The metadata of the codec that turns the array into bytes.
    pub(super) codec: Value,
    pub(super) is_big_endian: bool,
    /// The names of the dimensions; `None` for a dimension without a name.
    pub(super) dimension_names: Vec<Option<String>>,
    pub(super) attributes: Map<String, Value>,
}

/// The reason why an array cannot be read.
#[derive(Debug)]
pub(super) enum ArrayProblem {
    /// The metadata contradict the specification.
    Damaged(String),
    /// The array uses what this crate lacks.
    Unsupported(String),
}

type Checked<T> = Result<T, ArrayProblem>;

fn damaged(problem: &str) -> ArrayProblem {
    ArrayProblem::Damaged(problem.to_owned())
}

impl ZarrArray {
    /// Returns an array of version 3.
    pub(super) fn from_v3(node: Node) -> Checked<Self> {
        let metadata = node.array.unwrap_or_default();
        let members = metadata.as_object().into_iter().flatten();
        for (name, value) in members {
            // Version 3, "extension points".
            if !MEMBERS_3.contains(&name.as_str()) && value["must_understand"] != false {
                let problem = format!("unknown member {name:?} of the metadata");
                return Err(ArrayProblem::Unsupported(problem));
            }
        }
        if metadata["storage_transformers"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
        {
            return Err(ArrayProblem::Unsupported("storage transformers".to_owned()));
        }
        let shape = lengths(&metadata["shape"]).ok_or_else(|| damaged("the shape is invalid"))?;
        let grid = &metadata["chunk_grid"];
        if grid["name"] != "regular" {
            let problem = format!("chunk grid {}", grid["name"]);
            return Err(ArrayProblem::Unsupported(problem));
        }
        let chunk = chunk_shape(&grid["configuration"]["chunk_shape"], &shape)?;
        let data_type = &metadata["data_type"];
        let kind = DataType::from_v3(data_type);
        let kind =
            kind.ok_or_else(|| ArrayProblem::Unsupported(format!("data type {data_type}")))?;
        let codecs = metadata["codecs"].as_array();
        let codecs = codecs.ok_or_else(|| damaged("the codecs are not a list"))?;
        let is_big_endian = codecs
            .iter()
            .any(|codec| codec["name"] == "bytes" && codec["configuration"]["endian"] == "big");
        let dimension_names = match &metadata["dimension_names"] {
            Value::Null => vec![None; shape.len()],
            names => self::dimension_names(names, shape.len())?,
        };
        Ok(Self {
            decoder: decoder(kind, &metadata["fill_value"])?,
            keys: key_encoding(metadata["chunk_key_encoding"].clone())?,
            codecs: CodecList::from_v3(codecs).map_err(ArrayProblem::Unsupported)?,
            codec: array_to_bytes_codec(codecs),
            shape,
            chunk,
            kind,
            is_big_endian,
            dimension_names,
            attributes: node.attributes,
        })
    }

    /// Returns an array of version 2.
    pub(super) fn from_v2(node: Node) -> Checked<Self> {
        let (metadata, mut attributes) = (node.array.unwrap_or_default(), node.attributes);
        let shape = lengths(&metadata["shape"]).ok_or_else(|| damaged("the shape is invalid"))?;
        let chunk = chunk_shape(&metadata["chunks"], &shape)?;
        let dtype = &metadata["dtype"];
        let found = dtype.as_str().and_then(DataType::from_v2);
        let (kind, is_big_endian) =
            found.ok_or_else(|| ArrayProblem::Unsupported(format!("data type {dtype}")))?;
        let separator = match &metadata["dimension_separator"] {
            Value::Null => ".",
            Value::String(separator) => separator,
            _ => return Err(damaged("the separator of dimensions is invalid")),
        };
        let keys = json!({ "name": "v2", "configuration": { "separator": separator } });
        let codecs = CodecList::from_v2(&metadata, kind, is_big_endian);
        let dimension_names = match attributes.shift_remove(DIMENSION_NAMES_2) {
            None => vec![None; shape.len()],
            Some(names) => self::dimension_names(&names, shape.len())?,
        };
        let fill_value = &metadata["fill_value"];
        let decoder = decoder(kind, fill_value)?;
        // xarray stores `_FillValue` as the fill value of an array.
        if !fill_value.is_null() && !attributes.contains_key("_FillValue") {
            let fill = fill(kind, fill_value)?.to_attribute(kind);
            let encoded = fill.and_then(|fill| crate::zarr::fill::encode_attribute(kind, &fill));
            attributes.extend(encoded.map(|encoded| ("_FillValue".to_owned(), encoded)));
        }
        Ok(Self {
            decoder,
            keys: key_encoding(keys)?,
            codecs: codecs.map_err(ArrayProblem::Unsupported)?,
            codec: metadata["compressor"].clone(),
            shape,
            chunk,
            kind,
            is_big_endian,
            dimension_names,
            attributes,
        })
    }

    /// Returns the name of the codec that turns the array into bytes; of the compressor in version
    /// 2.
    pub(super) fn codec_name(&self) -> &str {
        let name = self.codec.get("name").or(self.codec.get("id"));
        name.and_then(Value::as_str).unwrap_or("bytes")
    }
}

fn array_to_bytes_codec(codecs: &[Value]) -> Value {
    const TO_BYTES: [&str; 5] = [
        "bytes",
        "fieldreel",
        "sharding_indexed",
        "vlen-utf8",
        "pcodec",
    ];
    let named = |codec: &&Value| {
        let name = codec["name"].as_str().unwrap_or_default();
        TO_BYTES.contains(&name.strip_prefix("numcodecs.").unwrap_or(name))
    };
    codecs.iter().find(named).cloned().unwrap_or_default()
}

fn decoder(kind: DataType, fill_value: &Value) -> Checked<ChunkDecoder> {
    ChunkDecoder::new(kind, fill(kind, fill_value)?).map_err(ArrayProblem::Unsupported)
}

fn fill(kind: DataType, fill_value: &Value) -> Checked<FillValue> {
    let fill = FillValue::parse(kind, fill_value);
    fill.ok_or_else(|| ArrayProblem::Damaged(format!("the fill value {fill_value} is invalid")))
}

fn key_encoding(metadata: Value) -> Checked<ChunkKeyEncoding> {
    let metadata: Result<MetadataV3, _> = serde_json::from_value(metadata);
    let metadata = metadata.map_err(|error| ArrayProblem::Damaged(error.to_string()))?;
    let encoding = ChunkKeyEncoding::from_metadata(&metadata);
    encoding.map_err(|error| ArrayProblem::Unsupported(error.to_string()))
}

/// Returns the lengths of a shape; `None` if one is not a length.
fn lengths(value: &Value) -> Option<Vec<usize>> {
    let lengths = value.as_array()?.iter();
    let lengths = lengths.map(|length| usize::try_from(length.as_u64()?).ok());
    lengths.collect()
}

/// Returns the shape of chunks. A length of 0 along a dimension of length 0 counts as 1.
fn chunk_shape(value: &Value, shape: &[usize]) -> Checked<Vec<usize>> {
    let chunk = lengths(value).filter(|chunk| chunk.len() == shape.len());
    let mut chunk = chunk.ok_or_else(|| damaged("the shape of chunks is invalid"))?;
    for (chunk_len, &len) in chunk.iter_mut().zip(shape) {
        match (*chunk_len, len) {
            (0, 0) => *chunk_len = 1,
            (0, _) => return Err(damaged("the shape of chunks is invalid")),
            _ => {}
        }
    }
    Ok(chunk)
}

fn dimension_names(value: &Value, rank: usize) -> Checked<Vec<Option<String>>> {
    let invalid = || damaged("the names of the dimensions are invalid");
    let names = value.as_array().filter(|names| names.len() == rank);
    let names = names.ok_or_else(invalid)?.iter().map(|name| match name {
        Value::Null => Ok(None),
        Value::String(name) if name.is_empty() => Ok(None),
        Value::String(name) if !name.contains(['/', '\0']) => Ok(Some(name.clone())),
        _ => Err(invalid()),
    });
    names.collect()
}
