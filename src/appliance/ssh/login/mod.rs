//! One login: `ssh` is started, says what it has to say, and either goes to the background logged in
//! or fails for a reason.

mod advice;
pub(super) mod askpass;
pub(super) mod failure;
pub(super) mod secret;
pub(super) mod transcript;

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
    io::{AsyncRead, AsyncReadExt},
    process::Command,
    time::timeout,
};

use self::{
    advice::{advised, configuration, inquire},
    askpass::SOCKET_VARIABLE,
    failure::{classify, excerpt},
    secret::SecretServer,
    transcript::Transcript,
};
use super::{
    destination::Destination,
    master::{
        Master, SOCKET_NAME, Server,
        folder::{self, OwnFolder},
    },
    options::{HostKeyPolicy, Login, SshOptions, master_arguments},
    parent_watch,
    process::Running,
};
use crate::{appliance::transport::ConnectError, text};

/// How long to wait for more words once `ssh` has ended or gone to the background, where it and a
/// jump host's `ssh` keep the streams open.
const LAST_WORDS_LIMIT: Duration = Duration::from_millis(50);

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
    command.stdin(Stdio::inherit());
    // Not in a session of its own: ssh asks through the controlling terminal, `/dev/tty`.
    let running = attempt.started(CommandWrap::from(command).spawn())?;
    attempt.follow(running, Audience::Terminal, pending()).await
}

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
    // Declared below the folder, which is inside this one: fields are dropped in order.
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
        // Listening comes before the start of ssh, which may ask at once.
        let secrets = SecretServer::listen(self.folder.path())
            .map_err(|error| other(self.destination, "no socket for the password can be created", &error))?;
        let helper = self.options.program.clone().map_or_else(std::env::current_exe, Ok);
        let helper = helper.map_err(|error| {
            let what = "drwatch cannot find its own program to hand over the password";
            other(self.destination, what, &error)
        })?;
        let mut command = self.command(Login::PasswordCommand);
        command.env("SSH_ASKPASS", helper).env("SSH_ASKPASS_REQUIRE", "force");
        command.env(SOCKET_VARIABLE, &secrets.path);
        if std::env::var_os("DISPLAY").is_none() {
            // Before 8.4, ssh asks a helper only where it believes in a display.
            command.env("DISPLAY", ":0");
        }
        let running = self.start_apart(command)?;
        let asking = running.child.id().unwrap_or_default();
        self.follow(running, Audience::Nobody, secrets.serve(password_command, asking)).await
    }

    fn command(&self, login: Login) -> Command {
        let socket = self.folder.path().join(SOCKET_NAME);
        let mut command = parent_watch::ssh(self.options.program.as_deref());
        command
            .args(master_arguments(self.destination, self.options, login, &socket))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts `ssh` in a session of its own: neither it nor a jump host's `ssh` can reach our
    /// terminal.
    fn start_apart(&self, mut command: Command) -> Result<Running, ConnectError> {
        command.stdin(Stdio::null());
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
        let mut own = LoginStream::new(running.child.stdout().take(), audience);
        let mut others = LoginStream::new(running.child.stderr().take(), audience);
        let end = listen(&mut running, &mut own, &mut others, secrets)
            .await
            .map_err(|error| other(self.destination, "ssh cannot be waited for", &error))?;
        let (own, others) = (own.finish(), others.finish());
        match end {
            // With `-f`, success means that ssh is logged in and has gone to the background (ssh(1)).
            End::Status(status) if status.success() => {
                let server = Server { key: own.host_key().cloned(), algorithms: own.algorithms.clone() };
                Master::adopt(self.folder, self.own_folder, server)
                    .await
                    .map_err(|error| other(self.destination, "ssh ended right after the login", &error))
            }
            // From the helper that becomes `ssh`: to start the helper itself has succeeded.
            End::Status(status) if status.code() == Some(parent_watch::NOT_FOUND.into()) => {
                Err(ConnectError::NoSsh)
            }
            End::Status(_) => {
                let configuration = configuration(self.options);
                let lines = own.lines().chain(others.lines());
                let error = classify(self.destination, &configuration, lines);
                Err(advised(error, self.destination, self.options).await)
            }
            End::NoSecret(detail) => Err(ConnectError::PasswordCommand {
                destination: self.destination.to_string(),
                detail: excerpt(&detail),
            }),
        }
    }
}

/// Takes in what is said until `ssh` ends or the secret it needs cannot be had. What `ssh` itself
/// says is kept apart from what appliances and jump hosts have it say.
async fn listen(
    running: &mut Running,
    own: &mut LoginStream,
    others: &mut LoginStream,
    secrets: impl Future<Output = String>,
) -> io::Result<End> {
    let mut ended = pin!(running.wait());
    let mut secrets = pin!(secrets);
    let status = loop {
        // The end first: what is left on the streams is read below, with a limit of its own. `read_more` may be dropped.
        tokio::select! {
            biased;
            status = &mut ended => break status?,
            reason = &mut secrets => return Ok(End::NoSecret(reason)),
            () = own.read_more(), if own.is_open() => {}
            () = others.read_more(), if others.is_open() => {}
        }
    };
    // After a login, the ssh in the background keeps both streams open: there is no end to read to.
    if status.success() {
        own.finish_until(|said| said.host_key().is_some()).await;
    } else {
        own.finish_until(|_| false).await;
        others.finish_until(|_| false).await;
    }
    Ok(End::Status(status))
}

/// One of the two streams on which `ssh` comments a login.
struct LoginStream {
    stream: Option<Box<dyn AsyncRead + Send + Unpin>>,
    transcript: Transcript,
    audience: Audience,
}

impl LoginStream {
    fn new(stream: Option<impl AsyncRead + Send + Unpin + 'static>, audience: Audience) -> Self {
        let stream = stream.map(|stream| Box::new(stream) as Box<dyn AsyncRead + Send + Unpin>);
        Self { stream, transcript: Transcript::default(), audience }
    }

    fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Takes in what comes next. May be cancelled.
    async fn read_more(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        let mut buffer = [0; 4096];
        if let Ok(count @ 1..) = stream.read(&mut buffer).await {
            let visible = self.transcript.take_in(buffer.get(..count).unwrap_or_default());
            self.show(&visible);
        } else {
            self.stream = None;
        }
    }

    /// Takes in what is still on its way, or as much of it as is needed.
    async fn finish_until(&mut self, enough: impl Fn(&Transcript) -> bool) {
        while self.is_open()
            && !enough(&self.transcript)
            && timeout(LAST_WORDS_LIMIT, self.read_more()).await.is_ok()
        {}
    }

    /// Ends the listening. What is still said is read and forgotten: without a reader, a proxy
    /// command would be killed and `ssh` could not go on.
    fn finish(mut self) -> Transcript {
        let visible = self.transcript.finish();
        self.show(&visible);
        if let Some(mut stream) = self.stream {
            tokio::spawn(async move { tokio::io::copy(&mut stream, &mut tokio::io::sink()).await });
        }
        self.transcript
    }

    fn show(&self, visible: &[u8]) {
        if self.audience == Audience::Terminal {
            // Without a terminal the login's outcome is shown all the same.
            let visible = String::from_utf8_lossy(visible).replace('\r', "");
            let _ = io::stderr().lock().write_all(text::lines(&visible).as_bytes());
        }
    }
}

/// The engineer may be asked about an unknown host key unless the own configuration refuses them.
async fn host_key_policy(
    destination: &Destination,
    options: &SshOptions,
) -> Result<HostKeyPolicy, ConnectError> {
    let settings = inquire(destination, options).await.map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => ConnectError::TimedOut { destination: destination.to_string() },
        _ => cannot_start(destination, &error),
    })?;
    let refused = settings
        .lines()
        .any(|line| matches!(line, "stricthostkeychecking true" | "stricthostkeychecking yes"));
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
