//! Frames and keys of the whole screen, on states built from real events.

mod away;
mod cost;
mod frames;
mod frozen;
mod honest;
mod keys;
mod newcomer;
mod sizes;
mod story;
mod weight;
