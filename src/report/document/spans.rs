//! Running text: words of drwatch, foreign words, citations of records.

use crate::run::{Sequence, Timestamp};
use crate::text::{Charset, iso, line_in};

/// A piece of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Span {
    /// Words of drwatch.
    Text(String),
    /// Words of drwatch that stand out.
    Strong(String),
    /// A judgement in a word.
    Badge(Level, String),
    /// Foreign words within a sentence.
    Foreign(String),
    /// What a person wrote: all of it, line for line.
    Stated(String),
    /// Foreign text to the letter.
    Code(String),
    /// A record of the journal.
    Record(Sequence),
    /// A moment, which no line is broken in.
    At(Timestamp),
}

/// How good or bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Level {
    Good,
    Neutral,
    Attention,
    Bad,
}

impl Level {
    /// The word for it in a style sheet.
    pub(in crate::report) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Neutral => "neutral",
            Self::Attention => "attention",
            Self::Bad => "bad",
        }
    }
}

/// Running text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Prose(pub(in crate::report) Vec<Span>);

impl Prose {
    pub(in crate::report) fn text(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    pub(in crate::report) fn foreign(text: impl Into<String>) -> Self {
        Self(vec![Span::Foreign(text.into())])
    }

    pub(in crate::report) fn stated(text: impl Into<String>) -> Self {
        Self(vec![Span::Stated(text.into())])
    }

    pub(in crate::report) fn code(text: impl Into<String>) -> Self {
        Self(vec![Span::Code(text.into())])
    }

    pub(in crate::report) fn at(at: Timestamp) -> Self {
        Self(vec![Span::At(at)])
    }

    /// A moment, or `none`.
    pub(in crate::report) fn at_or(at: Option<Timestamp>, none: &str) -> Self {
        at.map_or_else(|| Self::text(none), Self::at)
    }

    /// A person, with the account beside the name.
    pub(in crate::report) fn who(user: Option<&str>, engineer: Option<&str>) -> Self {
        match (engineer, user) {
            (Some(name), Some(user)) => Self::foreign(name).and(" (").and_code(user).and(")"),
            (Some(name), None) => Self::foreign(name),
            (None, Some(user)) => Self::code(user),
            (None, None) => Self::text("–"),
        }
    }

    pub(in crate::report) fn strong(text: impl Into<String>) -> Self {
        Self(vec![Span::Strong(text.into())])
    }

    pub(in crate::report) fn badge(level: Level, text: impl Into<String>) -> Self {
        Self(vec![Span::Badge(level, text.into())])
    }

    /// The numbers of records, with commas; a dash without any.
    pub(in crate::report) fn records<'r>(records: impl IntoIterator<Item = &'r Sequence>) -> Self {
        let mut prose = Self::default();
        for record in records {
            if !prose.0.is_empty() {
                prose = prose.and(", ");
            }
            prose.0.push(Span::Record(*record));
        }
        if prose.0.is_empty() { Self::text("–") } else { prose }
    }

    /// With words of drwatch behind it.
    pub(in crate::report) fn and(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(Span::Text(text));
        }
        self
    }

    pub(in crate::report) fn and_foreign(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Foreign(text.into()));
        self
    }

    pub(in crate::report) fn and_stated(self, text: impl Into<String>) -> Self {
        self.and_all(Self::stated(text))
    }

    pub(in crate::report) fn and_code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    pub(in crate::report) fn and_strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Strong(text.into()));
        self
    }

    pub(in crate::report) fn and_at(mut self, at: Timestamp) -> Self {
        self.0.push(Span::At(at));
        self
    }

    pub(in crate::report) fn and_all(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// With the record that it rests on, where there is one: `, record 12`.
    pub(in crate::report) fn citing(mut self, record: Option<Sequence>) -> Self {
        if let Some(record) = record {
            self = self.and(", record ");
            self.0.push(Span::Record(record));
        }
        self
    }

    /// With the records that it rests on: `, records 12, 14`.
    pub(in crate::report) fn citing_all(self, records: &[Sequence]) -> Self {
        match records {
            [] => self,
            [record] => self.citing(Some(*record)),
            records => self.and(", records ").and_all(Self::records(records)),
        }
    }

    /// The same in brackets.
    pub(in crate::report) fn with_source(mut self, record: Option<Sequence>) -> Self {
        if let Some(record) = record {
            self = self.and(" (record ");
            self.0.push(Span::Record(record));
            self = self.and(")");
        }
        self
    }

    /// On one line of a terminal.
    pub(in crate::report) fn plain(&self) -> String {
        let text = |span: &Span| match span {
            Span::Text(text) | Span::Strong(text) | Span::Badge(_, text) => text.clone(),
            Span::Foreign(text) | Span::Stated(text) | Span::Code(text) => {
                line_in(text, Charset::Unicode).into_owned()
            }
            Span::Record(record) => record.to_string(),
            Span::At(at) => iso(*at),
        };
        self.0.iter().map(text).collect()
    }

    pub(in crate::report) fn cited(&self) -> impl Iterator<Item = Sequence> {
        self.0.iter().filter_map(|span| match span {
            Span::Record(record) => Some(*record),
            _ => None,
        })
    }
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Sequence> for Prose {
    fn from(record: Sequence) -> Self {
        Self(vec![Span::Record(record)])
    }
}
