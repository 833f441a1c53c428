//! The parameters of the filter (`cd_values`), as a user gives them and as HDF5 stores them.

use fieldreel_core::dimension::folded_shape;
use fieldreel_core::{Dtype, Scalar};
use fieldreel_reel::{BaseChoice, CodecChoice, Criterion, Effort, ErrorBound, Target};

use crate::FilterError;

/// The first number of the stored form, with the version of the form in the lowest byte.
///
/// It is larger than the number of any kind of bound.
const STORED_FORM_MARKER: u32 = 0x4652_0001;

/// The number of write parameters before the fill value.
const WRITE_COUNT: usize = 5;

/// The number of parameters in the stored form.
const STORED_COUNT: usize = 19;

/// The maximum number of dimensions of a chunk.
const MAX_RANK: usize = 8;

/// The parameters that a writer gives.
///
/// HDF5 passes them as `cd_values`, which are these numbers. Numbers at the end that have a
/// default may be left out.
///
/// - 0: the kind of the bound. 0 is absolute, 1 range-relative with the range of a chunk, 2
///   pointwise-relative, 3 PSNR in dB, 4 compression ratio, 5 lossless.
/// - 1, 2: the number of the bound, as the lower and upper half of a binary64. It is ignored for
///   lossless.
/// - 3: the effort. 0 is fast, 1 balanced (default), 2 best.
/// - 4: the base layer. 0 is a prediction, or a video if it is smaller and the effort is best
///   (default); 1 is the same with x265 as the only codec, and 2 with AV1 as the only codec; 3 is
///   a prediction, 4 a video, 5 a video in x265, 6 a video in AV1.
/// - 5, 6: the fill value, as the lower and upper half of a binary64. The default is the fill
///   value of the HDF5 dataset.
///
/// ```
/// use fieldreel_hdf5_filter::WriteParameters;
/// use fieldreel_reel::{Effort, ErrorBound};
///
/// let parameters = WriteParameters::new(ErrorBound::Absolute(0.5)).with_effort(Effort::Fast);
/// assert_eq!(parameters.to_values(), [0, 0, 0x3fe0_0000, 0, 0]);
/// assert_eq!(WriteParameters::parse(&[0, 0, 0x3fe0_0000, 0])?, parameters);
/// # Ok::<(), fieldreel_hdf5_filter::FilterError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct WriteParameters {
    /// The error bound or target.
    pub criterion: Criterion,
    /// The effort of the encoder.
    pub effort: Effort,
    /// The kind of base layer.
    pub base: BaseChoice,
    /// The codecs that may encode a video.
    pub codec: CodecChoice,
    /// The fill value, which marks missing values.
    pub fill_value: Option<Scalar>,
}

/// The representation of the values of a chunk.
///
/// ```
/// use fieldreel_core::Dtype;
/// use fieldreel_hdf5_filter::ChunkType;
///
/// let chunk_type = ChunkType::new(Dtype::I16).with_big_endian(true);
/// assert_eq!((chunk_type.dtype.bytes(), chunk_type.is_big_endian), (2, true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChunkType {
    /// The element type.
    pub dtype: Dtype,
    /// True if the most significant byte comes first.
    pub is_big_endian: bool,
}

/// The parameters that HDF5 stores with a dataset: those of the writer, and the layout of chunks.
///
/// ```
/// use fieldreel_core::Dtype;
/// use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters};
/// use fieldreel_reel::ErrorBound;
///
/// let write = WriteParameters::new(ErrorBound::Absolute(0.5));
/// let parameters = Parameters::new(write, ChunkType::new(Dtype::F32), &[24, 60, 90]);
/// assert_eq!(Parameters::parse(&parameters.to_values()?)?, parameters);
/// # Ok::<(), fieldreel_hdf5_filter::FilterError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parameters {
    /// The parameters that the writer gives.
    pub write: WriteParameters,
    /// The representation of the values of a chunk.
    pub chunk_type: ChunkType,
    /// The dimensions of a chunk, 1 to 8 of them, with the slowest-varying one first.
    pub dimensions: Vec<usize>,
}

impl ChunkType {
    /// Creates the type of values in little-endian order.
    #[must_use]
    pub const fn new(dtype: Dtype) -> Self {
        Self {
            dtype,
            is_big_endian: false,
        }
    }

    /// Sets whether the most significant byte comes first.
    #[must_use]
    pub const fn with_big_endian(mut self, is_big_endian: bool) -> Self {
        self.is_big_endian = is_big_endian;
        self
    }
}

impl WriteParameters {
    /// Creates parameters with an error bound or a target, and the defaults of everything else:
    /// [`Effort::Balanced`], [`BaseChoice::Auto`], [`CodecChoice::Any`], and the fill value of the
    /// HDF5 dataset.
    #[must_use]
    pub fn new(criterion: impl Into<Criterion>) -> Self {
        Self {
            criterion: criterion.into(),
            effort: Effort::Balanced,
            base: BaseChoice::Auto,
            codec: CodecChoice::Any,
            fill_value: None,
        }
    }

    /// Sets the effort of the encoder.
    #[must_use]
    pub fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Sets the kind of base layer.
    #[must_use]
    pub fn with_base(mut self, base: BaseChoice) -> Self {
        self.base = base;
        self
    }

    /// Sets the codecs that may encode a video.
    #[must_use]
    pub fn with_codec(mut self, codec: CodecChoice) -> Self {
        self.codec = codec;
        self
    }

    /// Sets the fill value; `None` stands for that of the HDF5 dataset.
    ///
    /// ```
    /// use fieldreel_core::Scalar;
    /// use fieldreel_hdf5_filter::WriteParameters;
    /// use fieldreel_reel::ErrorBound;
    ///
    /// let write = WriteParameters::new(ErrorBound::Absolute(0.5));
    /// let write = write.with_fill_value(Some(Scalar::Float(-2.0)));
    /// assert_eq!(write.to_values()[5..], [0, 0xc000_0000]);
    /// ```
    #[must_use]
    pub fn with_fill_value(mut self, fill_value: Option<Scalar>) -> Self {
        self.fill_value = fill_value;
        self
    }

    /// Parses the numbers that a user gives.
    ///
    /// They are a bound (one or three numbers), optionally followed by the effort, the base layer
    /// and the fill value.
    ///
    /// # Errors
    /// [`FilterError::Parameters`] if the numbers are invalid.
    pub fn parse(values: &[u32]) -> Result<Self, FilterError> {
        let invalid = |reason| Err(FilterError::Parameters { reason });
        let number = match values {
            [5, ..] => 0.0,
            [_, low, high, ..] => f64_from_halves(*low, *high),
            _ => return invalid("the kind of the bound and its number, a double, are required"),
        };
        let criterion = match values[0] {
            0 => ErrorBound::Absolute(number).into(),
            1 => ErrorBound::RangeRelative(number).into(),
            2 => ErrorBound::PointwiseRelative(number).into(),
            3 => Target::Psnr(number).into(),
            4 => Target::Ratio(number).into(),
            5 => ErrorBound::Lossless.into(),
            _ => return invalid("the kind of the bound is not in 0..=5"),
        };
        let effort = match values.get(3) {
            Some(0) => Effort::Fast,
            None | Some(1) => Effort::Balanced,
            Some(2) => Effort::Best,
            Some(_) => return invalid("the effort is not in 0..=2"),
        };
        let (base, codec) = match values.get(4) {
            None | Some(0) => (BaseChoice::Auto, CodecChoice::Any),
            Some(1) => (BaseChoice::Auto, CodecChoice::X265),
            Some(2) => (BaseChoice::Auto, CodecChoice::Av1),
            Some(3) => (BaseChoice::Prediction, CodecChoice::Any),
            Some(4) => (BaseChoice::Video, CodecChoice::Any),
            Some(5) => (BaseChoice::Video, CodecChoice::X265),
            Some(6) => (BaseChoice::Video, CodecChoice::Av1),
            Some(_) => return invalid("the base layer is not in 0..=6"),
        };
        let fill_value = match values.get(WRITE_COUNT..).unwrap_or_default() {
            [] => None,
            [low, high] => Some(Scalar::Float(f64_from_halves(*low, *high))),
            _ => return invalid("only a fill value, a double, may follow the base layer"),
        };
        Ok(Self {
            criterion,
            effort,
            base,
            codec,
            fill_value,
        })
    }

    /// Returns the numbers as a user gives them: five, or seven with a fill value.
    ///
    /// An integer fill value beyond 2^53 becomes the nearest double.
    #[must_use]
    pub fn to_values(self) -> Vec<u32> {
        let fill = self.fill_value.map(|fill| f64_halves(fill.to_f64()));
        let numbers = self.without_fill().into_iter();
        numbers.chain(fill.into_iter().flatten()).collect()
    }

    fn without_fill(self) -> [u32; WRITE_COUNT] {
        let (kind, number) = match self.criterion {
            Criterion::Bound(ErrorBound::Absolute(number)) => (0, number),
            Criterion::Bound(ErrorBound::RangeRelative(number)) => (1, number),
            Criterion::Bound(ErrorBound::PointwiseRelative(number)) => (2, number),
            Criterion::Target(Target::Psnr(number)) => (3, number),
            Criterion::Target(Target::Ratio(number)) => (4, number),
            _ => (5, 0.0),
        };
        let [low, high] = f64_halves(number);
        let effort = match self.effort {
            Effort::Fast => 0,
            Effort::Best => 2,
            _ => 1,
        };
        let base = match (self.base, self.codec) {
            (BaseChoice::Prediction, _) => 3,
            (BaseChoice::Video, CodecChoice::X265) => 5,
            (BaseChoice::Video, CodecChoice::Av1) => 6,
            (BaseChoice::Video, _) => 4,
            (_, CodecChoice::X265) => 1,
            (_, CodecChoice::Av1) => 2,
            _ => 0,
        };
        [kind, low, high, effort, base]
    }
}

/// Creates parameters as [`WriteParameters::new`] does.
impl From<ErrorBound> for WriteParameters {
    fn from(bound: ErrorBound) -> Self {
        Self::new(bound)
    }
}

impl Parameters {
    /// Creates the parameters of chunks of these dimensions, slowest-varying first.
    #[must_use]
    pub fn new(write: WriteParameters, chunk_type: ChunkType, dimensions: &[usize]) -> Self {
        Self {
            write,
            chunk_type,
            dimensions: dimensions.to_vec(),
        }
    }

    /// Parses the numbers that HDF5 stores with a dataset.
    ///
    /// # Errors
    /// - [`FilterError::Parameters`] if the numbers are invalid;
    /// - [`FilterError::Dataset`] if they describe an invalid chunk.
    pub fn parse(values: &[u32]) -> Result<Self, FilterError> {
        let invalid = |reason| Err(FilterError::Parameters { reason });
        let Ok(values) = <&[u32; STORED_COUNT]>::try_from(values) else {
            return invalid("the stored form does not have 19 numbers");
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
        if *first != STORED_FORM_MARKER {
            return invalid("the version of the stored form is unknown");
        }
        let Some(dtype) = Dtype::from_id(*kind as u8).filter(|_| kind & !0x1FF == 0) else {
            return invalid("the element type is unknown");
        };
        let chunk_type = ChunkType {
            dtype,
            is_big_endian: kind & 0x100 != 0,
        };
        let dimensions = [*d0, *d1, *d2, *d3, *d4, *d5, *d6, *d7];
        let Some(dimensions) = dimensions.get(..*rank as usize) else {
            return invalid("the chunk has more than 8 dimensions");
        };
        let bits = u64::from(*high) << 32 | u64::from(*low);
        let fill_value = match fill {
            0 => None,
            1 => Some(Scalar::Float(f64::from_bits(bits))),
            2 => Some((bits as i64).into()),
            3 => Some(bits.into()),
            _ => return invalid("the kind of the fill value is unknown"),
        };
        let parameters = Self {
            write: WriteParameters {
                fill_value,
                ..WriteParameters::parse(write)?
            },
            chunk_type,
            dimensions: dimensions.iter().map(|&side| side as usize).collect(),
        };
        parameters.shape()?;
        Ok(parameters)
    }

    /// Returns the numbers that HDF5 stores with a dataset.
    ///
    /// # Errors
    /// [`FilterError::Dataset`] if the chunk is invalid.
    pub fn to_values(&self) -> Result<[u32; STORED_COUNT], FilterError> {
        self.shape()?;
        let mut dimensions = [0; MAX_RANK];
        for (target, &side) in dimensions.iter_mut().zip(&self.dimensions) {
            *target = u32::try_from(side).map_err(|_| FilterError::Dataset {
                reason: "a dimension of the chunk is above 2^32 − 1",
            })?;
        }
        let [kind, low, high, effort, base] = self.write.without_fill();
        let chunk_type =
            u32::from(self.chunk_type.dtype.id()) | u32::from(self.chunk_type.is_big_endian) << 8;
        let [d0, d1, d2, d3, d4, d5, d6, d7] = dimensions;
        let (fill, fill_bits) = match self.write.fill_value {
            None => (0, 0),
            Some(Scalar::Float(fill)) => (1, fill.to_bits()),
            // Every integer of 64 bits fits into one of the two types.
            Some(Scalar::Integer(fill)) => match i64::try_from(fill) {
                Ok(fill) => (2, fill as u64),
                Err(_) => (3, fill as u64),
            },
        };
        let rank = self.dimensions.len() as u32;
        Ok([
            STORED_FORM_MARKER,
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

    /// Returns whether numbers have the form that HDF5 stores, rather than that of a user.
    #[must_use]
    pub fn is_stored_form(values: &[u32]) -> bool {
        values.first() == Some(&STORED_FORM_MARKER)
    }

    /// Returns the shape of the chunk as `(time, y, x)`.
    ///
    /// All dimensions except the last two are merged into time.
    ///
    /// ```
    /// use fieldreel_core::Dtype;
    /// use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters};
    /// use fieldreel_reel::ErrorBound;
    ///
    /// let write = WriteParameters::new(ErrorBound::Lossless);
    /// let parameters = Parameters::new(write, ChunkType::new(Dtype::F32), &[2, 3, 60, 90]);
    /// assert_eq!(parameters.shape()?, [6, 60, 90]);
    /// # Ok::<(), fieldreel_hdf5_filter::FilterError>(())
    /// ```
    ///
    /// # Errors
    /// [`FilterError::Dataset`] if the chunk does not have 1 to 8 dimensions, if a dimension is 0,
    /// or if the chunk has 4 GiB or more.
    pub fn shape(&self) -> Result<[usize; 3], FilterError> {
        let invalid = |reason| FilterError::Dataset { reason };
        match self.dimensions.len() {
            0 => return Err(invalid("the chunk has no dimensions")),
            1..=MAX_RANK => {}
            _ => return Err(invalid("the chunk has more than 8 dimensions")),
        }
        if self.dimensions.contains(&0) {
            return Err(invalid("a dimension of the chunk is 0"));
        }
        let is_within_limit = |shape: &[usize; 3]| {
            let values = shape.iter().product::<usize>();
            let bytes = values.checked_mul(self.chunk_type.dtype.bytes());
            // The limit of HDF5.
            bytes.is_some_and(|bytes| u32::try_from(bytes).is_ok())
        };
        folded_shape(&self.dimensions)
            .filter(is_within_limit)
            .ok_or_else(|| invalid("the chunk has 4 GiB or more"))
    }
}

/// Returns the number with the given lower and upper half of its bits.
fn f64_from_halves(low: u32, high: u32) -> f64 {
    f64::from_bits(u64::from(high) << 32 | u64::from(low))
}

/// Returns the lower and the upper half of the bits of a number.
fn f64_halves(number: f64) -> [u32; 2] {
    let bits = number.to_bits();
    [bits as u32, (bits >> 32) as u32]
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
