//! What only one kind of system can do, behind one interface: `linux` does it, `other` says what any other Unix does in
//! its place. Nothing else in the crate asks which system it is built for.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(test, expect(dead_code, reason = "built on Linux to keep it in step"))]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use self::linux::*;
#[cfg(not(target_os = "linux"))]
pub(crate) use self::other::*;
