//! A moment other than now: the past, a frozen display, the time cursor, the forecast.

mod forecast;
mod frozen;
mod past;
mod phase_bar;
mod phase_marks;
mod time_cursor;
