//! Scenarios: events in, expected state out. Here is the builder; the scenarios are told by subject.

mod control;
mod events;
mod findings;
mod outcome;
mod preflight;
mod properties;
mod replication;
mod restore;
mod round_trip;

use chrono::{TimeDelta, TimeZone as _, Utc};

use super::*;

/// 2026-03-02 08:00:00 UTC.
pub(super) fn morning() -> Timestamp {
    Timestamp::new(Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap())
}

pub(super) fn secs(seconds: u64) -> Elapsed {
    Elapsed::from_secs(seconds)
}

pub(super) fn started() -> Started {
    Started {
        format: FORMAT,
        run: RunId("20260302T080000Z-abcdef".to_owned()),
        demo: true,
        program: "0.1.0".to_owned(),
        recorder: "eng@laptop".to_owned(),
        primary: Some("admin@prod".to_owned()),
        dr: Some("admin@dr".to_owned()),
        imported: None,
        read_only: false,
        settings: RunSettings::default(),
        dialect: "00".repeat(32),
        log: None,
        known_roles: Vec::new(),
        history: Vec::new(),
    }
}

pub(super) fn identity(hostname: &str, serial: &str) -> Identity {
    Identity {
        hostname: Some(hostname.to_owned()),
        serial: Some(serial.to_owned()),
        host_key: Some(format!("SHA256:{serial}")),
        ..Identity::default()
    }
}

pub(super) fn answer<T>(reading: Reading<T>) -> Answer<T> {
    Answer { reading, took: Elapsed::from_millis(12), raw: "raw reply".to_owned() }
}

/// drwatch goes on, which was stopped since `since`.
pub(super) fn held_up(since: Timestamp) -> Event {
    Event::RunContinued {
        program: "0.1.0".to_owned(),
        recorder: "eng@laptop".to_owned(),
        held: Some("drwatch was suspended".to_owned()),
        since: Some(since),
        distrusted: None,
    }
}

pub(super) fn bucket(maps: u64, rbtmds: u64) -> BucketListing {
    BucketListing {
        counts: BucketCounts {
            name: "ava400-ks".to_owned(),
            entries: ObjectCount(261 + maps + rbtmds + 4),
            bytes: Some(ByteCount(926_580_933)),
            slabs: Some(ObjectCount(261)),
            maps: Some(ObjectCount(maps)),
            rbtmds: Some(ObjectCount(rbtmds)),
        },
        other: Vec::new(),
    }
}

/// A usual listing whose counts are changed.
pub(super) fn with(change: impl FnOnce(BucketCounts) -> BucketCounts) -> BucketListing {
    let usual = bucket(1331, 1331);
    BucketListing { counts: change(usual.counts), ..usual }
}

/// A run told event by event.
pub(super) struct Story {
    pub(super) run: Run,
    pub(super) now: Timestamp,
    pub(super) records: Vec<Record>,
}

impl Story {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Started)) -> Self {
        let mut first = started();
        change(&mut first);
        let record = Record { seq: Sequence(0), at: morning(), event: Event::RunStarted(Box::new(first)) };
        Self { run: Run::start(&record).unwrap(), now: morning(), records: vec![record] }
    }

    /// Both appliances connected and identified, their names confirmed.
    pub(super) fn connected() -> Self {
        let mut story = Self::new();
        story.meet();
        story
    }

    pub(super) fn meet(&mut self) {
        for (role, name) in [(Role::Primary, "prod"), (Role::Dr, "dr")] {
            self.tell(Event::LinkChanged { role, link: Link::Connected });
            let identity = identity(name, &format!("serial-{name}"));
            self.tell(Event::Identified { role, identity, raw: String::new() });
        }
        self.tell(Event::NamesConfirmed {
            primary: "prod".to_owned(),
            dr: "dr".to_owned(),
            identities: Box::new(self.run.present_pair()),
            reason: None,
            user: "eng".to_owned(),
            typed: None,
        });
    }

    pub(super) fn tell(&mut self, event: Event) -> Sequence {
        let seq = self.run.last.next();
        let record = Record { seq, at: self.now, event };
        apply(&mut self.run, &record);
        self.records.push(record);
        seq
    }

    /// Lets time pass, putting on record what falls due.
    pub(super) fn wait(&mut self, seconds: u64) -> &mut Self {
        self.now = self.now + secs(seconds);
        for edge in timer_events(&self.run, self.now) {
            self.tell(Event::Due(edge));
        }
        self
    }

    pub(super) fn counter(&mut self, value: u64) -> Sequence {
        self.tell(Event::CounterRead(answer(Reading::Known(GetCount(value)))))
    }

    /// Waits and reads the counter, once per value.
    pub(super) fn polls(&mut self, seconds: u64, values: &[u64]) {
        for value in values {
            self.wait(seconds);
            self.counter(*value);
        }
    }

    pub(super) fn service(&mut self, role: Role, state: ServiceState) -> Sequence {
        self.tell(Event::ServiceRead { role, answer: answer(Reading::Known(state)) })
    }

    pub(super) fn service_stopped(&mut self) {
        self.service(Role::Dr, ServiceState::Stopped);
    }

    pub(super) fn service_runs(&mut self) {
        self.service(Role::Dr, ServiceState::Running("running".to_owned()));
    }

    pub(super) fn replication(&mut self, state: ReplicationState) -> Sequence {
        self.tell(Event::ReplicationRead { answer: answer(Reading::Known(state)), backlog: None })
    }

    pub(super) fn threads(&mut self, count: u32) -> Sequence {
        self.tell(Event::ThreadsRead(answer(Reading::Known(ThreadCount(count)))))
    }

    pub(super) fn listing(&mut self, maps: u64, rbtmds: u64, cause: ListingCause) -> Sequence {
        self.tell(Event::ListingStarted { cause });
        self.wait(2);
        let listing = bucket(maps, rbtmds);
        self.tell(Event::ListingRead { listing, cause, took: secs(2), raw: String::new() })
    }

    pub(super) fn marker(&mut self, marker: Marker) -> Sequence {
        self.marker_as(marker, Arrival::Live, None)
    }

    pub(super) fn marker_as(
        &mut self,
        marker: Marker,
        arrival: Arrival,
        stamp: Option<Timestamp>,
    ) -> Sequence {
        self.tell(Event::MarkerSeen { marker, line: line(&format!("{marker:?}"), arrival, stamp) })
    }

    pub(super) fn final_lines(&mut self) {
        self.marker(Marker::NamespaceComplete);
        self.marker(Marker::RestoreSuccessful);
    }

    pub(super) fn attest(&mut self, statement: Statement) -> Sequence {
        self.attest_since(statement, self.now)
    }

    pub(super) fn attest_since(&mut self, statement: Statement, since: Timestamp) -> Sequence {
        let (reason, user) = ("seen in the web UI".to_owned(), "eng".to_owned());
        self.tell(Event::Attested { statement, since, reason, user, consent: None })
    }

    pub(super) fn request(&mut self, action: ActionKind, over: Option<&str>) -> ActionId {
        let id = ActionId(u32::try_from(self.run.actions.len()).unwrap() + 1);
        self.tell(Event::ActionRequested {
            id,
            plan: ActionPlan { action, lines: vec!["words".to_owned()], certainty: Certainty::Inferred },
            user: "eng".to_owned(),
            r#override: over.map(|reason| Override { reason: reason.to_owned() }),
            typed: None,
            consent: None,
            agreed: None,
        });
        id
    }

    pub(super) fn send(&mut self, id: ActionId) {
        self.tell(Event::ActionSent {
            id,
            sent: vec!["words".to_owned()],
            answer: String::new(),
            remark: None,
        });
    }

    pub(super) fn settle(&mut self, id: ActionId, state: ActionState) {
        self.tell(Event::ActionSettled { id, state });
    }

    /// Pause or resume by drwatch, all well.
    pub(super) fn act(&mut self, action: ActionKind) {
        let id = self.request(action, None);
        self.send(id);
        self.wait(1);
        match action {
            ActionKind::Pause => drop(self.replication(ReplicationState::Paused)),
            ActionKind::Resume => drop(self.replication(ReplicationState::Running)),
            ActionKind::SetThreads(count) => drop(self.threads(count.0)),
        }
        self.settle(id, ActionState::Confirmed);
    }

    pub(super) fn chunk(&mut self, tally: LogTally) {
        let lines = tally.lines;
        let offset = self.run.log.end;
        self.tell(Event::LogChunk {
            offset,
            bytes: ByteCount(lines.0 * 80),
            lines,
            sha256: "00".repeat(32),
            tally,
            received_at: None,
        });
    }

    /// A run in stage 1: paused and listed, counting from 10,412 since this moment.
    pub(super) fn in_stage_1() -> Self {
        let mut story = Self::connected();
        story.service_stopped();
        story.act(ActionKind::Pause);
        story.listing(1331, 1331, ListingCause::Paused);
        story.counter(10_412);
        story.marker(Marker::DownloadStarted);
        story.service_runs();
        story
    }

    pub(super) fn in_stage_2() -> Self {
        let mut story = Self::in_stage_1();
        story.polls(10, &[11_412, 12_412, 13_074]);
        story.wait(5);
        story.marker(Marker::DownloadComplete);
        story
    }

    pub(super) fn in_use() -> Self {
        let mut story = Self::in_stage_2();
        story.wait(600);
        story.final_lines();
        story
    }

    pub(super) fn ended() -> Self {
        let mut story = Self::in_use();
        story.wait(600);
        story.attest(Statement::TestOver);
        story
    }

    pub(super) fn span(&self, phase: Phase) -> &PhaseSpan {
        self.run.phases.span(phase).unwrap()
    }

    /// Findings of that code, all of them.
    pub(super) fn findings(&self, code: Code) -> Vec<&Finding> {
        self.run.findings.iter().filter(|finding| finding.code == code).collect()
    }

    /// The only finding of that code.
    pub(super) fn finding(&self, code: Code) -> &Finding {
        let findings = self.findings(code);
        assert_eq!(findings.len(), 1, "{code}: {findings:#?}");
        findings[0]
    }

    pub(super) fn open(&self) -> Vec<Code> {
        self.run.open_findings().map(|finding| finding.code).collect()
    }
}

pub(super) fn line(raw: &str, arrival: Arrival, stamp: Option<Timestamp>) -> LogCitation {
    LogCitation { offset: LogOffset(0), stamp, arrival, raw: raw.to_owned() }
}

pub(super) fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

pub(super) fn head() -> JournalHead {
    JournalHead { records: 1, head: "00".repeat(32) }
}
