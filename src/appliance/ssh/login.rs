//! One login: `ssh` is started, says what it has to say, and either goes to the background logged in
//! or fails for a reason.

use std::{
    future::{Future, pending},
    io::{self, Write},
    pin::pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use process_wrap::tokio::{ChildWrapper, CommandWrap, ProcessSession};
use tempfile::TempDir;
use tokio::{
    io::AsyncReadExt,
    process::{ChildStderr, Command},
    time::timeout,
};

use super::{
    askpass::SOCKET_VARIABLE,
    destination::Destination,
    failure::{classify, excerpt},
    folder::{self, OwnFolder},
    master::{Master, SOCKET_NAME},
    options::{HostKeyPolicy, Login, SshOptions, inquiry_arguments, master_arguments},
    process::Running,
    secret::SecretServer,
    transcript::Transcript,
};
use crate::appliance::transport::ConnectError;

/// How long to wait for more error output once `ssh` has ended; a jump host's `ssh` keeps it open.
const LAST_WORDS_LIMIT: Duration = Duration::from_millis(50);

/// How long `ssh` may take to tell how it would connect.
const INQUIRY_LIMIT: Duration = Duration::from_secs(10);

/// Logs in without a person.
pub(super) async fn unattended(
    destination: &Destination,
    options: &SshOptions,
) -> Result<Master, ConnectError> {
    let attempt = Attempt::new(destination, options)?;
    let limited = timeout(options.login_limit, async {
        match &options.password_command {
            None => attempt.by_key().await,
            Some(command) => attempt.by_password_command(command).await,
        }
    });
    limited.await.unwrap_or_else(|_| Err(ConnectError::TimedOut { destination: destination.to_string() }))
}

/// Logs in with `ssh` itself asking the engineer in the terminal, for as long as it takes.
pub(super) async fn in_terminal(
    destination: &Destination,
    options: &SshOptions,
) -> Result<Master, ConnectError> {
    let attempt = Attempt::new(destination, options)?;
    let policy = host_key_policy(destination, options).await?;
    let mut command = attempt.command(Login::Terminal(policy));
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit());
    let running = attempt.started(CommandWrap::from(command).spawn())?;
    attempt.follow(running, Audience::Terminal, pending()).await
}

/// Who sees what `ssh` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Nobody,
    Terminal,
}

/// How an `ssh` that was to log in ended.
enum End {
    Status(ExitStatus),
    NoSecret(String),
}

struct Attempt<'a> {
    destination: &'a Destination,
    options: &'a SshOptions,
    folder: TempDir,
    // Below the folder, which is inside this one.
    own_folder: OwnFolder,
}

impl<'a> Attempt<'a> {
    fn new(destination: &'a Destination, options: &'a SshOptions) -> Result<Self, ConnectError> {
        let (folder, own_folder) = folder::create(options.control_base.as_deref())
            .map_err(|error| other(destination, "no folder for the control socket can be created", &error))?;
        Ok(Self { destination, options, folder, own_folder })
    }

    async fn by_key(self) -> Result<Master, ConnectError> {
        let mut command = self.command(Login::Unattended);
        // A jump host's ssh is not in batch mode: keep it from opening a window.
        command.env_remove("SSH_ASKPASS").env("SSH_ASKPASS_REQUIRE", "never");
        let running = self.start_apart(command)?;
        self.follow(running, Audience::Nobody, pending()).await
    }

    async fn by_password_command(self, password_command: &[String]) -> Result<Master, ConnectError> {
        let secrets = SecretServer::listen(self.folder.path())
            .map_err(|error| other(self.destination, "no socket for the password can be created", &error))?;
        let helper =
            self.options.askpass.clone().map_or_else(std::env::current_exe, Ok).map_err(|error| {
                other(
                    self.destination,
                    "drwatch cannot find its own program to hand over the password",
                    &error,
                )
            })?;
        let mut command = self.command(Login::PasswordCommand);
        command.env("SSH_ASKPASS", helper).env("SSH_ASKPASS_REQUIRE", "force");
        command.env(SOCKET_VARIABLE, secrets.path());
        if std::env::var_os("DISPLAY").is_none() {
            // Before 8.4, ssh asks a helper only where it believes in a display.
            command.env("DISPLAY", ":0");
        }
        let running = self.start_apart(command)?;
        let asking = running.id().unwrap_or_default();
        self.follow(running, Audience::Nobody, secrets.serve(password_command, asking)).await
    }

    fn command(&self, login: Login) -> Command {
        let socket = self.folder.path().join(SOCKET_NAME);
        let mut command = Command::new("ssh");
        command.args(master_arguments(self.destination, self.options, login, &socket)).stderr(Stdio::piped());
        command
    }

    /// Starts `ssh` in a session of its own: neither it nor a jump host's `ssh` can reach our
    /// terminal.
    fn start_apart(&self, mut command: Command) -> Result<Running, ConnectError> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        self.started(CommandWrap::from(command).wrap(ProcessSession).spawn())
    }

    fn started(&self, child: io::Result<Box<dyn ChildWrapper>>) -> Result<Running, ConnectError> {
        child.map(Running::new).map_err(|error| cannot_start(self.destination, &error))
    }

    /// Waits until `ssh` is logged in or has failed, and makes of it a master or the reason.
    async fn follow(
        self,
        mut running: Running,
        audience: Audience,
        secrets: impl Future<Output = String>,
    ) -> Result<Master, ConnectError> {
        let mut transcript = Transcript::default();
        let end = listen(&mut running, &mut transcript, audience, secrets)
            .await
            .map_err(|error| other(self.destination, "ssh cannot be waited for", &error))?;
        match end {
            End::Status(status) if status.success() => {
                let host_key = transcript.host_key().map(str::to_owned);
                Master::adopt(self.folder, self.own_folder, host_key)
                    .await
                    .map_err(|error| other(self.destination, "ssh ended right after the login", &error))
            }
            End::Status(_) => Err(classify(self.destination, transcript.lines())),
            End::NoSecret(detail) => Err(ConnectError::PasswordCommand {
                destination: self.destination.to_string(),
                detail: excerpt(&detail),
            }),
        }
    }
}

/// Takes in what `ssh` says until it ends or the secret it needs cannot be had.
async fn listen(
    running: &mut Running,
    transcript: &mut Transcript,
    audience: Audience,
    secrets: impl Future<Output = String>,
) -> io::Result<End> {
    let mut errors = running.take_stderr();
    let mut buffer = vec![0; 8192];
    let status = {
        let mut ended = pin!(running.wait());
        let mut secrets = pin!(secrets);
        loop {
            tokio::select! {
                biased;
                status = &mut ended => break status?,
                reason = &mut secrets => return Ok(End::NoSecret(reason)),
                count = read_some(&mut errors, &mut buffer) => {
                    show(audience, &transcript.take_in(buffer.get(..count).unwrap_or_default()));
                }
            }
        }
    };
    while let Ok(count) = timeout(LAST_WORDS_LIMIT, read_some(&mut errors, &mut buffer)).await {
        show(audience, &transcript.take_in(buffer.get(..count).unwrap_or_default()));
    }
    show(audience, &transcript.finish());
    keep_open(errors);
    Ok(End::Status(status))
}

/// Reads what there is; never returns once there can be no more.
async fn read_some(errors: &mut Option<ChildStderr>, buffer: &mut [u8]) -> usize {
    loop {
        match errors {
            None => pending().await,
            Some(open) => match open.read(buffer).await {
                Ok(count @ 1..) => return count,
                Ok(0) | Err(_) => *errors = None,
            },
        }
    }
}

/// Reads and forgets whatever a proxy command still says: without a reader it would be killed.
fn keep_open(errors: Option<ChildStderr>) {
    if let Some(mut errors) = errors {
        tokio::spawn(async move { tokio::io::copy(&mut errors, &mut tokio::io::sink()).await });
    }
}

fn show(audience: Audience, visible: &[u8]) {
    if audience == Audience::Terminal {
        // Without a terminal to show it on, the login's outcome still tells.
        let _ = io::stderr().lock().write_all(visible);
    }
}

/// The engineer may be asked about an unknown host key unless the own configuration refuses them.
async fn host_key_policy(
    destination: &Destination,
    options: &SshOptions,
) -> Result<HostKeyPolicy, ConnectError> {
    let mut inquiry = Command::new("ssh");
    inquiry.args(inquiry_arguments(destination, options)).stdin(Stdio::null()).kill_on_drop(true);
    let told = timeout(INQUIRY_LIMIT, inquiry.output())
        .await
        .map_err(|_| ConnectError::TimedOut { destination: destination.to_string() })?
        .map_err(|error| cannot_start(destination, &error))?;
    let told = String::from_utf8_lossy(&told.stdout);
    let refused =
        told.lines().any(|line| matches!(line, "stricthostkeychecking true" | "stricthostkeychecking yes"));
    Ok(if refused { HostKeyPolicy::Refuse } else { HostKeyPolicy::Ask })
}

fn cannot_start(destination: &Destination, error: &io::Error) -> ConnectError {
    match error.kind() {
        io::ErrorKind::NotFound => ConnectError::NoSsh,
        _ => other(destination, "ssh cannot be started", error),
    }
}

fn other(destination: &Destination, what: &str, error: &io::Error) -> ConnectError {
    ConnectError::Other { destination: destination.to_string(), detail: excerpt(&format!("{what}: {error}")) }
}
