//! The codec as a plugin of the crate `zarrs`.

use std::any::Any;
use std::borrow::Cow;
use std::num::NonZeroU64;
use std::sync::Arc;

use fieldreel_core::{Dtype, Element, Scalar, with_element_type};
use fieldreel_reel::ReelError;
use zarrs_codec::{
    ArrayBytes, ArrayBytesRaw, ArrayCodecTraits, ArrayToBytesCodecTraits, BytesRepresentation,
    Codec, CodecError, CodecMetadataOptions, CodecOptions, CodecPluginV2, CodecPluginV3,
    CodecTraits, CodecTraitsV2, CodecTraitsV3, PartialDecoderCapability, PartialEncoderCapability,
    RecommendedConcurrency,
};
use zarrs_data_type::{DataType, FillValue};
use zarrs_metadata::v2::MetadataV2;
use zarrs_metadata::v3::MetadataV3;
use zarrs_metadata::{Configuration, ConfigurationSerialize};
use zarrs_plugin::{ExtensionName, PluginCreateError, ZarrVersion};

use crate::{FieldreelCodec, FieldreelCodecConfiguration, dtype_of_name};

zarrs_plugin::impl_extension_aliases!(FieldreelCodec, v3: FieldreelCodec::NAME, v2: FieldreelCodec::NAME);

inventory::submit! { CodecPluginV3::new::<FieldreelCodec>() }
inventory::submit! { CodecPluginV2::new::<FieldreelCodec>() }

impl ConfigurationSerialize for FieldreelCodecConfiguration {}

fn create(
    configuration: Result<FieldreelCodecConfiguration, impl Into<PluginCreateError>>,
) -> Result<Codec, PluginCreateError> {
    let codec = FieldreelCodec::new(configuration.map_err(Into::into)?);
    let codec = codec.map_err(|error| PluginCreateError::Other(error.to_string()))?;
    Ok(Codec::ArrayToBytes(Arc::new(codec)))
}

impl CodecTraitsV3 for FieldreelCodec {
    fn create(metadata: &MetadataV3) -> Result<Codec, PluginCreateError> {
        create(metadata.to_typed_configuration())
    }
}

impl CodecTraitsV2 for FieldreelCodec {
    fn create(metadata: &MetadataV2) -> Result<Codec, PluginCreateError> {
        create(metadata.to_typed_configuration())
    }
}

impl CodecTraits for FieldreelCodec {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn configuration(
        &self,
        _version: ZarrVersion,
        _options: &CodecMetadataOptions,
    ) -> Option<Configuration> {
        Some(self.configuration().clone().into())
    }

    fn partial_decoder_capability(&self) -> PartialDecoderCapability {
        PartialDecoderCapability {
            partial_read: false,
            partial_decode: false,
        }
    }

    fn partial_encoder_capability(&self) -> PartialEncoderCapability {
        PartialEncoderCapability {
            partial_encode: false,
        }
    }
}

impl ArrayCodecTraits for FieldreelCodec {
    fn recommended_concurrency(
        &self,
        _shape: &[NonZeroU64],
        _data_type: &DataType,
    ) -> Result<RecommendedConcurrency, CodecError> {
        Ok(RecommendedConcurrency::new_maximum(1))
    }
}

impl ArrayToBytesCodecTraits for FieldreelCodec {
    fn into_dyn(self: Arc<Self>) -> Arc<dyn ArrayToBytesCodecTraits> {
        self
    }

    fn encoded_representation(
        &self,
        _shape: &[NonZeroU64],
        data_type: &DataType,
        _fill_value: &FillValue,
    ) -> Result<BytesRepresentation, CodecError> {
        dtype(data_type).map(|_| BytesRepresentation::UnboundedSize)
    }

    fn encode<'a>(
        &self,
        bytes: ArrayBytes<'a>,
        shape: &[NonZeroU64],
        data_type: &DataType,
        fill_value: &FillValue,
        _options: &CodecOptions,
    ) -> Result<ArrayBytesRaw<'a>, CodecError> {
        let dtype = dtype(data_type)?;
        let (shape, fill_value) = (lengths(shape)?, fill_scalar(dtype, fill_value));
        let bytes = bytes.into_fixed()?;
        let encoded = self.encode_chunk(&bytes, &shape, dtype, fill_value);
        encoded.map(Cow::Owned).map_err(codec_error)
    }

    fn decode<'a>(
        &self,
        bytes: ArrayBytesRaw<'a>,
        shape: &[NonZeroU64],
        data_type: &DataType,
        _fill_value: &FillValue,
        _options: &CodecOptions,
    ) -> Result<ArrayBytes<'a>, CodecError> {
        let decoded = Self::decode_chunk(&bytes, &lengths(shape)?, dtype(data_type)?);
        decoded.map(ArrayBytes::from).map_err(codec_error)
    }
}

fn codec_error(error: ReelError) -> CodecError {
    CodecError::Other(format!("{}: {error}", FieldreelCodec::NAME))
}

/// Returns the element type of a data type.
///
/// # Errors
/// [`CodecError::UnsupportedDataType`] if the codec does not support the data type.
fn dtype(data_type: &DataType) -> Result<Dtype, CodecError> {
    let name = data_type.name(ZarrVersion::V3);
    let dtype = name.and_then(|name| dtype_of_name(&name));
    dtype.ok_or_else(|| {
        CodecError::UnsupportedDataType(data_type.clone(), FieldreelCodec::NAME.to_owned())
    })
}

/// Returns the fill value of an array of this element type.
fn fill_scalar(dtype: Dtype, fill_value: &FillValue) -> Option<Scalar> {
    with_element_type!(dtype, T => {
        let values = T::from_bytes(fill_value.as_ne_bytes(), cfg!(target_endian = "big"));
        values.first().map(|value| value.to_scalar())
    })
}

/// Returns the shape of a chunk.
fn lengths(shape: &[NonZeroU64]) -> Result<Vec<usize>, CodecError> {
    let length = |length: &NonZeroU64| usize::try_from(length.get());
    shape
        .iter()
        .map(length)
        .collect::<Result<_, _>>()
        .map_err(|_| {
            CodecError::Other(format!(
                "a chunk of shape {shape:?} exceeds the memory of the machine"
            ))
        })
}
