//! How a run comes out: the whole procedure, its summary and what is left to do.

mod cleanup;
mod consents;
mod grounds;
mod next_step;
mod people;
mod procedure;
mod signing;
mod summaries;
mod test_summary;

use super::*;
