//! What is held against the truth each time that drwatch has ended: lines sent, lines of the log, times and exit code.

use tokio::time::Duration;

use super::{ACTION_LIMIT, IMPOSTOR_HOST, Model};
use crate::{
    appliance::{
        continuity::{Item, Received, Written, check_until},
        observation::Observation,
    },
    ingest::arrivals::Arrivals,
    journal::{Content, JournalReader, RunFolder},
    run::{ActionState, Arrival, Bound, Event, Exit, Gap, Known, Link, ReplicationState, Role, Run},
    session::tests::swarm::plan::UNASKED,
    simulator::Stage,
};

/// The state of replication is read this often, and is on its way for a moment.
// Every 15 s by the schedule, and six seconds on the way.
const READ_EVERY: Duration = Duration::from_secs(21);

impl Model {
    pub(super) fn lines_reached_the_confirmed_alone(&mut self, run: &Run) {
        let (mut lines, mut unlisted) = (Vec::new(), Vec::new());
        // Machines 0 and 1 share a world, 2 and 3, the impostors, another.
        for pair in [0, 2] {
            let world = &self.machines[pair].world;
            let begun = world.view(|world| world.origin.start).unwrap();
            for one in world.received().unwrap() {
                if one.label == "drwatch" {
                    unlisted.extend(
                        (!is_listed(&one.line) && !self.other_lines.contains(&one.line.as_str()))
                            .then(|| one.line.clone()),
                    );
                }
                let is_read = one.line.starts_with("show") || one.line.starts_with("rfsctl");
                if one.label == "drwatch" && !is_read && one.line.contains("replication") {
                    let at = Duration::from(one.at.since(begun));
                    lines.push((at, pair + usize::from(one.role == Role::Dr), one.line));
                }
            }
        }
        for line in unlisted {
            self.broken("nothing is sent that is not on the list", format!("{line:?}"));
        }
        lines.sort();
        // All lines ever received are compared anew at each end, so that each consent
        // counts once per comparison.
        self.requested.iter_mut().for_each(|one| one.is_used = false);
        let mut on_record: Vec<&str> =
            run.actions.iter().flat_map(|action| &action.plan.lines).map(String::as_str).collect();
        for (at, machine, line) in lines {
            match on_record.iter().position(|known| *known == line) {
                // Each request on record covers one line: the same line twice takes two of them.
                Some(known) => drop(on_record.swap_remove(known)),
                None => self.broken("a request is on record before it is sent", format!("{line:?}")),
            }
            self.hit("changing line received");
            let role = if line.contains("num-threads") { Role::Dr } else { Role::Primary };
            if self.is_read_only {
                self.broken("read-only sends nothing", format!("{line:?}"));
            }
            if self.confirmed_at(at, role) != Some(machine) {
                self.broken(
                    "a changing line reaches only the confirmed machine",
                    format!(
                        "{line:?} reached machine {machine} at {at:?}, confirmed is {:?}",
                        self.confirmed_at(at, role)
                    ),
                );
            }
            let consent = self
                .requested
                .iter_mut()
                .find(|one| !one.is_used && one.at <= at && one.lines.contains(&line));
            match consent {
                Some(consent) => consent.is_used = true,
                None => self.broken("at most once per consent", format!("{line:?} at {at:?}")),
            }
        }
    }

    pub(super) fn log_is_whole(&mut self, run: &Run, log: &[u8], mut received: Received) {
        if self.confirmed_at(Duration::MAX, Role::Dr).is_some_and(|machine| machine < 2) && !self.is_mixed[1]
        {
            let text = String::from_utf8_lossy(log);
            if text.contains(&format!(" {IMPOSTOR_HOST} ")) {
                self.broken("no reading of another machine", "lines of another machine's log are on record");
            }
        }
        if self.is_mixed[1] || self.about[1].is_none_or(|machine| machine >= 2) {
            return;
        }
        drop_unasked(&mut received.items);
        let earlier = received.items.iter().take_while(|item| is_earlier(item)).count();
        // Old lines end where the log stood when it was first followed; where that was, the first new line tells.
        let firsts = self.first_new(&received, earlier);
        // An orderly end is behind a last look at the log, or a gap says that there was none.
        let at_hand = run.log.followed && run.ending.is_some();
        let end = self.written.last().map(|line| line.at);
        // Lines of the last seconds may be on their way when drwatch ends.
        let settled = |line: &Written| end.is_some_and(|end| end.since(line.at).millis() > 10_000);
        let due = if at_hand { self.written.iter().take_while(|line| settled(line)).count() } else { 0 };
        self.hit(if at_hand { "log compared to its end" } else { "log compared" });
        let mut lost = None;
        // Equal lines leave it open where the log began; one place at which all fits is enough.
        for first in firsts {
            match check_until(&self.written, first, &received.items, due) {
                Ok(_) => return,
                Err(reason) => lost = Some(reason),
            }
        }
        if let Some(lost) = lost {
            self.broken("each line is on record once, or a gap covers it", lost);
        }
    }

    /// Where the lines that are no old ones may begin: behind each stretch that ends like the old ones.
    fn first_new(&self, received: &Received, earlier: usize) -> Vec<usize> {
        let line = |item: &Item| match item {
            Item::Line(line, _) => Some(line.clone()),
            Item::Gap { .. } => None,
        };
        let old: Vec<Vec<u8>> = received.items[..earlier].iter().filter_map(line).collect();
        let texts: Vec<&Vec<u8>> = self.written.iter().map(|line| &line.text).collect();
        let Some(last) = old.last() else {
            let new = received.items.get(earlier).and_then(line);
            let of_new = (0..texts.len()).filter(|at| new.as_ref() == Some(texts[*at]));
            let is_old = |at: &usize| self.followed_from.is_none_or(|from| *at <= from);
            // The first follow of a file that was just begun shows none of the old lines.
            return [0].into_iter().chain(self.followed_from).chain(of_new.filter(is_old)).collect();
        };
        let ends_alike = |at: &usize| {
            texts[*at] == last
                // A few lines before it as well, since the last old line alone may stand
                // in the log several times.
                && old.iter().rev().zip(texts[..=*at].iter().rev()).take(8).all(|(old, new)| old == *new)
        };
        let ends: Vec<usize> = (0..texts.len()).filter(ends_alike).map(|at| at + 1).collect();
        // What was written before drwatch first knew the appliance is no new line.
        let late: Vec<usize> = ends.iter().copied().filter(|end| Some(*end) >= self.old_lines).collect();
        match (ends.is_empty(), late.is_empty()) {
            (true, _) => vec![0],
            (false, true) => ends,
            (false, false) => late,
        }
    }

    /// The time paused, as far as its ends are said to be known, is what it was.
    pub(super) fn pauses_are_bounded(&mut self, run: &Run) {
        let Some(machine) = self.told_truly() else { return };
        if self.clock_was_set || run.replication.verified_at.is_none() {
            return;
        }
        let states = &self.states[machine];
        let ends = states.iter().skip(1).map(|(at, _)| *at).chain([self.elapsed()]);
        let paused = states.iter().zip(ends).filter(|((_, state), _)| *state == ReplicationState::Paused);
        let truth: Duration = paused.map(|((from, _), to)| to.saturating_sub(*from)).sum();
        // Each end is seen at the next poll.
        let slack = Duration::from_secs(20) * u32::try_from(states.len() + 1).unwrap();
        let told = Duration::from(run.replication.paused_total(run.last_at));
        let bound = run.replication.bound(run.last_at);
        let is_least = told <= truth + slack;
        let is_most = truth <= told + slack;
        let holds = match bound {
            Bound::Exact => is_least && is_most,
            Bound::AtLeast => is_least,
            Bound::AtMost => is_most,
            // Neither end of a pause is known, so nothing is promised.
            Bound::About => true,
        };
        self.hit("paused time compared");
        if !holds {
            self.broken(
                "told bounds of paused time contain the truth",
                format!("{bound:?} {told:?} is told, {truth:?} is true"),
            );
        }
    }

    /// The state of replication that is told is the true one, unless somebody else has changed it since it was last read.
    pub(super) fn told_state_is_true(&mut self, run: &Run) {
        let Some((at, truth)) = self.told_truly().and_then(|machine| self.states[machine].last().copied())
        else {
            return;
        };
        if run.change_in_doubt().is_some() && run.replication.state != Known::from(truth) {
            self.hit("left before the answer to a change");
        }
        let told = match run.replication_state() {
            Known::Paused => ReplicationState::Paused,
            Known::Running => ReplicationState::Running,
            Known::Unknown | Known::Unreadable => return,
        };
        self.hit("told state compared");
        let lacks_outcome = |id| {
            let action = run.actions.iter().find(|action| action.id == id);
            action.is_some_and(|action| {
                !matches!(action.state, ActionState::Confirmed | ActionState::Rejected { .. })
            })
        };
        let is_ours = self.requested.iter().any(|one| {
            one.wanted == Some(truth)
                && (one.at..one.at + ACTION_LIMIT).contains(&at)
                && lacks_outcome(one.id)
        });
        let is_read = run.primary.link == Link::Connected && at + READ_EVERY < self.elapsed();
        if told != truth && !self.clock_was_set && (is_ours || is_read) {
            self.broken(
                "the replication state told at the end is the true one",
                format!("{told:?} is told, {truth:?} since {at:?}"),
            );
        }
    }

    pub(super) fn exit_code_is_earned(&mut self, run: &Run) {
        let Some(machine) = self.about[0] else { return };
        let is_true = !self.is_mixed[0] && !self.stated_replication && run.primary.link == Link::Connected;
        if run.exit() == Exit::Done
            && is_true
            // As of the last reading.
            && !self.was(machine, ReplicationState::Running, self.elapsed().saturating_sub(READ_EVERY))
        {
            self.broken("exit code 0 is earned", "production is still paused");
        }
        let is_restored = matches!(run.exit(), Exit::Done | Exit::OpenFindings);
        if let Some(dr) = self.about[1].filter(|_| !self.is_mixed[1] && !self.stated_phase) {
            let stage = self.reached[dr];
            if is_restored && stage != Stage::Restored {
                self.broken("exit code 0 is earned", format!("restored is told in {stage:?}"));
            }
        }
    }
}

/// Whether a line is one of those that drwatch may ever type, written out here so that it shares nothing with the gate.
/// A password is none: it is typed where it is asked for, which is no command line.
fn is_listed(line: &str) -> bool {
    const LISTED: [&str; 18] = [
        "no cli session paging enable",
        "terminal length 0",
        "cli session auto-logout 0",
        "enable",
        "configure terminal",
        "exit",
        "show version",
        "show info",
        "show service",
        "show replication",
        "show replication bucket",
        "rfsctl exec backend.ops.get",
        "rfsctl exec replicator.num_threads",
        "show log",
        "show log continuous",
        "show log matching namespace",
        "no replication enable",
        "replication enable",
    ];
    let numbered = ["show log files ", "replication num-threads "];
    let is_numbered = |head: &&str| line.strip_prefix(*head).is_some_and(|rest| rest.parse::<u32>().is_ok());
    LISTED.contains(&line) || numbered.iter().any(is_numbered)
}

fn is_earlier(item: &Item) -> bool {
    matches!(item, Item::Line(_, Arrival::Earlier) | Item::Gap { .. })
}

/// The log as the record tells it up to an event that is the `last`: its lines with their arrival, and its gaps.
pub(super) fn received(folder: &RunFolder, log: &[u8], last: fn(&Event) -> bool) -> Received {
    let mut arrivals = Arrivals::default();
    let mut parts: Vec<Part> = Vec::new();
    for entry in JournalReader::open(folder).unwrap() {
        let Content::Record(record) = entry.unwrap().content else { continue };
        if last(&record.event) {
            break;
        }
        arrivals.take(&record.event);
        match record.event {
            Event::LogChunk { offset, bytes, .. } => {
                let from = usize::try_from(offset.0).unwrap();
                let to = from + usize::try_from(bytes.0).unwrap();
                parts.push(Part::Chunk { from, to, arrival: arrivals.of(offset) });
            }
            Event::LogGap(gap) => {
                // Behind the place of a gap no bytes are left: a power failure took them.
                let place = usize::try_from(gap.offset.0).unwrap();
                for part in &mut parts {
                    if let Part::Chunk { from, to, .. } = part {
                        (*from, *to) = ((*from).min(place), (*to).min(place));
                    }
                }
                parts.push(Part::Gap(gap));
            }
            _ => {}
        }
    }
    let mut received = Received::default();
    for part in parts {
        received.take(match part {
            Part::Chunk { from, to, arrival } => Observation::Log { bytes: log[from..to].to_vec(), arrival },
            Part::Gap(gap) => Observation::LogGap { from: gap.from, to: gap.to, reason: gap.reason },
        });
    }
    received
}

/// A part of the log on record.
enum Part {
    Chunk { from: usize, to: usize, arrival: Arrival },
    Gap(Gap),
}

/// What a machine says unasked goes into a log that is followed over the same terminal; nothing tells it from lines.
fn drop_unasked(items: &mut Vec<Item>) {
    for item in items.iter_mut() {
        let Item::Line(line, _) = item else { continue };
        for unasked in UNASKED {
            let unasked = unasked.trim_matches(['\r', '\n']).as_bytes();
            if let Some(rest) = line.strip_prefix(unasked) {
                *line = rest.to_vec();
            }
        }
    }
    // The appliances write no blank line of their own.
    items.retain(|item| !matches!(item, Item::Line(line, _) if line.trim_ascii().is_empty()));
}
