//! The lives of drwatch: how each is started, watched and ended.

use std::{io, rc::Rc, sync::Arc, time::Duration};

use ratatui::{Terminal, backend::TestBackend};
use tokio::time::timeout;

use super::{Life, Op, Stage, hands::is_harmful};
use crate::{
    appliance::{
        gate::{Access, Gate},
        shell::Secret,
    },
    commands::{
        resume::{Named, interrupted},
        setup::assemble::{Assembly, Way, assemble},
    },
    console::{
        front::Front,
        headless::{Style, Transcript},
    },
    dialect::Dialect,
    durability::power,
    ingest::log_source::LogSource,
    journal::read_run,
    run::{Code, Phase, Role, Run},
    screen::View,
    session::{
        signals::Signals,
        state::{Until, Witness},
        tests::swarm::plan::{PASSWORD, Words},
    },
    settings::{ApplianceSettings, Settings},
};

impl Stage {
    /// Starts drwatch: a fresh run, or the one that was interrupted.
    pub(super) fn start(&mut self) {
        let is_fresh = std::fs::read_dir(self.runs.path()).unwrap().next().is_none();
        let mut settings = Settings {
            primary: ApplianceSettings {
                destination: Some("primary".to_owned()),
                ..ApplianceSettings::default()
            },
            dr: ApplianceSettings { destination: Some("dr".to_owned()), ..ApplianceSettings::default() },
            // Whoever goes on may have forgotten the flag.
            read_only: self.plan.setup.is_read_only && is_fresh,
            ..Settings::default()
        };
        let mut log = LogSource::Ssh;
        let interrupted = if is_fresh {
            None
        } else {
            match interrupted("last", self.runs.path(), &mut settings, &mut log, &Named::default()) {
                Ok(interrupted) => Some(interrupted),
                Err(refused) => {
                    self.model.borrow_mut().tell(format!("not gone on with: {refused}"));
                    let is_over = self.last.as_ref().is_some_and(|run| run.phase() == Phase::Ended);
                    if !is_over {
                        self.model.borrow_mut().broken("a run can be gone on with", refused.to_string());
                    }
                    // Nobody watches any more.
                    self.agenda.clear();
                    return;
                }
            }
        };
        self.last = None;
        let dialect = Arc::new(self.dialect());
        let access = if settings.read_only { Access::ReadOnly } else { Access::ReadAndChange };
        let ways = [Role::Primary, Role::Dr].map(|role| Way {
            role,
            gate: Gate::new(role, &dialect, access).unwrap(),
            transport: self.network.way(role),
            login: None,
            enable_password: self
                .plan
                .setup
                .scenario
                .machine(role)
                .enable_password
                .as_ref()
                .map(|_| Secret::from_output(PASSWORD.as_bytes()).unwrap()),
            seed: self.plan.seed,
        });
        let assembly = Assembly {
            clock: self.clock,
            runs_dir: self.runs.path().to_owned(),
            run_settings: interrupted
                .as_ref()
                .map_or_else(|| self.plan.setup.settings.clone(), |left| left.run().started.settings.clone()),
            settings,
            dialect,
            log,
            ways: ways.into(),
            interrupted,
            news: Vec::new(),
            bucket: None,
            until: Until::Quit,
            test: crate::session::state::StatedTest::default(),
        };
        let event_loop = match assemble(assembly, Front::Silent(io::ErrorKind::Other.into())) {
            Ok(event_loop) => event_loop,
            // A watch cannot begin without its first record on disk; somebody tries again later.
            Err(refused) if power::is_full() => {
                self.model.borrow_mut().tell(format!("cannot start: {refused}"));
                self.after(5000, Op::GoOn);
                return;
            }
            Err(refused) => {
                self.model.borrow_mut().broken("a run can be gone on with", refused.to_string());
                return;
            }
        };
        {
            let mut model = self.model.borrow_mut();
            model.goes_on(event_loop.run());
            model.tell(if is_fresh { "drwatch starts" } else { "drwatch goes on" });
        }
        let beat = event_loop.session.clock().ticker(Duration::from_secs(1));
        self.life = Some(Life {
            event_loop: event_loop.with_witness(self.witness()),
            view: View::default(),
            terminal: Terminal::new(TestBackend::new(120, 40)).unwrap(),
            beat,
            signals: Signals::listen().unwrap(),
        });
    }

    /// Holds each record, and all that is printed of it, against the promises.
    fn witness(&self) -> Witness {
        let model = Rc::clone(&self.model);
        let mut lines = Transcript::new(Style::Lines);
        let mut json = Transcript::new(Style::Json);
        Box::new(move |record: &crate::run::Record, run: &Run, _: &crate::screen::Scrollback| {
            let mut model = model.borrow_mut();
            model.record(record, run);
            let line = serde_json::to_string(record).unwrap();
            let texts = [lines.text(record, &line, run), json.text(record, &line, run)];
            for text in texts.into_iter().flatten() {
                if let Some(harmful) = text.chars().find(|character| is_harmful(*character)) {
                    model.broken("nothing unprintable in any output", format!("{harmful:?} in {text:?}"));
                }
            }
        })
    }

    /// The dialect of the plan, if every gate takes it.
    fn dialect(&self) -> Dialect {
        let (text, is_harmless) = match self.plan.setup.dialect {
            None => return Dialect::built_in(),
            Some(Words::Forbidden { entry, line }) => {
                (format!("[commands.{entry}]\nlines = [{line:?}]"), false)
            }
            Some(Words::Other(other)) => (other.text.to_owned(), true),
        };
        let dialect = Dialect::over_built_in(&text, "swarm").unwrap();
        let access = if self.plan.setup.is_read_only { Access::ReadOnly } else { Access::ReadAndChange };
        if [Role::Primary, Role::Dr].iter().all(|role| Gate::new(*role, &dialect, access).is_ok()) {
            if is_harmless {
                self.model.borrow_mut().hit("dialect of other words");
            }
            return dialect;
        }
        if is_harmless {
            self.model.borrow_mut().broken("a dialect of other words for the same is taken", text);
        }
        self.model.borrow_mut().hit("dialect refused");
        Dialect::built_in()
    }

    pub(super) async fn end_life(&mut self) {
        let Some(Life { event_loop, signals, .. }) = self.life.take() else { return };
        let (folder, clock) = (event_loop.recorder().folder().clone(), event_loop.session.clock());
        // Five seconds for the sources to close are the largest part; virtual time does
        // not depend on the machine.
        let ended = timeout(Duration::from_secs(30), Box::pin(event_loop.run_to_end(signals))).await;
        let mut model = self.model.borrow_mut();
        // The last look at the log has shown what was written since the last turn.
        model.look(clock);
        model.tell("drwatch has ended");
        let Ok((run, _)) = ended else {
            model.broken("an end comes to its end", "it takes longer than 30 s");
            return;
        };
        let has_hole = run.findings.iter().any(|finding| finding.code == Code::RecordHole);
        match read_run(&folder) {
            // With a hole the run in memory holds records that the journal has not.
            Ok((replayed, _)) if replayed == run || has_hole => {}
            Ok(_) => model.broken("the record replays as the run", "another run"),
            Err(error) => model.broken("the record replays as the run", error.to_string()),
        }
        if let Err(unsound) = crate::commands::verify(&folder) {
            model.broken("verify finds the record sound", unsound.to_string());
        }
        model.end(&run, &folder);
        model.life_ended();
        drop(model);
        self.outputs_are_printable(&folder);
        self.last = Some(run);
    }
}
