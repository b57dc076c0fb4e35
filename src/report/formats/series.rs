//! `report --format csv`: the series of a run (RFC 4180), a row for each counter reading and for each change of the
//! replication state or of the threads. Numbers and codes only: no text of an appliance or of a person is in it.

use std::io::Write;

use csv::{Terminator, Writer, WriterBuilder};
use serde::Serialize;

use crate::run::{
    ActionKind, ActionRecord, ActionState, Elapsed, Event, GetCount, Known, LineCount, ObjectCount, Phase,
    Record, Run, ThreadCount, Timestamp, exposure,
};

/// The header, in the order of [`Row`].
const COLUMNS: [&str; 13] = [
    "time_utc",
    "seconds_since_start",
    "change",
    "phase",
    "get_counter",
    "objects_downloaded",
    "objects_expected",
    "objects_per_second",
    "replication_state",
    "paused_seconds",
    "threads",
    "log_lines",
    "simulated",
];

/// Why a row was written.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    /// The GET counter was asked for; an answer without a number leaves its columns empty.
    Counter,
    /// The replication state is another one.
    Replication,
    /// The number of threads is another one.
    Threads,
}

/// What is unknown is empty. The counter, what it adds up to and the rate are given where the counter was read.
#[derive(Serialize)]
struct Row {
    time_utc: Timestamp,
    seconds_since_start: Elapsed,
    change: Change,
    phase: Phase,
    get_counter: Option<GetCount>,
    objects_downloaded: Option<ObjectCount>,
    objects_expected: Option<ObjectCount>,
    objects_per_second: Option<f64>,
    replication_state: Option<Known>,
    paused_seconds: Option<Elapsed>,
    threads: Option<ThreadCount>,
    log_lines: LineCount,
    simulated: bool,
}

/// Writes the series of a run while its records are read, one row at a time.
pub(crate) struct Series<W: Write> {
    output: Writer<W>,
    /// Replication and threads in the last row.
    last: (Known, Option<ThreadCount>),
    failed: Option<csv::Error>,
}

impl<W: Write> Series<W> {
    /// Writes the header to `output`.
    pub(crate) fn new(output: W) -> Self {
        let mut output =
            WriterBuilder::new().terminator(Terminator::CRLF).has_headers(false).from_writer(output);
        let failed = output.write_record(COLUMNS).err();
        Self { output, last: (Known::Unknown, None), failed }
    }

    /// Writes the rows of a record, given the run as of it.
    pub(crate) fn see(&mut self, run: &Run, record: &Record) {
        let mut present = (state(run), run.thread_count());
        // A request under way is no change yet.
        let is_awaited = run.change_in_doubt().is_some_and(|change| !change.state.is_settled());
        if present.0 == Known::Unknown && is_awaited {
            present.0 = self.last.0;
        }
        if present.0 != self.last.0 {
            self.write(&row(run, record.at, Change::Replication));
        }
        if present.1 != self.last.1 {
            self.write(&row(run, record.at, Change::Threads));
        }
        self.last = present;
        if let Event::CounterRead(answer) = &record.event {
            let read = answer.reading.known().copied();
            let counts = read.is_some() && run.phase() > Phase::Prepare;
            self.write(&Row {
                get_counter: read,
                objects_downloaded: run.download.downloaded().filter(|_| counts),
                // The rates of a report are those of stage 1.
                objects_per_second: run.latest_rate().filter(|_| counts && run.phase() == Phase::Stage1),
                ..row(run, record.at, Change::Counter)
            });
        }
    }

    /// The output, with all rows in it.
    ///
    /// # Errors
    /// The first refusal of the output.
    pub(crate) fn finish(mut self) -> Result<W, csv::Error> {
        self.failed.take().map_or(Ok(()), Err)?;
        self.output.into_inner().map_err(|error| error.into_error().into())
    }

    fn write(&mut self, row: &Row) {
        if self.failed.is_none() {
            self.failed = self.output.serialize(row).err();
        }
    }
}

/// The state of replication as it is known: unknown while a change is in doubt, unless what was asked for is read already.
fn state(run: &Run) -> Known {
    let is_read = |change: &ActionRecord| {
        let wanted = match change.plan.action {
            ActionKind::Pause => Known::Paused,
            ActionKind::Resume => Known::Running,
            ActionKind::SetThreads(_) => return false,
        };
        change.state == ActionState::Sent
            && run.replication.state == wanted
            && run.replication.verified_at > Some(change.requested_at)
    };
    match run.change_in_doubt() {
        Some(change) if is_read(change) => run.replication.state,
        _ => run.replication_state(),
    }
}

fn row(run: &Run, at: Timestamp, change: Change) -> Row {
    Row {
        time_utc: at,
        seconds_since_start: at.since(run.started_at),
        change,
        phase: run.phase(),
        get_counter: None,
        objects_downloaded: None,
        objects_expected: run.expected(),
        objects_per_second: None,
        replication_state: Some(state(run)).filter(|state| *state != Known::Unknown),
        // Unknown where the exposure is: neither was ever read.
        paused_seconds: exposure(run, at).total.map(|_| run.replication.paused_total(at)),
        threads: run.thread_count(),
        log_lines: run.log.tally.lines,
        simulated: run.is_simulated(),
    }
}
