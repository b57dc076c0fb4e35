//! Any bytes are a listing or refused with a reason; a listing's classes never exceed its entries.
#![no_main]

use drwatch::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match parse::bucket_listing(bytes) {
        Ok(listing) => assert!(listing.unclassified().is_some()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
