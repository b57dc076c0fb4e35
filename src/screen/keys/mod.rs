//! From keys to what they ask for: the table of keys, those in effect, the text field, and the intents that are carried
//! out elsewhere.

mod binding;
mod effective;
mod intent;
mod key_name;
pub(crate) mod keymap;
mod output;
mod panel;
mod play;
mod replay_keys;
mod text_input;
mod undo;

pub(crate) use self::{
    binding::{Command, Group},
    effective::{Bound, Keymap},
    intent::Intent,
    key_name::{MODIFIERS, key_name},
    output::{Copied, FrameFormat},
    panel::Panel,
    play::{Landmark, Moment, Motion, Play, Playback, Position, Recorder, Seek},
    text_input::{Room, TextInput},
};
