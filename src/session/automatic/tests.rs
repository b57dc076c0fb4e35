//! What is done by itself, and when, run by run.

use super::*;
use crate::run::{
    ActionId, ActionKind, ActionPlan, ActionState, Arrival, BucketCounts, BucketListing, Certainty, Elapsed,
    Event, LogCitation, LogOffset, Marker, ObjectCount, Reading, Record, ReplicationState, RunId,
    RunSettings, Sequence, Started, Statement, Timestamp, apply,
};

struct Watched {
    run: Run,
    automation: Automation,
    now: Timestamp,
}

impl Watched {
    fn new() -> Self {
        let now = Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400, 0).unwrap());
        let started = Started {
            format: crate::run::FORMAT,
            run: RunId("20260302T080000Z-abcdef".to_owned()),
            demo: true,
            program: "0.1.0".to_owned(),
            recorder: "eng@laptop".to_owned(),
            primary: Some("prod".to_owned()),
            dr: Some("dr".to_owned()),
            imported: None,
            read_only: false,
            settings: RunSettings::default(),
            dialect: String::new(),
            log: None,
            known_roles: Vec::new(),
            history: Vec::new(),
        };
        let record = Record { seq: Sequence(0), at: now, event: Event::RunStarted(Box::new(started)) };
        Self { run: Run::start(&record).unwrap(), automation: Automation::default(), now }
    }

    /// What is due after an event, but for the test sheet, which is frozen at once.
    fn record(&mut self, event: Event) -> Vec<Automatic> {
        let mut due = self.due_after(event);
        if due.contains(&Automatic::FreezeTestSheet) {
            due.retain(|one| *one != Automatic::FreezeTestSheet);
            due.extend(self.due_after(Event::TestSheetFrozen { sheet: Box::default() }));
        }
        due
    }

    fn due_after(&mut self, event: Event) -> Vec<Automatic> {
        self.now = self.now + Elapsed::from_secs(700);
        let record = Record { seq: self.run.last.next(), at: self.now, event };
        apply(&mut self.run, &record);
        self.automation.after(&self.run)
    }

    fn replication(&mut self, state: ReplicationState) -> Vec<Automatic> {
        let (reading, took, raw) = (Reading::Known(state), Elapsed::ZERO, String::new());
        self.record(Event::ReplicationRead {
            answer: crate::run::Answer { reading, took, raw },
            backlog: None,
        })
    }

    fn listed(&mut self, cause: ListingCause) -> Vec<Automatic> {
        self.counted(cause, 4)
    }

    fn counted(&mut self, cause: ListingCause, maps: u64) -> Vec<Automatic> {
        let listing = BucketListing {
            counts: BucketCounts {
                name: "b".to_owned(),
                entries: ObjectCount(8),
                bytes: None,
                slabs: None,
                maps: Some(ObjectCount(maps)),
                rbtmds: Some(ObjectCount(4)),
            },
            other: Vec::new(),
        };
        let mut due = self.record(Event::ListingStarted { cause });
        due.extend(self.record(Event::ListingRead {
            listing,
            cause,
            took: Elapsed::ZERO,
            raw: String::new(),
        }));
        due
    }

    fn marker(&mut self, marker: Marker) -> Vec<Automatic> {
        let raw = String::new();
        let line = LogCitation { offset: LogOffset(0), stamp: None, arrival: Arrival::Live, raw };
        self.record(Event::MarkerSeen { marker, line })
    }

    fn attest(&mut self, statement: Statement) -> Vec<Automatic> {
        let (since, reason, user) = (self.now, String::new(), String::new());
        self.record(Event::Attested { statement, since, reason, user, consent: None })
    }

    /// Paused, listed, stage 1 over.
    fn in_stage_2() -> (Self, Vec<Automatic>) {
        let mut watched = Self::new();
        watched.record(Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected });
        assert_eq!(watched.replication(ReplicationState::Paused), [Automatic::List(ListingCause::Paused)]);
        watched.listed(ListingCause::Paused);
        assert_eq!(watched.marker(Marker::DownloadStarted), [Automatic::RecordPreflight]);
        let due = watched.marker(Marker::DownloadComplete);
        (watched, due)
    }
}

fn requested(id: ActionId, action: ActionKind) -> Event {
    let plan = ActionPlan { action, lines: Vec::new(), certainty: Certainty::Inferred };
    let (user, typed, consent, agreed) = (String::new(), None, None, None);
    Event::ActionRequested { id, plan, user, r#override: None, typed, consent, agreed }
}

fn listings(due: &[Automatic]) -> Vec<ListingCause> {
    let causes = due.iter().filter_map(|due| match due {
        Automatic::List(cause) => Some(*cause),
        _ => None,
    });
    causes.collect()
}

#[test]
fn the_end_of_stage_1_and_of_the_test_are_listed_once_each() {
    let (mut watched, due) = Watched::in_stage_2();
    assert_eq!(listings(&due), [ListingCause::StageEnd]);
    assert!(listings(&watched.listed(ListingCause::StageEnd)).is_empty());
    assert_eq!(listings(&watched.attest(Statement::NamespaceOver)), []);
    assert!(
        watched.automation.lists_with_resume(&watched.run),
        "in this phase a resume takes its listing along"
    );
    assert_eq!(listings(&watched.attest(Statement::TestOver)), [ListingCause::BeforeResume]);
    assert!(listings(&watched.listed(ListingCause::BeforeResume)).is_empty());
    assert!(!watched.automation.lists_with_resume(&watched.run), "the bucket was just listed");
    assert_eq!(watched.run.frozen.unchanged, Some(true));
    assert!(watched.run.frozen.before_resume.is_some());
}

#[test]
fn a_saved_listing_makes_all_others_unnecessary() {
    for is_gone_on_with in [false, true] {
        let mut watched = Watched::new();
        watched.record(Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected });
        assert_eq!(listings(&watched.listed(ListingCause::File)), []);
        if is_gone_on_with {
            assert_eq!(watched.killed_and_continued(), []);
        }
        let mut due = watched.replication(ReplicationState::Paused);
        // By key it can still be had.
        due.extend(watched.listed(ListingCause::Asked));
        due.extend(watched.marker(Marker::DownloadStarted));
        due.extend(watched.marker(Marker::DownloadComplete));
        due.extend(watched.attest(Statement::NamespaceOver));
        assert!(!watched.automation.lists_with_resume(&watched.run));
        due.extend(watched.attest(Statement::TestOver));
        assert_eq!(listings(&due), []);
    }
}

#[test]
fn a_listing_under_way_or_a_lost_primary_delays_the_proof() {
    let (mut watched, _) = Watched::in_stage_2();
    watched.record(Event::ListingStarted { cause: ListingCause::StageEnd });
    assert_eq!(listings(&watched.attest(Statement::TestOver)), []);
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: watched.now };
    assert_eq!(listings(&watched.record(Event::LinkChanged { role: crate::run::Role::Primary, link })), []);
    let refused = Event::ListingRefused { reason: "gone".to_owned(), raw: String::new() };
    assert_eq!(listings(&watched.record(refused)), []);
    let back = Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected };
    assert_eq!(listings(&watched.record(back)), [ListingCause::BeforeResume]);
}

impl Watched {
    /// The connection to the primary is lost with whatever went over it, and made again.
    fn primary_lost_and_back(&mut self) -> Vec<ListingCause> {
        let primary = crate::run::Role::Primary;
        let link = Link::Waiting { reason: "gone".to_owned(), retry_at: self.now };
        self.record(Event::ListingRefused { reason: "gone".to_owned(), raw: String::new() });
        assert_eq!(listings(&self.record(Event::LinkChanged { role: primary, link })), []);
        assert_eq!(listings(&self.record(Event::LinkChanged { role: primary, link: Link::Connecting })), []);
        listings(&self.record(Event::LinkChanged { role: primary, link: Link::Connected }))
    }
}

#[test]
fn a_listing_lost_with_its_connection_is_made_over_the_next_one() {
    let mut watched = Watched::new();
    watched.record(Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected });
    assert_eq!(listings(&watched.replication(ReplicationState::Paused)), [ListingCause::Paused]);
    watched.record(Event::ListingStarted { cause: ListingCause::Paused });
    assert_eq!(watched.primary_lost_and_back(), [ListingCause::Paused]);
    watched.listed(ListingCause::Paused);
    assert_eq!(watched.primary_lost_and_back(), [], "it has come");

    let (mut watched, _) = Watched::in_stage_2();
    watched.record(Event::ListingStarted { cause: ListingCause::StageEnd });
    assert_eq!(watched.primary_lost_and_back(), [ListingCause::StageEnd]);
    watched.listed(ListingCause::StageEnd);
    assert_eq!(watched.primary_lost_and_back(), []);
}

#[test]
fn a_lost_listing_that_proves_nothing_any_more_is_not_repeated() {
    let (mut watched, _) = Watched::in_stage_2();
    watched.record(Event::ListingStarted { cause: ListingCause::StageEnd });
    watched.replication(ReplicationState::Running);
    assert_eq!(watched.primary_lost_and_back(), []);
}

#[test]
fn a_bucket_that_may_change_is_not_listed_again() {
    let (mut watched, _) = Watched::in_stage_2();
    watched.listed(ListingCause::StageEnd);
    watched.replication(ReplicationState::Running);
    assert_eq!(listings(&watched.attest(Statement::TestOver)), []);
    assert!(!watched.automation.lists_with_resume(&watched.run));
}

#[test]
fn a_listing_overtaken_by_the_resume_does_not_replace_the_final_one() {
    let (mut watched, _) = Watched::in_stage_2();
    let final_one = watched.run.listing.clone();
    watched.record(Event::ListingStarted { cause: ListingCause::BeforeResume });
    watched.replication(ReplicationState::Running);
    watched.listed(ListingCause::BeforeResume);
    assert_eq!(watched.run.listing, final_one);
}

#[test]
fn a_log_is_searched_once_over_each_connection_until_there_is_an_answer() {
    use crate::run::{Role, ServiceState};
    let mut watched = Watched::new();
    let connected = || Event::LinkChanged { role: Role::Dr, link: Link::Connected };
    watched.record(connected());
    let answer = crate::run::Answer {
        reading: Reading::Known(ServiceState::Running("running".to_owned())),
        took: Elapsed::ZERO,
        raw: String::new(),
    };
    let service = Event::ServiceRead { role: Role::Dr, answer };
    assert_eq!(watched.record(service.clone()), [Automatic::SearchLog]);
    assert_eq!(watched.record(service.clone()), [], "it is under way");
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: watched.now };
    assert_eq!(watched.record(Event::LinkChanged { role: Role::Dr, link }), []);
    assert_eq!(
        watched.record(connected()),
        [Automatic::SearchLog],
        "the answer was lost with the connection"
    );
    let (reading, took, raw) = (Reading::Known(Vec::new()), Elapsed::ZERO, String::new());
    assert_eq!(watched.record(Event::LogSearched(crate::run::Answer { reading, took, raw })), []);
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: watched.now };
    watched.record(Event::LinkChanged { role: Role::Dr, link });
    assert_eq!(watched.record(connected()), []);
}

impl Watched {
    /// The process is killed, and another goes on with the run.
    fn killed_and_continued(&mut self) -> Vec<ListingCause> {
        let (program, recorder) = ("0.1.0".to_owned(), "eng@laptop".to_owned());
        self.record(Event::RunContinued { program, recorder, held: None, since: None, distrusted: None });
        self.automation = Automation::going_on(&self.run);
        let back = Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected };
        listings(&self.record(back))
    }
}

#[test]
fn a_listing_owed_at_a_stage_end_survives_a_kill_before_or_while_it_is_made() {
    let (mut watched, _) = Watched::in_stage_2();
    assert_eq!(watched.killed_and_continued(), [ListingCause::StageEnd], "killed before it was begun");
    watched.record(Event::ListingStarted { cause: ListingCause::StageEnd });
    assert_eq!(watched.killed_and_continued(), [ListingCause::StageEnd], "killed while it was under way");
    watched.listed(ListingCause::StageEnd);
    assert_eq!(watched.killed_and_continued(), [], "killed once it was on record");
    assert!(watched.run.frozen.at_stage_1_end.is_some());
}

#[test]
fn a_listing_owed_before_the_resume_survives_a_kill_before_or_while_it_is_made() {
    let (mut watched, _) = Watched::in_stage_2();
    watched.listed(ListingCause::StageEnd);
    watched.attest(Statement::NamespaceOver);
    assert_eq!(watched.killed_and_continued(), [], "nothing is owed while the appliance is in use");
    watched.attest(Statement::TestOver);
    assert_eq!(watched.killed_and_continued(), [ListingCause::BeforeResume]);
    watched.record(Event::ListingStarted { cause: ListingCause::BeforeResume });
    assert_eq!(watched.killed_and_continued(), [ListingCause::BeforeResume]);
    watched.listed(ListingCause::BeforeResume);
    assert_eq!(watched.killed_and_continued(), []);
    assert!(!watched.automation.lists_with_resume(&watched.run), "the bucket was just listed");
}

#[test]
fn a_continued_run_owes_no_listing_once_replication_runs() {
    let (mut watched, _) = Watched::in_stage_2();
    watched.replication(ReplicationState::Running);
    watched.attest(Statement::TestOver);
    assert_eq!(watched.killed_and_continued(), []);
}

#[test]
fn the_test_sheet_is_frozen_once_also_where_a_kill_came_before_its_record() {
    let statement = |statement| Event::Attested {
        statement,
        since: Timestamp::new(chrono::DateTime::UNIX_EPOCH),
        reason: String::new(),
        user: String::new(),
        consent: None,
    };
    let mut watched = Watched::new();
    assert!(
        !watched.due_after(statement(Statement::ReplicationPaused)).contains(&Automatic::FreezeTestSheet)
    );
    assert!(watched.due_after(statement(Statement::DownloadOver)).contains(&Automatic::FreezeTestSheet));
    watched.automation = Automation::going_on(&watched.run);
    assert!(watched.due_after(statement(Statement::NamespaceOver)).contains(&Automatic::FreezeTestSheet));
    watched.due_after(Event::TestSheetFrozen { sheet: Box::default() });
    watched.automation = Automation::going_on(&watched.run);
    assert!(!watched.due_after(statement(Statement::TestOver)).contains(&Automatic::FreezeTestSheet));
}

fn paces(due: &[Automatic]) -> Vec<Pace> {
    let paces = due.iter().filter_map(|due| match due {
        Automatic::SetPace(pace) => Some(*pace),
        _ => None,
    });
    paces.collect()
}

#[test]
fn the_counter_is_read_often_again_once_the_end_of_the_test_is_taken_back() {
    let mut watched = Watched::new();
    assert_eq!(paces(&watched.attest(Statement::TestOver)), [Pace::Slow]);
    assert_eq!(paces(&watched.attest(Statement::TestNotOver)), [Pace::Fast], "stage 1 is still to come");
    assert_eq!(paces(&watched.marker(Marker::DownloadStarted)), []);
    assert_eq!(paces(&watched.attest(Statement::TestOver)), [Pace::Slow]);
    assert_eq!(paces(&watched.attest(Statement::TestNotOver)), [Pace::Fast]);
    assert_eq!(paces(&watched.marker(Marker::DownloadComplete)), [Pace::Slow]);
    assert_eq!(paces(&watched.attest(Statement::TestOver)), []);
    assert_eq!(paces(&watched.attest(Statement::TestNotOver)), [], "stage 2 is read seldom");
}

#[test]
fn the_listings_at_an_end_that_is_taken_back_take_no_later_place() {
    let mut watched = Watched::new();
    watched.record(Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected });
    watched.replication(ReplicationState::Paused);
    watched.listed(ListingCause::Paused);
    watched.marker(Marker::DownloadStarted);
    assert_eq!(listings(&watched.attest(Statement::TestOver)), [ListingCause::StageEnd]);
    watched.listed(ListingCause::StageEnd);
    watched.listed(ListingCause::BeforeResume);
    watched.attest(Statement::TestNotOver);
    let frozen = &watched.run.frozen;
    assert_eq!((&frozen.at_stage_1_end, &frozen.before_resume), (&None, &None));
    assert_eq!(frozen.unchanged, Some(true), "what they have shown stays so");
    assert_eq!(listings(&watched.marker(Marker::DownloadComplete)), [ListingCause::StageEnd]);
    watched.listed(ListingCause::StageEnd);
    assert!(watched.run.frozen.at_stage_1_end.is_some());
    assert_eq!(listings(&watched.attest(Statement::TestOver)), [ListingCause::BeforeResume]);
}

#[test]
fn a_listing_owed_at_the_end_of_the_test_is_not_made_once_that_is_taken_back() {
    let (mut watched, _) = Watched::in_stage_2();
    watched.listed(ListingCause::StageEnd);
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: watched.now };
    let primary = crate::run::Role::Primary;
    watched.record(Event::LinkChanged { role: primary, link });
    assert_eq!(listings(&watched.attest(Statement::TestOver)), [], "the primary is out of reach");
    watched.attest(Statement::TestNotOver);
    let back = Event::LinkChanged { role: primary, link: Link::Connected };
    assert_eq!(listings(&watched.record(back)), []);
    assert_eq!(listings(&watched.attest(Statement::TestOver)), [ListingCause::BeforeResume]);
}

#[test]
fn a_bucket_listed_while_a_resume_is_in_doubt_is_listed_again_if_that_is_refused() {
    let (mut watched, _) = Watched::in_stage_2();
    watched.listed(ListingCause::StageEnd);
    assert_eq!(listings(&watched.attest(Statement::TestOver)), [ListingCause::BeforeResume]);
    watched.record(Event::ListingStarted { cause: ListingCause::BeforeResume });
    let id = ActionId(1);
    watched.record(requested(id, ActionKind::Resume));
    assert_eq!(listings(&watched.counted(ListingCause::BeforeResume, 5)), []);
    assert_eq!(watched.run.frozen.before_resume, None, "it may be of a bucket that changes again");
    assert!(!watched.automation.lists_with_resume(&watched.run), "replication may run already");
    let state = ActionState::Rejected { reason: "not now".to_owned() };
    let due = watched.record(Event::ActionSettled { id, state });
    assert_eq!(listings(&due), [ListingCause::BeforeResume]);
    watched.listed(ListingCause::BeforeResume);
    assert!(watched.run.frozen.before_resume.is_some());
}
