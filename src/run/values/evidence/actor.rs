//! Who acts, in words.

/// The person and the local account, as `Kim Berg (kim)`; the account alone where no person was named.
#[must_use]
pub fn actor(user: &str, engineer: Option<&str>) -> String {
    match engineer {
        Some(engineer) if engineer != user => format!("{engineer} ({user})"),
        _ => user.to_owned(),
    }
}
