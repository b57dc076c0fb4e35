//! What a shell waits for, and what may end a reply.

use crate::dialect::Mode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyEnd {
    Prompt(Mode),
    /// A prompt with the name of another host.
    OtherPrompt,
    Pager,
    Password,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Awaiting<'a> {
    /// The first prompt; whatever comes before it is a banner.
    Login,
    Reply {
        line: &'a str,
        may_ask_password: bool,
    },
    /// Any prompt, after an interruption.
    Resync,
}
