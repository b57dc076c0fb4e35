//! Any bytes are a reply: a number, a state, or unreadable, and never a panic.

use std::sync::LazyLock;

use drwatch::{dialect::Dialect, parse};

static DIALECT: LazyLock<Dialect> = LazyLock::new(Dialect::built_in);

pub fn run(bytes: &[u8]) {
    let _ = parse::counter(bytes, "backend.ops.get");
    let _ = parse::threads(bytes, "replicator.num_threads");
    let _ = parse::size(bytes);
    let _ = parse::error_text(bytes);
    let pairs = parse::key_values(bytes);
    let _ = parse::value_of(&pairs, "Serial");
    let text = String::from_utf8_lossy(bytes);
    let _ = DIALECT.replication().read(&text);
    let _ = DIALECT.service().read(&text);
    let _ = DIALECT.alarm(bytes);
}
