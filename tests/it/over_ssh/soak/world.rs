//! The pretend pair behind two real sshds and two proxies, and drwatch in a terminal watching it.

use std::{
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::log::Log;
use crate::support::{
    client::ClientConfig,
    pair::DRWATCH,
    processes,
    proxy::Proxy,
    sshd::{Sshd, new_key},
    terminal::Terminal,
    wait_until,
};

const SCRIPT: &str = include_str!("appliance.sh");

/// Within which a fault has to be overcome. The longest are a follow that fell silent, noticed after a
/// minute, and a black hole.
pub const RECOVERY: Duration = Duration::from_secs(150);

/// How fast the log grows.
pub const LINES_PER_SECOND: u64 = 20;

pub struct Appliance {
    pub sshd: Sshd,
    pub proxy: Proxy,
    pub state: PathBuf,
}

impl Appliance {
    fn start(folder: &Path, host: &str, role: &str) -> Self {
        let state = folder.join(host);
        fs::create_dir(&state).unwrap();
        fs::write(state.join("counter"), "100\n").unwrap();
        let script = folder.join("appliance.sh");
        let command = format!("exec bash {} {} {host} {role}", script.display(), state.display());
        let sshd = Sshd::start_with(&command, &["MaxStartups 100:30:200", "LogLevel VERBOSE"]);
        let proxy = Proxy::start(sshd.port(), Duration::from_millis(1));
        Self { sshd, proxy, state }
    }

    /// Asks for a fault at the next reading of the counter, and waits until it was met.
    pub fn fault(&self, name: &str) {
        fs::write(self.state.join(format!("fault-{name}")), "").unwrap();
        let taken = self.state.join(format!("taken-{name}"));
        wait_until(name, RECOVERY, || taken.exists());
        fs::remove_file(taken).unwrap();
    }

    /// The same, and waits until the counter is asked for again.
    pub fn fault_to_its_end(&self, name: &str) {
        self.fault(name);
        let asked = || {
            let typed = fs::read_to_string(self.state.join("typed")).unwrap();
            typed.lines().filter(|line| *line == "rfsctl exec backend.ops.get").count()
        };
        let before = asked();
        wait_until("the counter is asked for again", RECOVERY, || asked() > before);
    }

    /// Logins that sshd has refused so far.
    pub fn refused_logins(&self) -> usize {
        self.sshd.log().matches("[preauth]").count()
    }
}

pub struct World {
    pub folder: TempDir,
    pub dr: Appliance,
    pub primary: Appliance,
    pub client: ClientConfig,
    pub log: Log,
    pub terminal: Terminal,
}

impl World {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("appliance.sh"), SCRIPT).unwrap();
        let primary = Appliance::start(folder.path(), "ava-prod", "primary");
        let dr = Appliance::start(folder.path(), "ava-dr", "dr");
        let log = Log::start(&dr.state);
        log.now().burst(30);
        let client = ClientConfig::new().host_at("ava-prod", &primary.sshd, primary.proxy.port()).host_at(
            "ava-dr",
            &dr.sshd,
            dr.proxy.port(),
        );
        let settings = folder.path().join("settings.toml");
        let text = format!(
            "ssh_config = \"{}\"\n[polling]\ncounter = \"1s\"\nreplication = \"1s\"\nthreads = \"2s\"\nservice = \"2s\"\n",
            client.path().display()
        );
        fs::write(&settings, text).unwrap();
        let runs = folder.path().join("runs");
        let (settings, runs) = (settings.display().to_string(), runs.display().to_string());
        let arguments = [
            "watch",
            "--settings",
            &settings,
            "--runs-dir",
            &runs,
            "--primary",
            "ava-prod",
            "--dr",
            "ava-dr",
        ];
        let terminal = Terminal::start(DRWATCH, &arguments, &[], 40, 120);
        Self { folder, dr, primary, client, log, terminal }
    }

    pub fn run_folder(&self) -> PathBuf {
        let runs = self.folder.path().join("runs");
        let mut found: Vec<_> =
            fs::read_dir(runs).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
        assert!(found.len() <= 1, "{found:?}");
        found.pop().unwrap_or_default()
    }

    /// What is on record of the log from that byte on.
    pub fn dr_log(&self, from: u64) -> Vec<u8> {
        let mut read = Vec::new();
        if let Ok(mut log) = File::open(self.run_folder().join("dr.log")) {
            log.seek(SeekFrom::Start(from)).unwrap();
            log.read_to_end(&mut read).unwrap();
        }
        read
    }

    /// Kills the ssh masters of this watch.
    pub fn kill_masters(&self) {
        processes::signal(
            &processes::with_argument(&self.client.path().display().to_string()),
            Signal::SIGKILL,
        );
    }

    /// Waits until a line written now has reached `dr.log`; reconnects as the engineer would.
    pub fn recover(&mut self, what: &str) {
        // The line is behind all that is on record now: the log may have grown to many megabytes.
        let from = fs::metadata(self.run_folder().join("dr.log")).map_or(0, |log| log.len());
        let last = self.log.now().burst(1);
        let mut hurried = false;
        wait_until(what, RECOVERY, || {
            // As an engineer would who sees that the appliance is waited for.
            if !hurried && self.terminal.shown_now().contains("reconnecting") {
                self.terminal.type_keys("R");
                hurried = true;
            }
            contains(&self.dr_log(from), last.as_bytes())
        });
    }

    /// Waits until so many lines more were written: time as the appliance's log tells it.
    pub fn let_the_log_grow(&mut self, lines: u64) {
        let until = self.log.now().numbered + lines;
        wait_until("the log grows", RECOVERY, || {
            self.terminal.shown_now();
            self.log.now().numbered >= until
        });
    }

    /// Waits until the screen shows that so many appliances are away.
    pub fn wait_until_away(&mut self, appliances: usize) {
        self.terminal.wait_until("an appliance is away", |screen| {
            let strip = screen.lines().next().unwrap_or_default();
            strip.matches(" down").count() + strip.matches(" connecting").count() >= appliances
        });
    }

    /// Gives the DR appliance another host key; the one before is kept beside.
    pub fn change_host_key(&self) {
        let folder = self.dr.sshd.folder();
        for name in ["host", "host.pub"] {
            fs::rename(folder.join(name), folder.join(format!("{name}.before"))).unwrap();
        }
        new_key(&folder.join("host"), "");
    }

    pub fn restore_host_key(&self) {
        let folder = self.dr.sshd.folder();
        for name in ["host", "host.pub"] {
            fs::rename(folder.join(format!("{name}.before")), folder.join(name)).unwrap();
        }
    }
}

pub fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}
