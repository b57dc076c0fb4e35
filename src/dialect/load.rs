//! Reading a dialect: the built-in one, and a file of the engineer's laid over it.

use std::{fmt::Write as _, path::Path, sync::LazyLock};

use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::{Dialect, DialectError, Tables, near::Phrases, pattern::BUILT_IN};
use crate::input;

/// A dialect file larger than this is taken for a mistake.
// The built-in dialect is a few kilobytes; the bound keeps a log given by mistake out of memory.
const FILE_LIMIT: u64 = 1 << 20;

impl Dialect {
    /// The dialect that comes with the program.
    ///
    /// # Panics
    /// Never: a test reads the text.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the text is part of the program, and a test reads it")]
    pub fn built_in() -> Self {
        // Compiling its patterns takes longer than all else that is done with it.
        static COMPILED: LazyLock<Dialect> =
            LazyLock::new(|| Dialect::over_built_in("", "built in").expect("the built-in dialect is valid"));
        COMPILED.clone()
    }

    /// The file at `path`, laid over the built-in dialect: a key it sets replaces the built-in key,
    /// lists as a whole; the rest stays.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, or has an entry that no dialect has.
    pub fn load(path: &Path) -> Result<Self, DialectError> {
        let unreadable = |source| DialectError::Unreadable { path: path.to_owned(), source };
        let text = input::read_text(path, FILE_LIMIT).map_err(unreadable)?;
        Self::over_built_in(&text, &path.display().to_string())
    }

    /// `text` laid over the built-in dialect; `origin` names it in errors.
    ///
    /// # Errors
    /// When `text` is not TOML, or has an entry that no dialect has.
    pub fn over_built_in(text: &str, origin: &str) -> Result<Self, DialectError> {
        let mut merged = table(BUILT_IN, "built in")?;
        lay_over(&mut merged, table(text, origin)?);
        build(merged, origin, &[BUILT_IN, text])
    }

    /// The built-in dialect with other lines for the command of `entry`, as [`Self::over_built_in`] makes it, but without
    /// compiling all of its patterns again.
    #[cfg(test)]
    pub(crate) fn with_lines(entry: &str, lines: &[&str]) -> Self {
        static WORDS: LazyLock<Table> = LazyLock::new(|| table(BUILT_IN, "built in").unwrap());
        let mut commands = WORDS["commands"].as_table().unwrap().clone();
        commands[entry]["lines"] = Value::from(lines.to_vec());
        let mut dialect = Self::built_in();
        dialect.tables.commands = commands.try_into().unwrap();
        dialect
    }
}

fn table(text: &str, origin: &str) -> Result<Table, DialectError> {
    text.parse::<Table>().map_err(|error| {
        let line =
            error.span().map(|span| text.get(..span.start).map_or(0, |head| head.matches('\n').count()) + 1);
        let place = line.map_or_else(String::new, |line| format!("line {line}: "));
        invalid(origin, &format!("{place}{}", error.message()))
    })
}

fn lay_over(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            // Only tables are merged. An array of markers or alarms is replaced whole, so
            // that a wrong built-in entry can also be removed.
            (Some(Value::Table(base)), Value::Table(over)) => lay_over(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn build(merged: Table, origin: &str, texts: &[&str]) -> Result<Dialect, DialectError> {
    let tables: Tables =
        merged.try_into().map_err(|error: toml::de::Error| invalid(origin, &error.to_string()))?;
    // The shell knows its appliance by this name; without it, the prompt of any machine would do.
    for (name, pattern) in [
        ("normal", &tables.prompts.normal),
        ("enable", &tables.prompts.enable),
        ("config", &tables.prompts.config),
    ] {
        if !pattern.has_group("host") {
            return Err(invalid(origin, &format!("prompts.{name} has no group named `host`")));
        }
    }
    if tables.replication.backlog.iter().any(|pattern| !pattern.has_group("size")) {
        return Err(invalid(origin, "a pattern of replication.backlog has no group named `size`"));
    }
    // Compiled once here, because each log line is compared with them.
    let phrases = Phrases::of(tables.markers.messages(), &tables.alarms);
    Ok(Dialect { tables, phrases, digest: digest(texts) })
}

/// The digest of the built-in dialect, without reading it.
pub(crate) fn built_in_digest() -> String {
    digest(&[BUILT_IN, ""])
}

fn digest(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    // The texts as they were read, not the merged table: a comment that changes also changes the digest,
    // and nothing about the order of keys has to be defined.
    for text in texts {
        hash.update(text.as_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Errors of the TOML reader span lines; ours are one sentence.
fn invalid(origin: &str, detail: &str) -> DialectError {
    let detail = detail.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
    DialectError::Invalid { origin: origin.to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dialect::Mode,
        run::{Certainty, Marker, ReplicationState, ServiceState},
    };

    fn built_in() -> Dialect {
        Dialect::built_in()
    }

    fn refusal(text: &str) -> String {
        Dialect::over_built_in(text, "site.toml").expect_err("refused").to_string()
    }

    #[test]
    fn the_built_in_dialect_knows_the_lines_of_the_procedure() {
        let dialect = built_in();
        let restore = "namespace_restore";
        let seen = |module, message| dialect.marker("rfsd", module, message);
        assert_eq!(
            seen(restore, "Cloud restore phase complete. Starting namespace generation phase"),
            Some(Marker::DownloadComplete)
        );
        assert_eq!(
            seen(restore, "Namespace generation phase complete. Successfully restored user namespace"),
            Some(Marker::NamespaceComplete)
        );
        assert_eq!(seen("megamount", "restore namespace successful!"), Some(Marker::RestoreSuccessful));
    }

    #[test]
    fn a_marker_takes_program_module_and_the_whole_message() {
        let dialect = built_in();
        let message = "restore namespace successful!";
        assert_eq!(dialect.marker("cli", "megamount", message), None);
        assert_eq!(dialect.marker("rfsd", "namespace_restore", message), None);
        assert_eq!(dialect.marker("rfsd", "megamount", format!("typed: {message}")), None);
    }

    #[test]
    fn an_alarm_is_seen_in_any_case_but_not_in_an_echoed_command() {
        let dialect = built_in();
        let line = b"Sep 13 16:03:38 a rfsd[1]: [alarm.ERR] (1) Cloud Bucket Inconsistent \xff";
        assert_eq!(dialect.alarm(line), Some("cloud bucket inconsistent"));
        let echo = b"Sep 13 16:03:38 a cli[1]: [cli.INFO]: Executing command: show log matching cloud bucket inconsistent";
        assert_eq!(dialect.alarm(echo), None);
        assert!(dialect.is_own_command(echo));
    }

    #[test]
    fn an_alarm_is_seen_in_either_order_of_its_words() {
        let dialect = built_in();
        for words in [
            "cloud bucket inconsistent",
            "cloud_bucket_inconsistent",
            "raised: Cloud Bucket is inconsistent",
            "cloud bucket is in an inconsistent state",
            "cloud bucket found to be in inconsistent state",
            "cloud bucket: inconsistency found",
            "cloud bucket inconsistencies: 3",
            "inconsistent cloud bucket",
            "inconsistent-cloud-bucket",
            "inconsistent state of the cloud bucket",
            "inconsistent cloud data",
            "Inconsistency in cloud data",
            "cloud data is inconsistent",
            "cloud data inconsistency",
        ] {
            assert_eq!(dialect.alarm(words.as_bytes()), Some("cloud bucket inconsistent"), "{words}");
        }
        for words in [
            "[megamount/vnode.ERR] (30318) encode failed: no space on filesystem",
            "[write_cache.ERR] (30318) flush failed: No space on file system",
            "write: No space left on device",
        ] {
            assert_eq!(dialect.alarm(words.as_bytes()), Some("no space on filesystem"), "{words}");
        }
        for words in [
            "cloud bucket is consistent",
            "cloud bucket is not inconsistent",
            "inconsistent cloud bucket alarm cleared",
            "no longer: cloud bucket inconsistent",
            "space on filesystem: 10 GiB",
        ] {
            assert_eq!(dialect.alarm(words.as_bytes()), None, "{words}");
        }
    }

    #[test]
    fn the_state_of_replication_is_read_from_words_and_never_guessed() {
        use ReplicationState::{Paused, Running};
        let dialect = built_in();
        for (reply, state) in [
            ("Replication: enabled", Some(Running)),
            ("Replication: disabled", Some(Paused)),
            ("Replication is running", Some(Running)),
            ("Replication is not running", Some(Paused)),
            ("Replication enabled: yes", Some(Running)),
            ("Replication enabled: no", Some(Paused)),
            ("Replication paused: no", Some(Running)),
            ("Replication is no longer paused", Some(Running)),
            ("Replication: SUSPENDED\nBandwidth limit: enabled", Some(Paused)),
            ("Bandwidth limit: disabled", None),
            ("Replication: enabled\nReplication status: paused", None),
            ("Replication: able", None),
            ("Replication:   enabled\nStatus:   replicating\nThreads:  16", Some(Running)),
            ("Replication: enabled\nStatus: service stopped", Some(Running)),
            ("Replication: disabled\nStatus: paused", Some(Paused)),
            ("", None),
            ("Status: paused", Some(Paused)),
            ("Replication is currently paused.", Some(Paused)),
            ("Replication: administratively disabled", Some(Paused)),
            ("Replication: paused since Sun Sep 13 15:30:00 2026", Some(Paused)),
            ("Paused since: 2026-09-13T15:30:00Z", Some(Paused)),
            ("Replication status\n  State: paused\n  Threads: 16", Some(Paused)),
            ("Replication target: s3.example.com\nReplication: enabled", Some(Running)),
            ("Replication: enabled\nStatus: idle", Some(Running)),
            ("Replication:\n  Enabled: yes\n  Status: OK", Some(Running)),
            ("Replication to the cloud: enabled", Some(Running)),
            ("Replication: paused (manual)", Some(Paused)),
            ("Replication: suspended by user admin", Some(Paused)),
            ("Replication: paused since 15:30 CEST", Some(Paused)),
            ("Replication: paused since Sun Sep 13 15:30:00 CEST 2026", Some(Paused)),
            ("Replication: paused since 13 Sep 2026", Some(Paused)),
            ("Replication: paused for 2 hours", Some(Paused)),
            ("Status: idle", None),
            // More is said of the state than is understood.
            ("Replication: in progress\nReplication alarms: disabled", None),
            ("Replication: in progress\nStatus: paused", None),
            ("Replication will be paused at 22:00", None),
            ("Replication: up to date, 0 bytes pending\nReplication verification: disabled", None),
            ("Replication: OK\nReplication email notification: disabled", None),
            ("Replication: uploading\nReplication paused by user: never", None),
            ("Replication partially suspended (2 of 64 workers)", None),
            ("Replication target: disabled-accounts.example.com", None),
            ("Status: suspended jobs: 0\nReplication target: paused-bucket.example", None),
            ("Status: error, last paused file: none", None),
            ("Replication was paused", None),
            ("Replication paused since: never", None),
        ] {
            assert_eq!(dialect.replication().read(reply), state, "{reply}");
        }
    }

    #[test]
    fn a_backlog_is_read_where_one_line_names_it() {
        let dialect = built_in();
        for (reply, size) in [
            ("Replication: enabled\nBytes pending:     1,204", Some("1,204")),
            ("Bytes pending: 883.7 MiB", Some("883.7 MiB")),
            ("pending bytes = none", Some("none")),
            ("Bytes to be sent: 0\nBytes pending: 0", Some("0")),
            ("Bytes to be sent: 0\nBytes pending: 7", None),
            ("Backlog: 12 GiB", Some("12 GiB")),
            ("Data to send: none", Some("none")),
            // Of files, or of nothing that is named: no number of bytes.
            ("Backlog: 12", None),
            ("Files pending: 12", None),
            ("Replication: enabled\nStatus: replicating", None),
        ] {
            assert_eq!(dialect.replication().backlog(reply), size, "{reply}");
        }
        let none = Dialect::over_built_in("[replication]\nbacklog = []", "site.toml").unwrap();
        assert_eq!(none.replication().backlog("Bytes pending: 1"), None);
        assert!(refusal("[replication]\nbacklog = ['x']").contains("group named `size`"));
    }

    #[test]
    fn only_a_simulated_appliance_says_that_it_is_one() {
        let dialect = built_in();
        let says = |reply| dialect.identity().says_simulated(reply);
        assert!(says("Product name: AltaVault\nSimulated by:     drwatch (no real appliance)"));
        for real in ["", "Product name: AltaVault", "Simulated by: nobody", "Note: simulated by drwatch"] {
            assert!(!says(real), "{real}");
        }
        let other = Dialect::over_built_in("[identity]\nsimulated = []", "site.toml").unwrap();
        assert!(!other.identity().says_simulated("Simulated by: drwatch"));
    }

    #[test]
    fn the_state_of_the_service_keeps_the_appliances_words() {
        let dialect = built_in();
        let read = |reply| dialect.service().read(reply);
        assert_eq!(
            read("Service: running\nStatus: ready"),
            Some(ServiceState::Running("running / ready".into()))
        );
        assert_eq!(read("Service: not running"), Some(ServiceState::Stopped));
        assert_eq!(read("Service: stopped"), Some(ServiceState::Stopped));
        assert_eq!(
            read("Service: running\nStatus: replaying"),
            Some(ServiceState::Busy("running / replaying".into()))
        );
        assert_eq!(read("Status: not ready"), Some(ServiceState::Busy("not ready".into())));
        assert_eq!(read("Service: stopped\nStatus: ready"), None);
        assert_eq!(read("Service: purple"), None);
        for stopped in
            ["Optimization Service: Stopped", "The service is not running.", "Status: stopped since 15:30:00"]
        {
            assert_eq!(read(stopped), Some(ServiceState::Stopped), "{stopped}");
        }
        for unclear in [
            "Service will be stopped at 22:00",
            "Service: up\nLast stopped: never",
            "Links down: 0",
            "Service: running\nStatus: restore failed: cannot read bucket",
        ] {
            assert_eq!(read(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn prompts_tell_host_and_mode() {
        let dialect = built_in();
        let read = |line| dialect.prompts().read(line);
        assert_eq!(read("ava-dr > "), Some(("ava-dr", Mode::Normal)));
        assert_eq!(read("amnesiac # "), Some(("amnesiac", Mode::Enable)));
        assert_eq!(read("ava [standalone: master] # "), Some(("ava", Mode::Enable)));
        assert_eq!(read("ava (config) # "), Some(("ava", Mode::Config)));
        assert_eq!(read("ava (config interface eth0) # "), Some(("ava", Mode::Config)));
        assert_eq!(read("ava # show version"), None);
        assert_eq!(read("Last login: today > "), None);
    }

    #[test]
    fn a_partial_file_changes_only_what_it_names() {
        let own =
            Dialect::over_built_in("[commands.pause]\nlines = [\"replication suspend\"]\n", "site.toml");
        let own = own.expect("valid");
        assert_eq!(own.commands().pause.lines, ["replication suspend"]);
        assert_eq!(own.commands().pause.certainty, Certainty::Unknown);
        assert_eq!(own.commands().resume.lines, built_in().commands().resume.lines);
        assert_ne!(own.digest(), built_in().digest());
        assert_eq!(built_in().digest().len(), 64);
        assert_eq!(built_in().digest(), built_in_digest());
    }

    #[test]
    fn errors_are_one_line_that_names_file_and_field() {
        let unknown = refusal("[commands.pause]\nwords = \"x\"\n");
        assert!(
            unknown.contains("site.toml") && unknown.contains("words") && unknown.contains("commands.pause"),
            "{unknown}"
        );
        let pattern = refusal("[interruptions]\npager = '('\n");
        assert!(
            pattern.contains("interruptions.pager") && pattern.contains("regular expression"),
            "{pattern}"
        );
        let syntax = refusal("[commands\n");
        assert!(syntax.contains("line 1"), "{syntax}");
        let group = refusal("[prompts]\nenable = '^x # $'\n");
        assert!(group.contains("prompts.enable"), "{group}");
        for text in [&unknown, &pattern, &syntax, &group] {
            assert!(!text.contains('\n'), "{text}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Dialect::load(Path::new("/nonexistent/site.toml")).expect_err("missing").to_string();
        assert!(error.contains("/nonexistent/site.toml"), "{error}");
    }
}
