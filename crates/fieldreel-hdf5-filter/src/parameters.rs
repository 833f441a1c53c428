//! What HDF5 keeps with a dataset: the filter's `cd_values`.

use fieldreel_core::{Dtype, Scalar};
use fieldreel_reel::{BaseChoice, Bound, Codecs, Effort};

use crate::FilterError;

/// What the first of whole parameters is, the form's version in its lowest byte. No kind of bound is so large.
const WHOLE: u32 = 0x4652_0001;

/// Numbers of what a writer asks for, before the fill value.
const WRITTEN: usize = 5;

/// Numbers in whole parameters.
const COUNT: usize = 19;

/// Dimensions that a chunk may have, at most.
const MOST_DIMENSIONS: usize = 8;

/// What a writer asks for: kind of bound, its number in two halves, effort, base, fill value.
///
/// | place | what |
/// |---|---|
/// | 0 | the bound: 0 absolute, 1 relative to the range of a chunk, 2 pointwise, 3 PSNR in dB, 4 ratio, 5 lossless |
/// | 1, 2 | its number, the lower and the upper half of a binary64; not of lossless, but there |
/// | 3 | the effort: 0 fast, 1 balanced, 2 best. Default: 1 |
/// | 4 | the base layer: 0 the smallest, 1 the smallest but no codec other than x265, 2 no codec other than AV1; 3 a prediction; 4 a video, 5 through x265, 6 through AV1. Default: 0 |
/// | 5, 6 | the value that stands for missing ones, as the halves of a binary64. Default: HDF5's fill value of the dataset |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WriteParameters {
    /// What error is allowed.
    pub bound: Bound,
    /// How much time encoding may take.
    pub effort: Effort,
    /// The kind of base layer.
    pub base: BaseChoice,
    /// The codecs that may encode a video.
    pub codecs: Codecs,
    /// The value that stands for missing ones.
    pub fill: Option<Scalar>,
}

/// The type of a chunk's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkType {
    /// The type of a value.
    pub dtype: Dtype,
    /// Whether the most significant byte is first.
    pub is_big_endian: bool,
}

/// Whole parameters: what a writer asks for, and what the chunks of a dataset are.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// What the writer asks for.
    pub write: WriteParameters,
    /// The chunk's values.
    pub chunk_type: ChunkType,
    /// The chunk's dimensions, 1 to 8, slowest first.
    pub dimensions: Vec<usize>,
}

impl WriteParameters {
    /// Of what a user gives: one or three numbers and, if they are there, the effort, the base and the fill
    /// value.
    ///
    /// # Errors
    /// [`FilterError::Parameters`] if they are none.
    pub fn parse(values: &[u32]) -> Result<Self, FilterError> {
        let invalid = |reason| Err(FilterError::Parameters { reason });
        let number = match values {
            [5, ..] => 0.0,
            [_, low, high, ..] => whole_of(*low, *high),
            _ => return invalid("a kind of bound and its number, a double, are needed"),
        };
        let bound = match values[0] {
            0 => Bound::Absolute(number),
            1 => Bound::Relative(number),
            2 => Bound::Pointwise(number),
            3 => Bound::Psnr(number),
            4 => Bound::Ratio(number),
            5 => Bound::Lossless,
            _ => return invalid("the kind of bound is 0 to 5"),
        };
        let effort = match values.get(3) {
            Some(0) => Effort::Fast,
            None | Some(1) => Effort::Balanced,
            Some(2) => Effort::Best,
            Some(_) => return invalid("the effort is 0, 1 or 2"),
        };
        let (base, codecs) = match values.get(4) {
            None | Some(0) => (BaseChoice::Auto, Codecs::Any),
            Some(1) => (BaseChoice::Auto, Codecs::X265),
            Some(2) => (BaseChoice::Auto, Codecs::Av1),
            Some(3) => (BaseChoice::Prediction, Codecs::Any),
            Some(4) => (BaseChoice::Video, Codecs::Any),
            Some(5) => (BaseChoice::Video, Codecs::X265),
            Some(6) => (BaseChoice::Video, Codecs::Av1),
            Some(_) => return invalid("the base is 0 to 6"),
        };
        let fill = match values.get(WRITTEN..).unwrap_or_default() {
            [] => None,
            [low, high] => Some(Scalar::Float(whole_of(*low, *high))),
            _ => return invalid("after the base comes a fill value, a double, and no more"),
        };
        Ok(Self {
            bound,
            effort,
            base,
            codecs,
            fill,
        })
    }

    /// Returns them as a user gives them: five numbers, or seven with a fill value, of integers beyond 2^53 the nearest double.
    #[must_use]
    pub fn to_values(self) -> Vec<u32> {
        let fill = self.fill.map(|fill| halves(fill.to_f64()));
        let numbers = self.without_fill().into_iter();
        numbers.chain(fill.into_iter().flatten()).collect()
    }

    fn without_fill(self) -> [u32; WRITTEN] {
        let (kind, number) = match self.bound {
            Bound::Absolute(number) => (0, number),
            Bound::Relative(number) => (1, number),
            Bound::Pointwise(number) => (2, number),
            Bound::Psnr(number) => (3, number),
            Bound::Ratio(number) => (4, number),
            _ => (5, 0.0),
        };
        let [low, high] = halves(number);
        let effort = match self.effort {
            Effort::Fast => 0,
            Effort::Best => 2,
            _ => 1,
        };
        let base = match (self.base, self.codecs) {
            (BaseChoice::Prediction, _) => 3,
            (BaseChoice::Video, Codecs::X265) => 5,
            (BaseChoice::Video, Codecs::Av1) => 6,
            (BaseChoice::Video, _) => 4,
            (_, Codecs::X265) => 1,
            (_, Codecs::Av1) => 2,
            _ => 0,
        };
        [kind, low, high, effort, base]
    }
}

/// Asks for a bound, by a balanced effort, with whatever base layer and codec is smallest, and HDF5's fill value for missing
/// values.
impl From<Bound> for WriteParameters {
    fn from(bound: Bound) -> Self {
        Self {
            bound,
            effort: Effort::Balanced,
            base: BaseChoice::Auto,
            codecs: Codecs::Any,
            fill: None,
        }
    }
}

impl Parameters {
    /// Of what HDF5 keeps with a dataset.
    ///
    /// # Errors
    /// [`FilterError::Parameters`] if they are not whole ones; [`FilterError::Dataset`] if no chunk can be so.
    pub fn parse(values: &[u32]) -> Result<Self, FilterError> {
        let invalid = |reason| Err(FilterError::Parameters { reason });
        let Ok(values) = <&[u32; COUNT]>::try_from(values) else {
            return invalid("there are not as many as there must be");
        };
        let [
            first,
            write @ ..,
            kind,
            rank,
            d0,
            d1,
            d2,
            d3,
            d4,
            d5,
            d6,
            d7,
            fill,
            low,
            high,
        ] = values;
        if *first != WHOLE {
            return invalid("they are of another version");
        }
        let Some(dtype) = Dtype::from_id(*kind as u8).filter(|_| kind & !0x1FF == 0) else {
            return invalid("the type of the values");
        };
        let chunk_type = ChunkType {
            dtype,
            is_big_endian: kind & 0x100 != 0,
        };
        let dimensions = [*d0, *d1, *d2, *d3, *d4, *d5, *d6, *d7];
        let Some(dimensions) = dimensions.get(..*rank as usize) else {
            return invalid("the number of dimensions");
        };
        let bits = u64::from(*high) << 32 | u64::from(*low);
        let fill = match fill {
            0 => None,
            1 => Some(Scalar::Float(f64::from_bits(bits))),
            2 => Some((bits as i64).into()),
            3 => Some(bits.into()),
            _ => return invalid("the fill value"),
        };
        let parameters = Self {
            write: WriteParameters {
                fill,
                ..WriteParameters::parse(write)?
            },
            chunk_type,
            dimensions: dimensions.iter().map(|&side| side as usize).collect(),
        };
        parameters.shape()?;
        Ok(parameters)
    }

    /// As HDF5 keeps them.
    ///
    /// # Errors
    /// [`FilterError::Dataset`] if no chunk can be so.
    pub fn to_values(&self) -> Result<[u32; COUNT], FilterError> {
        self.shape()?;
        let mut dimensions = [0; MOST_DIMENSIONS];
        for (into, &side) in dimensions.iter_mut().zip(&self.dimensions) {
            *into = u32::try_from(side).map_err(|_| FilterError::Dataset {
                reason: "a side of the chunk is over 2^32 − 1",
            })?;
        }
        let [kind, low, high, effort, base] = self.write.without_fill();
        let chunk_type =
            u32::from(self.chunk_type.dtype.id()) | u32::from(self.chunk_type.is_big_endian) << 8;
        let [d0, d1, d2, d3, d4, d5, d6, d7] = dimensions;
        let (fill, fill_bits) = match self.write.fill {
            None => (0, 0),
            Some(Scalar::Float(fill)) => (1, fill.to_bits()),
            // No integer of 64 bits is beyond both types.
            Some(Scalar::Integer(fill)) => match i64::try_from(fill) {
                Ok(fill) => (2, fill as u64),
                Err(_) => (3, fill as u64),
            },
        };
        let rank = self.dimensions.len() as u32;
        Ok([
            WHOLE,
            kind,
            low,
            high,
            effort,
            base,
            chunk_type,
            rank,
            d0,
            d1,
            d2,
            d3,
            d4,
            d5,
            d6,
            d7,
            fill,
            fill_bits as u32,
            (fill_bits >> 32) as u32,
        ])
    }

    /// Whether these are whole parameters, rather than what a user gives.
    #[must_use]
    pub fn is_stored_form(values: &[u32]) -> bool {
        values.first() == Some(&WHOLE)
    }

    /// The chunk as `(time, y, x)`: all dimensions but the last two are one.
    ///
    /// # Errors
    /// [`FilterError::Dataset`] if it has not 1 to 8 dimensions, one of them is 0, or it has 4 GiB or more.
    pub fn shape(&self) -> Result<[usize; 3], FilterError> {
        let invalid = |reason| FilterError::Dataset { reason };
        let (leading, height, width) = match &self.dimensions[..] {
            [] => return Err(invalid("it has no dimensions")),
            [width] => (&[][..], &1, width),
            [leading @ .., height, width] => (leading, height, width),
        };
        if self.dimensions.len() > MOST_DIMENSIONS {
            return Err(invalid("it has more than eight dimensions"));
        }
        let frames = leading
            .iter()
            .try_fold(1_usize, |product, &side| product.checked_mul(side));
        let bytes = frames
            .and_then(|frames| frames.checked_mul(*height)?.checked_mul(*width))
            .and_then(|count| count.checked_mul(self.chunk_type.dtype.bytes()));
        match (frames, bytes) {
            (_, Some(0)) => Err(invalid("a dimension is 0")),
            // HDF5's own limit.
            (Some(frames), Some(bytes)) if u32::try_from(bytes).is_ok() => {
                Ok([frames, *height, *width])
            }
            _ => Err(invalid("it is too large")),
        }
    }
}

fn whole_of(low: u32, high: u32) -> f64 {
    f64::from_bits(u64::from(high) << 32 | u64::from(low))
}

/// The lower and the upper half of a number's bits.
fn halves(number: f64) -> [u32; 2] {
    let bits = number.to_bits();
    [bits as u32, (bits >> 32) as u32]
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
