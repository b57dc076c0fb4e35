//! Waiting for what a pre-flight needs to know: the answers so far, and whether more may come.

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

/// Most time for the answers to the short questions.
// Three times the limit of a short question: one on a shell that died is asked again.
const ANSWERS_TIMEOUT: Duration = Duration::from_secs(30);

/// Most time for a line of the log once all else is answered: a quiet appliance writes none.
const LOG_TIMEOUT: Duration = Duration::from_secs(10);

/// Replies kept; each is at most 4 KiB long.
const MAX_REPLIES: usize = 1024;

/// The appliance's own words in an event.
fn reply_of(event: &Event) -> Option<&str> {
    match event {
        Event::Identified { raw, .. }
        | Event::ListingRead { raw, .. }
        | Event::ListingRefused { raw, .. } => Some(raw),
        Event::CounterRead(answer) => Some(&answer.raw),
        Event::ThreadsRead(answer) => Some(&answer.raw),
        Event::ReplicationRead { answer, .. } => Some(&answer.raw),
        Event::ServiceRead { answer, .. } => Some(&answer.raw),
        Event::BucketNamed { answer, .. } => Some(&answer.raw),
        _ => None,
    }
}

/// The state of the bucket listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listing {
    Due,
    /// Under way; its limit is that of the gate.
    Asked,
    /// Read, refused, given as a file, or not to be had.
    Over,
}

/// The answers so far.
pub(super) struct Asked {
    pub(super) run: Run,
    clock: Clock,
    log_parser: LogParser,
    listing: Listing,
    log_seen: bool,
    /// The last replies, by their record.
    replies: BTreeMap<Sequence, String>,
}

impl Asked {
    pub(super) fn new(run: Run, clock: Clock, log_parser: LogParser, listing_given: bool) -> Self {
        let listing = if listing_given { Listing::Over } else { Listing::Due };
        Self { run, clock, log_parser, listing, log_seen: false, replies: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, event: &Event) {
        let record = Record { seq: self.run.last.next(), at: self.clock.now(), event: event.clone() };
        apply(&mut self.run, &record);
        if let Some(reply) = reply_of(event) {
            self.replies.insert(record.seq, reply.to_owned());
            if self.replies.len() > MAX_REPLIES {
                self.replies.pop_first();
            }
        }
    }

    pub(super) fn reply(&self, record: Sequence) -> Option<&str> {
        self.replies.get(&record).map(String::as_str)
    }

    /// Waits until every answer is in that will come, or a signal ends the check.
    pub(super) async fn until_answered(
        &mut self,
        tasks: &[ApplianceTask],
        mut observations: mpsc::Receiver<Observation>,
        mut signals: Signals,
    ) {
        let begun = Instant::now();
        let mut all_but_log = None;
        loop {
            self.ask_for_listing(tasks);
            let answered = [Role::Primary, Role::Dr].into_iter().all(|role| self.has_answered(role));
            let listed = self.listing == Listing::Over || !self.is_connected(Role::Primary);
            // The listing has a limit of its own and may outlast all other answers by hours.
            if (answered || begun.elapsed() >= ANSWERS_TIMEOUT) && listed {
                let since = *all_but_log.get_or_insert_with(Instant::now);
                if self.has_log() || since.elapsed() >= LOG_TIMEOUT {
                    return;
                }
            }
            // Cancel-safe: neither a signal nor an observation is lost when another arm wins.
            tokio::select! {
                biased;
                _ = signals.next_ending_without_screen() => return,
                observation = observations.recv() => match observation {
                    Some(observation) => self.observe(observation),
                    None => return,
                },
                // So that the limits above are checked where nothing arrives.
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
            }
        }
    }

    fn ask_for_listing(&mut self, tasks: &[ApplianceTask]) {
        if self.listing != Listing::Due || self.run.primary.identity.is_none() {
            return;
        }
        let Some(primary) = tasks.iter().find(|task| task.role() == Role::Primary) else { return };
        if self.is_connected(Role::Primary) && primary.ask(Request::ListBucket(ListingCause::Asked)) {
            self.listing = Listing::Asked;
            inform("Listing the bucket; this may take long. Ctrl-C leaves it out.");
        }
    }

    fn is_connected(&self, role: Role) -> bool {
        // An appliance that is still being connected may yet answer.
        matches!(self.run.appliance(role).link, Link::Connected | Link::Connecting)
    }

    /// Whether the appliance has answered the short questions since this check began.
    fn has_answered(&self, role: Role) -> bool {
        let appliance = self.run.appliance(role);
        if !self.is_connected(role) {
            return true;
        }
        let is_fresh = |at| appliance.link == Link::Connected && appliance.link_since <= at;
        let service = appliance.service.as_ref().is_some_and(|service| is_fresh(service.at));
        let bucket = appliance.bucket.as_ref().is_some_and(|bucket| is_fresh(bucket.at));
        let own = match role {
            Role::Primary => match self.run.replication.state {
                // An answer, though none that says whether it is paused.
                Known::Unreadable => true,
                _ => self.run.replication.verified_at.is_some_and(is_fresh),
            },
            Role::Dr => self.run.threads.as_ref().is_some_and(|threads| is_fresh(threads.at)),
        };
        appliance.identity.is_some() && service && bucket && own
    }

    fn has_log(&self) -> bool {
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
                // The stage markers are of level INFO, which an appliance may be set not to log.
                self.log_seen |= taken.tally.info.0 > 0;
                self.take(&Event::LogChunk {
                    offset,
                    bytes: ByteCount(bytes.len() as u64),
                    lines: taken.tally.lines,
                    // A check keeps no log for a digest to be checked against.
                    sha256: String::new(),
                    tally: taken.tally,
                    received_at: None,
                });
                // Old lines may hold markers of an earlier test, which the pre-flight of this one must not see.
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
