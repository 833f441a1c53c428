//! Opening of NetCDF files.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::classic;
use super::library::NcFile;
use crate::{FormatError, Result};

/// Opens a file after checking that its first bytes are those of NetCDF and that it is not
/// truncated.
pub(super) fn open(path: &Path) -> Result<NcFile> {
    let io = |action| move |source| FormatError::io(path, action, source);
    let mut file = File::open(path).map_err(io("open"))?;
    let length = file.metadata().map_err(io("open"))?.len();
    let mut magic = [0; 8];
    let read = read_up_to(&mut file, &mut magic).map_err(io("read"))?;
    if magic.starts_with(b"CDF") {
        file.seek(SeekFrom::Start(0)).map_err(io("read"))?;
        let required = classic::required_length(BufReader::new(file)).map_err(io("read"))?;
        match required {
            None => {
                return Err(FormatError::Damaged {
                    path: path.to_path_buf(),
                    problem: "the header is not a classic NetCDF header",
                });
            }
            Some(expected) if expected > length => {
                return Err(FormatError::Truncated {
                    path: path.to_path_buf(),
                    expected,
                    found: length,
                });
            }
            Some(_) => {}
        }
    } else if read < magic.len() || !is_hdf5(&mut file, length, magic).map_err(io("read"))? {
        return Err(FormatError::WrongFormat {
            path: path.to_path_buf(),
            format: "NetCDF",
        });
    }
    NcFile::open(path)
}

const HDF5_MAGIC: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// Returns true if the file is HDF5, whose signature may be at offset 0, 512, 1024, … after a user
/// block.
fn is_hdf5(file: &mut File, length: u64, mut magic: [u8; 8]) -> std::io::Result<bool> {
    let mut offset = 512;
    while magic != HDF5_MAGIC {
        if offset + 8 > length {
            return Ok(false);
        }
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut magic)?;
        offset *= 2;
    }
    Ok(true)
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}
