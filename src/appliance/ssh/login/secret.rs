//! The other end of `askpass`: reads the prompt of `ssh`, decides whether it asks for the password of
//! the appliance, and runs the password command. A secret goes from the command's output into the
//! socket and nowhere else.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    pin::pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::unistd::getuid;
use process_wrap::tokio::{CommandWrap, ProcessSession};
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    process::ChildStdout,
    time::timeout,
};
use zeroize::Zeroizing;

use super::askpass::{ANSWER_LIMIT, MAX_MESSAGE_BYTES};
use crate::{appliance::ssh::process::Running, platform::keep_memory_private};

/// How long a helper may take to say what is asked.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);

/// How long to wait for more output of a command that has ended.
const LAST_OUTPUT_LIMIT: Duration = Duration::from_millis(50);

/// What a prompt asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Password,
    Passphrase,
}

impl Asked {
    /// What a prompt of `ssh` or of the appliance asks for; `None` for anything else, such as a
    /// one-time code.
    fn from_prompt(prompt: &str) -> Option<Self> {
        let prompt = prompt.to_lowercase();
        if prompt.contains("passphrase for") {
            Some(Self::Passphrase)
        } else {
            prompt.contains("passw").then_some(Self::Password)
        }
    }
}

/// Listens for askpass helpers during one login.
pub(super) struct SecretServer {
    listener: UnixListener,
    pub(super) path: PathBuf,
}

impl SecretServer {
    pub(super) fn listen(folder: &Path) -> io::Result<Self> {
        let path = folder.join("askpass");
        let listener = UnixListener::bind(&path)?;
        // Between `bind` and this call the folder protects the socket: only its owner may enter it.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, path })
    }

    /// Answers the `ssh` with process id `asking`, and no other: a jump host's `ssh` inherits the
    /// helper, but must not be given the appliance's password. Returns only if the command fails,
    /// with the reason.
    pub(super) async fn serve(&self, command: &[String], asking: u32) -> String {
        let mut answered = Vec::new();
        loop {
            let Ok((mut stream, _)) = self.listener.accept().await else {
                return "its socket broke".to_owned();
            };
            let Some(asked) = read_request(&mut stream, asking).await else { continue };
            // Never twice: the first answer was wrong, and one more could lock the account.
            if answered.contains(&asked) {
                continue;
            }
            answered.push(asked);
            match run_password_command(command).await {
                // A helper that is gone no longer needs the answer.
                Ok(secret) => drop(stream.write_all(&secret).await),
                Err(error) => return error.to_string(),
            }
        }
    }
}

async fn read_request(stream: &mut UnixStream, asking: u32) -> Option<Asked> {
    // Some systems ignore the permissions of a socket (unix(7)), so the peer is looked at, too.
    if stream.peer_cred().ok()?.uid() != getuid().as_raw() {
        return None;
    }
    let mut request = Vec::new();
    let mut bounded = stream.take(MAX_MESSAGE_BYTES as u64);
    // Helpers are served one after the other: one that says nothing must not hold up the login.
    timeout(REQUEST_LIMIT, bounded.read_to_end(&mut request)).await.ok()?.ok()?;
    let request = String::from_utf8_lossy(&request);
    let (parent, prompt) = request.split_once('\n')?;
    if parent.parse() == Ok(asking) { Asked::from_prompt(prompt) } else { None }
}

/// Why a password command gave no password. Never holds what the command wrote.
#[derive(Debug, Error)]
pub(crate) enum PasswordCommandError {
    #[error("it is empty")]
    Empty,
    #[error("`{program}` cannot be run: {source}")]
    NotRun { program: String, source: io::Error },
    #[error("`{program}` has no output")]
    NoOutput { program: String },
    #[error("`{program}` took longer than {} s", ANSWER_LIMIT.as_secs())]
    TooSlow { program: String },
    #[error("`{program}` cannot be waited for: {source}")]
    NotAwaited { program: String, source: io::Error },
    #[error("`{program}` ended with {status}")]
    Failed { program: String, status: ExitStatus },
    #[error("the first line `{program}` wrote is empty or too long")]
    NoPassword { program: String },
}

/// Runs a command that prints a password, without a terminal, and takes the first line of its output.
pub(crate) async fn run_password_command(
    command: &[String],
) -> Result<Zeroizing<Vec<u8>>, PasswordCommandError> {
    use PasswordCommandError as Error;
    keep_memory_private();
    let (program, arguments) = command.split_first().ok_or(Error::Empty)?;
    let name = || program.clone();
    let mut wrapped = CommandWrap::with_new(program, |command| {
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    });
    // Without a controlling terminal the command cannot ask in ours, which may show the screen.
    let child = wrapped.wrap(ProcessSession).spawn();
    let mut running = Running::new(child.map_err(|source| Error::NotRun { program: name(), source })?);
    let output = running.child.stdout().take().ok_or_else(|| Error::NoOutput { program: name() })?;
    match timeout(ANSWER_LIMIT, first_line_and_status(output, &mut running)).await {
        Err(_) => Err(Error::TooSlow { program: name() }),
        Ok((_, Err(source))) => Err(Error::NotAwaited { program: name(), source }),
        Ok((_, Ok(status))) if !status.success() => Err(Error::Failed { program: name(), status }),
        Ok((Some(secret), Ok(_))) => Ok(secret),
        Ok((None, Ok(_))) => Err(Error::NoPassword { program: name() }),
    }
}

/// Waits for the command's end, not for the end of its output: an agent it started may hold that
/// open for hours.
async fn first_line_and_status(
    mut output: ChildStdout,
    running: &mut Running,
) -> (Option<Zeroizing<Vec<u8>>>, io::Result<ExitStatus>) {
    let mut line = FirstLine::default();
    let status = {
        let mut ended = pin!(running.wait());
        let mut more = true;
        loop {
            // Check for the command's end first; output left in the pipe is read after the loop. Dropping `read_from`
            // half-way loses nothing.
            tokio::select! {
                biased;
                status = &mut ended => break status,
                read = line.read_from(&mut output), if more => more = read,
            }
        }
    };
    // What the command wrote right before its end may still be in the pipe.
    while timeout(LAST_OUTPUT_LIMIT, line.read_from(&mut output)).await == Ok(true) {}
    (line.into_secret(), status)
}

/// The first line of a command's output; the rest is read, so that the command is not disturbed,
/// and forgotten.
struct FirstLine {
    line: Zeroizing<Vec<u8>>,
    ended: bool,
}

impl Default for FirstLine {
    fn default() -> Self {
        // With all the room it may need: one that grew would leave copies behind.
        Self { line: Zeroizing::new(Vec::with_capacity(MAX_MESSAGE_BYTES)), ended: false }
    }
}

impl FirstLine {
    /// Takes in what comes next; false at the end of the output. May be cancelled.
    async fn read_from(&mut self, output: &mut (impl AsyncRead + Unpin)) -> bool {
        let mut chunk = Zeroizing::new([0; 1024]);
        let Ok(count @ 1..) = output.read(chunk.as_mut()).await else { return false };
        for &byte in chunk.get(..count).unwrap_or_default() {
            self.ended |= byte == b'\n';
            if !self.ended && self.line.len() < MAX_MESSAGE_BYTES {
                self.line.push(byte);
            }
        }
        true
    }

    fn into_secret(mut self) -> Option<Zeroizing<Vec<u8>>> {
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        // A line that fills the room may have been cut, and half a password must not be tried.
        (1..MAX_MESSAGE_BYTES).contains(&self.line.len()).then_some(self.line)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::UnixStream,
    };

    use super::{Asked, SecretServer, Zeroizing, run_password_command};

    const SSH: u32 = 4711;

    async fn answer(server: &SecretServer, request: &str) -> String {
        let mut helper = UnixStream::connect(&server.path).await.unwrap();
        helper.write_all(request.as_bytes()).await.unwrap();
        helper.shutdown().await.unwrap();
        let mut told = String::new();
        helper.read_to_string(&mut told).await.unwrap();
        told
    }

    #[tokio::test]
    async fn each_kind_of_secret_is_given_once_and_only_to_the_ssh_of_this_login() {
        let folder = tempfile::tempdir().unwrap();
        let server = SecretServer::listen(folder.path()).unwrap();
        let command = ["echo", "secret"].map(str::to_owned);
        let asking = async {
            for (request, told) in [
                ("4712\nadmin@jump's password: ", ""),
                ("\nadmin@ava's password: ", ""),
                ("admin@ava's password: ", ""),
                ("4711\n(admin@ava) Verification code: ", ""),
                ("4711\nadmin@ava's password: ", "secret"),
                ("4711\n(admin@ava) Password: ", ""),
                ("4711\nEnter passphrase for key 'k': ", "secret"),
                ("4711\nEnter passphrase for key 'k': ", ""),
            ] {
                assert_eq!(answer(&server, request).await, told, "{request:?}");
            }
        };
        tokio::select! {
            biased;
            reason = server.serve(&command, SSH) => panic!("{reason}"),
            () = asking => {}
        }
    }

    /// Whether the memory of this process that can be written to holds the bytes of `reversed` from the last to the
    /// first. Read in one buffer that is erased itself.
    #[cfg(target_os = "linux")]
    fn memory_holds(reversed: &[u8]) -> bool {
        use std::os::unix::fs::FileExt as _;

        let memory = std::fs::File::open("/proc/self/mem").unwrap();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let mut block = Zeroizing::new(vec![0; 1 << 20]);
        maps.lines().any(|region| {
            let mut words = region.split_whitespace();
            let (Some(place), Some(access)) = (words.next(), words.next()) else { return false };
            let bounds = place.split_once('-').unwrap();
            let [begin, end] = [bounds.0, bounds.1].map(|bound| u64::from_str_radix(bound, 16).unwrap());
            let mut at = begin;
            while access.starts_with("rw") && at < end {
                let most = usize::try_from(end - at).unwrap().min(block.len());
                let Ok(read @ 1..) = memory.read_at(&mut block[..most], at) else { break };
                let holds = |window: &[u8]| window.iter().eq(reversed.iter().rev());
                if block[..read].windows(reversed.len()).any(holds) {
                    return true;
                }
                // A place over two blocks is seen in the next one.
                at += (read.saturating_sub(reversed.len())).max(1) as u64;
                if read < most || at + (reversed.len() as u64) >= end {
                    break;
                }
            }
            false
        })
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_password_leaves_no_trace_in_memory_once_it_is_let_go() {
        let reversed = b"4z6Qx9-hcraes-yromem-ni-dnuof-eb-ot-ton";
        let words = ["sh", "-c", "echo \"$0\" | rev", std::str::from_utf8(reversed).unwrap()];
        let secret = run_password_command(&words.map(str::to_owned)).await.unwrap();
        assert!(secret.iter().eq(reversed.iter().rev()));
        // Of memory that was given back the allocator itself overwrites the beginning.
        let end = &reversed[..16];
        assert!(memory_holds(end), "it is found while it is held");
        drop(secret);
        assert!(!memory_holds(end));
    }

    #[test]
    fn only_a_prompt_for_a_password_or_a_passphrase_is_answered() {
        for (prompt, asked) in [
            ("admin@ava's password: ", Some(Asked::Password)),
            ("(admin@ava) Password: ", Some(Asked::Password)),
            ("Password:", Some(Asked::Password)),
            ("Enter passphrase for key '/home/e/.ssh/id_ed25519': ", Some(Asked::Passphrase)),
            ("(admin@ava) Verification code: ", None),
            ("Are you sure you want to continue connecting (yes/no/[fingerprint])? ", None),
            ("Enter PIN for 'token': ", None),
            ("", None),
        ] {
            assert_eq!(Asked::from_prompt(prompt), asked, "{prompt}");
        }
    }

    async fn secret_of(script: &str) -> Result<String, String> {
        let command = ["/bin/sh", "-c", script].map(str::to_owned);
        let secret = run_password_command(&command).await.map_err(|error| error.to_string())?;
        Ok(String::from_utf8(secret.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_secret_is_the_first_line_of_the_output() {
        assert_eq!(secret_of("printf 'se cret\\nuser: admin\\n'").await, Ok("se cret".to_owned()));
        assert_eq!(secret_of("printf 'secret\\r\\n'").await, Ok("secret".to_owned()));
        assert_eq!(secret_of("printf secret").await, Ok("secret".to_owned()));
        // What goes on in the background does not matter.
        assert_eq!(secret_of("echo secret; sleep 2 & exit 0").await, Ok("secret".to_owned()));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_process_that_holds_a_password_leaves_no_core_dump() {
        secret_of("echo secret").await.unwrap();
        assert_eq!(nix::sys::prctl::get_dumpable(), Ok(false));
    }

    #[tokio::test]
    async fn a_command_that_fails_or_says_nothing_is_a_failure_that_does_not_show_what_it_said() {
        for (script, words) in [
            ("echo hunter2; exit 3", "exit status: 3"),
            ("true", "empty"),
            ("echo; echo hunter2", "empty"),
            ("head -c 10000 /dev/zero | tr '\\0' x", "too long"),
        ] {
            let reason = secret_of(script).await.unwrap_err();
            assert!(reason.contains(words) && !reason.contains("hunter2"), "{script}: {reason}");
        }
        let unknown = run_password_command(&["/nonexistent/pass".to_owned()]).await.unwrap_err();
        assert!(unknown.to_string().contains("cannot be run"));
        assert!(run_password_command(&[]).await.unwrap_err().to_string().contains("empty"));
    }
}
