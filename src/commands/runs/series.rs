//! `report --format csv`.

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _},
    path::Path,
};

use crate::{
    commands::command_line::{messages::printed, stop::Stop},
    journal::{self, RunFolder},
    report::Series,
    run::Exit,
};

/// Prints the series of a run, or writes it to a file.
pub(super) fn series(folder: &RunFolder, output: Option<&Path>) -> Result<(), Stop> {
    // By way of a file of its own: a record that turns out to be damaged leaves no half of a series, and a long one
    // is never held in memory.
    let mut series = Series::new(BufWriter::new(tempfile::tempfile().map_err(Stop::failed)?));
    journal::read_run_by(folder, |run, record| series.see(run, record)).map_err(Stop::failed)?;
    let written = series.finish().map_err(Stop::failed)?;
    let mut rows: File = written.into_inner().map_err(|error| Stop::failed(error.into_error()))?;
    rows.rewind().map_err(Stop::failed)?;
    match output {
        Some(path) => {
            let copied = File::create(path).and_then(|mut file| io::copy(&mut rows, &mut file));
            copied.map(drop).map_err(|error| unwritten(path, &error))
        }
        None => printed(io::copy(&mut rows, &mut io::stdout()).map(drop)),
    }
}

/// The failure of a report whose file the system refuses.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> Stop {
    Stop {
        text: format!(
            "the report cannot be written to {}: {error}; name a file in a folder that can be written with -o",
            path.display()
        ),
        exit: Exit::Failed,
    }
}
