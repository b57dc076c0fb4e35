//! The report in Markdown: each block in its words. What stands in it is decided in `sections`.

use super::escape::{code, prose, statement};
use crate::report::document::table::table;
use crate::report::document::{Banner, Block, Fact, Item, Prose, Quoted, Span, Table};
use crate::report::sections::document;
use crate::report::value::Report;
use crate::text::iso;

/// The report of a run in Markdown, which can be read as plain text. Foreign text in it is escaped.
#[must_use]
pub(crate) fn markdown(report: &Report) -> String {
    let document = document(report);
    let mut parts = vec![format!("# {}\n", words(&document.title))];
    parts.extend(document.banners.iter().map(banner));
    for section in &document.sections {
        parts.push(format!("## {}\n", section.title));
        parts.extend(section.blocks.iter().map(block).filter(|block| !block.is_empty()));
    }
    parts.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(prose) => format!("{}\n", words(prose)),
        Block::Heading(title) => format!("### {title}\n"),
        Block::Facts(facts) | Block::Tiles(facts) => facts.iter().map(fact).collect(),
        Block::List(items) => items.iter().map(item).collect(),
        Block::Table(cells) => cells_of(cells),
        // A drawing has no words of its own: what it shows is listed beside it.
        Block::Figure(_) => String::new(),
        Block::Quotes(quotes) => quotes.iter().map(quote).collect(),
    }
}

fn banner(banner: &Banner) -> String {
    let lines = banner.lines.iter().map(|line| format!("> {}\n", words(line)));
    std::iter::once(format!("> **{}**\n", banner.title)).chain(lines).collect()
}

fn fact(fact: &Fact) -> String {
    let note = fact.note.as_ref().map_or_else(String::new, |note| format!(" ({})", words(note)));
    format!("- {}: {}{note}\n", fact.name, words(&fact.value))
}

fn item(item: &Item) -> String {
    let mark = match item.is_done {
        None => "",
        Some(true) => "[x] ",
        Some(false) => "[ ] ",
    };
    let more = item.more.iter().map(|more| format!("  - {}\n", words(more)));
    std::iter::once(format!("- {mark}{}\n", words(&item.prose))).chain(more).collect()
}

fn quote(quoted: &Quoted) -> String {
    let more = [&quoted.raw, &quoted.line].into_iter().flatten().map(|more| format!("  - {}\n", words(more)));
    std::iter::once(format!("- record {}: {}\n", quoted.record, words(&quoted.title))).chain(more).collect()
}

fn cells_of(cells: &Table) -> String {
    let rows: Vec<Vec<String>> = cells.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    table(&cells.head, &rows)
}

fn words(prose: &Prose) -> String {
    prose.0.iter().map(|span| span_in(span, code)).collect()
}

/// A code span in a cell would end at a pipe in it.
fn cell(cell: &Prose) -> String {
    cell.0.iter().map(|span| span_in(span, prose)).collect()
}

fn span_in(span: &Span, literal: fn(&str) -> String) -> String {
    match span {
        Span::Text(text) => text.clone(),
        Span::Strong(text) | Span::Badge(_, text) => format!("**{text}**"),
        Span::Foreign(text) => prose(text),
        Span::Stated(text) => statement(text),
        Span::Code(text) => literal(text),
        Span::Record(record) => record.to_string(),
        Span::At(at) => iso(*at),
    }
}
