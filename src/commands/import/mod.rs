//! `import`: a finished run from saved logs.

mod output;
mod record;

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use indicatif::{ProgressBar, ProgressStyle};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
};

use self::{
    output::Reading,
    record::{Recording, Setup},
};
use super::{
    command_line::{
        messages::{inform, say, say_json},
        options::{load, runs_dir_of},
        stop::Stop,
    },
    setup::given_files::read_bucket,
    watch::dialect_of,
};
use crate::{
    cli::ImportArgs,
    clock::Clock,
    dialect::Dialect,
    ingest::import::{
        Given, ImportError, Interpreter, Keeper, Looking, Misdated, Picked, Search, Sources, read_logs,
        threads,
    },
    run::{Exit, ImportedLog, Timestamp},
    session::Failure,
    settings::Settings,
};

/// Each attempt learns of one more log that it is older than its file, or longer than a year.
const MAX_ATTEMPTS: usize = 64;

pub(super) fn import(arguments: &ImportArgs) -> Result<Exit, Stop> {
    let settings = load(arguments.settings.as_deref())?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register(signal, Arc::clone(&stop)).map_err(Failure::Signals)?;
    }
    let runs_dir = runs_dir_of(&arguments.runs, &settings)?;
    let import = Import {
        dialect: Arc::new(dialect_of(&settings)?),
        given: Given {
            listing: arguments.bucket.as_deref().map(read_bucket).transpose()?,
            baseline: arguments.baseline,
            gets: arguments.gets,
        },
        now: Clock::system().now(),
        arguments,
        settings,
        runs_dir,
        stop,
    };
    let mut misdated = Vec::new();
    for _ in 0..MAX_ATTEMPTS {
        match import.attempt(&misdated) {
            Err(Refused::Import(error, can_repeat)) => match error.shows().filter(|_| can_repeat) {
                Some(shown) => misdated.push(shown),
                None => return Err(stop_of(&error)),
            },
            Err(Refused::Stop(stop)) => return Err(stop),
            Ok(exit) => return Ok(exit),
        }
    }
    Err(Stop { text: "the years of these logs cannot be told; give --year".to_owned(), exit: Exit::Usage })
}

/// Why an attempt has failed, and whether the logs can be read once more.
enum Refused {
    Import(ImportError, bool),
    Stop(Stop),
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

fn stop_of(error: &ImportError) -> Stop {
    match error {
        ImportError::Stopped => Stop {
            text: "ended by a signal before the import was complete; nothing is recorded".to_owned(),
            exit: Exit::Failed,
        },
        ImportError::Unusable { .. }
        | ImportError::Older { .. }
        | ImportError::Longer { .. }
        | ImportError::CounterFell { .. } => Stop { text: error.to_string(), exit: Exit::Usage },
        ImportError::Journal(_) | ImportError::Refused(_) => {
            Stop { text: error.to_string(), exit: Exit::Failed }
        }
    }
}

/// An import, with all that was named for it.
struct Import<'a> {
    arguments: &'a ImportArgs,
    settings: Settings,
    dialect: Arc<Dialect>,
    given: Given,
    runs_dir: PathBuf,
    now: Timestamp,
    stop: Arc<AtomicBool>,
}

impl Import<'_> {
    fn attempt(&self, misdated: &[Misdated]) -> Result<Exit, Refused> {
        // Two readings are needed then, and standard input can be read once.
        let copies = self.arguments.pick.map(|_| std::env::temp_dir());
        let search = Search {
            names: &self.arguments.logs,
            now: self.now,
            year: self.arguments.year,
            misdated,
            stop: Arc::clone(&self.stop),
            copies: copies.as_deref(),
        };
        let mut sources = Sources::find(&search).map_err(|error| Refused::Import(error, false))?;
        if sources.passed_over > 0 && misdated.is_empty() {
            inform(&format!(
                "{} files of the archives hold no time stamps and are passed over",
                sources.passed_over
            ));
        }
        let can_repeat = sources.can_be_read_again();
        let refused = |error| Refused::Import(error, can_repeat);
        if self.arguments.list {
            let reading = self.read(&mut sources, 0..u64::MAX, None, &mut Looking).map_err(refused)?;
            self.say_restores(&reading)?;
            return Ok(Exit::Done);
        }
        let Some(pick) = self.arguments.pick else {
            return self.record(&mut sources, 0..u64::MAX, None).map_err(|error| error.or(can_repeat));
        };
        // Read once to learn where each restore begins: the lines of the chosen one end where the next begins.
        let reading = self.read(&mut sources, 0..u64::MAX, None, &mut Looking).map_err(refused)?;
        let restores = reading.interpreter.restores();
        let Some(picked) = pick.checked_sub(1).and_then(|index| reading.interpreter.pick(index)) else {
            let text = output::no_such_restore(pick, restores, &reading.names);
            return Err(Stop { text, exit: Exit::Usage }.into());
        };
        let end = restores.get(pick).map_or(u64::MAX, |next| next.begins.offset);
        self.record(&mut sources, picked.restore.begins.offset..end, Some(picked))
            .map_err(|error| error.or(can_repeat))
    }

    /// Reads and records what is wanted of the logs.
    fn record(
        &self,
        sources: &mut Sources,
        wanted: Range<u64>,
        picked: Option<Picked<'_>>,
    ) -> Result<Exit, ReadOrStop> {
        let imported = ImportedLog {
            made_at: self.now,
            files: sources.list.iter().map(|source| source.name.clone()).collect(),
        };
        let setup = Setup {
            runs_dir: &self.runs_dir,
            settings: &self.settings,
            dialect: &self.dialect,
            logs: &self.arguments.logs,
            engineer: self.arguments.engineer.as_deref().or(self.settings.engineer.as_deref()),
        };
        let mut recording = Recording::new(setup, imported, std::mem::take(&mut sources.gaps));
        // Recorded while it is read for the first time. That the logs hold several restores is known only afterwards.
        let read = self.read(sources, wanted, picked, &mut recording);
        let reading = read.inspect_err(|_| recording.discard())?;
        let restores = reading.interpreter.restores();
        if picked.is_none() && restores.len() > 1 {
            recording.discard();
            let text = output::several(restores, &reading.names);
            return Err(Stop { text, exit: Exit::Usage }.into());
        }
        let finished = recording.finish()?;
        let Some(finished) = finished else {
            let text = format!("there is nothing to import: {} is empty", reading.names.join(", "));
            return Err(Stop { text, exit: Exit::Usage }.into());
        };
        if self.arguments.json {
            say_json(&output::json(&finished, &reading))?;
        } else {
            say(&output::text(&finished, &reading, self.named_runs_dir()))?;
        }
        Ok(finished.exit)
    }

    fn read(
        &self,
        sources: &mut Sources,
        wanted: Range<u64>,
        picked: Option<Picked<'_>>,
        keeper: &mut dyn Keeper,
    ) -> Result<Reading, ImportError> {
        sources.rewind();
        let year = self.arguments.year;
        let mut interpreter =
            Interpreter::new(Arc::clone(&self.dialect), &sources.list, year, self.given.clone(), picked);
        let mut shown = Shown { bar: bar(sources.length), counter: sources.counter(), keeper };
        // Neither a list nor the first of two readings records a piece that a digest could be of.
        let digests = !self.arguments.list && (picked.is_some() || self.arguments.pick.is_none());
        let modules =
            read_logs(&mut sources.list, wanted, &mut interpreter, &mut shown, (digests, threads()));
        shown.bar.finish_and_clear();
        let names = sources.list.iter().map(|source| source.name.clone()).collect();
        Ok(Reading { interpreter, modules: modules?, names })
    }

    /// Where the runs are, if that was named.
    fn named_runs_dir(&self) -> Option<&Path> {
        self.arguments.runs.runs_dir.as_deref().or(self.settings.runs_dir.as_deref())
    }

    fn say_restores(&self, reading: &Reading) -> Result<(), Stop> {
        let restores = reading.interpreter.restores();
        if self.arguments.json {
            say_json(&output::restores_json(restores, reading))
        } else {
            say(&output::restores_text(restores, &reading.names))
        }
    }
}

/// Why a recording has failed.
enum ReadOrStop {
    Read(ImportError),
    Stop(Stop),
}

impl ReadOrStop {
    fn or(self, can_repeat: bool) -> Refused {
        match self {
            Self::Read(error) => Refused::Import(error, can_repeat),
            Self::Stop(stop) => Refused::Stop(stop),
        }
    }
}

impl From<ImportError> for ReadOrStop {
    fn from(error: ImportError) -> Self {
        Self::Read(error)
    }
}

impl From<Stop> for ReadOrStop {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// A keeper with the progress of the reading on a terminal.
struct Shown<'k> {
    bar: ProgressBar,
    counter: std::rc::Rc<std::cell::Cell<u64>>,
    keeper: &'k mut dyn Keeper,
}

impl Keeper for Shown<'_> {
    fn begin(&mut self, at: Timestamp) -> Result<(), ImportError> {
        self.keeper.begin(at)
    }

    fn event(&mut self, at: Timestamp, event: &crate::run::Event) -> Result<(), ImportError> {
        self.keeper.event(at, event)
    }

    fn bytes(&mut self, at: Timestamp, bytes: &[u8]) -> Result<(), ImportError> {
        self.bar.set_position(self.counter.get());
        self.keeper.bytes(at, bytes)
    }

    fn lines(
        &mut self,
        at: Timestamp,
        bytes: &[u8],
        piece: &crate::ingest::import::Piece,
    ) -> Result<(), ImportError> {
        self.keeper.lines(at, bytes, piece)
    }
}

/// On standard error, where that is a terminal; hidden otherwise.
fn bar(length: Option<u64>) -> ProgressBar {
    let template = match length {
        Some(_) => "{bytes} of {total_bytes} [{bar:30}] {bytes_per_sec}, {eta} left",
        None => "{bytes}, {bytes_per_sec}, {elapsed} so far",
    };
    let bar = length.map_or_else(ProgressBar::no_length, ProgressBar::new);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}
