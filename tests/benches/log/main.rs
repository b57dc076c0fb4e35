//! `log LINES SEED`: the synthetic log of the benches on standard output, for `tests/benches/compare`.

#[path = "mod.rs"]
mod log;

use std::io::{self, BufWriter, Write as _};

fn main() -> io::Result<()> {
    let number = |place| std::env::args().nth(place).and_then(|text| text.parse().ok());
    let (Some(lines), Some(seed)) = (number(1), number(2)) else {
        return Err(io::Error::other("usage: log LINES SEED"));
    };
    let mut output = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    log::write_log(lines, seed, &mut output)?;
    output.flush()
}
