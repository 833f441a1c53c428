//! One Zarr array for all processes.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldreel_reel::{Effort, ErrorBound};
use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};
use ndarray::{Array3, ArrayView3};
use zarrs::array::{Array, ArrayBuilder, ArraySubset, CodecOptions, data_type};
use zarrs::filesystem::FilesystemStore;
use zarrs::storage::storage_adapter::atomic_write::AtomicWriteStorageAdapter;

use crate::Error;
use crate::domain::{CELLS, CHUNK, FRAMES, Tile};
use crate::output::Writer;

/// Files that appear whole, so that a program that reads while the simulation runs finds no half of
/// a chunk.
type Store = AtomicWriteStorageAdapter<FilesystemStore>;

/// A writer of the chunks of one tile.
///
/// The processes need not speak to each other to write: each chunk is a file, and belongs to one
/// tile.
pub struct ZarrWriter {
    array: Array<Store>,
    path: PathBuf,
    tile: Tile,
    /// The number of frames that were written.
    frames: u64,
}

impl ZarrWriter {
    /// Describes the array, in the same way in every process, and writes nothing.
    ///
    /// `range` is the range that a range-relative bound refers to.
    ///
    /// # Errors
    /// [`Error::Zarr`] if the bound is invalid or the path cannot be used.
    pub fn new(
        directory: &Path,
        tile: &Tile,
        bound: ErrorBound,
        range: Option<f64>,
    ) -> Result<Self, Error> {
        // The simulation waits for the encoder.
        let mut configuration = FieldreelCodecConfiguration::new(bound).with_effort(Effort::Fast);
        if let Some(range) = range {
            configuration = configuration.with_range(range);
        }
        let codec = FieldreelCodec::new(configuration).map_err(Error::zarr(directory))?;
        let store = FilesystemStore::new(directory).map_err(Error::zarr(directory))?;
        let store = Arc::new(AtomicWriteStorageAdapter::new(Arc::new(store)));
        let shape = [FRAMES, CELLS[0], CELLS[1]].map(|length| length as u64);
        let chunk = CHUNK.map(|length| length as u64);
        let mut builder = ArrayBuilder::new(shape, chunk, data_type::float32(), f32::NAN);
        builder
            .array_to_bytes_codec(Arc::new(codec))
            .dimension_names(Some(["time", "y", "x"]));
        let attributes = [("long_name", "height of the surface"), ("units", "m")];
        builder
            .attributes_mut()
            .extend(attributes.map(|(name, value)| (name.to_owned(), value.into())));
        let array = builder.build(store, "/").map_err(Error::zarr(directory))?;
        Ok(Self {
            array,
            path: directory.to_owned(),
            tile: tile.clone(),
            frames: 0,
        })
    }

    /// Writes the metadata of the array, from which readers create it. One process calls this
    /// function, before any process writes chunks.
    ///
    /// # Errors
    /// [`Error::Zarr`] if the metadata cannot be written.
    pub fn store_metadata(&self) -> Result<(), Error> {
        self.array.store_metadata().map_err(Error::zarr(&self.path))
    }
}

impl Writer for ZarrWriter {
    fn write(&mut self, frames: ArrayView3<'_, f32>) -> Result<(), Error> {
        let end = self.frames + frames.len_of(ndarray::Axis(0)) as u64;
        let subset = subset(self.frames..end, &self.tile);
        let values: Vec<f32> = frames.iter().copied().collect();
        // The other cores have processes of their own.
        let options = CodecOptions::default().with_concurrent_target(1);
        self.array
            .store_array_subset_opt(&subset, &values, &options)
            .map_err(Error::zarr(&self.path))?;
        self.frames = end;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), Error> {
        Ok(())
    }
}

/// Returns the subset of frames of a tile.
fn subset(frames: Range<u64>, tile: &Tile) -> ArraySubset {
    let [rows, columns] =
        [&tile.rows, &tile.columns].map(|axis| axis.start as u64..axis.end as u64);
    ArraySubset::new_with_ranges(&[frames, rows, columns])
}

/// A reader of the whole array.
pub struct ZarrReader {
    array: Array<FilesystemStore>,
    path: PathBuf,
}

impl ZarrReader {
    /// Opens the array of a simulation.
    ///
    /// # Errors
    /// - [`Error::Zarr`] if there is no array, or if its metadata are invalid;
    /// - [`Error::Shape`] if it has another shape than the simulation.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        let store = FilesystemStore::new(directory).map_err(Error::zarr(directory))?;
        let array = Array::open(Arc::new(store), "/").map_err(Error::zarr(directory))?;
        let expected = [FRAMES, CELLS[0], CELLS[1]];
        if array.shape() != expected.map(|length| length as u64) {
            return Err(Error::Shape {
                path: directory.to_owned(),
                found: array.shape().to_vec(),
                expected,
            });
        }
        let path = directory.to_owned();
        Ok(Self { array, path })
    }

    /// Reads frames of the whole domain, axis order `(time, y, x)`. Chunks that do not exist are
    /// NaN.
    ///
    /// # Errors
    /// [`Error::Zarr`] if the frames are out of bounds or a chunk cannot be read.
    pub fn frames(&self, frames: Range<usize>) -> Result<Array3<f32>, Error> {
        let shape = (frames.len(), CELLS[0], CELLS[1]);
        let subset = subset(frames.start as u64..frames.end as u64, &Tile::DOMAIN);
        let values: Vec<f32> = self
            .array
            .retrieve_array_subset(&subset)
            .map_err(Error::zarr(&self.path))?;
        Array3::from_shape_vec(shape, values).map_err(Error::zarr(&self.path))
    }
}
