//! Frames and keys of the whole screen, on states built from real events.

mod completeness;
mod connections;
mod draw_cost;
mod export;
mod finding_rows;
mod forecast;
mod frames;
mod frozen;
mod guidance;
mod keys;
mod log_panel;
mod looks;
mod matrix;
mod past;
mod sizes;
mod story;
mod time_cursor;
mod uncertain_state;
mod views;
