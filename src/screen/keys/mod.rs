//! From keys to what they ask for: the table of keys, the text field, and the intents that are carried out elsewhere.

mod binding;
mod intent;
pub(crate) mod keymap;
mod panel;
mod play;
mod replay_keys;
mod text_input;

pub(crate) use self::{
    binding::Command,
    intent::Intent,
    panel::Panel,
    play::{Landmark, Moment, Motion, Play, Playback, Position, Recorder, Seek},
};
pub(crate) use self::{
    binding::Group,
    text_input::{Room, TextInput},
};
