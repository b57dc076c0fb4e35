//! Compressed logs and archives.

use super::*;

/// Three lines compressed by xz.
const XZ: &str = "\
    fd377a585a000004e6d6b4460200210116000000742fe5a3e0008700685d00271bcac2011d18f8a44f78f41a11c5a3ea05fd\
    165d49ddae088c6513c79f00d6c8feadf798d2190601b249b285dbc024155c0961b5ead1dff7992e84e2cfd65b17967a5f8b\
    356b01f9544ad85d639202127d6f1003b0dc3be5194c1f3bcd4c2bb1a4de9d11a800000062b3f18d38388f24000184018801\
    0000405f3b52b1c467fb020000000004595a";

fn compressed(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(text).unwrap();
    let half = text.len() / 2;
    let zstd =
        |part: &[u8]| ruzstd::encoding::compress_to_vec(part, ruzstd::encoding::CompressionLevel::Fastest);
    vec![
        ("gz", gzip.finish().unwrap()),
        ("bz2", bzip2.finish().unwrap()),
        ("zst", [zstd(&text[..half]), zstd(&text[half..])].concat()),
        ("xz", xz()),
    ]
}

fn xz() -> Vec<u8> {
    let digits = XZ.as_bytes().chunks(2).map(|hex| std::str::from_utf8(hex).unwrap());
    digits.map(|hex| u8::from_str_radix(hex, 16).unwrap()).collect()
}

#[test]
fn a_compressed_log_that_asks_for_gigabytes_is_refused() {
    let mut bytes = xz();
    // The size of the dictionary in the header of the block, and the checksum behind it (.xz format, sections 3.1 and 5.3.1).
    bytes[16] = 38;
    let mut checksum = flate2::Crc::new();
    checksum.update(&bytes[12..20]);
    bytes[20..24].copy_from_slice(&checksum.sum().to_le_bytes());
    let logs = Logs::new();
    let error = find(&[logs.file("messages.xz", &bytes, "2026-11-29T02:00:00Z")], None, &[]).err().unwrap();
    assert!(error.to_string().contains("memory"), "{error}");
}

#[test]
fn compressed_logs_are_recognised_by_their_content() {
    let text = format!("Nov 29 01:00:00 h x: one\nNov 29 01:00:01 h x: two\nNov 29 01:00:02 {MARKER}");
    for (form, bytes) in compressed(text.as_bytes()) {
        let logs = Logs::new();
        let names = [logs.file("no-ending", &bytes, "2026-11-29T02:00:00Z")];
        let (kept, ..) = read(&names, None, 1);
        assert_eq!(String::from_utf8(kept.bytes).unwrap(), text, "{form}");
        assert_eq!(kept.events.len(), 1, "{form}");
    }
}

#[test]
fn a_compressed_log_that_is_cut_off_is_read_as_far_as_it_goes() {
    let lines = (0..40_000).map(|number| format!("Nov 29 01:00:00 h x: {}\n", number * 7919 % 10_007));
    let text = lines.collect::<Vec<_>>().concat();
    let (_, bytes) = compressed(text.as_bytes()).swap_remove(0);
    let logs = Logs::new();
    let names = [logs.file("messages.gz", &bytes[..bytes.len() / 2], "2026-11-29T02:00:00Z")];
    let (kept, ..) = read(&names, None, 1);
    assert!(kept.bytes.len() > 1000 && text.as_bytes().starts_with(&kept.bytes[..1000]));
    let Some((_, Event::LogGap(gap))) = kept.events.last() else { panic!("no gap") };
    assert!(gap.reason.contains("cannot be read"), "{}", gap.reason);
    assert_eq!(gap.offset.0, kept.bytes.len() as u64);
}

#[test]
fn what_is_missing_of_a_log_lies_between_its_last_line_and_the_first_of_the_next() {
    let lines = (0..600).map(|number| {
        format!("Nov 29 01:{:02}:{:02} h x: {}\n", number / 60, number % 60, number * 7919 % 10_007)
    });
    let text = lines.collect::<Vec<_>>().concat();
    // The others are compressed in blocks that are longer than such a log.
    for (form, bytes) in
        compressed(text.as_bytes()).into_iter().filter(|(form, _)| ["gz", "zst"].contains(form))
    {
        let logs = Logs::new();
        let cut = &bytes[..bytes.len() * 2 / 3];
        let next = "Nov 29 01:30:00 h x: next\nNov 29 01:31:00 h x: last\n";
        let names = [
            logs.file("messages.1", cut, "2026-11-29T01:15:00Z"),
            logs.file("messages", next.as_bytes(), "2026-11-29T02:00:00Z"),
        ];
        let (kept, ..) = read(&names, None, 2);
        let read_of_it = kept.bytes.strip_suffix(next.as_bytes()).unwrap();
        let read_of_it = read_of_it.strip_suffix(b"\n").unwrap_or(read_of_it);
        assert!(!read_of_it.is_empty() && text.as_bytes().starts_with(read_of_it), "{form}");
        let last = String::from_utf8_lossy(read_of_it).lines().rfind(|line| line.len() > 16).unwrap()[7..15]
            .to_owned();
        let [(_, Event::LogGap(gap))] = kept.events.as_slice() else { panic!("{form}: {:?}", kept.events) };
        assert_eq!(
            (gap.from, gap.to),
            (at(&format!("2026-11-29T{last}Z")), at("2026-11-29T01:30:00Z")),
            "{form}"
        );
        assert_eq!(gap.offset.0, (kept.bytes.len() - next.len()) as u64, "{form}");
    }
}

#[test]
fn the_logs_of_an_archive_are_read_in_order_and_its_other_files_passed_over() {
    let mut tar = tar::Builder::new(Vec::new());
    let two = compressed(b"Nov 28 01:00:00 h x: two\n").swap_remove(0).1;
    let files: [(&str, &[u8]); 4] = [
        ("var/log/messages", b"Nov 29 01:00:00 h x: three\n"),
        ("etc/motd", b"hello\n"),
        ("var/log/messages.1.gz", &two),
        ("var/log/messages.2", b"Nov 27 01:00:00 h x: one\n"),
    ];
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mtime(1_795_917_600);
        tar.append_data(&mut header, name, bytes).unwrap();
    }
    let plain = tar.into_inner().unwrap();
    let packed = compressed(&plain).swap_remove(0).1;
    for bytes in [plain, packed] {
        let logs = Logs::new();
        let names = [logs.file("bundle", &bytes, "2026-11-29T12:00:00Z")];
        assert_eq!(find(&names, None, &[]).unwrap().passed_over, 1);
        let (kept, ..) = read(&names, None, 1);
        assert_eq!(
            String::from_utf8(kept.bytes).unwrap(),
            "Nov 27 01:00:00 h x: one\nNov 28 01:00:00 h x: two\nNov 29 01:00:00 h x: three\n"
        );
    }
}
