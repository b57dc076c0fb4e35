//! What reached `dr.log`, held against what was written: nothing lost or doubled but where a gap is
//! declared.

use drwatch::appliance::tail::CONTINUED;

/// What the comparison found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Lines that came through.
    pub lines: usize,
    /// Lines missing without a gap declared at their place.
    pub lost: usize,
    /// Lines that stand in `dr.log` and were not written at that place.
    pub doubled: usize,
    /// Lines missing where a gap is declared.
    pub missing_in_gaps: usize,
    /// Gaps declared at whose place lines are missing.
    pub gaps: usize,
    /// Gaps declared at whose place nothing is missing.
    pub idle_gaps: usize,
    /// The first disagreements, as text.
    pub complaints: Vec<String>,
}

struct Received {
    offset: u64,
    line: Vec<u8>,
}

/// The lines of `dr.log`, those that were cut put together again.
fn received(log: &[u8]) -> Vec<Received> {
    let mut all: Vec<Received> = Vec::new();
    let mut offset = 0;
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        match (text.strip_prefix(CONTINUED), all.last_mut()) {
            (Some(more), Some(last)) => last.line.extend_from_slice(more),
            _ => all.push(Received { offset, line: text.to_vec() }),
        }
        offset += line.len() as u64;
    }
    all
}

/// Compares. `gaps`: offsets in `dr.log` at which a gap is declared.
pub fn compare(written: &[Vec<u8>], log: &[u8], gaps: &[u64]) -> Found {
    let mut found = Found::default();
    let received = received(log);
    let first = received.first().map(|first| &first.line);
    let mut next = written.iter().position(|line| Some(line) == first).unwrap_or(0);
    let mut open: Vec<u64> = gaps.to_vec();
    for Received { offset, line } in &received {
        let gap = open.iter().position(|gap| gap == offset).map(|index| open.remove(index));
        if written.get(next) == Some(line) {
            found.idle_gaps += usize::from(gap.is_some());
            (next, found.lines) = (next + 1, found.lines + 1);
            continue;
        }
        let ahead = written.iter().skip(next).position(|other| other == line);
        let shown = String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned();
        if let Some(missing) = ahead {
            if gap.is_some() {
                (found.gaps, found.missing_in_gaps) = (found.gaps + 1, found.missing_in_gaps + missing);
            } else {
                found.lost += missing;
                found.complaints.push(format!("{missing} lines lost before {shown:?} at {offset}"));
            }
            (next, found.lines) = (next + missing + 1, found.lines + 1);
        } else {
            found.doubled += 1;
            found.complaints.push(format!("not written here: {shown:?} at {offset}"));
        }
    }
    found.idle_gaps += open.len();
    found.complaints.truncate(10);
    found
}

#[test]
fn the_comparison_sees_what_is_lost_doubled_and_declared() {
    let written: Vec<Vec<u8>> = ["a", "b", "c", "d"].iter().map(|line| line.as_bytes().to_vec()).collect();
    let of = |log: &str, gaps: &[u64]| {
        let found = compare(&written, log.as_bytes(), gaps);
        (found.lines, found.lost, found.doubled, found.missing_in_gaps, found.gaps, found.idle_gaps)
    };
    assert_eq!(of("b\nc\nd\n", &[]), (3, 0, 0, 0, 0, 0));
    assert_eq!(of("a\nc\nd\n", &[]), (3, 1, 0, 0, 0, 0));
    assert_eq!(of("a\nc\nd\n", &[2]), (3, 0, 0, 1, 1, 0));
    assert_eq!(of("a\nb\nb\nc\nd\n", &[]), (4, 0, 1, 0, 0, 0));
    assert_eq!(of("a\nb\nc\nd\n", &[4]), (4, 0, 0, 0, 0, 1));
}
