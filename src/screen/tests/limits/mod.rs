//! What must not be exceeded: the size of a screen and the cost of a frame.

mod dialogs;
mod draw_cost;
mod sizes;
