//! Consents to what the record speaks against, whatever they were given to.

use crate::run::state::{Consented, GivenConsent, Run, push_bounded};
use crate::run::values::{Consent, Record};

/// The words that came with a consent.
pub(in crate::run) struct Words<'r> {
    /// What was typed; `None`: the phrase that names what is overruled.
    pub typed: Option<&'r str>,
    /// Why.
    pub reason: Option<&'r str>,
    /// Local user.
    pub user: &'r str,
}

/// Takes in the consent that `record` holds, if it holds one.
pub(in crate::run) fn given(
    run: &mut Run,
    record: &Record,
    to: Consented,
    consent: Option<&Consent>,
    words: &Words<'_>,
) {
    let Some(consent) = consent.cloned() else { return };
    let typed = words.typed.or(consent.overruled.phrase()).unwrap_or_default().to_owned();
    let (reason, user) = (words.reason.map(str::to_owned), words.user.to_owned());
    let (at, record, engineer) = (record.at, record.seq, run.engineer.clone());
    let given = GivenConsent { at, record, to, typed, consent, reason, user, engineer };
    push_bounded(&mut run.consents, &mut run.dropped.consents, given);
}
