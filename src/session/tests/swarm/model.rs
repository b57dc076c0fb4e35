//! The model of the world: what is true of every machine at every moment, whatever drwatch believes, and the promises
//! that are held against it. To add a promise, judge it in [`Model::record`] (each record as it is made), in
//! [`Model::turn`] (each turn of the loop) or in [`Model::end`].

mod at_end;
mod markers;
mod readings;
mod turns;

use std::{collections::BTreeMap, fmt, fs};

use tokio::time::{Duration, Instant};

use super::plan::{Plan, Words};
use crate::{
    appliance::continuity::Written,
    durability::power,
    journal::RunFolder,
    run::{
        ActionId, ActionKind, Event, Identity, Link, Phase, Record, ReplicationState, Role, Run, Statement,
    },
    session::tests::hostile::Machine,
    simulator::Stage,
};

/// How long a fact may be on its way to the record.
const ON_ITS_WAY: Duration = Duration::from_secs(6);

/// An action may take so long to come to its end while the loop turns.
// The read-back may take three connections, each after pauses of up to half a
// minute, and replies may be late.
const ACTION_LIMIT: Duration = Duration::from_mins(10);

/// A connection that stands is asked for the state of replication at least this often.
// Ten periods: late replies and shells that are opened anew may delay a reading.
const POLL_LIMIT: Duration = Duration::from_secs(150);

/// Counter readings of the other machines are all above this one.
pub(super) const IMPOSTOR_COUNTER: u64 = 9_000_000;

/// Host field of the other machines' log.
pub(super) const IMPOSTOR_HOST: &str = "evilhost";

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// Which promise.
    pub(super) promise: &'static str,
    pub(super) detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.detail)
    }
}

/// An action that was asked for.
struct Requested {
    at: Duration,
    id: ActionId,
    lines: Vec<String>,
    wanted: Option<ReplicationState>,
    is_used: bool,
    is_settled: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "what was stated or disturbed, each by itself")]
pub(super) struct Model {
    begun: Instant,
    machines: Vec<Machine>,
    /// What replication on each machine was, from when on.
    states: Vec<Vec<(Duration, ReplicationState)>>,
    /// How far the restore of each machine has ever come.
    reached: Vec<Stage>,
    /// The machines confirmed, from when on.
    confirmed: Vec<(Duration, [Option<usize>; 2])>,
    /// The machine of each role that the run is about.
    about: [Option<usize>; 2],
    /// Whether a run was about more than one machine of a role.
    is_mixed: [bool; 2],
    requested: Vec<Requested>,
    /// Whether the engineer stated something about phases, or about replication.
    stated_phase: bool,
    stated_replication: bool,
    /// Whether the clock that drwatch records by was set.
    pub(super) clock_was_set: bool,
    /// Whether something may have been held in memory alone.
    pub(super) disk_was_full: bool,
    phase: Option<Phase>,
    is_read_only: bool,
    /// Lines that the plan's dialect has besides the built-in ones.
    other_lines: &'static [&'static str],
    /// The machine whose log is `written`.
    noted: usize,
    written: Vec<Written>,
    /// Whether the log was put on record as followed, and how many lines were written then: later ones are no old ones.
    is_followed: bool,
    followed_from: Option<usize>,
    /// How many lines were written at each time until drwatch first knew the DR appliance, and how many of them are
    /// surely old ones.
    first_looks: Vec<(Duration, usize)>,
    old_lines: Option<usize>,
    /// Number of the first line of the log that is kept in `written`.
    log_from: Option<usize>,
    connected_since: Option<Duration>,
    read_at: Duration,
    pub(super) violations: Vec<Violation>,
    pub(super) story: Vec<String>,
    pub(super) hits: BTreeMap<&'static str, u64>,
}

impl Model {
    pub(super) fn new(plan: &Plan, machines: Vec<Machine>) -> Self {
        let mut model = Self {
            begun: Instant::now(),
            states: vec![Vec::new(); machines.len()],
            reached: vec![Stage::Stopped; machines.len()],
            machines,
            confirmed: vec![(Duration::ZERO, [None; 2])],
            about: [None; 2],
            is_mixed: [false; 2],
            requested: Vec::new(),
            stated_phase: false,
            stated_replication: false,
            clock_was_set: false,
            disk_was_full: false,
            phase: None,
            is_read_only: plan.setup.is_read_only,
            other_lines: match plan.setup.dialect {
                Some(Words::Other(other)) => other.lines,
                Some(Words::Forbidden { .. }) | None => &[],
            },
            noted: 1,
            written: Vec::new(),
            is_followed: false,
            followed_from: None,
            first_looks: Vec::new(),
            old_lines: None,
            log_from: None,
            connected_since: None,
            read_at: Duration::ZERO,
            violations: Vec::new(),
            story: Vec::new(),
            hits: BTreeMap::new(),
        };
        model.sample();
        model
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(super) fn tell(&mut self, text: impl fmt::Display) {
        let at = self.elapsed();
        self.story.push(format!("{:>9.3}  {text}", at.as_secs_f64()));
    }

    pub(super) fn hit(&mut self, what: &'static str) {
        *self.hits.entry(what).or_default() += 1;
    }

    pub(super) fn broken(&mut self, promise: &'static str, detail: impl Into<String>) {
        let violation = Violation { promise, detail: detail.into() };
        self.tell(format!("BROKEN {violation}"));
        self.violations.push(violation);
    }

    /// Notes what replication and restore on every machine are now.
    fn sample(&mut self) {
        let at = self.elapsed();
        let known = self.states.iter_mut().zip(&mut self.reached);
        for (machine, (states, reached)) in self.machines.iter().zip(known) {
            let (replication, restore) = machine
                .world
                .view(|world| (world.appliance(machine.role).replication, world.stage()))
                .unwrap();
            *reached = restore.max(*reached);
            if states.last().is_none_or(|(_, last)| *last != replication) {
                states.push((at, replication));
            }
        }
    }

    /// Whether `machine` was in `state` at some moment from `from` on.
    fn was(&self, machine: usize, state: ReplicationState, from: Duration) -> bool {
        let states = &self.states[machine];
        let ends = states.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
        states.iter().zip(ends).any(|((_, of), end)| *of == state && end.is_none_or(|end| end >= from))
    }

    fn machine_of(&self, identity: &Identity) -> Option<usize> {
        let serial = |machine: &Machine| {
            let of = machine.world.view(|world| world.scenario.machine(machine.role).serial.clone()).unwrap();
            identity.serial.as_deref() == Some(of.as_str())
        };
        let key = |machine: &Machine| {
            machine.keys.iter().any(|key| Some(&key.fingerprint) == identity.host_key.as_ref())
        };
        let numbered: Vec<usize> =
            (0..self.machines.len()).filter(|at| serial(&self.machines[*at])).collect();
        match numbered.as_slice() {
            [one] => Some(*one),
            // A clone has the serial number of its original; then the host key decides.
            several => several.iter().copied().find(|at| key(&self.machines[*at])),
        }
    }

    fn is_about(&mut self, role: Role, machine: Option<usize>) {
        let slot = usize::from(role == Role::Dr);
        if self.about[slot].is_some() && self.about[slot] != machine {
            self.is_mixed[slot] = true;
        }
        self.about[slot] = machine;
    }

    fn confirmed_at(&self, at: Duration, role: Role) -> Option<usize> {
        // The first entry is of time zero, so that there is always one.
        let (_, pair) = self.confirmed.iter().rev().find(|(since, _)| *since <= at).unwrap();
        pair[usize::from(role == Role::Dr)]
    }

    fn confirmed_now(&self, role: Role) -> Option<usize> {
        self.confirmed_at(self.elapsed(), role)
    }

    /// Holds a record against the truth.
    pub(super) fn record(&mut self, record: &Record, run: &Run) {
        self.sample();
        if let Some(words) = story_of(&record.event) {
            self.tell(format!("#{} {words}", record.seq));
        }
        let at = self.elapsed();
        match &record.event {
            Event::RunStarted(started) if started.read_only != self.is_read_only => {
                self.broken("read-only is kept", "the run began otherwise");
            }
            Event::LogFollowed => self.log_followed(),
            Event::Identified { role, identity, .. } => {
                let slot = usize::from(*role == Role::Dr);
                if self.about[slot].is_none() {
                    self.about[slot] = self.machine_of(identity);
                }
                if *role == Role::Dr && self.old_lines.is_none() {
                    // Stamps have whole seconds: what was written a moment ago may count as new.
                    let long_ago = at.saturating_sub(Duration::from_secs(2));
                    let looks = std::mem::take(&mut self.first_looks).into_iter();
                    let old = looks.take_while(|(at, _)| *at < long_ago).last();
                    // Until then the lines noted were those of the DR appliance itself.
                    let is_own = self.about[slot] == Some(1);
                    self.old_lines = Some(old.filter(|_| is_own).map_or(0, |(_, lines)| lines));
                }
            }
            Event::NamesConfirmed { identities, .. } => {
                let pair = identities.as_ref();
                let of = |role| pair.of(role).and_then(|identity| self.machine_of(identity));
                let (primary, dr) = (of(Role::Primary), of(Role::Dr));
                self.confirmed.push((at, [primary, dr]));
                self.is_about(Role::Primary, primary);
                self.is_about(Role::Dr, dr);
            }
            Event::CounterRead(answer) => {
                let told = answer.reading.known().map(|count| count.0 >= IMPOSTOR_COUNTER);
                if let (Some(told), Some(machine)) = (told, self.confirmed_now(Role::Dr))
                    && told != (machine >= 2)
                {
                    self.broken(
                        "no reading of another machine",
                        format!("the GET counter {:?}", answer.reading),
                    );
                }
            }
            Event::ReplicationRead { answer, .. } => self.replication_read(answer, at),
            Event::ActionRequested { id, plan, .. } => self.requested.push(Requested {
                at,
                id: *id,
                lines: plan.lines.clone(),
                wanted: match plan.action {
                    ActionKind::Pause => Some(ReplicationState::Paused),
                    ActionKind::Resume => Some(ReplicationState::Running),
                    ActionKind::SetThreads(_) => None,
                },
                is_used: false,
                is_settled: false,
            }),
            Event::ActionSettled { id, state } => self.settled(*id, state),
            Event::Attested { statement, .. } => match statement {
                Statement::ReplicationPaused | Statement::ReplicationRunning => {
                    self.stated_replication = true;
                }
                Statement::DeletedFilesNotRead | Statement::RestoredUsable | Statement::TestOver => {}
                _ => self.stated_phase = true,
            },
            Event::MarkersClaimed { .. } => self.stated_phase = true,
            Event::LinkChanged { link: Link::Stopped { reason }, .. }
                if reason.contains("drwatch itself") =>
            {
                self.broken("no panic", reason.clone());
            }
            _ => {}
        }
        self.phase_is_true(run);
    }

    fn log_followed(&mut self) {
        let dr = &self.machines[self.about[1].unwrap_or(1)];
        let is_empty = dr
            .world
            .view(|world| world.appliance(dr.role).log.beginning() == world.appliance(dr.role).log.end())
            .unwrap();
        if is_empty && !self.is_followed {
            self.hit("log begins empty");
        }
        self.is_followed = true;
    }

    /// Holds the whole against the truth, each time that drwatch has ended.
    pub(super) fn end(&mut self, run: &Run, folder: &RunFolder) {
        self.sample();
        self.lines_reached_the_confirmed_alone(run);
        // On a full disk the end of the record is lost, which the last words say.
        if !power::is_full() {
            let log = fs::read(folder.log_path()).unwrap();
            self.markers_end_their_phases(run, &at_end::received(folder, &log, is_test_over));
            self.log_is_whole(run, &log, at_end::received(folder, &log, |_| false));
        }
        self.pauses_are_bounded(run);
        self.told_state_is_true(run);
        self.exit_code_is_earned(run);
    }

    /// The primary of which the run tells what was read, and nothing that was stated.
    fn told_truly(&self) -> Option<usize> {
        self.about[0].filter(|_| !self.is_mixed[0] && !self.stated_replication)
    }
}

/// Whether the engineer states that the test is over: no marker ends a phase behind that.
fn is_test_over(event: &Event) -> bool {
    matches!(event, Event::Attested { statement: Statement::TestOver, .. })
}

/// An event in the words of the story; nothing for what comes all the time.
fn story_of(event: &Event) -> Option<String> {
    let text = match event {
        Event::RunStarted(_) => "begun".to_owned(),
        Event::RunContinued { .. } => "gone on".to_owned(),
        Event::CounterRead(_)
        | Event::LogChunk { .. }
        | Event::PreflightJudged { .. }
        | Event::Exported { .. } => {
            return None;
        }
        Event::ReplicationRead { answer, .. } => format!("replication {:?}", answer.reading),
        other => serde_json::to_string(other).unwrap_or_default().chars().take(400).collect(),
    };
    Some(text)
}
