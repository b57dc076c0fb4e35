//! What is typed into a dialog that asks for consent, and what was on the screen while it was typed.

use std::{
    borrow::Cow,
    cell::Cell,
    mem::{Discriminant, discriminant},
};

use crate::{
    run::{Authorization, PairIdentities, Role, Run},
    screen::dialogs::Field,
};

/// What the engineer sees while typing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    verdict: Discriminant<Authorization>,
    pair: PairIdentities,
}

impl Shown {
    fn now(run: &Run, verdict: &Authorization) -> Self {
        Self { verdict: discriminant(verdict), pair: present_pair(run) }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) phrase: Field,
    /// Asked for once the phrase was right, where a reason is needed.
    pub(super) reason: Option<Field>,
    /// The reason given before the phrase, where the policy is overridden.
    given: Option<String>,
    shown: Option<Shown>,
    /// Whether a frame has said that something else is asked now.
    has_said: Cell<bool>,
}

/// What is said where something else is asked now than when the engineer began to type.
const CHANGED: &str = "This has changed while you typed; nothing was sent. Read it again.";

/// Both appliances as they answer now.
pub(super) fn present_pair(run: &Run) -> PairIdentities {
    let identity = |role| run.appliance(role).identity.clone();
    PairIdentities { primary: identity(Role::Primary), dr: identity(Role::Dr) }
}

impl Entry {
    pub(super) const fn field(&self) -> &Field {
        match &self.reason {
            Some(reason) => reason,
            None => &self.phrase,
        }
    }

    pub(super) fn field_mut(&mut self) -> &mut Field {
        self.reason.as_mut().unwrap_or(&mut self.phrase)
    }

    /// Forgets what was typed where something else is asked now than when it was: a name typed to pause one
    /// machine must not confirm another that has taken its place meanwhile. Returns whether the key is to be left out
    /// as well, which it is unless the engineer could see the change before.
    pub(super) fn is_outdated(&mut self, run: &Run, verdict: &Authorization) -> bool {
        let now = Shown::now(run, verdict);
        let is_outdated = self.shown.as_ref().is_some_and(|shown| *shown != now);
        let was_said = self.has_said.take();
        if is_outdated {
            *self = Self::changed();
        }
        self.shown = Some(now);
        is_outdated && !was_said
    }

    /// What a frame shows of it: begun anew where something else is asked now.
    pub(super) fn as_shown(&self, run: &Run, verdict: &Authorization) -> Cow<'_, Self> {
        if self.shown.as_ref().is_none_or(|shown| *shown == Shown::now(run, verdict)) {
            return Cow::Borrowed(self);
        }
        self.has_said.set(true);
        Cow::Owned(Self::changed())
    }

    fn changed() -> Self {
        let mut changed = Self::default();
        changed.phrase.problem = Some(CHANGED.to_owned());
        changed
    }

    pub(super) fn typed_phrase(&self) -> String {
        self.phrase.phrase().to_owned()
    }

    /// Whether the phrase was typed; a wrong one is reported, `outcome` saying what was not done.
    pub(super) fn is_typed(&mut self, phrase: &str, outcome: &str) -> bool {
        let right = self.phrase.phrase() == phrase;
        if !right {
            self.reason = None;
            self.phrase.refuse(outcome, phrase);
        }
        right
    }

    /// Whether the reason comes before the phrase, and is still to be given.
    pub(super) const fn lacks_reason(&self) -> bool {
        self.given.is_none()
    }

    /// The reason given before the phrase, once it is.
    pub(super) fn given(&self) -> Option<&str> {
        self.given.as_deref()
    }

    /// The reason given before the phrase, which is asked for next. One of `names` is none: somebody has typed the
    /// consent of any other action.
    pub(super) fn reason_before(&mut self, names: &[String], asked: &str) -> Option<String> {
        if self.given.is_none() {
            let reason = self.phrase.text_or(&format!("Nothing was sent: type {asked}."))?;
            let typed = self.phrase.phrase();
            if names.iter().any(|name| name.eq_ignore_ascii_case(typed)) {
                let problem = format!("Nothing was sent: \"{typed}\" is an appliance. Type {asked}.");
                self.phrase = Field::default();
                self.phrase.problem = Some(problem);
                return None;
            }
            (self.given, self.phrase) = (Some(reason), Field::default());
            return None;
        }
        self.given.clone()
    }

    /// The reason, once one was typed; asks for it first.
    pub(super) fn typed_reason(&mut self) -> Option<String> {
        let Some(reason) = &mut self.reason else {
            self.reason = Some(Field::default());
            return None;
        };
        reason.text_or("A reason is needed; nothing was sent.")
    }
}
