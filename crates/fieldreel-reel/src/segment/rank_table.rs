//! The sorted table of the distinct values of a segment whose numbers are ranks.

use crate::ReelError;
use crate::prepare::MAX_RANKS;
use crate::value::ReelElement;
use crate::wire::{ByteReader, ByteWriter};

/// Encodes sorted values: their count, then their ordinals through pco.
///
/// # Errors
/// [`ReelError::Pco`].
pub(super) fn encode<T: ReelElement>(values: &[T]) -> Result<Vec<u8>, ReelError> {
    let ordinals: Vec<i64> = values.iter().map(|value| value.ordinal()).collect();
    let packed = pco::standalone::simple_compress(&ordinals, &pco::ChunkConfig::default());
    let mut writer = ByteWriter::default();
    writer.varint(values.len() as u64);
    writer.raw(&packed.map_err(ReelError::pco)?);
    Ok(writer.into_bytes())
}

/// Decodes a table of sorted values.
///
/// # Errors
/// [`ReelError::Corrupt`].
pub(super) fn decode<T: ReelElement>(bytes: &[u8]) -> Result<Vec<T>, ReelError> {
    const DAMAGED: ReelError = ReelError::corrupt("the table of ranks cannot be decoded");

    let mut reader = ByteReader::new(bytes);
    let count = reader.length()?;
    if count == 0 || count > MAX_RANKS {
        return Err(DAMAGED);
    }
    let mut ordinals = vec![0_i64; count];
    let rest = reader.raw(reader.len())?;
    let progress = pco::standalone::simple_decompress_into(rest, &mut ordinals);
    let is_whole = progress.is_ok_and(|p| p.n_processed == count && p.finished);
    match is_whole {
        true => Ok(ordinals.into_iter().map(T::from_ordinal).collect()),
        false => Err(DAMAGED),
    }
}
