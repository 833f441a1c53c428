//! The correction as one token a value, by two distributions that are learned on the way: quick to decode.
//!
//! Frame after frame; a frame in rows of blocks of [`BLOCK`] × [`BLOCK`] places. What is in the blocks is in two
//! sections, read side by side: which blocks hold anything but 0, and the [`weights`] of the guesses, as binary
//! decisions; and the [values](value) of these blocks.

mod around;
mod distribution;
mod fit;
mod flags;
mod value;
mod weights;

use ndarray::{ArrayView3, Axis, s};

use super::{Known, is_coded};
use crate::entropy::{
    BinaryCoder, Bit, Corrupt, Decoder, Encoder, RansDecoder, RansEncoder, SymbolCoder,
};
use crate::wire::{Reader, Writer};
use around::Around;
use fit::Samples;
use flags::Flags;
use value::ValueModel;
use weights::{ALL, WeightModel, Weights};

/// The height and width of a block, in places.
const BLOCK: usize = 8;

/// About so many values other than 0 are worth weights of their own.
const VALUES_A_GROUP: usize = 6000;

/// The bytes of a correction, for [`decode`] with the same `known`.
pub(super) fn encode(k: ArrayView3<'_, i64>, known: Known<'_>) -> Vec<u8> {
    let (frames, height, width) = k.dim();
    let flags: Vec<Vec<bool>> = k
        .axis_iter(Axis(0))
        .enumerate()
        .map(|(t, frame)| {
            let classes = known.frame_of_classes(t);
            flags::of(frame, |y, x| is_coded(classes.as_ref(), y, x))
        })
        .collect();
    let count = k.iter().filter(|&&k| k != 0).count();
    let groups = ((count + 3 * VALUES_A_GROUP / 4) / VALUES_A_GROUP).min(24);
    let in_group = match groups {
        0 => 0,
        groups => frames.div_ceil(groups),
    };
    let mut fitted = Vec::new();
    let mut step_bits = i32::MIN;
    for start in (0..frames)
        .step_by(in_group.max(1))
        .filter(|_| in_group > 0)
    {
        let end = (start + in_group).min(frames);
        let samples = Samples::of(k, known, start..end, &flags);
        step_bits = step_bits.max(samples.step_bits());
        fitted.push(samples.weights());
    }

    let (mut decisions, mut symbols) = (Encoder::new(), RansEncoder::default());
    let mut walk = Walk::new(
        (frames, height, width),
        known,
        &mut decisions,
        in_group,
        step_bits,
    );
    let mut fitted = fitted.into_iter();
    for (t, frame) in k.axis_iter(Axis(0)).enumerate() {
        let weights = || fitted.next().unwrap_or([0.0; ALL]);
        walk.begin(t, &mut decisions, weights, |block| {
            flags[t].get(block) == Some(&true)
        });
        let read = |y: usize, x: usize, block: &mut [i64]| {
            for (place, &k) in block.iter_mut().zip(frame.slice(s![y, x..])) {
                *place = k;
            }
        };
        walk.values(t, &mut symbols, read, |_, _, _| {});
    }
    let mut writer = Writer::default();
    writer.block(&decisions.finish());
    let mut bytes = writer.into_bytes();
    if count > 0 {
        bytes.extend(symbols.finish());
    }
    bytes
}

/// Gives `each` frame of the correction that [`encode`] wrote, in row-major order, or some other if the bytes are not its.
pub(super) fn decode(
    bytes: &[u8],
    (frames, height, width): (usize, usize, usize),
    known: Known<'_>,
    mut each: impl FnMut(usize, &[i64]),
) -> Result<(), Corrupt> {
    let mut reader = Reader::new(bytes);
    let decisions = reader.block().map_err(|_| Corrupt)?;
    let symbols = reader.raw(reader.len()).map_err(|_| Corrupt)?;
    let (mut decisions, mut symbols) = (Decoder::new(decisions), RansDecoder::new(symbols));
    let mut walk = Walk::new((frames, height, width), known, &mut decisions, 0, 0);
    let mut frame = vec![0; height * width];
    for t in 0..frames {
        frame.fill(0);
        walk.begin(t, &mut decisions, || [0.0; ALL], |_| false);
        let write = |y: usize, x: usize, block: &[i64]| {
            let start = y * width + x;
            if let Some(places) = frame.get_mut(start..start + block.len()) {
                places.copy_from_slice(block);
            }
        };
        walk.values(t, &mut symbols, |_, _, _| {}, write);
        each(t, &frame);
    }
    Ok(())
}

/// The order in which a correction is coded, and what is known at each point of it.
struct Walk<'a> {
    known: Known<'a>,
    size: (usize, usize),
    flags: Flags,
    /// Frames that share weights; 0 if there are none.
    in_group: usize,
    weight_model: WeightModel,
    weights: Weights,
    around: Around<'a>,
    values: ValueModel,
}

impl<'a> Walk<'a> {
    /// Codes how many frames share weights, and how fine these are.
    fn new<C: BinaryCoder>(
        (_, height, width): (usize, usize, usize),
        known: Known<'a>,
        coder: &mut C,
        in_group: usize,
        step_bits: i32,
    ) -> Self {
        let in_group = coder.code_number(in_group as u64, &mut [Bit::NEW; 64]);
        let weight_model = match in_group {
            0 => WeightModel::default(),
            _ => WeightModel::begin(coder, step_bits),
        };
        Self {
            known,
            size: (height, width),
            flags: Flags::new(height.div_ceil(BLOCK), width.div_ceil(BLOCK)),
            in_group: usize::try_from(in_group).unwrap_or(usize::MAX),
            weight_model,
            weights: Weights::default(),
            around: Around::new(height, width, known.base),
            values: ValueModel::new(),
        }
    }

    /// Begins frame `t`: codes its weights, if it is the first of a group, and which blocks hold anything but 0.
    fn begin<C: BinaryCoder>(
        &mut self,
        t: usize,
        coder: &mut C,
        weights: impl FnOnce() -> [f64; ALL],
        any: impl Fn(usize) -> bool,
    ) {
        if self.in_group > 0 && t.is_multiple_of(self.in_group) {
            self.weights = self.weight_model.code(coder, &weights());
        }
        self.flags.code(coder, any);
        self.around.next_frame(t, t == 0);
    }

    /// Codes the values of a frame that has begun, a run of a row at a time: `read` gives the values to encode from a place
    /// on, `write` takes those coded.
    #[inline(always)]
    fn values<C: SymbolCoder>(
        &mut self,
        t: usize,
        coder: &mut C,
        read: impl Fn(usize, usize, &mut [i64]),
        mut write: impl FnMut(usize, usize, &[i64]),
    ) {
        let (height, width) = self.size;
        let classes = self.known.frame_of_classes(t);
        for y in 0..height {
            for x in (0..width).step_by(BLOCK) {
                if !self.flags.any(y / BLOCK, x / BLOCK) {
                    continue;
                }
                let start = self.around.index(y, x);
                let run = self.around.run(start, &self.weights);
                let west = self.around.west(start);
                let mut coded = [true; BLOCK];
                if classes.is_some() {
                    coded = std::array::from_fn(|i| is_coded(classes.as_ref(), y, x + i));
                }
                let mut block = [0; BLOCK];
                let block = &mut block[..BLOCK.min(width - x)];
                read(y, x, block);
                self.values
                    .code(coder, block, &run, coded, west, &self.weights);
                self.around.set(start, block);
                write(y, x, block);
            }
        }
    }
}

/// 0, −1, 1, −2, 2 … as 0, 1, 2, 3, 4 …
#[inline]
fn fold(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// The number that [`fold`] made this of.
#[inline]
fn unfold(folded: u64) -> i64 {
    (folded >> 1) as i64 ^ -((folded & 1) as i64)
}
