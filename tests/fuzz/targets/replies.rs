//! Any bytes are a reply: a number, a state, or unreadable, and never a panic.
#![no_main]

#[path = "../bodies/replies.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|input: &[u8]| body::run(input));
