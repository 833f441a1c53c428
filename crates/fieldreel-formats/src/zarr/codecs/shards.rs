//! Shards: chunks that consist of inner chunks and their index (the codec `sharding_indexed`).

use std::borrow::Cow;

use serde_json::Value;
use zarrs::array::{
    ArrayToBytesCodecTraits, BytesRepresentation, CodecChain, CodecOptions, DataType, FillValue,
};
use zarrs::metadata::v3::MetadataV3;

use super::chain::{ChunkDecoder, CodecList, nonzero};
use super::{ChunkError, RawValues};
use crate::zarr::blocks::{Block, copy_block, overlaps};

/// The number of nested shards.
const MAX_DEPTH: usize = 4;

/// The codec that divides a chunk into inner chunks.
#[derive(Debug, Clone)]
pub(super) struct Shards {
    inner_shape: Vec<usize>,
    codecs: CodecList,
    index_codecs: std::sync::Arc<CodecChain>,
    is_index_at_start: bool,
}

impl Shards {
    /// Returns the codec of this configuration, or the reason why it is not supported.
    pub(super) fn new(configuration: &Value) -> Result<Self, String> {
        if depth(configuration) > MAX_DEPTH {
            return Err("shards are nested too deeply".to_owned());
        }
        let lengths = configuration["chunk_shape"].as_array();
        let length = |value: &Value| usize::try_from(value.as_u64()?).ok().filter(|&len| len > 0);
        let inner_shape: Option<Vec<usize>> =
            lengths.and_then(|lengths| lengths.iter().map(length).collect());
        let codecs = configuration["codecs"].as_array();
        let index_codecs = configuration["index_codecs"].clone();
        let index_codecs: Vec<MetadataV3> =
            serde_json::from_value(index_codecs).map_err(|error| error.to_string())?;
        Ok(Self {
            inner_shape: inner_shape.ok_or("the shape of inner chunks is invalid")?,
            codecs: CodecList::from_v3(codecs.ok_or("a shard has no codecs")?)?,
            index_codecs: CodecChain::from_metadata(&index_codecs)
                .map_err(|error| error.to_string())?
                .into(),
            is_index_at_start: match configuration["index_location"].as_str() {
                Some("start") => true,
                Some("end") | None => false,
                Some(other) => return Err(format!("the index is at {other:?}")),
            },
        })
    }

    /// Decodes a shard of this shape.
    pub(super) fn decode(
        &self,
        decoder: &ChunkDecoder,
        bytes: &[u8],
        shape: &[usize],
        limit: u64,
    ) -> Result<RawValues, ChunkError> {
        let inner = &self.inner_shape;
        let divides = |(len, inner): (&usize, &usize)| len % inner == 0;
        if shape.len() != inner.len() || !shape.iter().zip(inner).all(divides) {
            return Err(ChunkError::damaged("inner chunks do not divide the shard"));
        }
        let entries = self.index(bytes, shape)?;
        let count = shape.iter().product();
        let mut values = decoder.fill(count);
        let zeros = vec![0; shape.len()];
        for (overlap, entry) in overlaps(inner, &zeros, shape).zip(entries) {
            let [offset, length] = entry;
            if entry == [u64::MAX; 2] {
                continue;
            }
            let range = usize::try_from(offset)
                .ok()
                .zip(usize::try_from(length).ok());
            let range = range.and_then(|(start, len)| Some(start..start.checked_add(len)?));
            let encoded = range.and_then(|range| bytes.get(range));
            let encoded = encoded
                .ok_or_else(|| ChunkError::damaged("an inner chunk is outside the shard"))?;
            let decoded = decoder.decode(&self.codecs, encoded.to_vec(), inner, limit)?;
            let from = Block {
                shape: inner,
                start: &zeros,
            };
            let to = Block {
                shape,
                start: &overlap.in_hyperslab,
            };
            match (&decoded, &mut values) {
                (RawValues::Fixed(part), RawValues::Fixed(all)) => {
                    copy_block((part, from), (all, to), inner, decoder.value_bytes());
                }
                (RawValues::Texts(part), RawValues::Texts(all)) => {
                    copy_block((part, from), (all, to), inner, 1);
                }
                _ => return Err(ChunkError::damaged("a shard has values of two types")),
            }
        }
        Ok(values)
    }

    /// Returns the offset and the length of each inner chunk, in row-major order.
    fn index(&self, bytes: &[u8], shape: &[usize]) -> Result<Vec<[u64; 2]>, ChunkError> {
        let per_axis = shape
            .iter()
            .zip(&self.inner_shape)
            .map(|(len, inner)| len / inner);
        let mut lengths: Vec<usize> = per_axis.collect();
        lengths.push(2);
        let lengths = nonzero(&lengths).ok_or_else(|| ChunkError::damaged("the shard is empty"))?;
        let data_type = MetadataV3::new("uint64");
        let data_type = DataType::from_metadata(&data_type).map_err(ChunkError::damaged)?;
        let fill = FillValue::new(u64::MAX.to_ne_bytes().to_vec());
        let representation = self
            .index_codecs
            .encoded_representation(&lengths, &data_type, &fill);
        let BytesRepresentation::FixedSize(size) = representation.map_err(ChunkError::damaged)?
        else {
            return Err(ChunkError::damaged("the index of a shard is compressed"));
        };
        let truncated = || ChunkError::damaged("the index of a shard is truncated");
        let size = usize::try_from(size).map_err(|_| truncated())?;
        let start = match self.is_index_at_start {
            true => 0,
            false => bytes.len().checked_sub(size).ok_or_else(truncated)?,
        };
        let encoded = bytes.get(start..start + size).ok_or_else(truncated)?;
        let options = CodecOptions::default();
        let decoded = self.index_codecs.decode(
            Cow::Borrowed(encoded),
            &lengths,
            &data_type,
            &fill,
            &options,
        );
        let decoded = decoded.map_err(ChunkError::damaged)?.into_fixed();
        let decoded = decoded.map_err(ChunkError::damaged)?;
        let (numbers, _) = decoded.as_chunks::<8>();
        let numbers: Vec<u64> = numbers
            .iter()
            .map(|&number| u64::from_ne_bytes(number))
            .collect();
        Ok(numbers.as_chunks::<2>().0.to_vec())
    }
}

/// Returns the number of nested shards of a configuration.
fn depth(configuration: &Value) -> usize {
    let mut depth = 1;
    let mut configuration = configuration;
    while let Some(inner) = configuration["codecs"].as_array().and_then(|codecs| {
        codecs
            .iter()
            .find(|codec| codec["name"] == "sharding_indexed")
    }) {
        configuration = &inner["configuration"];
        depth += 1;
    }
    depth
}
