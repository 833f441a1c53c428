//! Outputs: NetCDF-4 files and Zarr stores.
//!
//! Values that are copied are written first, to an [`OutputFile`], and encoded chunks afterward, to
//! a [`ChunkOutput`]: netcdf-c writes the former, and HDF5 the latter.

use std::path::Path;

use fieldreel_core::Dtype;
#[cfg(feature = "zarr")]
use fieldreel_core::{Element, with_element_type};
use fieldreel_formats::dataset::{DatasetSource, Schema, VariableValues};
use fieldreel_formats::{ChunkWriter, NetcdfWriter, VariableStorage};
#[cfg(feature = "zarr")]
use fieldreel_formats::{FormatError, ZarrStorage, ZarrWriter};
use fieldreel_hdf5_filter::FILTER_ID;
use fieldreel_reel::Criterion;

use super::chunking::Hyperslab;
#[cfg(feature = "zarr")]
use super::chunking::chunk_shape;
use super::open::InputFile;
use super::packing::logical_dtype;
use super::variable_encoder::VariableEncoder;
use super::{ExactReason, StorageKind, copy};
use crate::Error;

/// The level of zstd, by which variables that are not segments are compressed in Zarr.
#[cfg(feature = "zarr")]
const ZSTD_LEVEL: i32 = 9;

/// The largest size in bytes of the values of a variable that is not compressed in Zarr. The frame
/// of zstd takes about as many bytes as it saves.
#[cfg(feature = "zarr")]
const MAX_PLAIN_BYTES: usize = 64;

/// The format of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputFormat {
    Netcdf,
    #[cfg(feature = "zarr")]
    Zarr,
}

/// The form in which a variable is written.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    /// The values are copied.
    Copied,
    /// Chunks of this shape are decoded from segments.
    Expanded(&'a [usize]),
    /// Chunks are segments of this encoder.
    Segments(&'a VariableEncoder),
}

impl OutputFormat {
    /// Returns the format that the extension of a path selects.
    ///
    /// # Errors
    /// [`Error::FeatureMissing`] if this build lacks the format.
    pub(super) fn of(path: &Path) -> Result<Self, Error> {
        let extension = path.extension().unwrap_or_default();
        match extension.eq_ignore_ascii_case("zarr") {
            false => Ok(Self::Netcdf),
            #[cfg(feature = "zarr")]
            true => Ok(Self::Zarr),
            #[cfg(not(feature = "zarr"))]
            true => Err(Error::FeatureMissing {
                path: path.to_owned(),
                feature: "zarr",
            }),
        }
    }

    /// Returns true if segments of a variable are of the type that the output records.
    pub(super) fn has_segments(self, source: &dyn DatasetSource, number: usize) -> bool {
        let variable = &source.schema().variables[number];
        self == Self::Netcdf || logical_dtype(variable) == variable.kind.dtype()
    }

    /// Returns the criterion of a variable, or the reason why the output stores it losslessly.
    pub(super) fn allow(
        self,
        source: &dyn DatasetSource,
        number: usize,
        criterion: Result<Criterion, ExactReason>,
    ) -> Result<Criterion, ExactReason> {
        match criterion {
            Ok(_) if !self.has_segments(source, number) => Err(ExactReason::SignedType),
            criterion => criterion,
        }
    }
}

/// An output to which values are written.
pub(super) enum OutputFile {
    Netcdf(NetcdfWriter, Vec<VariableStorage>),
    #[cfg(feature = "zarr")]
    Zarr(ZarrWriter, Vec<ZarrStorage>),
}

impl OutputFile {
    /// Creates an output with the structure of `schema`, which is that of the input except for
    /// attributes.
    pub(super) fn create(
        (path, format): (&Path, OutputFormat),
        schema: &Schema,
        input: &InputFile,
        contents: &[Content<'_>],
    ) -> Result<Self, Error> {
        match format {
            OutputFormat::Netcdf => {
                let storage = netcdf_storage(schema, input, contents)?;
                let writer = NetcdfWriter::create(path, schema, &storage, input.netcdf())?;
                Ok(Self::Netcdf(writer, storage))
            }
            #[cfg(feature = "zarr")]
            OutputFormat::Zarr => {
                register_zarr_codec();
                // Schemas do not contain such attributes, which would be lost.
                let user = input
                    .netcdf()
                    .map(|file| file.user_attribute())
                    .transpose()?;
                if let Some((owner, name)) = user.flatten() {
                    return Err(FormatError::UnsupportedInZarr {
                        path: path.to_owned(),
                        variable: owner,
                        problem: format!("its attribute {name:?} is of a user-defined type"),
                    }
                    .into());
                }
                let contents = contents.iter().enumerate();
                let storage =
                    contents.map(|(number, &content)| zarr_storage(schema, number, content));
                let storage: Vec<_> = storage.collect();
                let writer = ZarrWriter::create(path, schema, &storage)?;
                Ok(Self::Zarr(writer, storage))
            }
        }
    }

    /// Returns the shape of the chunks of a variable; `None` if it is not chunked.
    pub(super) fn chunk(&self, number: usize) -> Option<&[usize]> {
        match self {
            Self::Netcdf(_, storage) => storage.get(number)?.chunk(),
            #[cfg(feature = "zarr")]
            Self::Zarr(_, storage) => storage.get(number).map(ZarrStorage::chunk),
        }
    }

    /// Writes the values of a chunk.
    pub(super) fn write(
        &self,
        number: usize,
        hyperslab: &Hyperslab,
        values: &VariableValues,
    ) -> Result<(), Error> {
        let (start, count) = (&hyperslab.start, &hyperslab.count);
        match self {
            Self::Netcdf(writer, _) => writer.write(number, start, count, values)?,
            #[cfg(feature = "zarr")]
            Self::Zarr(writer, _) => writer.write(number, start, count, values)?,
        }
        Ok(())
    }

    /// Returns the output to which encoded chunks are written.
    pub(super) fn into_chunks(self) -> Result<ChunkOutput, Error> {
        Ok(match self {
            Self::Netcdf(writer, storage) => ChunkOutput::Netcdf(writer.into_chunks()?, storage),
            #[cfg(feature = "zarr")]
            Self::Zarr(writer, storage) => ChunkOutput::Zarr(writer, storage),
        })
    }
}

fn netcdf_storage(
    schema: &Schema,
    input: &InputFile,
    contents: &[Content<'_>],
) -> Result<Vec<VariableStorage>, Error> {
    let index_bytes = NetcdfWriter::index_bytes(schema);
    let contents = contents.iter().enumerate();
    let storage = contents.map(|(number, content)| match content {
        Content::Copied => copy::choose_storage(input.source(), number, index_bytes),
        Content::Expanded(chunk) => Ok(copy::deflate_storage(chunk.to_vec())),
        Content::Segments(encoder) => Ok(VariableStorage::Filter {
            id: FILTER_ID as u32,
            parameters: encoder.parameters(&schema.variables[number])?,
            chunk: encoder.chunk.clone(),
        }),
    });
    storage.collect()
}

#[cfg(feature = "zarr")]
fn zarr_storage(schema: &Schema, number: usize, content: Content<'_>) -> ZarrStorage {
    let variable = &schema.variables[number];
    let shape = schema.shape(variable);
    let value_bytes = variable.kind.bytes();
    let chunk = match content {
        Content::Segments(encoder) => {
            return ZarrStorage::Encoded {
                codec: encoder.zarr_codec(),
                chunk: encoder.chunk.clone(),
            };
        }
        Content::Expanded(chunk) => chunk.to_vec(),
        Content::Copied => chunk_shape(&shape, value_bytes),
    };
    match shape.iter().product::<usize>() * value_bytes <= MAX_PLAIN_BYTES {
        true => ZarrStorage::Plain { chunk },
        false => ZarrStorage::Zstd {
            level: ZSTD_LEVEL,
            chunk,
        },
    }
}

/// Makes the codec of fieldreel known to `zarrs`.
///
/// The codec registers itself when the program starts. A program that does not refer to the crate
/// would be linked without it.
#[cfg(feature = "zarr")]
pub(super) fn register_zarr_codec() {
    std::hint::black_box(fieldreel_zarr::FieldreelCodec::NAME);
    std::hint::black_box(
        fieldreel_zarr::FieldreelCodec::new as fn(fieldreel_zarr::FieldreelCodecConfiguration) -> _,
    );
}

/// An output to which encoded chunks are written. It gets its name when it is
/// [finished](Self::finish).
pub(super) enum ChunkOutput {
    Netcdf(ChunkWriter, Vec<VariableStorage>),
    #[cfg(feature = "zarr")]
    Zarr(ZarrWriter, Vec<ZarrStorage>),
}

impl ChunkOutput {
    /// Writes an encoded chunk, which begins at `start`.
    pub(super) fn write(
        &mut self,
        number: usize,
        start: &[usize],
        bytes: &[u8],
    ) -> Result<(), Error> {
        match self {
            Self::Netcdf(writer, _) => writer.write(number, start, bytes)?,
            #[cfg(feature = "zarr")]
            Self::Zarr(writer, _) => writer.write_chunk(number, start, bytes)?,
        }
        Ok(())
    }

    /// Sets an existing attribute of a variable.
    pub(super) fn set_attribute(
        &mut self,
        number: usize,
        name: &str,
        value: f64,
    ) -> Result<(), Error> {
        match self {
            Self::Netcdf(writer, _) => writer.set_attribute(number, name, value)?,
            #[cfg(feature = "zarr")]
            Self::Zarr(writer, _) => writer.set_attribute(number, name, value)?,
        }
        Ok(())
    }

    /// Returns the function that encodes the values of whole chunks of a variable, which several
    /// threads may call. The values are given as their bytes in an element type and a byte order.
    #[cfg_attr(not(feature = "zarr"), expect(unused_variables))]
    pub(super) fn encoder(&self, number: usize) -> Result<ChunkEncodeFn<'_>, Error> {
        match self {
            Self::Netcdf(..) => Ok(Box::new(|bytes, dtype, _| {
                Ok(copy::shuffle_and_deflate(&bytes, dtype.bytes()))
            })),
            #[cfg(feature = "zarr")]
            Self::Zarr(writer, _) => Ok(Box::new(move |bytes, dtype, is_big_endian| {
                let values = with_element_type!(dtype, T => {
                    T::into_numeric_array(T::from_bytes(&bytes, is_big_endian))
                });
                Ok(writer.encode_chunk(number, &VariableValues::Numbers(values))?)
            })),
        }
    }

    /// Returns the form in which a variable is stored.
    pub(super) fn storage(&self, number: usize) -> StorageKind {
        match self {
            Self::Netcdf(_, storage) => storage.get(number).map(StorageKind::from),
            #[cfg(feature = "zarr")]
            Self::Zarr(_, storage) => storage.get(number).map(StorageKind::from),
        }
        .unwrap_or(StorageKind::Plain)
    }

    /// Returns the number of bytes that the values of a variable take.
    pub(super) fn stored_bytes(&mut self, number: usize) -> Result<u64, Error> {
        Ok(match self {
            Self::Netcdf(writer, _) => writer.stored_bytes(number)?,
            #[cfg(feature = "zarr")]
            Self::Zarr(writer, _) => writer.stored_bytes(number)?,
        })
    }

    /// Completes the output and gives it its name.
    pub(super) fn finish(self) -> Result<(), Error> {
        match self {
            Self::Netcdf(writer, _) => writer.finish()?,
            #[cfg(feature = "zarr")]
            Self::Zarr(writer, _) => writer.finish()?,
        }
        Ok(())
    }
}

/// A function that encodes the bytes of the values of a chunk, in an element type and, if true, in
/// big-endian order.
pub(super) type ChunkEncodeFn<'a> =
    Box<dyn Fn(Vec<u8>, Dtype, bool) -> Result<Vec<u8>, Error> + Send + Sync + 'a>;
