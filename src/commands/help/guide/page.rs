//! A page of the guide for the terminal. It reads the Markdown that these pages use: headings, paragraphs, lists of one
//! level, tables, and indented blocks of commands or output, parted by blank lines.

use crate::{commands::command_line::messages::styled, text::wrap_words};

/// On narrower pages the cells of a table are not wrapped: its rows are stacked.
const MIN_WRAPPED_TABLE: usize = 60;

/// The page in lines of at most `width` columns; only a longer word goes beyond.
pub(super) fn render(markdown: &str, width: usize, is_coloured: bool) -> String {
    let blocks =
        markdown.split("\n\n").map(|block| block.trim_matches('\n')).filter(|block| !block.is_empty());
    let block = |block: &str| -> Vec<String> {
        if block.starts_with('#') {
            wrap(block.trim_start_matches('#'), width)
                .iter()
                .map(|line| styled("1", line, is_coloured))
                .collect()
        } else if block.starts_with('|') {
            table(block, width)
        } else if block.starts_with("    ") {
            block
                .lines()
                .flat_map(|line| command(line, width))
                .map(|line| styled("36", &line, is_coloured))
                .collect()
        } else {
            items(block).iter().flat_map(|(lead, text)| hanging(&format!("  {lead}"), text, width)).collect()
        }
    };
    blocks.map(|text| block(text).join("\n") + "\n").collect::<Vec<_>>().join("\n")
}

/// `text` behind `lead`, its further lines below its first word.
fn hanging(lead: &str, text: &str, width: usize) -> Vec<String> {
    let lines = wrap(text, width.saturating_sub(lead.len())).into_iter().enumerate();
    lines
        .map(|(at, line)| format!("{:lead$}{line}", if at == 0 { lead } else { "" }, lead = lead.len()))
        .collect()
}

/// A line to be typed or read as it is; where it has to be broken, a shell still takes it.
fn command(line: &str, width: usize) -> Vec<String> {
    if line.len() <= width {
        return vec![line.to_owned()];
    }
    let indent = &line[..line.len() - line.trim_start().len()];
    // Room for a deeper indent and for the mark at the end.
    let mut lines = hanging(indent, line, width.saturating_sub("  ".len() + " \\".len()));
    let last = lines.len() - 1;
    lines[..last].iter_mut().for_each(|line| line.push_str(" \\"));
    lines[1..].iter_mut().for_each(|line| line.insert_str(0, "  "));
    lines
}

/// A table in columns, or, where these are too narrow, each row as its first cell with the others below.
fn table(block: &str, width: usize) -> Vec<String> {
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| plain(cell.trim())).collect();
    let mut rows: Vec<Vec<String>> = block.lines().map(cells).collect();
    // The second line of the source parts the head from the rows.
    rows.remove(1);
    let Some(widths) = columns(&rows, width) else {
        return rows[1..].iter().flat_map(|row| stacked(&rows[0], row, width)).collect();
    };
    let is_wrapped =
        rows.iter().flat_map(|row| row.iter().zip(&widths)).any(|(cell, width)| cell.len() > *width);
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut lines = [beside(&rows[0], &widths), beside(&rule, &widths)].concat();
    for (at, row) in rows[1..].iter().enumerate() {
        if is_wrapped && at > 0 {
            lines.push(String::new());
        }
        lines.extend(beside(row, &widths));
    }
    lines
}

fn stacked(head: &[String], row: &[String], width: usize) -> Vec<String> {
    let [first, others @ ..] = row else { return Vec::new() };
    let others = head[1..].iter().zip(others).map(|(name, cell)| format!("{name}: {cell}"));
    let others = others.flat_map(|cell| hanging("    ", &cell, width));
    hanging("  ", first, width).into_iter().chain(others).collect()
}

fn beside(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
    let line = |at: usize| {
        let parts = cells
            .iter()
            .zip(widths)
            .map(|(lines, width)| format!("  {:width$}", lines.get(at).map_or("", String::as_str)));
        parts.collect::<String>().trim_end().to_owned()
    };
    (0..cells.iter().map(Vec::len).max().unwrap_or(0)).map(line).collect()
}

/// The widths of the columns within `room`: what no word exceeds, and shares of what is left.
fn columns(rows: &[Vec<String>], room: usize) -> Option<Vec<usize>> {
    let widest = |of: fn(&str) -> usize| -> Vec<usize> {
        (0..rows[0].len())
            .map(|at| rows.iter().map(|row| row.get(at).map_or(0, |cell| of(cell))).max().unwrap_or(0))
            .collect()
    };
    let (full, least) = (widest(str::len), widest(|cell| cell.split(' ').map(str::len).max().unwrap_or(0)));
    let wanted: usize = full.iter().zip(&least).map(|(full, least)| full - least).sum();
    let spare = room.checked_sub("  ".len() * full.len() + least.iter().sum::<usize>())?;
    if spare < wanted && room < MIN_WRAPPED_TABLE {
        return None;
    }
    // `wanted` is zero where every cell is a single word, and then there is nothing to share out.
    let granted =
        |(full, least): (&usize, &usize)| least + spare.min(wanted) * (full - least) / wanted.max(1);
    Some(full.iter().zip(&least).map(granted).collect())
}

/// The items of a list with their leads, or one paragraph without.
fn items(block: &str) -> Vec<(String, String)> {
    let is_lead =
        |lead: &str| lead == "-" || lead.strip_suffix('.').is_some_and(|number| number.parse::<u8>().is_ok());
    let mut items: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.split_once(' ').filter(|(lead, _)| is_lead(lead)), items.last_mut()) {
            (Some((lead, text)), _) => items.push((format!("{lead} "), plain(text))),
            (None, Some((_, text))) => text.extend([" ", &plain(line.trim())]),
            (None, None) => items.push((String::new(), plain(line))),
        }
    }
    items
}

/// The text without the marks for strong and the targets of links, neither of which goes over the end of a line.
/// Backticks stay: they part what is typed from the words around it where there are no colours.
fn plain(text: &str) -> String {
    let mut parts = text.split('[');
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("](").and_then(|(label, target)| Some((label, target.split_once(')')?.1))) {
            Some((label, behind)) => shown.extend([label, behind]),
            None => shown.extend(["[", part]),
        }
    }
    shown.replace("**", "")
}

/// Lines of at most `width` columns, broken at spaces alone.
fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_words(text.split_whitespace(), width)
}
