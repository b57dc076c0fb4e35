//! Findings: when each opens, what it says, and when it closes.

mod appliances;
mod bucket;
mod disturbed;
mod frozen;
mod log;
mod near_misses;

use super::*;
