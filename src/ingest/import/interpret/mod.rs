//! Scanned blocks in their order: lines dated, those that matter made into events, restores told apart.

mod dating;
mod found;
mod given;
mod keeper;
mod overlaps;
mod picked;
mod restores;
mod set_backs;

use std::sync::Arc;

use self::{
    dating::{Begun, Dating, YearRule},
    found::Totals,
    overlaps::Overlaps,
    restores::{LinePlace, Restores, stamp_behind},
    set_backs::SetBacks,
};
pub(crate) use self::{
    found::{Found, FoundKind},
    given::Given,
    keeper::{Keeper, Looking},
    overlaps::Overlap,
    picked::Picked,
    restores::Restore,
};
use super::{
    error::ImportError,
    scan::{Job, Notable},
    source::{Source, opened::Missing},
    written::Written,
};
use crate::{
    dialect::Dialect,
    ingest::log_parser::{Read, read_row, words},
    parse::Stamp,
    run::{Arrival, Elapsed, Event, Gap, LogCitation, LogOffset, Marker, Timestamp},
};

/// Most events of each kind that one log gives; beyond it they are counted.
const MAX_EVENTS: u64 = 1000;
/// rfsd has begun with its first line if the log is older by this: while it runs it is not silent for so long.
const SILENT_BEFORE_START: Elapsed = Elapsed::from_secs(30);

pub(crate) struct Interpreter {
    dialect: Arc<Dialect>,
    given: Given,
    names: Vec<String>,
    written: Vec<Written>,
    dating: Dating,
    log: usize,
    /// Lines of the present log before the block.
    lines: u64,
    now: Option<Timestamp>,
    begun: Option<Begun>,
    rfsd: Option<u32>,
    /// Whether the logs begin in the middle, at a start of rfsd.
    begins_with_start: bool,
    is_stage_1_begun: bool,
    is_stage_1_over: bool,
    restores: Restores,
    overlaps: Overlaps,
    set_backs: SetBacks,
    /// Markers of restores that are not read: a copy of the log may hold them among the lines of the one that is.
    of_other_restores: Vec<String>,
    pub(crate) found: Vec<Found>,
    pub(crate) totals: Totals,
}

impl Interpreter {
    /// `year`: that of the first line, where it is given. `picked`: the restore that is read alone.
    pub(crate) fn new(
        dialect: Arc<Dialect>,
        sources: &[Source],
        year: Option<i32>,
        given: Given,
        picked: Option<Picked<'_>>,
    ) -> Self {
        let written: Vec<_> = sources.iter().map(|source| source.written).collect();
        let unknown = || Written::at(Timestamp::new(chrono::DateTime::UNIX_EPOCH));
        let first = written.first().copied().unwrap_or_else(unknown);
        Self {
            dialect,
            given,
            names: sources.iter().map(|source| source.name.clone()).collect(),
            dating: Dating::new(year.map_or(YearRule::WrittenBy(first), YearRule::From)),
            written,
            log: 0,
            lines: 0,
            now: None,
            begun: None,
            rfsd: None,
            begins_with_start: picked.is_some_and(Picked::begins_with_start),
            is_stage_1_begun: false,
            is_stage_1_over: false,
            restores: Restores::default(),
            overlaps: picked.map_or_else(Overlaps::default, |picked| Overlaps::with_pids_of(picked.overlaps)),
            set_backs: SetBacks::default(),
            of_other_restores: picked.map_or_else(Vec::new, Picked::markers_of_others),
            found: Vec::new(),
            totals: Totals::default(),
        }
    }

    pub(super) fn dialect(&self) -> Arc<Dialect> {
        Arc::clone(&self.dialect)
    }

    pub(crate) fn restores(&self) -> &[Restore] {
        &self.restores.list
    }

    /// The restore of that number, counted from 0, to be read alone.
    pub(crate) fn pick(&self, number: usize) -> Option<Picked<'_>> {
        Picked::new(self.restores(), number, &self.overlaps)
    }

    /// Logs that begin before those before them end.
    pub(crate) fn overlaps(&self) -> &[Overlap] {
        &self.overlaps.list
    }

    /// Interprets the next block.
    pub(super) fn block(&mut self, job: &Job, keeper: &mut dyn Keeper) -> Result<(), ImportError> {
        let Job { block, found } = job;
        let is_new = block.log != self.log;
        if is_new {
            self.check_length()?;
            (self.log, self.lines) = (block.log, 0);
            if let Some(written) = self.written.get(self.log) {
                self.dating.next_log(*written);
            }
        }
        self.lines += block.skipped_lines;
        if is_new {
            let mut dating = self.dating;
            let from = found.first_stamp().and_then(|stamp| dating.date(stamp));
            self.set_backs.next_log(self.overlaps.next_log(self.totals.last_at, self.log, from));
        }
        if let Some(stamp) = found.leap_day {
            self.dating.note_leap_day(stamp);
        }
        self.begin(job, keeper)?;
        if self.restores.awaits_line_behind() {
            let place = LinePlace { offset: block.offset, log: self.log, line: self.lines + 1 };
            self.behind_marker(place, found.first_stamp());
        }
        let now = self.at();
        let before = self.begun.unwrap_or(Begun { log: now, block: now });
        self.begun = Some(Begun { log: if is_new { now } else { before.log }, block: now });
        self.gaps(job, before, keeper)?;
        keeper.bytes(self.at(), block.bytes())?;
        let mut notable = found.notable.iter().peekable();
        let mut start = 0;
        for piece in &found.pieces {
            let first_at = self.stamped(piece.first.or(piece.last));
            // The events of a piece before the piece that cites their lines, as in a watch.
            while let Some(line) = notable.next_if(|line| line.start < piece.end) {
                self.notable(job, line, keeper)?;
            }
            self.stamped(piece.last);
            let bytes = block.bytes().get(start..piece.end).unwrap_or_default();
            let piece = self.overlaps.marked(piece, first_at);
            keeper.lines(self.at(), bytes, &piece)?;
            self.totals.tally.add(piece.tally);
            self.totals.bytes += bytes.len() as u64;
            start = piece.end;
        }
        self.set_backs.block_ends(found.latest);
        self.lines += found.lines;
        match self.dating.older_than_its_file() {
            Some(written_by) => Err(ImportError::Older { name: self.name(), written_by }),
            None => Ok(()),
        }
    }

    /// What is missing before a block, from the last time known before it to the first one behind it.
    fn gaps(&mut self, job: &Job, before: Begun, keeper: &mut dyn Keeper) -> Result<(), ImportError> {
        let last_at = self.at();
        if job.block.gaps.is_empty() {
            return Ok(());
        }
        self.stamped(job.found.first_stamp());
        let (to, offset) = (self.at(), LogOffset(self.totals.bytes));
        for missing in &job.block.gaps {
            let from = match missing {
                Missing::InLog(_) => before.log,
                Missing::InBlock(_) => before.block,
                Missing::Behind(_) => last_at,
            };
            let gap = Gap { from, to, offset, reason: missing.reason().to_owned(), record: None };
            keeper.event(to, &Event::LogGap(gap))?;
        }
        Ok(())
    }

    /// Looks, where a log ends, whether it went over more than a year.
    fn check_length(&self) -> Result<(), ImportError> {
        match self.dating.begun_years_before() {
            Some(begins_by) => Err(ImportError::Longer { name: self.name(), begins_by }),
            None => Ok(()),
        }
    }

    fn name(&self) -> String {
        self.names.get(self.log).cloned().unwrap_or_default()
    }

    /// Begins with the time of the first line in the first block that has one.
    fn begin(&mut self, job: &Job, keeper: &mut dyn Keeper) -> Result<(), ImportError> {
        if self.now.is_some() {
            return Ok(());
        }
        let dated = job.found.first_stamp().and_then(|stamp| self.dating.date(stamp));
        let at = dated.or_else(|| self.written.get(job.block.log).map(|written| written.ends_by));
        self.now = at;
        keeper.begin(self.at())?;
        if let Some(listing) = self.given.listing.take() {
            keeper.event(self.at(), &listing)?;
        }
        match self.given.before_stage_1() {
            Some(baseline) => keeper.event(self.at(), &baseline),
            None => Ok(()),
        }
    }

    /// The logs are read to their end.
    pub(super) fn end(&mut self, keeper: &mut dyn Keeper) -> Result<(), ImportError> {
        self.check_length()?;
        // Stage 1 may have ended without a line that says so; the count is known all the same.
        if self.now.is_none() || self.is_stage_1_over {
            return Ok(());
        }
        let unsaid = ", as no line shows the end of stage 1";
        match self.given.after_stage_1(unsaid, self.is_stage_1_begun)? {
            Some(gets) => keeper.event(self.at(), &gets),
            None => Ok(()),
        }
    }

    fn at(&self) -> Timestamp {
        self.now.unwrap_or_else(|| Timestamp::new(chrono::DateTime::UNIX_EPOCH))
    }

    /// Goes on to a line of that stamp; its time.
    fn stamped(&mut self, stamp: Option<Stamp>) -> Option<Timestamp> {
        let at = self.dating.date(stamp?)?;
        // Stamps of a log run back, and times of a record never do.
        self.now = self.now.max(Some(at));
        self.totals.first_at.get_or_insert(at);
        self.totals.last_at = Some(at);
        self.restores.line_at(at);
        Some(at)
    }

    fn notable(&mut self, job: &Job, line: &Notable, keeper: &mut dyn Keeper) -> Result<(), ImportError> {
        let bytes = job.block.bytes().get(line.start..line.end).unwrap_or_default();
        let words = words(bytes);
        let offset = LogOffset(self.offset_of(job, line.start));
        let Read { line: parsed, row, marker, alarm, near } =
            read_row(&self.dialect, &words, bytes, offset, Arrival::Behind);
        let is_of_rfsd = parsed.program == Some(b"rfsd") && parsed.pid.is_some();
        let before = self.set_backs.line(line.set_back_from, parsed.stamp.filter(|_| is_of_rfsd));
        let before = self.stamped(before);
        let stamp = self.stamped(parsed.stamp);
        let place = |at: usize, lines: u64| LinePlace {
            offset: job.block.offset + at as u64,
            log: job.block.log,
            line: self.lines + lines + 1,
        };
        let this = place(line.start, line.lines_before);
        let behind = job.block.bytes().get(line.end..).filter(|rest| !rest.is_empty());
        let next = behind.map(|rest| (place(line.end, line.lines_before + 1), stamp_behind(rest)));
        let cited = LogCitation { offset, stamp, arrival: Arrival::Behind, raw: row.text };
        if let Some(before) = before {
            keeper.event(self.at(), &Event::LogClockSetBack { from: before, line: cited.clone() })?;
        }
        if let Some(pid) = line.rfsd {
            self.rfsd(pid, this, &cited, keeper)?;
        }
        if let Some(marker) = marker {
            self.marker(marker, this, &cited, keeper)?;
            if let Some((place, stamp)) = next {
                self.behind_marker(place, stamp);
            }
        }
        if let Some(alarm) = alarm
            && self.note(FoundKind::Alarm(alarm.clone()), this, &cited)
        {
            keeper.event(self.at(), &Event::AlarmSeen { alarm, line: cited.clone() })?;
        }
        if let Some(of) = near
            && self.note(FoundKind::NearMiss(of.clone()), this, &cited)
        {
            keeper.event(self.at(), &Event::NearMissSeen { of, line: cited })?;
        }
        Ok(())
    }

    /// Where a line of a block begins in `dr.log`.
    fn offset_of(&self, job: &Job, start: usize) -> u64 {
        // `totals.bytes` has grown with the pieces before this one already.
        let before =
            job.found.pieces.iter().rev().find(|piece| piece.end <= start).map_or(0, |piece| piece.end);
        self.totals.bytes + (start - before) as u64
    }

    fn rfsd(
        &mut self,
        pid: u32,
        place: LinePlace,
        cited: &LogCitation,
        keeper: &mut dyn Keeper,
    ) -> Result<(), ImportError> {
        let before = self.rfsd.replace(pid);
        if before == Some(pid) {
            return Ok(());
        }
        if self.overlaps.repeats(pid, cited.stamp.unwrap_or_else(|| self.at())) {
            // No event; but the copied markers before it have taken the start from the restore that it begins.
            self.restores.started(place, cited.stamp);
            return Ok(());
        }
        let was_silent =
            || self.totals.first_at.is_some_and(|first| self.at().since(first) >= SILENT_BEFORE_START);
        if before.is_none() && !self.begins_with_start && !was_silent() {
            return Ok(());
        }
        self.restores.started(place, cited.stamp);
        if !self.note(FoundKind::RfsdStarted, place, cited) {
            return Ok(());
        }
        if let Some(before) = before {
            let line = cited.clone();
            keeper.event(self.at(), &Event::RfsdRestarted { before, after: pid, line })?;
        }
        // No line is documented with which stage 1 begins. It is the first thing that rfsd does when it starts with an empty
        // datastore, and a start within stage 1 is a crash.
        if !self.is_stage_1_begun && !self.dialect.knows_start() {
            self.is_stage_1_begun = true;
            let line = cited.clone();
            keeper.event(self.at(), &Event::MarkerSeen { marker: Marker::DownloadStarted, line })?;
        }
        Ok(())
    }

    fn marker(
        &mut self,
        marker: Marker,
        this: LinePlace,
        cited: &LogCitation,
        keeper: &mut dyn Keeper,
    ) -> Result<(), ImportError> {
        if self.of_other_restores.contains(&cited.raw) {
            return Ok(());
        }
        self.set_backs.marker();
        self.restores.marker(marker, &cited.raw, cited.stamp);
        // Whichever marker it is, a start of rfsd after it begins no stage.
        let has_start = std::mem::replace(&mut self.is_stage_1_begun, true);
        // Before the marker, as the count belongs to the stage that it ends.
        if marker != Marker::DownloadStarted
            && !std::mem::replace(&mut self.is_stage_1_over, true)
            && let Some(gets) = self.given.after_stage_1("", has_start)?
        {
            keeper.event(self.at(), &gets)?;
        }
        if self.note(FoundKind::Marker(marker), this, cited) {
            keeper.event(self.at(), &Event::MarkerSeen { marker, line: cited.clone() })?;
        }
        Ok(())
    }

    fn behind_marker(&mut self, place: LinePlace, stamp: Option<Stamp>) {
        let at = stamp.and_then(|stamp| self.dating.date(stamp));
        self.restores.behind_marker(place, at);
    }

    /// Notes a line that matters; false beyond the most that are.
    fn note(&mut self, kind: FoundKind, place: LinePlace, cited: &LogCitation) -> bool {
        let [markers, alarms, near_misses, starts] = &mut self.totals.counts;
        let count = match kind {
            FoundKind::Marker(_) => markers,
            FoundKind::Alarm(_) => alarms,
            FoundKind::NearMiss(_) => near_misses,
            FoundKind::RfsdStarted => starts,
        };
        *count += 1;
        let is_kept = *count <= MAX_EVENTS;
        if is_kept {
            self.found.push(Found { kind, place, at: cited.stamp, raw: cited.raw.clone() });
        }
        is_kept
    }
}
