//! The `ssh` process that holds one connection to one appliance, once it is logged in: its control
//! socket and its end. How it logs in is `login`'s business, what runs over it is `wire`'s.

pub(super) mod folder;
pub(super) mod wire;

use std::{
    fs,
    io::{self, Read},
    os::unix::net::UnixStream as StdUnixStream,
    path::Path,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use openssh::Session;
use openssh_mux_client::Connection as MuxConnection;
use tempfile::TempDir;
use tokio::{io::AsyncReadExt, net::UnixStream, time::timeout};

use self::folder::OwnFolder;
use crate::run::HostKey;

/// Name of the control socket, given by the `openssh` crate.
pub(super) const SOCKET_NAME: &str = "master";

/// How long a master may take to answer us, or to end after a SIGTERM before it is killed.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// What a login has shown of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Server {
    /// The host key it has proven to hold.
    pub(super) key: Option<HostKey>,
    /// The host key algorithms that it offers, separated by commas.
    pub(super) algorithms: String,
}

/// An `ssh` in the background that is logged in. Ended when dropped.
#[derive(Debug)]
pub(super) struct Master {
    session: Option<Session>,
    /// A connection to the control socket that is never used: the master does not count as idle as
    /// long as it is open, and it closes when either side dies.
    keeper: StdUnixStream,
    pid: Pid,
    pub(super) server: Server,
    // Declared after `session`, so dropped after it: the session's folder lies inside this folder.
    _own_folder: OwnFolder,
}

impl Master {
    /// Takes over an `ssh` that has just logged in and gone to the background, with its control
    /// socket in `folder`.
    pub(super) async fn adopt(folder: TempDir, own_folder: OwnFolder, server: Server) -> io::Result<Self> {
        // Only adopted: a master that the crate starts itself cannot ask for a password.
        let session = Session::new_native_mux(folder);
        // A stopped master accepts the connection and says nothing, since the kernel completes it.
        let (keeper, pid) = timeout(ANSWER_LIMIT, reach(session.control_socket()))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(Self { session: Some(session), keeper, pid, server, _own_folder: own_folder })
    }

    pub(super) fn control_socket(&self) -> Option<&Path> {
        self.session.as_ref().map(Session::control_socket)
    }

    /// Whether the process is there; the appliance may be silent all the same.
    pub(super) fn is_alive(&self) -> bool {
        // The socket does not block: "would block" means that the other end is open and silent.
        let mut greeting = [0; 64];
        loop {
            match (&self.keeper).read(&mut greeting) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
    }

    /// Ends the process and waits for its end.
    pub(super) async fn end(mut self) {
        self.signal(Signal::SIGTERM);
        if timeout(ANSWER_LIMIT, self.ended()).await.is_err() {
            self.signal(Signal::SIGKILL);
            // Not even a killed process ends while the kernel holds it; there is nothing left to do.
            let _ = timeout(ANSWER_LIMIT, self.ended()).await;
        }
        // Taken, so that the drop finds nothing left to do.
        if let Some(session) = self.session.take() {
            // An error says that the control socket is gone already; the folder is removed either way.
            let _ = timeout(ANSWER_LIMIT, session.close()).await;
        }
    }

    async fn ended(&self) {
        let Ok(Ok(mut keeper)) = self.keeper.try_clone().map(UnixStream::from_std) else { return };
        let mut greeting = [0; 64];
        // The master is not our child and cannot be waited for,
        // but the kernel closes its socket however it dies.
        while let Ok(1..) = keeper.read(&mut greeting).await {}
    }

    /// Only a living master is signalled: a dead one's process id may belong to something else.
    fn signal(&self, signal: Signal) {
        if self.is_alive() {
            // An error means that it has just ended by itself.
            let _ = kill(self.pid, signal);
            // A stopped process ends only once it is continued.
            let _ = kill(self.pid, Signal::SIGCONT);
        }
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.signal(Signal::SIGTERM);
            // Detached, because the session's own end would wait for the master's answer.
            let (socket, _) = session.detach();
            if let Some(folder) = socket.parent() {
                // What cannot be removed is swept by the next drwatch.
                let _ = fs::remove_dir_all(folder);
            }
        }
    }
}

/// Opens the connection that keeps a master from being idle, and asks for its process id.
async fn reach(socket: &Path) -> io::Result<(StdUnixStream, Pid)> {
    // First of all: from here on the master is not idle and does not end by `ControlPersist`.
    let keeper = UnixStream::connect(socket).await?.into_std()?;
    let pid = async { MuxConnection::connect(socket).await?.send_alive_check().await }
        .await
        .map_err(io::Error::other)?;
    let pid = i32::try_from(pid.get()).map_err(io::Error::other)?;
    Ok((keeper, Pid::from_raw(pid)))
}
