//! Any bytes are a log line of some form, kept whole, and safe to show once escaped.
#![no_main]

#[path = "../bodies/log_line.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|input: &[u8]| body::run(input));
