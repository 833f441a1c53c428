//! The correction without regard to its neighbours: Pco's bins.
//!
//! One byte, the width of the integers (2, 4 or 8 bytes), then Pco's wrapped format: its header, then for each run of up to
//! [`RUN`] values in row-major order, places without a correction left out, a chunk of one page. Only chunks of Pco's
//! classic mode without delta encoding: the others allocate what the bytes claim, not what they hold.

use ndarray::{Array3, ArrayView3};
use pco::data_types::Number;
use pco::wrapped::{FileCompressor, FileDecompressor};
use pco::{ChunkConfig, DeltaSpec, ModeSpec, PagingSpec};

use crate::entropy::Corrupt;

/// Values in a chunk: statistics adapt from one to the next.
const RUN: usize = 1 << 18;

/// The first byte of a chunk in classic mode (lower half) without delta encoding (upper half).
const CLASSIC_NO_DELTA: u8 = 0;

/// An integer type that Pco can code.
trait Narrow: Number + Into<i64> + TryFrom<i64> + Default {}
impl<T: Number + Into<i64> + TryFrom<i64> + Default> Narrow for T {}

/// `None` if Pco refuses.
pub(super) fn encode(
    k: ArrayView3<'_, i64>,
    classes: Option<ArrayView3<'_, u8>>,
) -> Option<Vec<u8>> {
    let mut values = Vec::with_capacity(k.len());
    match classes {
        None => values.extend(&k),
        Some(classes) => {
            let coded = k.iter().zip(&classes).filter(|&(_, &class)| class == 0);
            values.extend(coded.map(|(&k, _)| k));
        }
    }
    encode_as::<i16>(&values)
        .or_else(|| encode_as::<i32>(&values))
        .or_else(|| encode_as::<i64>(&values))
}

/// `None` if a value does not fit.
fn encode_as<T: Narrow>(values: &[i64]) -> Option<Vec<u8>> {
    let narrow: Vec<T> = values
        .iter()
        .map(|&k| T::try_from(k).ok())
        .collect::<Option<_>>()?;
    let config = ChunkConfig::default()
        .with_mode_spec(ModeSpec::Classic)
        .with_delta_spec(DeltaSpec::NoOp)
        .with_paging_spec(PagingSpec::EqualPagesUpTo(RUN));
    let pco = FileCompressor::default();
    let mut bytes = pco.write_header(vec![size_of::<T>() as u8]).ok()?;
    for run in narrow.chunks(RUN) {
        let mut chunk = pco.chunk_compressor(run, &config).ok()?;
        bytes = chunk.write_meta(bytes).ok()?;
        bytes = chunk.write_page(0, bytes).ok()?;
    }
    Some(bytes)
}

pub(super) fn decode(
    bytes: &[u8],
    shape: (usize, usize, usize),
    classes: Option<ArrayView3<'_, u8>>,
) -> Result<Array3<i64>, Corrupt> {
    let mut k = Array3::zeros(shape);
    match classes {
        None => fill(bytes, k.len(), k.iter_mut())?,
        Some(classes) => {
            let coded = |class: &u8| *class == 0;
            let count = k.iter().zip(&classes).filter(|(_, class)| coded(class));
            let count = count.count();
            let places = k.iter_mut().zip(&classes).filter(|(_, class)| coded(class));
            fill(bytes, count, places.map(|(place, _)| place))?;
        }
    }
    Ok(k)
}

/// Decodes `count` values into as many places.
fn fill<'a>(
    bytes: &[u8],
    count: usize,
    places: impl Iterator<Item = &'a mut i64>,
) -> Result<(), Corrupt> {
    match bytes.split_first() {
        Some((2, pco)) => fill_as::<i16>(pco, count, places),
        Some((4, pco)) => fill_as::<i32>(pco, count, places),
        Some((8, pco)) => fill_as::<i64>(pco, count, places),
        _ => Err(Corrupt),
    }
}

fn fill_as<'a, T: Narrow>(
    bytes: &[u8],
    count: usize,
    mut places: impl Iterator<Item = &'a mut i64>,
) -> Result<(), Corrupt> {
    let (pco, mut bytes) = FileDecompressor::new(bytes).map_err(|_| Corrupt)?;
    let mut run = vec![T::default(); count.min(RUN)];
    for start in (0..count).step_by(RUN) {
        if bytes.first() != Some(&CLASSIC_NO_DELTA) {
            return Err(Corrupt);
        }
        let run = run.get_mut(..(count - start).min(RUN)).ok_or(Corrupt)?;
        let (mut chunk, rest) = pco.chunk_decompressor::<T, _>(bytes).map_err(|_| Corrupt)?;
        let mut page = chunk
            .page_decompressor(rest, run.len())
            .map_err(|_| Corrupt)?;
        let progress = page.read(run).map_err(|_| Corrupt)?;
        if progress.n_processed != run.len() {
            return Err(Corrupt);
        }
        for (&mut value, place) in run.iter_mut().zip(&mut places) {
            *place = value.into();
        }
        bytes = page.into_src();
    }
    if bytes.is_empty() {
        Ok(())
    } else {
        Err(Corrupt)
    }
}
