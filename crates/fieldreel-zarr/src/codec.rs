//! The codec, for any implementation of Zarr.

use fieldreel_core::dimension::folded_shape;
use fieldreel_core::{Dtype, Scalar};
use fieldreel_reel::{ReelError, SegmentOptions};

use crate::{FieldreelCodecConfiguration, chunk};

/// An array-to-bytes codec whose encoded chunks are segments of [`fieldreel_reel`].
///
/// The last two dimensions of a chunk are those of a frame, and all dimensions before them are
/// folded into time. A chunk that has values outside of the array is encoded with them.
///
/// Chunks are decoded as a whole: a part of a chunk takes as long to read as the chunk.
#[derive(Clone, Debug)]
pub struct FieldreelCodec {
    configuration: FieldreelCodecConfiguration,
    options: SegmentOptions,
}

impl FieldreelCodec {
    /// The name of the codec in the metadata of an array.
    pub const NAME: &'static str = "fieldreel";

    /// Creates the codec.
    ///
    /// ```
    /// use fieldreel_reel::ErrorBound;
    /// use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};
    ///
    /// let new = |bound| FieldreelCodec::new(FieldreelCodecConfiguration::new(bound));
    /// assert!(new(ErrorBound::Absolute(0.05)).is_ok());
    /// assert!(new(ErrorBound::Absolute(-1.0)).is_err());
    /// ```
    ///
    /// # Errors
    /// [`ReelError::InvalidCriterion`] if the number of the bound is out of range.
    pub fn new(configuration: FieldreelCodecConfiguration) -> Result<Self, ReelError> {
        let options = configuration.segment_options()?;
        Ok(Self {
            configuration,
            options,
        })
    }

    /// Returns the configuration.
    #[must_use]
    pub const fn configuration(&self) -> &FieldreelCodecConfiguration {
        &self.configuration
    }

    /// Encodes a chunk, whose values are in row-major order and in the byte order of the machine.
    ///
    /// ```
    /// use fieldreel_core::{Dtype, Scalar};
    /// use fieldreel_reel::ErrorBound;
    /// use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};
    ///
    /// # fn main() -> Result<(), fieldreel_reel::ReelError> {
    /// let codec = FieldreelCodec::new(FieldreelCodecConfiguration::new(ErrorBound::Absolute(1.0)))?;
    /// let chunk: Vec<u8> = (0..4800).map(|i| (i / 80) as u8).collect();
    /// let fill_value = Some(Scalar::from(255));
    /// let encoded = codec.encode_chunk(&chunk, &[60, 80], Dtype::U8, fill_value)?;
    /// let decoded = FieldreelCodec::decode_chunk(&encoded, &[60, 80], Dtype::U8)?;
    /// assert!(chunk.iter().zip(&decoded).all(|(x, y)| x.abs_diff(*y) <= 1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - [`ReelError::Empty`] if the chunk has no values, or if the number of its bytes does not
    ///   match its shape and type;
    /// - [`ReelError::LimitExceeded`] if the chunk exceeds the memory of the machine;
    /// - those of [`segment::encode`](fieldreel_reel::segment::encode).
    pub fn encode_chunk(
        &self,
        bytes: &[u8],
        shape: &[usize],
        dtype: Dtype,
        fill_value: Option<Scalar>,
    ) -> Result<Vec<u8>, ReelError> {
        let shape = coded_shape(shape)?;
        let mut options = self.options.clone();
        options.fill_values.extend(fill_value);
        chunk::encode(bytes, shape, dtype, &options)
    }

    /// Decodes a chunk to values in row-major order and in the byte order of the machine. The
    /// configuration is not needed.
    ///
    /// # Errors
    /// - [`ReelError::LimitExceeded`] if the chunk exceeds the memory of the machine;
    /// - those of [`segment::decode_into`](fieldreel_reel::segment::decode_into): among others, if
    ///   the chunk has another shape or type.
    pub fn decode_chunk(bytes: &[u8], shape: &[usize], dtype: Dtype) -> Result<Vec<u8>, ReelError> {
        chunk::decode(bytes, coded_shape(shape)?, dtype)
    }
}

/// Returns the shape `(time, y, x)` by which a chunk is coded.
fn coded_shape(shape: &[usize]) -> Result<[usize; 3], ReelError> {
    folded_shape(shape).ok_or(ReelError::LimitExceeded {
        bytes: u64::MAX,
        limit: isize::MAX as u64,
    })
}
