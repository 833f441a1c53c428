//! The codecs of an array, in the order in which a chunk is encoded.

use std::borrow::Cow;
use std::num::NonZeroU64;
use std::sync::Arc;

use serde_json::Value;
use zarrs::array::{
    ArrayToArrayCodecTraits, ArrayToBytesCodecTraits, Codec, CodecChain, CodecOptions,
};
use zarrs::metadata::v2::MetadataV2;

use super::bytes::{BytesCodec, create};
use super::shards::Shards;
use super::texts::decode_texts;
use super::{ChunkError, RawValues};
use crate::zarr::data_type::DataType;
use crate::zarr::fill::FillValue;

/// The bytes by which an encoded chunk may exceed twice the decoded one.
const MAX_OVERHEAD: u64 = 1 << 20;

/// The codecs of an array.
#[derive(Debug, Clone)]
pub(in crate::zarr) struct CodecList {
    to_bytes: ToBytes,
    bytes: Vec<BytesCodec>,
}

/// The codecs from an array to bytes, with those from arrays to arrays before them.
#[derive(Debug, Clone)]
enum ToBytes {
    Fixed(Arc<CodecChain>),
    Texts,
    Shards(Box<Shards>),
}

impl CodecList {
    /// Returns the codecs with these metadata of version 3, or the reason why they are not
    /// supported.
    pub(in crate::zarr) fn from_v3(codecs: &[Value]) -> Result<Self, String> {
        let mut builder = Builder::default();
        for metadata in codecs {
            let name = match metadata {
                Value::String(name) => name.as_str(),
                _ => metadata["name"].as_str().unwrap_or_default(),
            };
            let name = name.strip_prefix("numcodecs.").unwrap_or(name);
            match name {
                "vlen-utf8" => builder.set_to_bytes(ToBytes::Texts)?,
                "sharding_indexed" => {
                    let shards = Shards::new(&metadata["configuration"])?;
                    builder.set_to_bytes(ToBytes::Shards(Box::new(shards)))?;
                }
                _ => builder.add(name, create(metadata)?)?,
            }
        }
        builder.build()
    }

    /// Returns the codecs of an array of version 2 with these metadata, or the reason why they are
    /// not supported.
    pub(in crate::zarr) fn from_v2(
        metadata: &Value,
        kind: DataType,
        is_big_endian: bool,
    ) -> Result<Self, String> {
        let mut builder = Builder::default();
        let rank = metadata["shape"].as_array().map_or(0, Vec::len);
        match metadata["order"].as_str() {
            Some("C") => {}
            Some("F") if rank > 1 => {
                let order: Vec<usize> = (0..rank).rev().collect();
                let configuration = serde_json::json!({ "order": order });
                let transpose =
                    serde_json::json!({ "name": "transpose", "configuration": configuration });
                builder.add("transpose", create(&transpose)?)?;
            }
            Some("F") => {}
            _ => return Err("the order is neither C nor F".to_owned()),
        }
        let filters = match &metadata["filters"] {
            Value::Null => &[],
            Value::Array(filters) => filters.as_slice(),
            _ => return Err("the filters are not a list".to_owned()),
        };
        let compressor = Some(&metadata["compressor"]).filter(|compressor| !compressor.is_null());
        for metadata in filters.iter().chain(compressor) {
            let name = metadata["id"].as_str().unwrap_or_default();
            if name == "vlen-utf8" {
                builder.set_to_bytes(ToBytes::Texts)?;
                continue;
            }
            let codec = match name {
                "blosc" => create(&blosc_v3(metadata, kind))?,
                _ => {
                    let codec: MetadataV2 = serde_json::from_value(metadata.clone())
                        .map_err(|error| error.to_string())?;
                    Codec::from_metadata(&codec).map_err(|error| error.to_string())?
                }
            };
            if matches!(codec, Codec::BytesToBytes(_)) && builder.to_bytes.is_none() {
                builder.add("bytes", bytes_codec(kind, is_big_endian)?)?;
            }
            builder.add(name, codec)?;
        }
        if builder.to_bytes.is_none() {
            builder.add("bytes", bytes_codec(kind, is_big_endian)?)?;
        }
        builder.build()
    }
}

/// Returns the metadata of version 3 of blosc from those of version 2. Decoding depends on none of
/// the members.
fn blosc_v3(metadata: &Value, kind: DataType) -> Value {
    let shuffle = match metadata["shuffle"].as_i64() {
        Some(0) => "noshuffle",
        Some(2) => "bitshuffle",
        _ => "shuffle",
    };
    serde_json::json!({
        "name": "blosc",
        "configuration": {
            "cname": metadata["cname"],
            "clevel": metadata["clevel"],
            "shuffle": shuffle,
            "typesize": kind.bytes(),
            "blocksize": metadata["blocksize"].as_u64().unwrap_or(0),
        },
    })
}

/// Returns the codec that stores values one after the other.
fn bytes_codec(kind: DataType, is_big_endian: bool) -> Result<Codec, String> {
    let endian = if is_big_endian { "big" } else { "little" };
    create(&match kind.has_byte_order() {
        true => serde_json::json!({ "name": "bytes", "configuration": { "endian": endian } }),
        false => serde_json::json!({ "name": "bytes" }),
    })
}

#[derive(Default)]
struct Builder {
    arrays: Vec<Arc<dyn ArrayToArrayCodecTraits>>,
    to_bytes: Option<ToBytes>,
    bytes: Vec<BytesCodec>,
}

impl Builder {
    fn add(&mut self, name: &str, codec: Codec) -> Result<(), String> {
        match codec {
            Codec::ArrayToArray(codec) if self.to_bytes.is_none() => {
                self.arrays.push(codec);
                Ok(())
            }
            Codec::ArrayToBytes(codec) => self.set_array_to_bytes(codec),
            Codec::BytesToBytes(codec) if self.to_bytes.is_some() => {
                self.bytes.push(BytesCodec::new(name, codec));
                Ok(())
            }
            _ => Err(format!("the codec {name:?} is in the wrong place")),
        }
    }

    fn set_array_to_bytes(
        &mut self,
        codec: Arc<dyn ArrayToBytesCodecTraits>,
    ) -> Result<(), String> {
        let arrays = std::mem::take(&mut self.arrays);
        let chain = CodecChain::new(arrays, codec, Vec::new());
        self.set_to_bytes(ToBytes::Fixed(Arc::new(chain)))
    }

    fn set_to_bytes(&mut self, to_bytes: ToBytes) -> Result<(), String> {
        if self.to_bytes.is_some() {
            return Err("several codecs turn the array into bytes".to_owned());
        }
        if !self.arrays.is_empty() {
            return Err("codecs from arrays to arrays before texts or shards".to_owned());
        }
        self.to_bytes = Some(to_bytes);
        Ok(())
    }

    fn build(self) -> Result<CodecList, String> {
        let to_bytes = self.to_bytes;
        Ok(CodecList {
            to_bytes: to_bytes.ok_or("no codec turns the array into bytes")?,
            bytes: self.bytes,
        })
    }
}

/// A decoder of the chunks of an array.
#[derive(Debug, Clone)]
pub(in crate::zarr) struct ChunkDecoder {
    kind: DataType,
    /// The data type as `zarrs` knows it.
    data_type: zarrs::array::DataType,
    pub(super) fill: FillValue,
}

impl ChunkDecoder {
    /// Returns a decoder of values of this type, or the reason why it is not supported.
    pub(in crate::zarr) fn new(kind: DataType, fill: FillValue) -> Result<Self, String> {
        let metadata: zarrs::metadata::v3::MetadataV3 =
            serde_json::from_value(kind.to_zarrs()).map_err(|error| error.to_string())?;
        let data_type = zarrs::array::DataType::from_metadata(&metadata);
        Ok(Self {
            kind,
            data_type: data_type.map_err(|error| error.to_string())?,
            fill,
        })
    }

    /// Returns the fill value `count` times.
    pub(in crate::zarr) fn fill(&self, count: usize) -> RawValues {
        match &self.fill {
            FillValue::Fixed(bytes) => RawValues::Fixed(bytes.repeat(count)),
            FillValue::Text(text) => RawValues::Texts(vec![text.clone(); count]),
        }
    }

    /// Returns the number of bytes of a value in memory.
    pub(in crate::zarr) const fn value_bytes(&self) -> usize {
        self.kind.bytes()
    }

    /// Decodes a chunk of this shape, whose lengths are at least 1 and whose values in memory are
    /// within the limit. Texts take at most `limit` bytes more.
    pub(in crate::zarr) fn decode(
        &self,
        codecs: &CodecList,
        bytes: Vec<u8>,
        shape: &[usize],
        limit: u64,
    ) -> Result<RawValues, ChunkError> {
        let count: usize = shape.iter().product();
        let size = (count * self.kind.bytes()) as u64;
        let limit_of_bytes = match codecs.to_bytes {
            ToBytes::Texts => limit,
            _ if self.kind == DataType::Text => limit,
            _ => 2 * size + MAX_OVERHEAD,
        };
        let mut bytes = bytes;
        for codec in codecs.bytes.iter().rev() {
            bytes = codec.decode(&bytes, limit_of_bytes)?;
        }
        match (&codecs.to_bytes, self.kind) {
            (ToBytes::Texts, DataType::Text) => decode_texts(&bytes, count).map(RawValues::Texts),
            (ToBytes::Shards(shards), _) => shards.decode(self, &bytes, shape, limit),
            (ToBytes::Fixed(chain), kind) if kind != DataType::Text => {
                let decoded = self.decode_fixed(chain, &bytes, shape)?;
                match decoded.len() as u64 == size {
                    true => Ok(RawValues::Fixed(decoded)),
                    false => Err(ChunkError::damaged(
                        "the chunk has another number of values",
                    )),
                }
            }
            _ => Err(ChunkError::damaged("the codecs do not match the data type")),
        }
    }

    fn decode_fixed(
        &self,
        chain: &CodecChain,
        bytes: &[u8],
        shape: &[usize],
    ) -> Result<Vec<u8>, ChunkError> {
        let FillValue::Fixed(fill) = &self.fill else {
            return Err(ChunkError::damaged(
                "the fill value does not match the data type",
            ));
        };
        let lengths = nonzero(shape).ok_or_else(|| ChunkError::damaged("the chunk is empty"))?;
        let decoded = chain.decode(
            Cow::Borrowed(bytes),
            &lengths,
            &self.data_type,
            &zarrs::array::FillValue::new(fill.clone()),
            &CodecOptions::default(),
        );
        let fixed = decoded.map_err(ChunkError::damaged)?.into_fixed();
        Ok(fixed.map_err(ChunkError::damaged)?.into_owned())
    }
}

/// Returns the lengths of a shape; `None` if one is 0.
pub(super) fn nonzero(shape: &[usize]) -> Option<Vec<NonZeroU64>> {
    let lengths = shape.iter().map(|&len| NonZeroU64::new(len as u64));
    lengths.collect()
}
