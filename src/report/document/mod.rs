//! A report before it is written in any form: sections of blocks of spans. Foreign text is marked, so that each form can
//! escape it.

pub(in crate::report) mod phrases;
mod spans;
pub(in crate::report) mod table;

pub(super) use self::spans::{Level, Prose, Span};

use self::table::Flush;
use crate::run::{Elapsed, ObjectCount, Sequence, Timestamp};

/// A whole report.
pub(super) struct Document {
    /// The name of the run, for the title of a page.
    pub(super) run: String,
    pub(super) title: Prose,
    /// What a reader has to know before anything else.
    pub(super) banners: Vec<Banner>,
    pub(super) sections: Vec<Section>,
}

/// A warning, or what a warning is about.
pub(super) struct Banner {
    pub(super) level: Level,
    pub(super) title: String,
    pub(super) lines: Vec<Prose>,
}

/// A section, in the same place in each form.
pub(super) struct Section {
    /// Its anchor.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block>,
}

/// A part of a section.
pub(super) enum Block {
    Paragraph(Prose),
    Heading(&'static str),
    /// Names with their values.
    Facts(Vec<Fact>),
    /// The few figures that a reader looks for first.
    Tiles(Vec<Fact>),
    List(Vec<Item>),
    Table(Table),
    Figure(Figure),
    /// Records quoted, each with the anchor that citations of it lead to.
    Quotes(Vec<Quoted>),
}

/// A name with its value.
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) value: Prose,
    /// What the value is made of, or rests on.
    pub(super) note: Option<Prose>,
}

/// An item of a list.
pub(super) struct Item {
    /// Of a checklist: whether it is done.
    pub(super) is_done: Option<bool>,
    pub(super) prose: Prose,
    pub(super) more: Vec<Prose>,
}

/// A table; a cell of it cites a record by its bare number.
pub(super) struct Table {
    pub(super) head: Vec<(&'static str, Flush)>,
    pub(super) rows: Vec<Vec<Prose>>,
}

/// A cited record.
pub(super) struct Quoted {
    pub(super) record: Sequence,
    /// When and of what kind, where its journal was at hand.
    pub(super) title: Prose,
    /// The log line or the reply it holds.
    pub(super) raw: Option<Prose>,
    /// The record itself.
    pub(super) line: Option<Prose>,
}

/// A drawing, with what it shows in a sentence for who cannot see it.
pub(super) struct Figure {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) drawing: Drawing,
    /// Colours and marks with their meaning.
    pub(super) legend: Vec<(&'static str, String)>,
}

/// What is drawn.
pub(super) enum Drawing {
    /// Rows of bars and marks over one axis of time.
    Timeline { from: Timestamp, to: Timestamp, rows: Vec<Row> },
    /// Objects over time since stage 1 began, and how many were expected.
    Downloads { points: Vec<(Elapsed, ObjectCount)>, expected: Option<ObjectCount>, unseen: Vec<Stretch> },
    /// Rates over time since stage 1 began, one curve a run.
    Rates { of_runs: Vec<Vec<(Elapsed, f64)>>, unseen: Vec<Stretch> },
}

/// A stretch in which nothing was read, by the time since stage 1 began.
pub(super) type Stretch = (Elapsed, Elapsed);

/// A row of a timeline.
pub(super) struct Row {
    pub(super) label: &'static str,
    pub(super) bars: Vec<Bar>,
    pub(super) marks: Vec<Mark>,
}

/// A stretch of time.
pub(super) struct Bar {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) tone: Tone,
    /// Written into it where it is wide enough.
    pub(super) label: &'static str,
}

/// A moment.
pub(super) struct Mark {
    pub(super) at: Timestamp,
    pub(super) tone: Tone,
}

/// What a colour of a drawing means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    First,
    Second,
    Third,
    Attention,
    Bad,
}

impl Document {
    /// Every record that it cites.
    pub(super) fn cited(&self) -> std::collections::BTreeSet<Sequence> {
        let banners = self.banners.iter().flat_map(Banner::prose);
        let blocks = self.sections.iter().flat_map(|section| &section.blocks).flat_map(Block::prose);
        banners.chain(blocks).flat_map(Prose::cited).collect()
    }
}

impl Banner {
    fn prose(&self) -> Vec<&Prose> {
        self.lines.iter().collect()
    }
}

impl Block {
    /// All prose in it, but that of quoted records.
    fn prose(&self) -> Vec<&Prose> {
        match self {
            Self::Paragraph(prose) => vec![prose],
            Self::Facts(facts) | Self::Tiles(facts) => {
                facts.iter().flat_map(|fact| [Some(&fact.value), fact.note.as_ref()]).flatten().collect()
            }
            Self::List(items) => {
                items.iter().flat_map(|item| std::iter::once(&item.prose).chain(&item.more)).collect()
            }
            Self::Table(table) => table.rows.iter().flatten().collect(),
            Self::Heading(_) | Self::Figure(_) | Self::Quotes(_) => Vec::new(),
        }
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Paragraph(Prose::text(text))
    }

    /// A title that begins with `>` heads a column of numbers, which are flush right.
    pub(super) fn table<const N: usize>(
        titles: [&'static str; N],
        rows: impl IntoIterator<Item = [Prose; N]>,
    ) -> Self {
        let column = |title: &'static str| match title.strip_prefix('>') {
            Some(title) => (title, Flush::Right),
            None => (title, Flush::Left),
        };
        Self::Table(Table {
            head: titles.map(column).into(),
            rows: rows.into_iter().map(Vec::from).collect(),
        })
    }

    /// A list, or `none` where it is empty.
    pub(super) fn list(items: impl IntoIterator<Item = Item>, none: &str) -> Self {
        let items: Vec<_> = items.into_iter().collect();
        if items.is_empty() { Self::text(none) } else { Self::List(items) }
    }
}

impl Fact {
    pub(super) fn new(name: impl Into<String>, value: impl Into<Prose>) -> Self {
        Self { name: name.into(), value: value.into(), note: None }
    }

    pub(super) fn with(self, note: impl Into<Prose>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl Item {
    pub(super) fn new(prose: impl Into<Prose>) -> Self {
        Self { is_done: None, prose: prose.into(), more: Vec::new() }
    }
}
