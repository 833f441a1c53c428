//! One reel for each process.

use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};

use fieldreel_reel::{
    Attributes, Dimension, Effort, ErrorBound, Limits, Metadata, ReelReader, ReelWriter,
    SegmentOptions, WriterOptions,
};
use ndarray::{Array3, ArrayView3, s};

use crate::Error;
use crate::domain::{CELLS, CHUNK, FRAMES, Tile};
use crate::output::Writer;

/// The attribute that states the rows of a tile, `[start, end]`, in the domain.
const ROWS: &str = "rows";
/// The same for columns.
const COLUMNS: &str = "columns";

/// A writer of the reel of one tile.
pub struct TileWriter {
    writer: ReelWriter<File, f32>,
    path: PathBuf,
}

impl TileWriter {
    /// Creates the reel of a tile in a directory.
    ///
    /// `range` is the range that a range-relative bound refers to.
    ///
    /// # Errors
    /// [`Error::Io`] if the file exists or cannot be created; [`Error::Reel`] if the bound is
    /// invalid.
    pub fn new(
        directory: &Path,
        tile: &Tile,
        bound: ErrorBound,
        range: Option<f64>,
    ) -> Result<Self, Error> {
        let [rows, columns] = tile.shape();
        let mut metadata = Metadata::new("height");
        metadata.dimensions = vec![
            Dimension::unlimited("time"),
            Dimension::new("y", rows),
            Dimension::new("x", columns),
        ];
        metadata.attributes.insert("units", "m");
        for (name, axis) in [(ROWS, &tile.rows), (COLUMNS, &tile.columns)] {
            metadata
                .attributes
                .insert(name, [axis.start as f64, axis.end as f64]);
        }
        // The simulation waits for the encoder.
        let mut segment = SegmentOptions::new(bound).with_effort(Effort::Fast);
        segment.range = range;
        let options = WriterOptions::new(segment)
            .with_frames_per_segment(CHUNK[0])
            // The other cores have processes of their own.
            .with_threads(1);
        let name = format!("y{}-x{}.reel", tile.rows.start, tile.columns.start);
        let path = directory.join(name);
        let file = File::create_new(&path).map_err(Error::io(&path))?;
        let writer = ReelWriter::new(file, tile.shape(), metadata, &options);
        let writer = writer.map_err(Error::reel(&path))?;
        Ok(Self { writer, path })
    }
}

impl Writer for TileWriter {
    fn write(&mut self, frames: ArrayView3<'_, f32>) -> Result<(), Error> {
        self.writer
            .write_frames(frames)
            .map_err(Error::reel(&self.path))
    }

    fn finish(self: Box<Self>) -> Result<(), Error> {
        let (file, _) = self.writer.finish().map_err(Error::reel(&self.path))?;
        file.sync_all().map_err(Error::io(&self.path))
    }
}

/// The reels of all tiles, read as one array.
pub struct TiledReels {
    tiles: Vec<(Tile, ReelReader<File>, PathBuf)>,
}

impl TiledReels {
    /// Opens all reels in a directory.
    ///
    /// # Errors
    /// - [`Error::Io`] if the directory or a file cannot be read;
    /// - [`Error::Reel`] if a file is not a reel;
    /// - [`Error::Tiles`] if a reel is incomplete or states no tile of the domain, if tiles
    ///   overlap, or if one is missing.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        let io = |error| Error::io(directory)(error);
        let mut paths = Vec::new();
        for entry in fs::read_dir(directory).map_err(io)? {
            paths.push(entry.map_err(io)?.path());
        }
        paths.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "reel")
        });
        paths.sort();

        let mut tiles: Vec<(Tile, ReelReader<File>, PathBuf)> = Vec::new();
        for path in paths {
            let file = File::open(&path).map_err(Error::io(&path))?;
            let reader = ReelReader::open(file, Limits::default()).map_err(Error::reel(&path))?;
            let tile = tile_of(&reader).map_err(tiles_error(&path))?;
            if let Some((_, _, other)) = tiles.iter().find(|(other, ..)| other.overlaps(&tile)) {
                let reason = format!("the tile overlaps that of {}", other.display());
                return Err(tiles_error(&path)(reason));
            }
            tiles.push((tile, reader, path));
        }
        let cells: usize = tiles
            .iter()
            .map(|(tile, ..)| tile.shape().iter().product::<usize>())
            .sum();
        let missing = CELLS[0] * CELLS[1] - cells;
        if missing > 0 {
            let reason = format!("no reel contains {missing} cells of the domain");
            return Err(tiles_error(directory)(reason));
        }
        Ok(Self { tiles })
    }

    /// Reads frames of the whole domain, axis order `(time, y, x)`.
    ///
    /// # Errors
    /// [`Error::Reel`] if the frames are out of bounds or a reel is damaged.
    pub fn frames(&mut self, frames: Range<usize>) -> Result<Array3<f32>, Error> {
        let mut domain = Array3::zeros((frames.len(), CELLS[0], CELLS[1]));
        for (tile, reader, path) in &mut self.tiles {
            let values = reader
                .frames::<f32>(frames.clone())
                .map_err(Error::reel(path))?;
            let mut part = domain.slice_mut(s![.., tile.rows.clone(), tile.columns.clone()]);
            part.assign(&values);
        }
        Ok(domain)
    }
}

fn tiles_error(path: &Path) -> impl FnOnce(String) -> Error + use<'_> {
    move |reason| Error::Tiles {
        path: path.to_owned(),
        reason,
    }
}

/// Returns the tile of a reel, or the reason that it has none.
fn tile_of(reader: &ReelReader<File>) -> Result<Tile, String> {
    let integrity = reader.integrity();
    if !integrity.is_complete() {
        return Err(format!("the reel is incomplete: {integrity:?}"));
    }
    let tile = stated_tile(&reader.metadata().attributes)?;
    let [rows, columns] = tile.shape();
    let expected = [FRAMES, rows, columns];
    if reader.shape() != expected {
        let shape = reader.shape();
        return Err(format!(
            "the reel has the shape {shape:?} instead of {expected:?}"
        ));
    }
    Ok(tile)
}

/// Returns the tile that the attributes of a reel state, or the reason that they state none.
fn stated_tile(attributes: &Attributes) -> Result<Tile, String> {
    let range = |name: &str, cells: usize| {
        let numbers = attributes
            .get(name)
            .map(|value| value.to_numbers())
            .unwrap_or_default();
        match numbers[..] {
            [start, end]
                if [start, end].iter().all(|number| number.fract() == 0.0)
                    && 0.0 <= start
                    && start < end
                    && end <= cells as f64 =>
            {
                Ok(start as usize..end as usize)
            }
            _ => Err(format!(
                "the attribute {name:?} is {numbers:?} instead of two integers 0 ≤ start < end ≤ \
                 {cells}"
            )),
        }
    };
    Ok(Tile {
        rows: range(ROWS, CELLS[0])?,
        columns: range(COLUMNS, CELLS[1])?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPPER: Tile = Tile {
        rows: 0..128,
        columns: 0..CELLS[1],
    };
    const LOWER: Tile = Tile {
        rows: 128..CELLS[0],
        columns: 0..CELLS[1],
    };

    /// Writes the reel of a tile, whose values are the numbers of their rows in the domain,
    /// divided by `rows_each` and rounded down.
    fn write(directory: &Path, tile: &Tile, frames: usize, rows_each: usize) {
        let [rows, columns] = tile.shape();
        let values = Array3::from_shape_fn((frames, rows, columns), |(_, y, _)| {
            ((tile.rows.start + y) / rows_each) as f32
        });
        let writer = TileWriter::new(directory, tile, ErrorBound::Lossless, None);
        let mut writer = Box::new(writer.unwrap());
        writer.write(values.view()).unwrap();
        writer.finish().unwrap();
    }

    fn reason(directory: &Path) -> String {
        match TiledReels::open(directory) {
            Ok(_) => panic!("the reels were opened"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn tiles_are_read_as_one_array() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        write(folder, &UPPER, FRAMES, 1);
        assert!(reason(folder).contains("no reel contains 28000 cells"));
        write(folder, &LOWER, FRAMES, 1);
        let frames = TiledReels::open(folder).unwrap().frames(3..5).unwrap();
        assert_eq!(frames.dim(), (2, CELLS[0], CELLS[1]));
        assert!(
            frames
                .indexed_iter()
                .all(|((_, y, _), value)| *value == y as f32)
        );
        assert!(
            TiledReels::open(folder)
                .unwrap()
                .frames(3..FRAMES + 1)
                .is_err()
        );

        fs::rename(folder.join("y0-x0.reel"), folder.join("a.reel")).unwrap();
        write(folder, &UPPER, FRAMES, 1);
        assert!(reason(folder).contains("overlaps"));
    }

    #[test]
    fn other_lengths_and_truncated_reels_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        write(folder, &UPPER, FRAMES, 1000);
        write(folder, &LOWER, FRAMES - 1, 1000);
        assert!(reason(folder).contains("y128-x0.reel: the reel has the shape [39, 112, 250]"));
        fs::remove_file(folder.join("y128-x0.reel")).unwrap();

        let path = folder.join("y0-x0.reel");
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.len() < 5000, "{}", bytes.len());
        for end in 0..bytes.len() {
            fs::write(&path, &bytes[..end]).unwrap();
            assert!(reason(folder).contains("y0-x0.reel"), "{end}");
        }
    }

    #[test]
    fn attributes_that_state_no_tile_are_errors() {
        let mut attributes = Attributes::default();
        attributes.insert(ROWS, [0.0, 64.0]);
        assert!(stated_tile(&attributes).unwrap_err().contains(COLUMNS));
        attributes.insert(COLUMNS, [64.0, 250.0]);
        assert_eq!(stated_tile(&attributes).unwrap().shape(), [64, 186]);
        for numbers in [
            vec![],
            vec![0.0],
            vec![0.0, 1.0, 2.0],
            vec![0.5, 2.0],
            vec![-1.0, 2.0],
            vec![2.0, 2.0],
            vec![0.0, 251.0],
            vec![0.0, f64::NAN],
            vec![f64::NEG_INFINITY, 2.0],
            vec![0.0, 1e300],
        ] {
            attributes.insert(COLUMNS, numbers.clone());
            assert!(stated_tile(&attributes).is_err(), "{numbers:?}");
        }
        attributes.insert(COLUMNS, "0, 250");
        assert!(stated_tile(&attributes).is_err());
    }
}
