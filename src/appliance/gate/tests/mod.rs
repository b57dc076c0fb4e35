//! What may be sent, to whom, and what no dialect can smuggle in.

mod plans;
mod shapes;
mod switches;
mod words;

use super::*;

const READ_KINDS: [Sendable; 8] = [
    Sendable::ShowVersion,
    Sendable::ShowInfo,
    Sendable::ShowReplication,
    Sendable::BucketListing,
    Sendable::GetCounter,
    Sendable::ThreadCounter,
    Sendable::ShowLog,
    Sendable::FollowLog,
];

fn dialect_with(kind: Sendable, line: &str) -> Dialect {
    Dialect::with_lines(kind.entry().strip_prefix("commands.").expect("a command"), &[line])
}

fn refusal(kind: Sendable, line: &str) -> GateError {
    let error = Gate::new(Role::Primary, &dialect_with(kind, line), Access::ReadAndChange)
        .expect_err(&format!("{} must refuse {line:?}", kind.entry()));
    assert_eq!(error.entry, kind.entry(), "{error}");
    assert!(error.to_string().contains(kind.entry()), "{error}");
    error
}

fn gate(role: Role, access: Access) -> Gate {
    Gate::new(role, &Dialect::built_in(), access).expect("the built-in dialect passes")
}
