//! Waiting for what a pre-flight needs to know: what was told so far, and whether more may come.

use std::{collections::BTreeMap, time::Duration};

use tokio::{sync::mpsc, time::Instant};

use crate::{
    appliance::{observation::Observation, supervisor::Request},
    clock::Clock,
    commands::command_line::messages::inform,
    ingest::log_parser::LogParser,
    run::{ByteCount, Event, Known, Link, ListingCause, Record, Role, Run, Sequence, apply},
    session::{appliances::task::ApplianceTask, signals::Signals},
};

/// How long the answers to the short questions are waited for.
const ANSWERS: Duration = Duration::from_secs(30);

/// How long a line of the log is waited for once all else is told: a quiet appliance has none.
const LOG: Duration = Duration::from_secs(10);

/// Replies kept; each is at most 4 KiB long.
const REPLIES: usize = 1024;

/// The appliance's own words in an event.
fn reply_of(event: &Event) -> Option<&str> {
    match event {
        Event::Identified { raw, .. }
        | Event::ListingRead { raw, .. }
        | Event::ListingRefused { raw, .. } => Some(raw),
        Event::CounterRead(answer) => Some(&answer.raw),
        Event::ThreadsRead(answer) => Some(&answer.raw),
        Event::ReplicationRead(answer) => Some(&answer.raw),
        Event::ServiceRead { answer, .. } => Some(&answer.raw),
        Event::BucketNamed { answer, .. } => Some(&answer.raw),
        _ => None,
    }
}

/// How the bucket listing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listing {
    /// Not asked for yet.
    Due,
    /// Under way; its limit is that of the gate.
    Asked,
    /// Read, refused, given as a file, or not to be had.
    Over,
}

/// What was told so far.
pub(super) struct Asked {
    run: Run,
    clock: Clock,
    log_parser: LogParser,
    listing: Listing,
    log_seen: bool,
    /// The replies that were taken in, by their record; the last ones.
    replies: BTreeMap<Sequence, String>,
}

impl Asked {
    pub(super) fn new(run: Run, clock: Clock, log_parser: LogParser, listing_given: bool) -> Self {
        let listing = if listing_given { Listing::Over } else { Listing::Due };
        Self { run, clock, log_parser, listing, log_seen: false, replies: BTreeMap::new() }
    }

    pub(super) const fn run(&self) -> &Run {
        &self.run
    }

    /// Takes in an event.
    pub(super) fn take(&mut self, event: &Event) {
        let record = Record { seq: self.run.last.next(), at: self.clock.now(), event: event.clone() };
        apply(&mut self.run, &record);
        if let Some(reply) = reply_of(event) {
            self.replies.insert(record.seq, reply.to_owned());
            if self.replies.len() > REPLIES {
                self.replies.pop_first();
            }
        }
    }

    /// The reply that a record of this check holds.
    pub(super) fn reply(&self, record: Sequence) -> Option<&str> {
        self.replies.get(&record).map(String::as_str)
    }

    /// Waits until all is told that will be, or the engineer wants no more.
    pub(super) async fn until_told(
        &mut self,
        stations: &[ApplianceTask],
        mut observations: mpsc::Receiver<Observation>,
        mut signals: Signals,
    ) {
        let begun = Instant::now();
        let mut all_but_log = None;
        loop {
            self.ask_for_listing(stations);
            let answered = [Role::Primary, Role::Dr].into_iter().all(|role| self.is_told(role));
            let listed = self.listing == Listing::Over || !self.is_connected(Role::Primary);
            let told = (answered || begun.elapsed() >= ANSWERS) && listed;
            if told {
                let since = *all_but_log.get_or_insert_with(Instant::now);
                if self.is_log_told() || since.elapsed() >= LOG {
                    return;
                }
            }
            tokio::select! {
                biased;
                _ = signals.next_ending_without_screen() => return,
                observation = observations.recv() => match observation {
                    Some(observation) => self.observe(observation),
                    None => return,
                },
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
            }
        }
    }

    fn ask_for_listing(&mut self, stations: &[ApplianceTask]) {
        if self.listing != Listing::Due || self.run.primary.identity.is_none() {
            return;
        }
        let Some(primary) = stations.iter().find(|station| station.role() == Role::Primary) else { return };
        if self.is_connected(Role::Primary) && primary.ask(Request::ListBucket(ListingCause::Asked)) {
            self.listing = Listing::Asked;
            inform("Listing the bucket; this may take long. Ctrl-C leaves it out.");
        }
    }

    fn is_connected(&self, role: Role) -> bool {
        matches!(self.run.appliance(role).link, Link::Connected | Link::Connecting)
    }

    /// Whether the appliance has answered the short questions since this check began.
    fn is_told(&self, role: Role) -> bool {
        let appliance = self.run.appliance(role);
        if !self.is_connected(role) {
            return true;
        }
        let is_fresh = |at| appliance.link == Link::Connected && appliance.link_since <= at;
        let service = appliance.service.as_ref().is_some_and(|service| is_fresh(service.at));
        let bucket = appliance.bucket.as_ref().is_some_and(|bucket| is_fresh(bucket.at));
        let own = match role {
            Role::Primary => match self.run.replication.state {
                Known::Unreadable => true,
                _ => self.run.replication.verified_at.is_some_and(is_fresh),
            },
            Role::Dr => self.run.threads.as_ref().is_some_and(|threads| is_fresh(threads.at)),
        };
        appliance.identity.is_some() && service && bucket && own
    }

    fn is_log_told(&self) -> bool {
        !self.is_connected(Role::Dr) || (self.log_seen && self.run.dr.clock_offset.is_some())
    }

    fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Event(event) => {
                if matches!(event, Event::ListingRead { .. } | Event::ListingRefused { .. }) {
                    self.listing = Listing::Over;
                }
                self.take(&event);
            }
            Observation::Log { bytes, arrival } => {
                let offset = self.run.log.end;
                let taken = self.log_parser.read(&bytes, offset, arrival, self.clock.now());
                self.log_seen |= taken.tally.info.0 > 0;
                self.take(&Event::LogChunk {
                    offset,
                    bytes: ByteCount(bytes.len() as u64),
                    lines: taken.tally.lines,
                    // Nothing is kept that a digest could be checked against.
                    sha256: String::new(),
                    tally: taken.tally,
                    received_at: None,
                });
                // What old lines say of a test is no matter of its preparations.
                for event in taken.events.iter().filter(|event| matches!(event, Event::ClockOffset { .. })) {
                    self.take(event);
                }
            }
            Observation::LogGap { .. }
            | Observation::LogHole { .. }
            | Observation::LogEnded
            | Observation::LogReadToEnd
            | Observation::ReadyToSend { .. } => {}
        }
    }
}
