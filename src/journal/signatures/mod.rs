//! Signatures over the record, made and checked by OpenSSH, and heads that were sent elsewhere. Who may sign what is
//! decided in `run`.
//!
//! # What is signed
//!
//! A statement in the journal names who signs, as what, and how the test is judged. The signature covers a short text
//! (`signed_text`) that names the head of the chain *after* that record, and with it every record up to there. Text and
//! signature lie in the folder `signatures` of the run, as `<record>-<role>.txt` and `<record>-<role>.txt.sig`, so that
//! `ssh-keygen -Y verify -n drwatch` checks them without drwatch.

mod anchor;
mod check;
mod files;
mod openssh;
mod signed_text;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    anchor::{Anchor, AnchorPlace, find_anchors},
    check::{AllowedSigners, CheckedSignature, SignatureReport, check_signatures},
    files::SignatureFiles,
    openssh::{CheckAnswer, SigningKey, check_signature, sign_text},
    signed_text::signed_text,
};
