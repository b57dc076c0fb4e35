//! Any bytes are a listing or refused with a reason; a listing's classes never exceed its entries.
#![no_main]

#[path = "../bodies/bucket_listing.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|input: &[u8]| body::run(input));
