//! How a run comes out: the whole procedure, its summary and what is left to do.

mod cleanup;
mod procedure;
mod summaries;

use super::*;
