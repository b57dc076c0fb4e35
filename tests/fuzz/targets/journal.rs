//! Any bytes are a journal as far as they are one: read record by record, folded, summarised, and
//! refused with a reason where they are none.
#![no_main]

#[path = "../bodies/journal.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|input: &[u8]| body::run(input));
