//! What signatures and heads kept elsewhere prove of a run, in words.

use std::{collections::BTreeMap, fmt};

use thiserror::Error;

use crate::{
    cli::VerifyArgs,
    commands::command_line::stop::Stop,
    input,
    journal::{self, AllowedSigners, Anchor, AnchorPlace, CheckedSignature, RunFolder, SignatureReport},
    run::Exit,
    text::{grouped, line, plural},
};

/// Bytes of a list of signers that are read.
const MAX_SIGNERS: u64 = 1 << 20;

/// What `verify` was asked about signatures and heads.
pub(super) struct ProofQuestion {
    allowed: Option<AllowedSigners>,
    anchors: Vec<Anchor>,
}

impl ProofQuestion {
    pub(super) fn read(arguments: &VerifyArgs) -> Result<Self, Stop> {
        let anchors = arguments.anchor.iter().map(|given| Anchor::parse(given));
        let anchors = anchors.collect::<Result<_, _>>().map_err(Stop::usage)?;
        let allowed = arguments.allowed_signers.clone();
        if let Some(path) = &allowed {
            // ssh-keygen would report it once for each signature, as a signer that is not allowed.
            if let Err(reason) = input::read_file(path, MAX_SIGNERS) {
                let text = format!("the allowed signers in {} cannot be read: {reason}", path.display());
                return Err(Stop { text, exit: Exit::Usage });
            }
        }
        Ok(Self { allowed: allowed.map(AllowedSigners), anchors })
    }

    pub(super) fn answer(self, folder: &RunFolder) -> Result<Proof, Stop> {
        let signatures = journal::check_signatures(folder, self.allowed.as_ref()).map_err(Stop::failed)?;
        let places = journal::find_anchors(folder, &self.anchors).map_err(Stop::failed)?;
        let anchors = self.anchors.into_iter().zip(places).collect();
        Ok(Proof { signatures, anchors, signers_were_given: self.allowed.is_some() })
    }
}

/// What was found.
pub(super) struct Proof {
    signatures: SignatureReport,
    anchors: Vec<(Anchor, AnchorPlace)>,
    signers_were_given: bool,
}

/// What of it does not hold, the first in words.
#[derive(Debug, Error)]
pub(super) enum Disproved {
    #[error("signature of the {role} in record {record}: {fault}")]
    Signature { role: &'static str, record: String, fault: String },
    #[error(
        "signatures/{name} belongs to no statement of this record: the statement was removed, or the file is of another run"
    )]
    Stray { name: String },
    #[error("head {digits}: {fault}")]
    Anchor { digits: String, fault: String },
}

impl Proof {
    /// The first thing that does not hold.
    pub(super) fn fault(&self) -> Option<Disproved> {
        let of_signature = |signature: &CheckedSignature| {
            let fault = signature.verdict.as_ref().err()?;
            Some(Disproved::Signature {
                role: signature.statement.role.name(),
                record: signature.record.to_string(),
                fault: fault.to_string(),
            })
        };
        let of_anchor = |(anchor, place): &(Anchor, AnchorPlace)| {
            let fault = anchor_fault(place)?;
            Some(Disproved::Anchor { digits: short(&anchor.digits).to_owned(), fault })
        };
        let stray = || self.signatures.strays.first().map(|name| Disproved::Stray { name: name.clone() });
        let mut signatures = self.signatures.signatures.iter();
        signatures.find_map(of_signature).or_else(stray).or_else(|| self.anchors.iter().find_map(of_anchor))
    }

    fn write_limits(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.signatures.signatures.is_empty() {
            f.write_str(
                "no signature: the chain shows that no record was changed without writing all behind it anew; whoever \
                 can write to this folder can do that, and nothing in the folder would show it (`drwatch guide \
                 signing`)\n",
            )?;
        } else if !self.signers_were_given {
            f.write_str(
                "whose keys these are is not checked: name the people with --allowed-signers FILE\n",
            )?;
        }
        // A head from after the first signature shows nothing of what its signer did before.
        let first = self.signatures.signatures.first().map(|signature| signature.record);
        let is_earlier =
            |place: &AnchorPlace| matches!(place, AnchorPlace::Found { record, .. } if Some(*record) < first);
        if first.is_some() && !self.anchors.iter().any(|(_, place)| is_earlier(place)) {
            f.write_str(
                "a signature does not show what its own signer rewrote before signing: check a head that was sent \
                 elsewhere during the test with --anchor HEAD\n",
            )?;
        }
        Ok(())
    }
}

impl Proof {
    /// Whether a valid signature covers every record.
    pub(super) fn covers_all(&self) -> bool {
        self.signatures.last_valid().is_some() && behind(&self.signatures.behind).is_none()
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for signature in &self.signatures.signatures {
            writeln!(f, "{}", in_words(signature))?;
        }
        for name in &self.signatures.strays {
            writeln!(f, "signatures/{}: belongs to no statement of this record", line(name))?;
        }
        match (self.signatures.last_valid(), behind(&self.signatures.behind)) {
            (Some(last), None) => {
                writeln!(f, "the signature in record {} covers the whole record", last.record)?;
            }
            (Some(_), Some(kinds)) => {
                writeln!(f, "behind the last valid signature, covered by none: {kinds}")?;
            }
            (None, _) if !self.signatures.signatures.is_empty() => {
                writeln!(f, "no signature is valid, and none covers a record")?;
            }
            (None, _) => {}
        }
        for (anchor, place) in &self.anchors {
            writeln!(f, "{}", anchor_in_words(anchor, place))?;
        }
        self.write_limits(f)
    }
}

fn in_words(signature: &CheckedSignature) -> String {
    let CheckedSignature { at, record, head, statement, verdict } = signature;
    let judged =
        statement.verdict.map_or_else(String::new, |verdict| format!(", verdict {}", verdict.name()));
    let notes = statement.notes.as_ref().map_or_else(String::new, |notes| format!(" ({notes})"));
    let state = match verdict {
        Ok(None) => "valid".to_owned(),
        Ok(Some(principal)) => format!("valid, the key of {principal}"),
        Err(fault) => format!("NOT VALID: {fault}"),
    };
    let words = format!(
        "signed in record {record} ({}) as {} by {} ({}){judged}{notes}, key {}, over the first {} records: {state}",
        at.in_words(),
        statement.role.name(),
        statement.name,
        statement.user,
        statement.key,
        grouped(head.records),
    );
    // On one line: what a signer wrote must not look like another sentence of `verify`.
    line(&words).into_owned()
}

/// The records of each kind, and how many they are; `None` without any.
fn behind(kinds: &BTreeMap<String, u64>) -> Option<String> {
    let all: u64 = kinds.values().sum();
    let kinds: Vec<_> = kinds.iter().map(|(kind, count)| format!("{count} {}", line(kind))).collect();
    (all > 0).then(|| format!("{} ({})", plural(all, "record"), kinds.join(", ")))
}

fn anchor_in_words(anchor: &Anchor, place: &AnchorPlace) -> String {
    let digits = short(&anchor.digits);
    match (anchor_fault(place), place) {
        (None, AnchorPlace::Found { record, at, records, behind }) => format!(
            "head {digits}: in this record, after record {record} of {}, the end of its first {}; {} since",
            at.in_words(),
            plural(*records, "record"),
            plural(*behind, "record"),
        ),
        (fault, _) => format!("head {digits}: {}", fault.unwrap_or_default()),
    }
}

fn anchor_fault(place: &AnchorPlace) -> Option<String> {
    match place {
        AnchorPlace::Found { .. } => None,
        AnchorPlace::NotFound => Some(
            "NOT in this record: the record was rewritten or cut after that head was sent, or the head is of another run"
                .to_owned(),
        ),
        AnchorPlace::OtherRun { run } => Some(format!("NOT of this run: the notice carried it for run {run}")),
        AnchorPlace::NotUnique => Some("more than one head of this record begins so; give all its digits".to_owned()),
    }
}

/// The first digits of a head, enough to tell it from the others.
fn short(digits: &str) -> &str {
    digits.get(..16).unwrap_or(digits)
}
