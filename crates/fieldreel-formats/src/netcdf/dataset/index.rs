//! The size of the indexes by which HDF5 finds the chunks of a file.

use super::Storage;
use crate::dataset::Schema;

/// HDF5's default: nodes for 64 chunks.
const DEFAULT: u32 = 32;

/// Half the number of chunks that a node of the file's B-trees has room for, such that all indexes together are small and no
/// index is deeper than two nodes unless HDF5's default would be too. `None` for the default.
///
/// A node takes its whole room in the file, however few chunks there are: two thousand bytes and more by default, of which
/// there is one for every variable in chunks. The number is the same for all variables of a file.
pub(super) fn branching(schema: &Schema, storage: &[Storage]) -> Option<u32> {
    let indexes: Vec<(usize, usize, bool)> = schema
        .variables
        .iter()
        .zip(storage)
        .filter_map(|(variable, storage)| {
            let chunk = storage.chunk()?;
            let shape = schema.shape(variable);
            let pieces = shape.iter().zip(chunk);
            let pieces = pieces.map(|(&len, &own)| len.div_ceil(own.max(1)));
            let count = pieces.fold(1, usize::saturating_mul);
            let mut own = variable.dimensions.iter();
            let grows = own.any(|&id| schema.dimensions.get(id).is_some_and(|d| d.is_unlimited));
            Some((count, chunk.len(), grows))
        })
        .collect();
    let most = indexes.iter().map(|(count, ..)| *count).max()?;
    let grows = indexes.iter().any(|(.., grows)| *grows);
    // What may grow needs nodes that split well.
    let least = if grows { 2 } else { 1 };
    let fits = |half: &u32| {
        let room = (*half as usize) * 2;
        most <= room.saturating_mul(room) / 2
    };
    let bytes = |half: &u32| -> usize {
        let all = indexes.iter();
        all.map(|(count, rank, _)| {
            let room = 2 * *half as usize;
            let node = 24 + room * 8 + (room + 1) * (8 + 8 * (rank + 1));
            // Nodes that split are not quite full, and have one above.
            let nodes = match count {
                0 => 0,
                count if *count <= room => 1,
                count => 1 + count.div_ceil(room * 3 / 4),
            };
            nodes.saturating_mul(node)
        })
        .fold(0, usize::saturating_add)
    };
    let all = [1, 2, 4, 8, 16, DEFAULT].into_iter();
    let best = all
        .filter(|half| *half >= least && (fits(half) || *half == DEFAULT))
        .min_by_key(bytes)?;
    (best != DEFAULT).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{DatasetDimension, Group, Kind, Variable};

    fn of(counts: &[usize], is_unlimited: bool) -> Option<u32> {
        let mut schema = Schema {
            groups: vec![Group::default()],
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
            schema.variables.push(Variable {
                name,
                group: 0,
                kind: Kind::F32,
                is_big_endian: false,
                dimensions: vec![at],
                attributes: crate::Attributes::new(),
            });
            storage.push(Storage::Chunks { chunk: vec![1] });
        }
        branching(&schema, &storage)
    }

    #[test]
    fn nodes_are_as_large_as_chunks_are_many() {
        let found = [
            of(&[], false),
            of(&[1; 400], false),
            of(&[1; 400], true),
            of(&[8, 1], true),
            of(&[64], false),
            of(&[1_000_000], true),
        ];
        let wanted = [None, Some(1), Some(2), Some(4), None, None];
        assert_eq!(found, wanted);
    }
}
