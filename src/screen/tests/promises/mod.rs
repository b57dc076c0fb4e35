//! What is always in sight: everything that matters, whole, and never as more than is known.

mod completeness;
mod connections;
mod figures;
mod finding_rows;
mod guidance;
mod leading;
mod resume;
mod small;
mod steady;
mod uncertain_state;
