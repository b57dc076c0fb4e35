//! What of this record supports which control of which framework, and what it does not show. The map is data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::report::document::{Block, Prose};
use crate::report::sections::parts::PARTS;
use crate::report::value::Report;

/// A control, from the map.
#[derive(Deserialize)]
pub(in crate::report) struct Control {
    pub(in crate::report) framework: String,
    pub(in crate::report) reference: String,
    /// What it asks for, in short.
    pub(in crate::report) asks: String,
    /// What of this record supports it.
    pub(in crate::report) supports: String,
    /// What this record does not show.
    pub(in crate::report) not_shown: String,
    /// The sections in which that stands.
    pub(in crate::report) sections: Vec<String>,
}

#[derive(Deserialize)]
struct Map {
    control: Vec<Control>,
}

/// Every control of the map; a test reads it.
pub(in crate::report) static CONTROLS: LazyLock<Vec<Control>> = LazyLock::new(|| {
    let map = include_str!("../../../../assets/report/controls.toml");
    toml::from_str(map).map_or_else(|_| Vec::new(), |map: Map| map.control)
});

pub(in crate::report::sections) fn controls(report: &Report) -> Vec<Block> {
    let head = ["Control", "Asks for", "This record supports it by", "It does not show"];
    let rows = CONTROLS.iter().map(|control| {
        let titles = control.sections.iter().map(|id| title(id)).collect::<Vec<_>>().join(", ");
        [
            Prose::strong(&control.framework).and(format!(" {}", control.reference)),
            control.asks.as_str().into(),
            Prose::text(format!("{} See: {titles}.", control.supports)),
            control.not_shown.as_str().into(),
        ]
    });
    let simulated = report.summary.simulated.then(|| {
        Block::Paragraph(Prose::strong("This run was simulated: it supports none of these controls."))
    });
    let meaning = "This map says what of this record can be used in evidence for a control. It does not say that a control is \
                   met: that takes the organisation's own plan, scope and judgement.";
    let table = Block::table(head, rows);
    simulated.into_iter().chain([Block::text(meaning), table]).collect()
}

fn title(id: &str) -> String {
    PARTS.iter().find(|part| part.id == id).map_or_else(|| id.to_owned(), |part| part.title.to_owned())
}
