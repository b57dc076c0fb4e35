//! Learns at once of changes to a log on a disk of this machine, so that an idle log need not be polled all the time.
//! What has changed is not asked of the system: every change leads to a poll, which decides.

use std::path::{Path, PathBuf};

use crate::platform::FileWatch;

/// Changes of the file at a path, or of which file that is.
pub(super) struct Changes {
    path: PathBuf,
    /// `None` where the file cannot be watched.
    watched: Option<FileWatch>,
}

impl Changes {
    /// Of a file that is polled only.
    pub(super) const fn unwatched() -> Self {
        Self { path: PathBuf::new(), watched: None }
    }

    /// Watches `path`, where it lies on a disk of this machine.
    pub(super) fn of(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { path: path.to_owned(), watched: FileWatch::of(folder, path) }
    }

    /// Watches the file that has the name now; `false` where there is none, or none can be watched.
    ///
    /// Called before the file is looked at, so that no change comes between.
    pub(super) fn renew(&self) -> bool {
        self.watched.as_ref().is_some_and(|watched| watched.add(&self.path))
    }

    /// Comes back once something has changed; never where nothing is watched. Cancel-safe: what was not taken is reported
    /// the next time.
    pub(super) async fn next(&mut self) {
        if let Some(watched) = &mut self.watched {
            if watched.next().await {
                return;
            }
            self.watched = None;
        }
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, OpenOptions},
        io::Write as _,
        time::Duration,
    };

    use tokio::time::timeout;

    use super::*;

    /// Whether a change is reported; where none is expected, a wait of this length has to do.
    async fn is_notified(changes: &mut Changes, limit: Duration) -> bool {
        timeout(limit, changes.next()).await.is_ok()
    }

    const PATIENCE: Duration = Duration::from_mins(1);
    const SILENCE: Duration = Duration::from_millis(50);

    fn append(path: &Path) {
        OpenOptions::new().append(true).open(path).unwrap().write_all(b"a line\n").unwrap();
    }

    #[tokio::test]
    async fn a_write_and_a_rotation_and_a_write_after_it_are_reported_and_silence_is_not() {
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("messages");
        fs::write(&log, "").unwrap();
        let mut changes = Changes::of(&log);
        assert!(changes.renew(), "{} is on a disk of this machine", log.display());
        assert!(!is_notified(&mut changes, SILENCE).await);
        append(&log);
        assert!(is_notified(&mut changes, PATIENCE).await);
        assert!(!is_notified(&mut changes, SILENCE).await);

        fs::rename(&log, home.path().join("messages.1")).unwrap();
        assert!(is_notified(&mut changes, PATIENCE).await);
        assert!(!changes.renew(), "no file has the name");
        fs::write(&log, "").unwrap();
        assert!(is_notified(&mut changes, PATIENCE).await);
        assert!(changes.renew());
        append(&log);
        assert!(is_notified(&mut changes, PATIENCE).await);
        // The old file, too: its writer may still hold it open.
        append(&home.path().join("messages.1"));
        assert!(is_notified(&mut changes, PATIENCE).await);
    }

    #[tokio::test]
    async fn what_is_not_on_a_disk_of_this_machine_is_left_to_polls() {
        let mut changes = Changes::of(Path::new("/proc/kmsg"));
        assert!(!changes.renew());
        assert!(!is_notified(&mut changes, SILENCE).await);
    }
}
