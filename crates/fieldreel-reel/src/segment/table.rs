//! The distinct values of a segment in order, where its numbers are places among them.

use crate::ReelError;
use crate::prepare::MOST_RANKS;
use crate::value::ReelElement;
use crate::wire::{Reader, Writer};

/// Encodes values in order: their number, and their ordinals through pco.
pub(super) fn encode<T: ReelElement>(values: &[T]) -> Result<Vec<u8>, ReelError> {
    let ordinals: Vec<i64> = values.iter().map(|value| value.ordinal()).collect();
    let packed = pco::standalone::simple_compress(&ordinals, &pco::ChunkConfig::default());
    let mut writer = Writer::default();
    writer.varint(values.len() as u64);
    writer.raw(&packed.map_err(ReelError::pco)?);
    Ok(writer.into_bytes())
}

/// Decodes values.
///
/// # Errors
/// [`ReelError::Corrupt`].
pub(super) fn decode<T: ReelElement>(bytes: &[u8]) -> Result<Vec<T>, ReelError> {
    const DAMAGED: ReelError = ReelError::corrupt("the table of values");

    let mut reader = Reader::new(bytes);
    let count = reader.length()?;
    if count == 0 || count > MOST_RANKS {
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
