//! Any bytes are a listing or refused with a reason; a listing's classes never exceed its entries.

use drwatch::parse;

pub fn run(bytes: &[u8]) {
    match parse::bucket_listing(bytes) {
        Ok(listing) => assert!(listing.unclassified().is_some()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
