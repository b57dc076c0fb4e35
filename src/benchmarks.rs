//! What the benches in `tests/benches` time: parts of a watch, each behind one call. The program itself uses nothing of it.

use std::{io, path::Path, sync::Arc};

use chrono::TimeDelta;
use ratatui::layout::Rect;

use crate::{
    dialect::Dialect,
    ingest::{
        import::{Given, Interpreter, Looking, Search, Sources, read_logs},
        log_parser::LogParser,
    },
    journal::{JournalError, JournalWriter, RunFolder},
    playback::read_record,
    run::{Arrival, LogOffset, Record, Timestamp},
    screen::{
        AvailableActions, Facts, Mode, Moment, Play, RecordingState, Scene, Surface, Theme, View, draw,
    },
    session::look_back::LookBack,
};

/// Log bytes to rows, counts and events, as a watch reads them.
pub struct LogReading {
    parser: LogParser,
    now: Timestamp,
    offset: u64,
}

impl LogReading {
    /// Reads lines that were in the log before `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { parser: LogParser::new(Arc::new(Dialect::built_in())), now, offset: 0 }
    }

    /// Reads the next piece of the log; the number of its whole lines.
    pub fn read(&mut self, bytes: &[u8]) -> u64 {
        let log = self.parser.read(bytes, LogOffset(self.offset), Arrival::Earlier, self.now);
        self.offset += bytes.len() as u64;
        log.tally.lines.0
    }
}

/// Reads a saved log as an import does, and keeps nothing of it but its digests; the number of its lines, `None` where it
/// cannot be read.
#[must_use]
pub fn read_saved_log(path: &Path, now: Timestamp, threads: usize) -> Option<u64> {
    let search = Search {
        names: &[path.to_owned()],
        now,
        year: None,
        misdated: &[],
        stop: Arc::default(),
        copies: None,
    };
    let mut sources = Sources::find(&search).ok()?;
    let dialect = Arc::new(Dialect::built_in());
    let mut interpreter = Interpreter::new(dialect, &sources.list, None, Given::default(), None);
    read_logs(&mut sources.list, 0..u64::MAX, &mut interpreter, &mut Looking, (true, threads)).ok()?;
    Some(interpreter.totals.tally.lines.0)
}

/// A journal that is written as a watch writes it, except that no record is forced to disk.
pub struct JournalAppending(JournalWriter);

impl JournalAppending {
    /// Begins a journal in a fresh folder in `runs_dir`.
    ///
    /// # Errors
    /// [`JournalError`] where it cannot be made.
    pub fn begin(runs_dir: &Path, at: Timestamp) -> Result<Self, JournalError> {
        JournalWriter::create(&RunFolder::create(runs_dir, at, 1)?).map(Self)
    }

    /// Appends the event of `record`, at its time.
    ///
    /// # Errors
    /// [`JournalError`] where it cannot be written.
    pub fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        self.0.append(record.at, &record.event).map(drop)
    }
}

/// A recorded run on the screen of a replay, 200 columns by 50 rows, whose output goes nowhere.
pub struct Replay {
    moment: Box<dyn LookBack>,
    surface: Surface<io::Sink>,
    view: View,
    theme: Theme,
}

impl Replay {
    /// Reads the journal to its end, and shows that.
    ///
    /// # Errors
    /// [`JournalError`] where the record cannot be read.
    pub fn open(folder: &RunFolder) -> Result<Self, JournalError> {
        let moment = read_record(folder, &|| true)?(Arc::new(Dialect::built_in()), None)?;
        let surface = Surface::new(io::sink(), Rect::new(0, 0, 200, 50));
        Ok(Self { moment, surface, view: View::default(), theme: Theme::default() })
    }

    /// Goes to a moment, a share of the run's time from 0 to 1, and reads the log there.
    pub fn seek(&mut self, share: f64) {
        let Some(end) = self.moment.recorded().map(|run| run.last_at) else { return };
        let start = self.moment.run().started_at;
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a run fit by far")]
        let into = TimeDelta::milliseconds((end.since(start).secs_f64() * share * 1000.0) as i64);
        // To a moment there is always a way, so there is no sentence that says otherwise.
        let _ = self.moment.steer(Play::To(Moment { record: None, at: start.shifted(into) }));
        self.moment.update();
    }

    /// Draws the frame of the moment; where nothing has changed since, that is all the work there is.
    ///
    /// # Errors
    /// What the terminal answers; this one takes everything.
    pub fn draw(&mut self) -> io::Result<()> {
        self.view.playback = Some(self.moment.status());
        let available = AvailableActions::default();
        let (run, log, now) = (self.moment.run(), self.moment.log(), self.moment.now());
        let facts = Facts { run, log, available: &available, mode: Mode::Replay, now };
        let scene =
            Scene { facts, view: &self.view, theme: &self.theme, journal: &RecordingState::NotRecording };
        self.surface.draw(self.theme.charset, |drawing| draw(drawing, &scene))
    }
}
