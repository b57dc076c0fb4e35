//! Who records: the local user and machine, as the record names them beside every action.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LocalIdentity {
    pub(crate) user: String,
    pub(crate) host: String,
}

impl LocalIdentity {
    /// Asks the system; a name it does not have is `unknown`.
    pub(crate) fn of_this_process() -> Self {
        let user = nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten();
        let host = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
        Self {
            user: user.map_or_else(|| "unknown".to_owned(), |user| user.name),
            host: host.unwrap_or_else(|| "unknown".to_owned()),
        }
    }

    pub(crate) fn label(&self) -> String {
        format!("{}@{}", self.user, self.host)
    }
}
