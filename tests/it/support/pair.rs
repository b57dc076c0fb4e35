//! A pair of simulated appliances behind two real sshds, sharing one world in a state folder.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use drwatch::{
    clock::Clock,
    run::Timestamp,
    simulator::{Scenario, SharedWorld, Speed},
};
use tempfile::TempDir;

use super::{client::ClientConfig, sshd::Sshd, terminal::Terminal};

/// The program under test.
pub const DRWATCH: &str = env!("CARGO_BIN_EXE_drwatch");

/// Two appliances and a place for runs.
pub struct Pair {
    folder: TempDir,
    pub primary: Sshd,
    pub dr: Sshd,
    client: ClientConfig,
    speed: u32,
}

/// A line that an appliance received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub at: Timestamp,
    pub role: String,
    pub label: String,
    pub line: String,
}

impl Pair {
    /// A pair whose workload runs `speed` times as fast as the scenario `procedure` says.
    pub fn start(speed: u32) -> Self {
        Self::start_scenario("procedure", speed)
    }

    /// A pair that plays the scenario of that name.
    pub fn start_scenario(scenario: &str, speed: u32) -> Self {
        Self::start_world(Scenario::named(scenario).unwrap(), speed)
    }

    /// A pair that plays `scenario`.
    pub fn start_world(scenario: Scenario, speed: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Whoever opens the state first decides what the world is.
        let factor = Speed::new(speed.into()).unwrap();
        SharedWorld::in_folder(&folder.path().join("state"), scenario, 1, factor, Clock::system()).unwrap();
        let appliance = |role: &str| {
            let state = folder.path().join("state");
            let state = state.display();
            Sshd::start(&format!(
                "{DRWATCH} appliance --role {role} --state {state} --speed {speed} --label ssh"
            ))
        };
        let (primary, dr) = (appliance("primary"), appliance("dr"));
        let client = ClientConfig::new().host("ava-prod", &primary).host("ava-dr", &dr);
        let pair = Self { folder, primary, dr, client, speed };
        pair.write_settings("");
        pair
    }

    /// From now on the alias leads to another sshd.
    pub fn lead(&self, alias: &str, sshd: &Sshd) {
        self.client.lead(alias, sshd);
    }

    /// Writes the settings file: the client's ssh configuration, quick polls, and `more`.
    pub fn write_settings(&self, more: &str) {
        let text = format!(
            "ssh_config = \"{}\"\n{more}\n[polling]\ncounter = \"1s\"\nreplication = \"1s\"\nthreads = \"2s\"\nservice = \"1s\"\n",
            self.client.path().display(),
        );
        fs::write(self.settings(), text).unwrap();
    }

    pub fn settings(&self) -> PathBuf {
        self.folder.path().join("settings.toml")
    }

    pub fn runs(&self) -> PathBuf {
        self.folder.path().join("runs")
    }

    /// The flags every watch of this pair has.
    pub fn flags(&self) -> Vec<String> {
        let settings = vec!["--settings".into(), self.settings().display().to_string()];
        [settings, self.flags_of_runs()].concat()
    }

    /// The flags that tell where the runs are.
    pub fn flags_of_runs(&self) -> Vec<String> {
        vec!["--runs-dir".into(), self.runs().display().to_string()]
    }

    /// A watch in a terminal of that size.
    pub fn watch(&self, more: &[&str], rows: u16, columns: u16) -> Terminal {
        let mut arguments = vec!["watch".to_owned()];
        arguments.extend(self.flags());
        arguments.extend(more.iter().map(ToString::to_string));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Terminal::start(DRWATCH, &arguments, &[], rows, columns)
    }

    /// A watch without a screen, its records as JSON on a pipe, kept in `runs`.
    pub fn headless(&self, runs: &Path, more: &[&str]) -> Child {
        Command::new(DRWATCH)
            .args(["watch", "--headless", "--json", "--settings"])
            .arg(self.settings())
            .arg("--runs-dir")
            .arg(runs)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Processes of the local ssh that still belong to this pair.
    pub fn ssh_processes(&self) -> Vec<i32> {
        super::processes::with_argument(&self.client.path().display().to_string())
    }

    /// What an engineer types into the DR appliance from elsewhere.
    pub fn type_by_hand(&self, role: &str, lines: &[&str]) {
        let mut child = Command::new(DRWATCH)
            .args(["appliance", "--role", role, "--label", "hand", "--state"])
            .arg(self.state())
            // Whoever opens the state first decides.
            .args(["--speed", &self.speed.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        for line in lines {
            writeln!(input, "{line}").unwrap();
        }
        drop(input);
        assert!(child.wait().unwrap().success());
    }

    /// Starts the DR service, as the procedure says.
    pub fn enable_service(&self) {
        self.type_by_hand(
            "dr",
            &[
                "enable",
                "configure terminal",
                "replication num-threads 128",
                "service enable",
                "exit",
                "exit",
            ],
        );
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Every line the appliances received so far, but those typed by hand.
    pub fn received(&self) -> Vec<Received> {
        let text = fs::read_to_string(self.state().join("commands.log")).unwrap_or_default();
        let lines = text.lines().filter_map(|line| {
            let mut parts = line.splitn(4, '\t').map(str::to_owned);
            let at = serde_json::from_value(parts.next()?.into()).ok()?;
            Some(Received { at, role: parts.next()?, label: parts.next()?, line: parts.next()? })
        });
        lines.filter(|received| received.label != "hand").collect()
    }

    /// How often the primary was sent `line`.
    pub fn sent_to_primary(&self, line: &str) -> usize {
        self.received().iter().filter(|received| received.role == "primary" && received.line == line).count()
    }

    /// The only run recorded.
    pub fn run_folder(&self) -> PathBuf {
        let mut runs: Vec<_> =
            fs::read_dir(self.runs()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(runs.len(), 1, "{runs:?}");
        runs.remove(0)
    }
}

/// The summary in a run folder.
pub fn summary(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(run.join("summary.json")).unwrap()).unwrap()
}
