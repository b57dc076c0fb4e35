//! How `ssh` is called: what may be chosen, and the arguments that follow from it. Starting the
//! process is `master`'s business.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use super::destination::Destination;

/// After how many seconds without any of our connections the master ends by itself. Small, because
/// it is what ends the master when drwatch is killed.
const IDLE_SECONDS: u64 = 5;

/// What may be chosen about reaching an appliance. The defaults suit real appliances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshOptions {
    /// Read in place of `~/.ssh/config` (`ssh -F`).
    pub config: Option<PathBuf>,
    /// Limit of reaching the appliance and of opening a shell, in whole seconds.
    pub connect_timeout: Duration,
    /// Limit of a whole unattended login; after it `ssh` is ended. A peer that sends a banner and
    /// then nothing takes a multiple of `connect_timeout`.
    pub login_limit: Duration,
    /// How often a silent appliance is asked whether it is there, in whole seconds.
    pub keepalive: Duration,
    /// After how many unanswered ones the connection is given up.
    pub keepalive_count: u8,
    /// Program and arguments whose first line of output is the password or passphrase.
    pub password_command: Option<Vec<String>>,
    /// The program through which `ssh` is started, and which it runs as its askpass program; it must call
    /// [`super::dispatch`] first. This very program if absent.
    pub program: Option<PathBuf>,
    /// Folder for the control sockets: `$XDG_RUNTIME_DIR` or `/tmp` if absent.
    pub control_base: Option<PathBuf>,
}

impl Default for SshOptions {
    fn default() -> Self {
        Self {
            config: None,
            connect_timeout: Duration::from_secs(10),
            // A peer that fell silent behind its banner took three times `connect_timeout`.
            login_limit: Duration::from_secs(35),
            keepalive: Duration::from_secs(5),
            keepalive_count: 3,
            password_command: None,
            program: None,
            control_base: None,
        }
    }
}

/// Who answers what `ssh` asks during a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// Nobody: keys and agent only.
    Unattended,
    /// The password command, through drwatch as askpass program.
    PasswordCommand,
    /// The engineer, in the terminal.
    Terminal(HostKeyPolicy),
}

/// What to do about a host key that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostKeyPolicy {
    Refuse,
    /// Let `ssh` ask the engineer.
    Ask,
}

/// The arguments of an `ssh` that logs in, opens the control socket and goes to the background.
pub(super) fn master_arguments(
    destination: &Destination,
    options: &SshOptions,
    login: Login,
    socket: &Path,
) -> Vec<OsString> {
    // Verbose for two reasons: only the second level shows which host keys the server offers, and without
    // the first ssh hides what a jump host's ssh says. Its own words go apart, to its standard output.
    let flags = ["-vv", "-E", "/dev/stdout", "-M", "-f", "-N", "-S"].map(OsString::from);
    let arguments = flags.into_iter().chain([socket.into()]).collect();
    completed(arguments, master_settings(options, login), destination, options)
}

/// The arguments of an `ssh` that shows the server's host key for `algorithms` and goes no further.
/// Whether that key is known does not matter: `ssh` shows it before it looks.
pub(super) fn host_key_arguments(
    destination: &Destination,
    options: &SshOptions,
    algorithms: &str,
) -> Vec<OsString> {
    let mut settings = common_settings(options);
    settings.push(format!("HostKeyAlgorithms={algorithms}"));
    settings.extend(OF_HANDSHAKE.map(str::to_owned));
    let arguments: Vec<OsString> = ["-v", "-E", "/dev/stdout", "-N", "-T"].map(OsString::from).to_vec();
    completed(arguments, settings, destination, options)
}

/// A handshake that ends before any login and leaves nothing behind.
// With a `ControlPath` there might be no handshake at all,
// and `UpdateHostKeys` would write to the known hosts.
const OF_HANDSHAKE: [&str; 6] = [
    "PreferredAuthentications=none",
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "UpdateHostKeys=no",
    "ControlMaster=no",
    "ControlPath=none",
];

/// One attempt within the time limit, that gives the server no way to reach or start anything on this machine.
fn common_settings(options: &SshOptions) -> Vec<String> {
    let timeout = format!("ConnectTimeout={}", whole_seconds(options.connect_timeout));
    let fixed = [
        // Attempts are repeated above, with pauses that grow and are shown.
        "ConnectionAttempts=1",
        "ForwardAgent=no",
        // Forwardings of the user's configuration would fail where another session holds their ports.
        "ClearAllForwardings=yes",
        "PermitLocalCommand=no",
        // A `RemoteCommand` of the user's configuration would run in place of the shell.
        "RemoteCommand=none",
        // Only SHA-256 fingerprints are read from the messages; a configuration may have chosen MD5.
        "FingerprintHash=sha256",
    ];
    std::iter::once(timeout).chain(fixed.map(str::to_owned)).collect()
}

/// The arguments with which `ssh` only prints the settings it would connect with.
pub(super) fn inquiry_arguments(destination: &Destination, options: &SshOptions) -> Vec<OsString> {
    completed(vec!["-G".into()], [], destination, options)
}

/// `arguments` with settings, configuration file and destination behind them.
fn completed(
    mut arguments: Vec<OsString>,
    settings: impl IntoIterator<Item = String>,
    destination: &Destination,
    options: &SshOptions,
) -> Vec<OsString> {
    // ssh takes the first value of a setting, and the command line before the file (ssh_config(5)).
    arguments.extend(settings.into_iter().flat_map(|setting| [OsString::from("-o"), setting.into()]));
    let config = options.config.iter();
    arguments.extend(config.flat_map(|config| ["-F".into(), config.clone().into_os_string()]));
    arguments.extend(destination.arguments());
    arguments
}

fn master_settings(options: &SshOptions, login: Login) -> Vec<String> {
    let mut settings = common_settings(options);
    settings.extend([
        format!("ControlPersist={IDLE_SECONDS}s"),
        // Without it, a read from an appliance that has vanished without a word would never end.
        format!("ServerAliveInterval={}", whole_seconds(options.keepalive)),
        format!("ServerAliveCountMax={}", options.keepalive_count.max(1)),
    ]);
    // A tunnel's end at this machine is still the appliance: whatever the own configuration says, its key counts.
    let fixed = ["ForwardX11=no", "Tunnel=no", "NoHostAuthenticationForLocalhost=no"];
    let of_login = match login {
        Login::Unattended => &["BatchMode=yes", "StrictHostKeyChecking=yes"][..],
        // One prompt: after a refusal ssh would ask again, and wrong passwords lock accounts.
        Login::PasswordCommand => &["BatchMode=no", "StrictHostKeyChecking=yes", "NumberOfPasswordPrompts=1"],
        Login::Terminal(HostKeyPolicy::Ask) => &["BatchMode=no", "StrictHostKeyChecking=ask"],
        Login::Terminal(HostKeyPolicy::Refuse) => &["BatchMode=no", "StrictHostKeyChecking=yes"],
    };
    settings.extend(fixed.iter().chain(of_login).map(|&setting| setting.to_owned()));
    settings
}

/// `ssh` counts in whole seconds and takes 0 for "never".
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().max(1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{HostKeyPolicy, Login, SshOptions, master_arguments};
    use crate::appliance::ssh::destination::Destination;

    fn arguments(login: Login, options: &SshOptions) -> String {
        let destination = Destination::parse("admin@ava").unwrap();
        master_arguments(&destination, options, login, Path::new("/run/x/master"))
            .iter()
            .map(|argument| argument.to_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn host_keys_are_strict_and_nothing_is_forwarded_whoever_answers() {
        let ask = Login::Terminal(HostKeyPolicy::Ask);
        for login in [Login::Unattended, Login::PasswordCommand, ask, Login::Terminal(HostKeyPolicy::Refuse)]
        {
            let line = arguments(login, &SshOptions::default());
            let key = if login == ask { "ask" } else { "yes" };
            for setting in [
                format!("StrictHostKeyChecking={key}").as_str(),
                "ForwardAgent=no",
                "ForwardX11=no",
                "ClearAllForwardings=yes",
                "PermitLocalCommand=no",
                "NoHostAuthenticationForLocalhost=no",
                "ControlPersist=5s",
                "ServerAliveInterval=5",
                "ServerAliveCountMax=3",
                "ConnectTimeout=10",
            ] {
                assert!(line.contains(&format!("-o {setting}")), "{login:?} lacks {setting}: {line}");
            }
            assert!(line.ends_with(" -- admin@ava"), "{line}");
        }
    }

    #[test]
    fn only_an_unattended_login_without_password_command_is_in_batch_mode() {
        let options = SshOptions::default();
        assert!(arguments(Login::Unattended, &options).contains("BatchMode=yes"));
        assert!(arguments(Login::PasswordCommand, &options).contains("BatchMode=no"));
        assert!(arguments(Login::PasswordCommand, &options).contains("NumberOfPasswordPrompts=1"));
        assert!(arguments(Login::Terminal(HostKeyPolicy::Ask), &options).contains("BatchMode=no"));
    }

    #[test]
    fn the_password_command_is_never_among_the_arguments() {
        let options = SshOptions {
            config: Some("/etc/own config".into()),
            password_command: Some(vec!["echo".to_owned(), "hunter2".to_owned()]),
            ..SshOptions::default()
        };
        let line = arguments(Login::PasswordCommand, &options);
        assert!(!line.contains("hunter2"), "{line}");
        assert!(line.contains("-F /etc/own config"), "{line}");
    }
}
