//! A run built event by event, and the screen that shows it.

mod dialogs;
mod frames;
mod scenarios;
mod words;

use chrono::{TimeDelta, TimeZone as _, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::{
    run::{
        ActionId, ActionKind, ActionPlan, ActionState, Answer, Arrival, BucketCounts, BucketListing,
        ByteCount, Certainty, Elapsed, Event, FORMAT, FoundMarker, GetCount, Identity, LineCount, Link,
        ListingCause, LogCitation, LogOffset, LogTally, Marker, NearMiss, ObjectCount, Override, Reading,
        Record, ReplicationState, Role, Run, RunId, RunSettings, Sequence, ServiceState, Severity, Started,
        Statement, ThreadCount, Timestamp, apply, timer_events,
    },
    screen::{
        AvailableActions, Explanation, Facts, Intent, LineDetails, LogMark, LogRow, Mode, RecordingState,
        Scrollback, Theme, Unwritten, View,
    },
};

pub(super) use self::dialogs::{ended_with_alarm, every_dialog};
pub(super) use self::scenarios::{
    attached_in_stage_2, connected, download, downloading, dr_away, ended, generating, in_use, prepared,
    prepared_with, troubled,
};
use self::words::words;

pub(super) struct Story {
    pub(super) run: Run,
    pub(super) log: Scrollback,
    pub(super) available: AvailableActions,
    pub(super) view: View,
    pub(super) theme: Theme,
    pub(super) journal: RecordingState,
    pub(super) mode: Mode,
    pub(super) now: Timestamp,
    start: Timestamp,
    offset: u64,
    actions: u32,
}

pub(super) fn plan(action: ActionKind, lines: &[&str], certainty: Certainty) -> ActionPlan {
    ActionPlan { action, lines: lines.iter().map(|line| (*line).to_owned()).collect(), certainty }
}

fn available() -> AvailableActions {
    let inferred = Certainty::Inferred;
    let pause = ["enable", "configure terminal", "no replication enable"];
    let resume = ["enable", "configure terminal", "replication enable"];
    let threads = ["enable", "configure terminal", "replication num-threads 128"];
    AvailableActions {
        pause: Some(plan(ActionKind::Pause, &pause, inferred)),
        resume: Some(plan(ActionKind::Resume, &resume, inferred)),
        threads: Some(plan(ActionKind::SetThreads(ThreadCount(128)), &threads, Certainty::Procedure)),
        disk_free: Some(ByteCount(40 << 30)),
    }
}

fn answer<T>(value: T) -> Answer<T> {
    Answer { reading: Reading::Known(value), took: Elapsed::from_millis(12), raw: String::new() }
}

pub(super) fn identity(name: &str, serial: &str) -> Identity {
    Identity {
        hostname: Some(name.to_owned()),
        product: Some("AltaVault".to_owned()),
        release: Some("4.4.1".to_owned()),
        model: Some("AVA-v16".to_owned()),
        serial: Some(serial.to_owned()),
        host_key: Some(format!("SHA256:{serial}k3Yb1N7u0tq9Zr5WmPVd2hXeCgLs8Jf4Ra6oTiUw")),
        host_keys: Vec::new(),
        bucket: None,
        simulated: false,
    }
}

/// A disk that refuses while so many lines of log wait for it.
pub(super) fn failing(reason: &str, lines: u64) -> RecordingState {
    RecordingState::Failing(Unwritten {
        reason: reason.to_owned(),
        records: 3,
        lines: LineCount(lines),
        last_line_at: None,
    })
}

impl Story {
    /// The run begins; nothing is known yet.
    pub(super) fn begin(settings: RunSettings) -> Self {
        let start = Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 15, 29, 26).unwrap());
        let started = Started {
            format: FORMAT,
            run: RunId("20260913T152926Z-4f0c1a".to_owned()),
            demo: false,
            program: "0.1.0".to_owned(),
            recorder: "kim@ops1".to_owned(),
            primary: Some("admin@ava-prod.example.net".to_owned()),
            dr: Some("admin@ava-dr.example.net".to_owned()),
            imported: None,
            read_only: false,
            settings,
            dialect: "00".repeat(32),
            log: None,
            known_roles: Vec::new(),
            history: Vec::new(),
        };
        let record = Record { seq: Sequence(0), at: start, event: Event::RunStarted(Box::new(started)) };
        Self {
            run: Run::start(&record).unwrap(),
            log: Scrollback::default(),
            available: available(),
            view: View::default(),
            theme: Theme::default(),
            journal: RecordingState::Recording,
            mode: Mode::Watch,
            now: start,
            start,
            offset: 0,
            actions: 0,
        }
    }

    /// Moves time on to `seconds` after the beginning.
    pub(super) fn at(&mut self, seconds: u64) -> &mut Self {
        self.now = self.start + Elapsed::from_secs(seconds);
        for edge in timer_events(&self.run, self.now) {
            self.record(Event::Due(edge));
        }
        self
    }

    pub(super) fn record(&mut self, event: Event) -> &mut Self {
        let record = Record { seq: self.run.last.next(), at: self.now, event };
        apply(&mut self.run, &record);
        self
    }

    pub(super) fn link(&mut self, role: Role, link: Link) -> &mut Self {
        self.record(Event::LinkChanged { role, link })
    }

    pub(super) fn counter(&mut self, value: u64) -> &mut Self {
        self.record(Event::CounterRead(answer(GetCount(value))))
    }

    pub(super) fn replication(&mut self, state: ReplicationState) -> &mut Self {
        self.record(Event::ReplicationRead { answer: answer(state), backlog: None })
    }

    pub(super) fn service(&mut self, state: ServiceState) -> &mut Self {
        self.record(Event::ServiceRead { role: Role::Dr, answer: answer(state) })
    }

    pub(super) fn threads(&mut self, count: u32) -> &mut Self {
        self.record(Event::ThreadsRead(answer(ThreadCount(count))))
    }

    pub(super) fn names_confirmed(&mut self) -> &mut Self {
        let (primary, dr) = ("ava-prod".to_owned(), "ava-dr".to_owned());
        self.record(Event::NamesConfirmed {
            primary,
            dr,
            identities: Box::new(self.run.present_pair()),
            reason: None,
            user: "kim".to_owned(),
            typed: None,
        })
    }

    pub(super) fn listing(&mut self, each: u64, cause: ListingCause) -> &mut Self {
        let listing = BucketListing {
            counts: BucketCounts {
                name: "ava400-ks".to_owned(),
                entries: ObjectCount(each * 2 + 265),
                bytes: Some(ByteCount(926_580_933)),
                slabs: Some(ObjectCount(261)),
                maps: Some(ObjectCount(each)),
                rbtmds: Some(ObjectCount(each)),
            },
            other: Vec::new(),
        };
        self.record(Event::ListingStarted { cause });
        self.record(Event::ListingRead { listing, cause, took: Elapsed::from_secs(4), raw: String::new() })
    }

    pub(super) fn requested(&mut self, action: ActionKind, reason: Option<&str>) -> &mut Self {
        self.actions += 1;
        let plan = self.available.plan(action).unwrap().clone();
        let r#override = reason.map(|reason| Override { reason: reason.to_owned() });
        self.record(Event::ActionRequested {
            id: ActionId(self.actions),
            plan,
            user: "kim".to_owned(),
            r#override,
            typed: None,
            consent: None,
            agreed: None,
        })
    }

    pub(super) fn sent(&mut self) -> &mut Self {
        let sent = self.run.actions.last().unwrap().plan.lines.clone();
        self.record(Event::ActionSent {
            id: ActionId(self.actions),
            sent,
            answer: String::new(),
            remark: None,
        })
    }

    pub(super) fn settled(&mut self, state: ActionState) -> &mut Self {
        self.record(Event::ActionSettled { id: ActionId(self.actions), state })
    }

    pub(super) fn attested(&mut self, statement: Statement) -> &mut Self {
        let (since, reason, user) = (self.now, "seen in the web UI".to_owned(), "kim".to_owned());
        self.record(Event::Attested { statement, since, reason, user, consent: None })
    }

    /// A search of the log that found those markers, each written so many minutes before the run.
    pub(super) fn searched(&mut self, found: &[(Marker, i64)]) -> &mut Self {
        let found = found.iter().map(|&(marker, minutes)| {
            let stamp = self.start.shifted(-TimeDelta::minutes(minutes));
            let stamped = stamp.utc().format("%b %e %H:%M:%S");
            let raw = format!("{stamped} localhost rfsd[13852]: {}", words(marker));
            FoundMarker { marker, stamp: Some(stamp), raw, near: false }
        });
        let found = found.collect();
        self.record(Event::LogSearched(answer(found)))
    }

    pub(super) fn marker(&mut self, marker: Marker) -> &mut Self {
        let raw = self.line(Severity::Info, words(marker), Some(LogMark::Marker(marker)));
        let line = LogCitation {
            offset: LogOffset(self.offset),
            stamp: Some(self.now),
            arrival: Arrival::Live,
            raw,
        };
        self.record(Event::MarkerSeen { marker, line })
    }

    /// A line that has the words of the end of stage 1.
    pub(super) fn near_miss(&mut self, words: &str) -> &mut Self {
        let raw = self.line(Severity::Info, words, Some(LogMark::NearMiss));
        let line = LogCitation {
            offset: LogOffset(self.offset),
            stamp: Some(self.now),
            arrival: Arrival::Live,
            raw,
        };
        self.record(Event::NearMissSeen { of: NearMiss::Marker(Marker::DownloadComplete), line })
    }

    /// A line that raises an alarm.
    pub(super) fn alarm(&mut self, alarm: &str, words: &str) -> &mut Self {
        let raw = self.line(Severity::Error, words, Some(LogMark::Alarm));
        let line = LogCitation {
            offset: LogOffset(self.offset),
            stamp: Some(self.now),
            arrival: Arrival::Live,
            raw,
        };
        self.record(Event::AlarmSeen { alarm: alarm.to_owned(), line })
    }

    /// A line of the log, on the screen alone.
    pub(super) fn line(&mut self, severity: Severity, words: &str, mark: Option<LogMark>) -> String {
        let stamp = self.now.utc().format("%b %e %H:%M:%S");
        let text = format!("{stamp} localhost rfsd[13852]: {words}");
        self.offset += text.len() as u64 + 1;
        self.log.push(LogRow {
            offset: LogOffset(self.offset),
            severity: Some(severity),
            mark,
            module: words.strip_prefix('[').and_then(|tag| tag.split('.').next()).map(Into::into),
            text: text.clone(),
            arrival: Arrival::Live,
        });
        text
    }

    /// A line of the log that begins at `offset`, on the screen alone.
    pub(super) fn line_at(&mut self, offset: LogOffset, severity: Severity, words: &str) {
        self.offset = offset.0;
        self.line(severity, words, None);
        let mut row = self.log.row(self.log.end() - 1).unwrap().clone();
        row.offset = offset;
        self.log.push(row);
    }

    pub(super) fn gap(&mut self, words: &str) {
        self.log.push(LogRow {
            offset: LogOffset(self.offset),
            severity: None,
            mark: Some(LogMark::Gap),
            module: None,
            text: words.to_owned(),
            arrival: Arrival::Live,
        });
    }

    /// Opens the details of the line asked for, as the reader of the log does.
    pub(super) fn show_wanted_line(&mut self) {
        let Some((_, row)) = self.view.take_wanted_line() else { return };
        let explanation = row.mark.is_some().then(|| Explanation {
            meaning: "Stage 1 is over: all metadata is downloaded.".to_owned(),
            next: Some("Keep replication on the primary paused.".to_owned()),
            certainty: Certainty::Procedure,
            source: "the procedure, end of stage 1".to_owned(),
        });
        self.view.show_line(LineDetails {
            fields: vec![
                ("program", "rfsd".to_owned()),
                ("module", row.module.as_deref().unwrap_or("none").to_owned()),
            ],
            written: None,
            source: format!("byte {} of dr.log, 96 bytes; received live, as it was written", row.offset.0),
            raw: Some(Ok(format!("{}\\n", row.text))),
            row,
            explanation,
        });
    }

    fn chunk(&mut self, lines: u64) {
        self.record(Event::LogChunk {
            offset: self.run.log.end,
            bytes: ByteCount(lines * 90),
            lines: LineCount(lines),
            sha256: String::new(),
            tally: LogTally { lines: LineCount(lines), info: LineCount(lines), ..LogTally::default() },
            received_at: None,
        });
    }

    pub(super) fn facts(&self) -> Facts<'_> {
        Facts { run: &self.run, log: &self.log, available: &self.available, mode: self.mode, now: self.now }
    }

    pub(super) fn key(&mut self, code: KeyCode) -> Option<Intent> {
        self.key_with(code, KeyModifiers::NONE)
    }

    pub(super) fn key_with(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Option<Intent> {
        let facts = Facts {
            run: &self.run,
            log: &self.log,
            available: &self.available,
            mode: self.mode,
            now: self.now,
        };
        self.view.on_key(KeyEvent::new(code, modifiers), &facts)
    }

    /// Types `text` as keys; nothing may come of it before Enter.
    pub(super) fn type_text(&mut self, text: &str) {
        for character in text.chars() {
            assert_eq!(self.key(KeyCode::Char(character)), None);
        }
    }

    pub(super) fn enter(&mut self) -> Option<Intent> {
        self.key(KeyCode::Enter)
    }
}
