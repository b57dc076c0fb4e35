//! What is done by itself, and when, run by run.

use super::*;
use crate::run::{
    Arrival, BucketListing, Elapsed, Event, LogCitation, LogOffset, Marker, ObjectCount, Reading, Record,
    ReplicationState, RunId, RunSettings, Sequence, Started, Statement, Timestamp, apply,
};

struct Told {
    run: Run,
    automation: Automation,
    now: Timestamp,
}

impl Told {
    fn new() -> Self {
        let now = Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400, 0).unwrap());
        let started = Started {
            format: crate::run::FORMAT,
            run: RunId("20260302T080000Z-abcdef".to_owned()),
            simulated: true,
            program: "0.1.0".to_owned(),
            recorder: "eng@laptop".to_owned(),
            primary: Some("prod".to_owned()),
            dr: Some("dr".to_owned()),
            read_only: false,
            settings: RunSettings::default(),
            dialect: String::new(),
            log: None,
            known_roles: Vec::new(),
        };
        let record = Record { seq: Sequence(0), at: now, event: Event::RunStarted(Box::new(started)) };
        Self { run: Run::start(&record).unwrap(), automation: Automation::default(), now }
    }

    fn tell(&mut self, event: Event) -> Vec<Automatic> {
        self.now = self.now + Elapsed::from_secs(700);
        let record = Record { seq: self.run.last.next(), at: self.now, event };
        apply(&mut self.run, &record);
        self.automation.after(&self.run)
    }

    fn replication(&mut self, state: ReplicationState) -> Vec<Automatic> {
        let (reading, took, raw) = (Reading::Known(state), Elapsed::ZERO, String::new());
        self.tell(Event::ReplicationRead(crate::run::Answer { reading, took, raw }))
    }

    fn listed(&mut self, cause: ListingCause) -> Vec<Automatic> {
        let listing = BucketListing {
            name: "b".to_owned(),
            entries: ObjectCount(8),
            bytes: None,
            slabs: None,
            maps: Some(ObjectCount(4)),
            rbtmds: Some(ObjectCount(4)),
            other: Vec::new(),
        };
        let mut due = self.tell(Event::ListingStarted { cause });
        due.extend(self.tell(Event::ListingRead { listing, cause, took: Elapsed::ZERO, raw: String::new() }));
        due
    }

    fn marker(&mut self, marker: Marker) -> Vec<Automatic> {
        let raw = String::new();
        let line = LogCitation { offset: LogOffset(0), stamp: None, arrival: Arrival::Live, raw };
        self.tell(Event::MarkerSeen { marker, line })
    }

    fn attest(&mut self, statement: Statement) -> Vec<Automatic> {
        let (since, reason, user) = (self.now, String::new(), String::new());
        self.tell(Event::Attested { statement, since, reason, user })
    }

    /// Paused, listed, stage 1 over.
    fn in_stage_2() -> (Self, Vec<Automatic>) {
        let mut told = Self::new();
        told.tell(Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected });
        assert_eq!(told.replication(ReplicationState::Paused), [Automatic::List(ListingCause::Paused)]);
        told.listed(ListingCause::Paused);
        assert_eq!(told.marker(Marker::DownloadStarted), [Automatic::RecordPreflight]);
        let due = told.marker(Marker::DownloadComplete);
        (told, due)
    }
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
    let (mut told, due) = Told::in_stage_2();
    assert_eq!(listings(&due), [ListingCause::StageEnd]);
    assert!(listings(&told.listed(ListingCause::StageEnd)).is_empty());
    assert_eq!(listings(&told.attest(Statement::NamespaceOver)), []);
    assert!(told.automation.lists_with_resume(&told.run), "in this phase a resume takes its listing along");
    assert_eq!(listings(&told.attest(Statement::TestOver)), [ListingCause::BeforeResume]);
    assert!(listings(&told.listed(ListingCause::BeforeResume)).is_empty());
    assert!(!told.automation.lists_with_resume(&told.run), "the bucket was just listed");
    assert_eq!(told.run.frozen.unchanged, Some(true));
    assert!(told.run.frozen.before_resume.is_some());
}

#[test]
fn where_a_saved_listing_is_given_the_primary_is_asked_for_none() {
    for is_gone_on_with in [false, true] {
        let mut told = Told::new();
        told.tell(Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected });
        assert_eq!(listings(&told.listed(ListingCause::File)), []);
        if is_gone_on_with {
            assert_eq!(told.killed_and_gone_on(), []);
        }
        let mut due = told.replication(ReplicationState::Paused);
        // By key it can still be had.
        due.extend(told.listed(ListingCause::Asked));
        due.extend(told.marker(Marker::DownloadStarted));
        due.extend(told.marker(Marker::DownloadComplete));
        due.extend(told.attest(Statement::NamespaceOver));
        assert!(!told.automation.lists_with_resume(&told.run));
        due.extend(told.attest(Statement::TestOver));
        assert_eq!(listings(&due), []);
    }
}

#[test]
fn a_listing_under_way_or_a_lost_primary_put_the_proof_off() {
    let (mut told, _) = Told::in_stage_2();
    told.tell(Event::ListingStarted { cause: ListingCause::StageEnd });
    assert_eq!(listings(&told.attest(Statement::TestOver)), []);
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: told.now };
    assert_eq!(listings(&told.tell(Event::LinkChanged { role: crate::run::Role::Primary, link })), []);
    let refused = Event::ListingRefused { reason: "gone".to_owned(), raw: String::new() };
    assert_eq!(listings(&told.tell(refused)), []);
    let back = Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected };
    assert_eq!(listings(&told.tell(back)), [ListingCause::BeforeResume]);
}

impl Told {
    /// The connection to the primary is lost with whatever went over it, and made again.
    fn primary_lost_and_back(&mut self) -> Vec<ListingCause> {
        let primary = crate::run::Role::Primary;
        let link = Link::Waiting { reason: "gone".to_owned(), retry_at: self.now };
        self.tell(Event::ListingRefused { reason: "gone".to_owned(), raw: String::new() });
        assert_eq!(listings(&self.tell(Event::LinkChanged { role: primary, link })), []);
        assert_eq!(listings(&self.tell(Event::LinkChanged { role: primary, link: Link::Connecting })), []);
        listings(&self.tell(Event::LinkChanged { role: primary, link: Link::Connected }))
    }
}

#[test]
fn a_listing_lost_with_its_connection_is_made_over_the_next_one() {
    let mut told = Told::new();
    told.tell(Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected });
    assert_eq!(listings(&told.replication(ReplicationState::Paused)), [ListingCause::Paused]);
    told.tell(Event::ListingStarted { cause: ListingCause::Paused });
    assert_eq!(told.primary_lost_and_back(), [ListingCause::Paused]);
    told.listed(ListingCause::Paused);
    assert_eq!(told.primary_lost_and_back(), [], "it has come");

    let (mut told, _) = Told::in_stage_2();
    told.tell(Event::ListingStarted { cause: ListingCause::StageEnd });
    assert_eq!(told.primary_lost_and_back(), [ListingCause::StageEnd]);
    told.listed(ListingCause::StageEnd);
    assert_eq!(told.primary_lost_and_back(), []);
}

#[test]
fn a_lost_listing_that_proves_nothing_any_more_is_let_go() {
    let (mut told, _) = Told::in_stage_2();
    told.tell(Event::ListingStarted { cause: ListingCause::StageEnd });
    told.replication(ReplicationState::Running);
    assert_eq!(told.primary_lost_and_back(), []);
}

#[test]
fn a_bucket_that_need_not_stand_still_is_not_listed_again() {
    let (mut told, _) = Told::in_stage_2();
    told.listed(ListingCause::StageEnd);
    told.replication(ReplicationState::Running);
    assert_eq!(listings(&told.attest(Statement::TestOver)), []);
    assert!(!told.automation.lists_with_resume(&told.run));
}

#[test]
fn a_listing_overtaken_by_the_resume_does_not_replace_the_final_one() {
    let (mut told, _) = Told::in_stage_2();
    let final_one = told.run.listing.clone();
    told.tell(Event::ListingStarted { cause: ListingCause::BeforeResume });
    told.replication(ReplicationState::Running);
    told.listed(ListingCause::BeforeResume);
    assert_eq!(told.run.listing, final_one);
}

#[test]
fn a_log_is_searched_once_over_each_connection_until_there_is_an_answer() {
    use crate::run::{Role, ServiceState};
    let mut told = Told::new();
    let connected = || Event::LinkChanged { role: Role::Dr, link: Link::Connected };
    told.tell(connected());
    let answer = crate::run::Answer {
        reading: Reading::Known(ServiceState::Running("running".to_owned())),
        took: Elapsed::ZERO,
        raw: String::new(),
    };
    let service = Event::ServiceRead { role: Role::Dr, answer };
    assert_eq!(told.tell(service.clone()), [Automatic::SearchLog]);
    assert_eq!(told.tell(service.clone()), [], "it is under way");
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: told.now };
    assert_eq!(told.tell(Event::LinkChanged { role: Role::Dr, link }), []);
    assert_eq!(told.tell(connected()), [Automatic::SearchLog], "the answer was lost with the connection");
    let (reading, took, raw) = (Reading::Known(Vec::new()), Elapsed::ZERO, String::new());
    assert_eq!(told.tell(Event::LogSearched(crate::run::Answer { reading, took, raw })), []);
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: told.now };
    told.tell(Event::LinkChanged { role: Role::Dr, link });
    assert_eq!(told.tell(connected()), []);
}

impl Told {
    /// The process is killed, and another goes on with the run.
    fn killed_and_gone_on(&mut self) -> Vec<ListingCause> {
        let (program, recorder) = ("0.1.0".to_owned(), "eng@laptop".to_owned());
        self.tell(Event::RunContinued { program, recorder, held: None, since: None, distrusted: None });
        self.automation = Automation::going_on(&self.run);
        let back = Event::LinkChanged { role: crate::run::Role::Primary, link: Link::Connected };
        listings(&self.tell(back))
    }
}

#[test]
fn a_listing_owed_at_a_stage_end_survives_a_kill_before_or_while_it_is_made() {
    let (mut told, _) = Told::in_stage_2();
    assert_eq!(told.killed_and_gone_on(), [ListingCause::StageEnd], "killed before it was begun");
    told.tell(Event::ListingStarted { cause: ListingCause::StageEnd });
    assert_eq!(told.killed_and_gone_on(), [ListingCause::StageEnd], "killed while it was under way");
    told.listed(ListingCause::StageEnd);
    assert_eq!(told.killed_and_gone_on(), [], "killed once it was on record");
    assert!(told.run.frozen.at_stage_1_end.is_some());
}

#[test]
fn a_listing_owed_before_the_resume_survives_a_kill_before_or_while_it_is_made() {
    let (mut told, _) = Told::in_stage_2();
    told.listed(ListingCause::StageEnd);
    told.attest(Statement::NamespaceOver);
    assert_eq!(told.killed_and_gone_on(), [], "nothing is owed while the appliance is in use");
    told.attest(Statement::TestOver);
    assert_eq!(told.killed_and_gone_on(), [ListingCause::BeforeResume]);
    told.tell(Event::ListingStarted { cause: ListingCause::BeforeResume });
    assert_eq!(told.killed_and_gone_on(), [ListingCause::BeforeResume]);
    told.listed(ListingCause::BeforeResume);
    assert_eq!(told.killed_and_gone_on(), []);
    assert!(!told.automation.lists_with_resume(&told.run), "the bucket was just listed");
}

#[test]
fn nothing_is_owed_by_a_run_gone_on_with_once_replication_runs() {
    let (mut told, _) = Told::in_stage_2();
    told.replication(ReplicationState::Running);
    told.attest(Statement::TestOver);
    assert_eq!(told.killed_and_gone_on(), []);
}
