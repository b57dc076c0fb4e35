//! Whatever an appliance sends: cleaning it leaves no control character, and lines cut from it in any
//! pieces are the lines cut from it at once.

use drwatch::appliance::{shell::clean, tail::LineSplitter};

pub fn run(input: (Vec<u8>, u8)) {
    let (bytes, size) = input;
    let cleaned = clean(&bytes);
    assert!(!cleaned.contains(&0x1b) && !cleaned.contains(&0x08));

    let cut = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut splitter = LineSplitter::default();
        let mut lines = Vec::new();
        for piece in pieces {
            splitter.push(piece, &mut lines);
        }
        (lines, splitter.partial().to_vec())
    };
    let size = usize::from(size).max(1);
    assert_eq!(cut(&mut bytes.chunks(size)), cut(&mut std::iter::once(&bytes[..])));
}
