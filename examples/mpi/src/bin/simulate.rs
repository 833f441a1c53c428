//! Simulates shallow water on all processes of MPI, and writes the height of the surface while it
//! runs: as one Zarr array, or as one reel for each process.
//!
//! `mpirun -n 4 simulate zarr|reels OUT [BOUND]`; BOUND is `abs:E`, `rel:R` of the range of the
//! first frames (default: `rel:1e-3`), `pointwise:R` or `lossless`

use std::path::PathBuf;
use std::process::ExitCode;

use fieldreel_mpi::Error;
use fieldreel_mpi::domain::{CELLS, FRAMES};
use fieldreel_mpi::neighbors::Processes;
use fieldreel_mpi::output::{Output, Writer};
use fieldreel_mpi::range::{all_extremes, extremes, range};
use fieldreel_mpi::reels::TileWriter;
use fieldreel_mpi::shallow_water::ShallowWater;
use fieldreel_mpi::zarr::ZarrWriter;
use fieldreel_reel::ErrorBound;
use mpi::collective::SystemOperation;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives};

const USAGE: &str = "usage: mpirun -n N simulate zarr|reels OUT [BOUND]";

fn main() -> ExitCode {
    let Some(universe) = mpi::initialize() else {
        eprintln!("MPI is initialized already");
        return ExitCode::FAILURE;
    };
    let world = universe.world();
    match run(&world) {
        Ok(()) => ExitCode::SUCCESS,
        // Every process finds the same.
        Err(error @ (Error::Usage(_) | Error::TooManyProcesses { .. } | Error::Range { .. })) => {
            if world.rank() == 0 {
                eprintln!("{error}");
            }
            ExitCode::FAILURE
        }
        // The other processes would wait forever for this one.
        Err(error) => {
            eprintln!("process {}: {error}", world.rank());
            world.abort(1)
        }
    }
}

/// The way to write: one Zarr array, or one reel for each process.
#[derive(Clone, Copy, PartialEq)]
enum Format {
    Zarr,
    Reels,
}

fn arguments() -> Result<(Format, PathBuf, ErrorBound), Error> {
    let usage = |reason: String| Error::Usage(format!("{reason}\n{USAGE}"));
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let (format, path, bound) = match &arguments[..] {
        [format, path] => (format, path, None),
        [format, path, bound] => (format, path, Some(bound)),
        _ => return Err(Error::Usage(USAGE.to_owned())),
    };
    let format = match format.to_str() {
        Some("zarr") => Format::Zarr,
        Some("reels") => Format::Reels,
        _ => return Err(usage(format!("unknown format {}", format.display()))),
    };
    let bound = match bound {
        None => ErrorBound::RangeRelative(1e-3),
        Some(bound) => {
            let text = bound.to_str().unwrap_or_default();
            text.parse().map_err(|error| usage(format!("{error}")))?
        }
    };
    Ok((format, path.into(), bound))
}

fn run(world: &SimpleCommunicator) -> Result<(), Error> {
    let (format, path, bound) = arguments()?;
    let started = mpi::time();
    let is_first = world.rank() == 0;
    let processes = Processes::new(world)?;
    let (tile, grid) = (processes.tile().clone(), processes.shape());
    let output = Output::new(&path);
    if is_first {
        output.check_absent()?;
    }

    let mut water = ShallowWater::new(&tile, processes);
    let mut next = water.next_frames();
    // The range of the first frames is at most that of all frames, so that the bound is never
    // looser than one that is relative to the range of all.
    let agreed = match bound {
        ErrorBound::RangeRelative(_) => {
            let own = extremes(next.iter().flatten());
            Some(range(all_extremes(world, own))?)
        }
        _ => None,
    };

    if is_first {
        output.create()?;
    }
    world.barrier();
    let mut writer: Box<dyn Writer> = match format {
        Format::Zarr => {
            let writer = ZarrWriter::new(output.partial(), &tile, bound, agreed)?;
            if is_first {
                writer.store_metadata()?;
            }
            world.barrier();
            Box::new(writer)
        }
        Format::Reels => Box::new(TileWriter::new(output.partial(), &tile, bound, agreed)?),
    };
    let mut writing = 0.0;
    while let Some(frames) = next {
        let begun = mpi::time();
        writer.write(frames.view())?;
        writing += mpi::time() - begun;
        next = water.next_frames();
    }
    let begun = mpi::time();
    writer.finish()?;
    writing += mpi::time() - begun;

    let mut longest = 0.0;
    // No process has the result before all have finished their writing.
    world.all_reduce_into(&writing, &mut longest, SystemOperation::max());
    if is_first {
        output.finish()?;
        let ([rows, columns], [along_y, along_x]) = (CELLS, grid);
        println!(
            "{}: {FRAMES}×{rows}×{columns} values on {along_y}×{along_x} processes, {:.2} s, of \
             which encoding and writing at most {longest:.2} s on a process",
            path.display(),
            mpi::time() - started,
        );
    }
    Ok(())
}
