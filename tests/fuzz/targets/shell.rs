//! Whatever an appliance sends and however it is cut: the shell logs in or says why not, a line typed
//! gets a reply or an error, and neither is waited for longer than its limit.
#![no_main]

#[path = "../bodies/shell.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|input: (Vec<u8>, u8)| body::run(input));
