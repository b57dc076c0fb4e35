//! Whatever an appliance sends: cleaning it leaves no control character, and lines cut from it in any
//! pieces are the lines cut from it at once.
#![no_main]

#[path = "../bodies/framing.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|input: (Vec<u8>, u8)| body::run(input));
