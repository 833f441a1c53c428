//! The size of the B-trees in which HDF5 indexes the chunks of a file.

use super::VariableStorage;
use crate::dataset::Schema;

/// HDF5's default half rank: nodes have capacity for 64 chunks.
const DEFAULT_HALF_RANK: u32 = 32;

/// Returns the half rank of the chunk B-trees with which all indexes of a file together are
/// smallest; `None` for HDF5's default. The half rank is half the number of chunks for which a
/// node has capacity, and is the same in a whole file. No index is deeper than two levels of
/// nodes, unless it would be with the default too.
///
/// A node occupies its full capacity in the file, however few chunks it indexes: more than two
/// thousand bytes by default, for each chunked variable.
pub(super) fn half_rank(schema: &Schema, storage: &[VariableStorage]) -> Option<u32> {
    let indexes: Vec<(usize, usize, bool)> = schema
        .variables
        .iter()
        .zip(storage)
        .filter_map(|(variable, storage)| {
            let chunk = storage.chunk()?;
            let shape = schema.shape(variable);
            let chunk_counts = shape.iter().zip(chunk);
            let chunk_counts =
                chunk_counts.map(|(&len, &chunk_len)| len.div_ceil(chunk_len.max(1)));
            let count = chunk_counts.fold(1, usize::saturating_mul);
            let mut dimensions = variable.dimensions.iter();
            let is_unlimited =
                dimensions.any(|&id| schema.dimensions.get(id).is_some_and(|d| d.is_unlimited));
            Some((count, chunk.len(), is_unlimited))
        })
        .collect();
    let max_chunks = indexes.iter().map(|(count, ..)| *count).max()?;
    let is_unlimited = indexes.iter().any(|(.., is_unlimited)| *is_unlimited);
    // Indexes that may grow need nodes that split well.
    let min_half_rank = if is_unlimited { 2 } else { 1 };
    let fits = |half_rank: &u32| {
        let capacity = (*half_rank as usize) * 2;
        max_chunks <= capacity.saturating_mul(capacity) / 2
    };
    let bytes = |half_rank: &u32| -> usize {
        let indexes = indexes.iter();
        indexes
            .map(|(count, rank, _)| {
                let capacity = 2 * *half_rank as usize;
                let node = 24 + capacity * 8 + (capacity + 1) * (8 + 8 * (rank + 1));
                // Nodes after a split are not full, and have a parent.
                let nodes = match count {
                    0 => 0,
                    count if *count <= capacity => 1,
                    count => 1 + count.div_ceil(capacity * 3 / 4),
                };
                nodes.saturating_mul(node)
            })
            .fold(0, usize::saturating_add)
    };
    let candidates = [1, 2, 4, 8, 16, DEFAULT_HALF_RANK].into_iter();
    let best = candidates
        .filter(|half_rank| {
            *half_rank >= min_half_rank && (fits(half_rank) || *half_rank == DEFAULT_HALF_RANK)
        })
        .min_by_key(bytes)?;
    (best != DEFAULT_HALF_RANK).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{DatasetDimension, GroupSchema, VariableSchema, VariableType};

    fn half_rank_for(counts: &[usize], is_unlimited: bool) -> Option<u32> {
        let mut schema = Schema {
            groups: vec![GroupSchema::default()],
            ..Schema::default()
        };
        let mut storage = Vec::new();
        for (at, &len) in counts.iter().enumerate() {
            let name = format!("v{at}");
            schema.dimensions.push(DatasetDimension {
                name: format!("x{at}"),
                group: 0,
                len,
                is_unlimited,
            });
            schema.variables.push(VariableSchema {
                name,
                group: 0,
                kind: VariableType::F32,
                is_big_endian: false,
                dimensions: vec![at],
                attributes: crate::Attributes::new(),
            });
            storage.push(VariableStorage::Chunks { chunk: vec![1] });
        }
        half_rank(&schema, &storage)
    }

    #[test]
    fn the_rank_grows_with_the_number_of_chunks() {
        let found = [
            half_rank_for(&[], false),
            half_rank_for(&[1; 400], false),
            half_rank_for(&[1; 400], true),
            half_rank_for(&[8, 1], true),
            half_rank_for(&[64], false),
            half_rank_for(&[1_000_000], true),
        ];
        let expected = [None, Some(1), Some(2), Some(4), None, None];
        assert_eq!(found, expected);
    }
}
