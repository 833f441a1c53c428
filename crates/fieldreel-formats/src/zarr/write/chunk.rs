//! Encoding of chunks of one variable.

use std::io;
use std::path::Path;

use fieldreel_core::{Element, with_numeric_array};
use serde_json::{Value, json};

use super::ZarrStorage;
use crate::dataset::{Schema, VariableSchema, VariableValues};
use crate::zarr::blocks::{Block, Overlap, copy_block};
use crate::zarr::codecs::{Compressor, encode_texts};
use crate::zarr::data_type::DataType;
use crate::zarr::fill::FillValue;
use crate::{FormatError, Result};

/// The codecs and the chunks of a variable.
#[derive(Debug)]
pub(super) struct ChunkEncoder {
    pub(super) kind: DataType,
    chunk: Vec<usize>,
    is_big_endian: bool,
    /// The metadata of the fill value.
    pub(super) fill_value: Value,
    /// The bytes of the fill value in the order of the store; empty for texts of any length.
    fill: Vec<u8>,
    fill_text: String,
    encoding: Encoding,
}

#[derive(Debug)]
enum Encoding {
    Plain,
    Zstd(Compressor),
    /// The caller encodes chunks by the codec with these metadata.
    Caller(Value),
}

impl ChunkEncoder {
    /// Returns the encoder of a variable.
    ///
    /// # Errors
    /// Those of [`ZarrWriter::create`](super::ZarrWriter::create) for a variable and its storage.
    pub(super) fn new(
        store: &Path,
        schema: &Schema,
        variable: &VariableSchema,
        storage: &ZarrStorage,
    ) -> Result<Self> {
        let name = schema.full_name(variable);
        let unsupported = |problem: &str| FormatError::UnsupportedInZarr {
            path: store.to_path_buf(),
            variable: name.clone(),
            problem: problem.to_owned(),
        };
        let kind = DataType::of_variable(variable.kind)
            .ok_or_else(|| unsupported("Zarr has no equivalent of its user-defined type"))?;
        let chunk = storage.chunk().to_vec();
        if chunk.len() != variable.dimensions.len() || chunk.contains(&0) {
            return Err(FormatError::ShapeMismatch {
                item: format!("the chunk shape of {name:?}"),
                expected: schema.shape(variable),
                found: chunk,
            });
        }
        let encoding = match storage {
            ZarrStorage::Plain { .. } => Encoding::Plain,
            ZarrStorage::Zstd { level, .. } if Compressor::LEVELS.contains(level) => {
                Encoding::Zstd(Compressor::new(*level))
            }
            ZarrStorage::Zstd { level, .. } => {
                return Err(FormatError::InvalidOption {
                    option: "the level of zstd",
                    value: level.to_string(),
                    allowed: "-131072 to 22",
                });
            }
            ZarrStorage::Encoded { codec, .. } => {
                let metadata = serde_json::from_str::<Value>(codec).ok();
                let metadata = metadata.filter(|metadata| metadata["name"].is_string());
                if !matches!(kind, DataType::Number(_)) {
                    return Err(unsupported("only numbers can be encoded by the caller"));
                }
                Encoding::Caller(metadata.ok_or_else(|| FormatError::InvalidOption {
                    option: "the metadata of a codec",
                    value: codec.clone(),
                    allowed: "a JSON object with a name",
                })?)
            }
        };
        let fill_value = FillValue::to_metadata(kind, variable.attributes.get("_FillValue"));
        let parsed = FillValue::parse(kind, &fill_value)
            .ok_or_else(|| unsupported("its _FillValue does not fit its type"))?;
        let is_big_endian = variable.is_big_endian && kind.has_byte_order();
        let (mut fill, fill_text) = match parsed {
            FillValue::Fixed(bytes) => (bytes, String::new()),
            FillValue::Text(text) => (Vec::new(), text),
        };
        if is_big_endian != cfg!(target_endian = "big") && kind.has_byte_order() {
            fill.reverse();
        }
        Ok(Self {
            kind,
            chunk,
            is_big_endian,
            fill_value,
            fill,
            fill_text,
            encoding,
        })
    }

    pub(super) fn chunk(&self) -> &[usize] {
        &self.chunk
    }

    /// Returns the metadata of the codecs.
    pub(super) fn codecs(&self) -> Vec<Value> {
        let to_bytes = match (&self.encoding, self.kind) {
            (Encoding::Caller(codec), _) => codec.clone(),
            (_, DataType::Text) => json!({ "name": "vlen-utf8" }),
            (_, kind) if kind.has_byte_order() => {
                let endian = if self.is_big_endian { "big" } else { "little" };
                json!({ "name": "bytes", "configuration": { "endian": endian } })
            }
            _ => json!({ "name": "bytes" }),
        };
        match &self.encoding {
            Encoding::Zstd(compressor) => vec![to_bytes, compressor.metadata()],
            _ => vec![to_bytes],
        }
    }

    /// Encodes the chunk that overlaps with a hyperslab of `count` values. Positions beyond the end
    /// of the variable have the fill value.
    pub(super) fn encode(
        &self,
        values: &VariableValues,
        count: &[usize],
        overlap: &Overlap,
    ) -> io::Result<Result<Vec<u8>>> {
        let len = self.chunk.iter().product();
        let from = Block {
            shape: count,
            start: &overlap.in_hyperslab,
        };
        let to = Block {
            shape: &self.chunk,
            start: &overlap.in_chunk,
        };
        let fixed = |bytes: &[u8], width: usize| {
            let mut chunk = self.fill.repeat(len);
            copy_block((bytes, from), (&mut chunk, to), &overlap.count, width);
            chunk
        };
        let bytes = match values {
            VariableValues::Numbers(numbers) => with_numeric_array!(numbers, values => {
                fixed(&Element::to_bytes(values, self.is_big_endian), self.kind.bytes())
            }),
            VariableValues::Chars(bytes) => fixed(bytes, 1),
            VariableValues::Texts(texts) => {
                let mut chunk = vec![self.fill_text.clone(); len];
                copy_block((texts, from), (&mut chunk, to), &overlap.count, 1);
                let encoded = encode_texts(&chunk);
                encoded.ok_or_else(|| io::Error::other("a text has more than 4 GiB"))?
            }
            VariableValues::User(_) => return Ok(Err(not_encodable("of a user-defined type"))),
        };
        match &self.encoding {
            Encoding::Plain => Ok(Ok(bytes)),
            Encoding::Zstd(compressor) => compressor.encode(&bytes).map(Ok),
            Encoding::Caller(_) => Ok(Err(not_encodable("encoded by the caller"))),
        }
    }
}

fn not_encodable(value: &str) -> FormatError {
    FormatError::InvalidOption {
        option: "the storage of the variable",
        value: value.to_owned(),
        allowed: "plain or compressed by zstd",
    }
}
