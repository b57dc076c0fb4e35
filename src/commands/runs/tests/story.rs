//! A short run in which every kind of name is met, and what reports show of it.

use tempfile::TempDir;

use crate::{
    commands::runs::recorded::report as shown,
    journal::{self, JournalWriter, RunFolder, samples},
    report::{self, Report, Series},
    run::{
        ActionId, ActionKind, ActionPlan, ActionState, Answer, Arrival, BucketCounts, BucketListing,
        Certainty, Consent, Elapsed, Event, Gap, GetCount, Identity, Link, ListingCause, LogCitation,
        LogOffset, Marker, NO_ANSWER, ObjectCount, Overruled, PairIdentities, Person, PersonRole, Reading,
        ReplicationState, Role, Sequence, ServiceState, Statement, TestSheet, ThreadCount,
    },
};

/// The names of a run.
#[derive(Clone, Debug)]
pub(super) struct Originals {
    pub(super) primary: String,
    pub(super) dr: String,
    pub(super) user: String,
    pub(super) console: String,
    pub(super) serial: String,
    pub(super) bucket: String,
    pub(super) person: String,
    pub(super) path: String,
    pub(super) address: String,
    pub(super) address_6: String,
    pub(super) place: String,
}

impl Originals {
    pub(super) fn all(&self) -> [&str; 11] {
        [
            &self.primary,
            &self.dr,
            &self.user,
            &self.console,
            &self.serial,
            &self.bucket,
            &self.person,
            &self.path,
            &self.address,
            &self.address_6,
            &self.place,
        ]
    }

    /// Names that are no words of any report.
    pub(super) fn plain() -> Self {
        let text = str::to_owned;
        Self {
            primary: text("zq-prod7"),
            dr: text("zq-dr7"),
            user: text("zquser"),
            console: text("zqconsole"),
            serial: text("ZQ77A1"),
            bucket: text("zqbucket"),
            person: text("Zqkim Zqberg"),
            path: text("/exports/zq7/data"),
            address: text("10.77.1.9"),
            address_6: text("fe80::77:1"),
            place: text("Zqkiel, zq hall 7"),
        }
    }
}

pub(super) fn text(text: &str) -> String {
    text.to_owned()
}

fn answer<T>(value: T, raw: &str) -> Answer<T> {
    Answer { reading: Reading::Known(value), took: Elapsed::from_millis(12), raw: text(raw) }
}

fn identity(hostname: &str, serial: &str, bucket: &str) -> Identity {
    Identity {
        hostname: Some(text(hostname)),
        product: Some(text("AltaVault")),
        release: Some(text("4.4.1.0")),
        model: Some(text("AVA400")),
        serial: Some(text(serial)),
        host_key: Some(format!("SHA256:{}", "K".repeat(43))),
        host_keys: Vec::new(),
        bucket: Some(text(bucket)),
        simulated: false,
    }
}

/// A short run in which every name is met in fields, replies, log lines and sentences.
#[expect(clippy::too_many_lines, reason = "one event after the other")]
pub(super) fn story(names: &Originals) -> Vec<Event> {
    let Originals { primary, dr, user, console, serial, bucket, person, path, address, address_6, place } =
        names;
    let Event::RunStarted(mut started) = samples::every_event().remove(0) else { panic!("not a start") };
    started.demo = false;
    started.recorder = format!("{user}@{console}");
    started.primary = Some(format!("{user}@{primary}"));
    started.dr = Some(text(address));
    let own = || text(user);
    let line = |words: &str| LogCitation {
        offset: LogOffset(120),
        stamp: Some(samples::at(9)),
        arrival: Arrival::Live,
        raw: format!("Sep 13 16:03:38 {dr} rfsd[13852]: [x.INFO] (1) {words}"),
    };
    let plan = ActionPlan {
        action: ActionKind::Pause,
        lines: vec![text("enable"), text("no replication enable")],
        certainty: Certainty::Inferred,
    };
    let counts = BucketCounts {
        name: text(bucket),
        entries: ObjectCount(2927),
        bytes: None,
        slabs: Some(ObjectCount(261)),
        maps: Some(ObjectCount(1331)),
        rbtmds: Some(ObjectCount(1331)),
    };
    let raw_listing = format!("Bucket: {bucket}, listed for {user} from {address}:443 by {person}");
    let mut events = vec![
        Event::RunStarted(started),
        Event::EngineerNamed { engineer: Some(text(person)), user: own() },
        Event::TestSheetStated {
            sheet: Box::new(TestSheet {
                objective: Some(format!("to restore {bucket} on {dr}")),
                scope: Some(format!("what {user} keeps under {path} at {place}")),
                assumptions: Some(format!("{person} is at {place}, {address_6} answers")),
                change_ticket: Some(format!("CHG-7 of {primary}, serial {serial}")),
                place: Some(text(place)),
                people: vec![Person { name: text(person), role: PersonRole::Operator }],
                ..TestSheet::default()
            }),
            origin: crate::run::SheetOrigin::Plan { file: text(path), sha256: "f".repeat(64) },
            reason: None,
            user: own(),
        },
    ];
    for (role, hostname, serial) in
        [(Role::Primary, primary, serial.clone()), (Role::Dr, dr, format!("{serial}9"))]
    {
        events.extend([
            Event::LinkChanged {
                role,
                link: Link::Waiting {
                    reason: format!(
                        "ssh: connect to host {hostname} ({address}) port 22: refused; see {path}"
                    ),
                    retry_at: samples::at(5),
                },
            },
            Event::LinkChanged { role, link: Link::Connected },
            Event::Identified {
                role,
                identity: identity(hostname, &serial, bucket),
                raw: format!("{hostname} > show info\nSerial: {serial}\nAddress: {address_6}\n{hostname} > "),
            },
            Event::ServiceRead {
                role,
                answer: answer(ServiceState::Busy(text("replaying")), "Service: replaying"),
            },
            Event::BucketNamed { role, answer: answer(text(bucket), &format!("bucket {bucket}")) },
        ]);
    }
    events.extend([
        Event::NamesConfirmed {
            primary: text(primary),
            dr: text(dr),
            identities: Box::new(PairIdentities {
                primary: Some(identity(primary, serial, bucket)),
                dr: Some(identity(dr, &format!("{serial}9"), bucket)),
            }),
            reason: None,
            user: own(),
            typed: Some(text(primary)),
        },
        Event::ReplicationRead { answer: answer(ReplicationState::Running, &format!("{primary}: enabled")), backlog: None },
        Event::ThreadsRead(answer(ThreadCount(128), "128")),
        Event::CounterRead(answer(GetCount(10_412), &format!("{dr} # backend.ops.get: 10412"))),
        Event::ActionRequested { id: ActionId(1), plan, user: own(), r#override: None, typed: Some(text(primary)), consent: None, agreed: None },
        Event::ActionSent {
            id: ActionId(1),
            sent: vec![text("enable"), text("no replication enable")],
            answer: format!("{primary} (config) # \nuser {user}: no replication enable"),
            remark: Some(format!("asked by {user}@{address}, kept in {path}/{bucket}")),
        },
        Event::ActionSettled { id: ActionId(1), state: ActionState::Confirmed },
        Event::ReplicationRead { answer: answer(ReplicationState::Paused, &format!("{primary}: disabled")), backlog: None },
        Event::ListingRead {
            listing: BucketListing { counts, other: Vec::new() },
            cause: ListingCause::Paused,
            took: Elapsed::from_secs(61),
            raw: raw_listing,
        },
        Event::ServiceRead {
            role: Role::Dr,
            answer: answer(ServiceState::Running(text("running")), &format!("{dr} runs")),
        },
        Event::Noted {
            text: format!(
                "{person} ({user}, {user}@{console}) copies {path}/a.txt of {bucket} from {primary}, [{address_6}] and \
                 {address}, serial {serial}."
            ),
            user: own(),
            line: Some(line(&format!("{bucket}/00/4f fetched via {address}:443, see {path}"))),
        },
        Event::Attested {
            statement: Statement::DownloadBegun,
            since: samples::at(20),
            reason: format!("{person} saw it on {dr} at {place}"),
            user: own(),
            consent: Some(against(format!("{dr} ({address}) of {person} was read otherwise."))),
        },
        Event::CounterRead(answer(GetCount(10_512), "backend.ops.get: 10512")),
        Event::CounterRead(Answer {
            reading: Reading::Unreadable,
            took: Elapsed::from_secs(10),
            raw: format!("{NO_ANSWER}10 s; {dr} is silent)"),
        }),
        Event::CounterRead(answer(GetCount(10_712), "backend.ops.get: 10712")),
        Event::AlarmSeen { alarm: text("inconsistent"), line: line(&format!("cloud bucket {bucket} inconsistent")) },
        Event::LogGap(Gap {
            from: samples::at(22),
            to: samples::at(24),
            offset: LogOffset(240),
            reason: format!("the connection to {dr} was lost"),
            record: None,
        }),
        Event::MarkerSeen { marker: Marker::DownloadComplete, line: line("Cloud restore phase complete.") },
        Event::SignedOff {
            text: format!("{bucket} restored on {dr}"),
            user: own(),
            consent: Some(against(format!("Replication on {primary} is still paused."))),
        },
    ]);
    events
}

fn against(shown: String) -> Consent {
    Consent { overruled: Overruled::Reading, shown, cited: Some(Sequence(9)) }
}

pub(super) fn recorded(events: &[Event]) -> (TempDir, RunFolder) {
    let (home, folder) = samples::folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    for (second, event) in (0..).zip(events) {
        writer.append(samples::at(second), event).unwrap();
    }
    (home, folder)
}

/// A report, and everything that its forms show.
pub(super) fn reported(folder: &RunFolder, redact: bool) -> (Report, String) {
    let report = shown(folder, folder.path(), redact).unwrap();
    let mut series = Series::new(Vec::new());
    journal::read_run_by(folder, |run, record| series.see(run, record)).unwrap();
    let series = String::from_utf8(series.finish().unwrap()).unwrap();
    let forms = [
        report::markdown(&report),
        report::html(&report).unwrap(),
        report::json(&report.summary).unwrap(),
        series,
        format!("{:#?}", report.events),
    ];
    let forms = forms.join("\n");
    (report, forms)
}
