//! What to do about a failed login, fitted to how `ssh` is set up: the configuration that is read, and where known
//! host keys are kept.

use std::{process::Stdio, time::Duration};

use tokio::time::timeout;

use super::failure::excerpt;
use crate::appliance::{
    ssh::{
        destination::Destination,
        options::{SshOptions, inquiry_arguments},
        parent_watch,
    },
    transport::ConnectError,
};
use crate::text::shell_word;

const INQUIRY_LIMIT: Duration = Duration::from_secs(10);

/// The settings that `ssh` would connect with, as `ssh -G` prints them.
pub(super) async fn inquire(destination: &Destination, options: &SshOptions) -> std::io::Result<String> {
    let mut inquiry = parent_watch::ssh(options.program.as_deref());
    inquiry.args(inquiry_arguments(destination, options)).stdin(Stdio::null()).kill_on_drop(true);
    // `ssh -G` runs the `Match exec` commands of the configuration, and those may hang.
    let settings = timeout(INQUIRY_LIMIT, inquiry.output())
        .await
        .map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))??;
    Ok(String::from_utf8_lossy(&settings.stdout).into_owned())
}

/// The failure; for an unknown host key, with how it becomes known.
pub(super) async fn advised(
    error: ConnectError,
    destination: &Destination,
    options: &SshOptions,
) -> ConnectError {
    let ConnectError::HostKeyUnknown { destination: name, .. } = error else { return error };
    // Without the answer the advice is the usual one.
    let settings = inquire(destination, options).await.unwrap_or_default();
    let remedy = known_key_remedy(&settings, destination, options);
    ConnectError::HostKeyUnknown { destination: name, remedy }
}

/// The configuration that `ssh` reads.
pub(super) fn configuration(options: &SshOptions) -> String {
    let config = options.config.as_ref();
    config.map_or_else(|| "~/.ssh/config".to_owned(), |config| excerpt(&config.display().to_string()))
}

/// How the host key becomes known, where `ssh` is set up as `settings`.
fn known_key_remedy(settings: &str, destination: &Destination, options: &SshOptions) -> String {
    let setting = |name: &str| {
        let found = settings.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        found.unwrap_or_default().trim()
    };
    let mut command = vec!["ssh".to_owned()];
    if let Some(config) = &options.config {
        command.extend(["-F".to_owned(), shell_word(&excerpt(&config.display().to_string()))]);
    }
    if !matches!(setting("stricthostkeychecking"), "" | "ask") {
        // Otherwise it would refuse the key again, or take it without a question.
        command.push("-o StrictHostKeyChecking=ask".to_owned());
    }
    let arguments = destination.arguments();
    let arguments = arguments.iter().map(|argument| argument.to_string_lossy());
    command.extend(
        arguments.filter(|argument| argument != "--").map(|argument| shell_word(&excerpt(&argument))),
    );
    let connect = format!("connect once with `{}` and compare its fingerprint", command.join(" "));
    let files = setting("userknownhostsfile");
    let is_kept = |file: &str| !matches!(file, "none" | "/dev/null");
    if !files.is_empty() && !files.split_whitespace().any(is_kept) {
        let configuration = configuration(options);
        let files = excerpt(files);
        return format!(
            "{configuration} keeps no host keys (UserKnownHostsFile {files}): name a file there, then {connect}"
        );
    }
    connect
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(settings: &str, destination: &str, config: Option<&str>) -> String {
        let options = SshOptions { config: config.map(Into::into), ..SshOptions::default() };
        known_key_remedy(settings, &Destination::parse(destination).unwrap(), &options)
    }

    #[test]
    fn the_advice_is_what_makes_this_ssh_know_the_key() {
        let usual = "stricthostkeychecking ask\nuserknownhostsfile /home/k/.ssh/known_hosts\n";
        assert_eq!(
            remedy(usual, "admin@ava", None),
            "connect once with `ssh admin@ava` and compare its fingerprint"
        );
        assert_eq!(remedy("", "admin@ava", None), remedy(usual, "admin@ava", None));
        assert!(remedy(usual, "ava", Some("/etc/own config")).contains("`ssh -F '/etc/own config' ava`"));
        assert!(remedy(usual, "ssh://admin@[::1]:2222", None).contains("`ssh -p 2222 admin@::1`"));
        for strict in ["true", "false", "accept-new"] {
            let settings = format!("stricthostkeychecking {strict}\n");
            assert!(
                remedy(&settings, "ava", None).contains("`ssh -o StrictHostKeyChecking=ask ava`"),
                "{strict}"
            );
        }
    }

    #[test]
    fn where_no_host_key_is_kept_that_comes_first() {
        for files in ["/dev/null", "none"] {
            let settings = format!("userknownhostsfile {files}\n");
            let advice = remedy(&settings, "ava", Some("/etc/own"));
            assert!(advice.starts_with("/etc/own keeps no host keys"), "{advice}");
            assert!(advice.contains("then connect once with `ssh -F /etc/own ava`"), "{advice}");
        }
        let settings = "userknownhostsfile /dev/null /home/k/known\n";
        assert!(remedy(settings, "ava", None).starts_with("connect once"));
    }
}
