//! Consents by phrase, whatever they were given to.

use crate::run::state::{Consented, GivenConsent, Run, push_bounded};
use crate::run::values::{Consent, Record};

/// Takes in the consent that `record` holds, if it holds one.
pub(in crate::run) fn given(
    run: &mut Run,
    record: &Record,
    to: Consented,
    consent: Option<&Consent>,
    (reason, user): (&str, &str),
) {
    let Some(consent) = consent.cloned() else { return };
    let (reason, user, engineer) = (reason.to_owned(), user.to_owned(), run.engineer.clone());
    let given = GivenConsent { at: record.at, record: record.seq, to, consent, reason, user, engineer };
    push_bounded(&mut run.consents, &mut run.dropped.consents, given);
}
