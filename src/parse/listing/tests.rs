//! Bucket listings: the documented sample, its variants, and what must be refused.

use proptest::prelude::*;

use super::*;

const SAMPLE: &str = "\
listing entries from bucket ava400-ks
2927 entries in bucket ava400-ks
883.7MiB (926580933 bytes) in bucket ava400-ks:
* 883.3MiB in 261 slabs
* 189.2KiB in 1331 maps <- pointer maps
* 223.2KiB in 1331 rbtmds <- metadata files
";

#[expect(clippy::unnecessary_wraps, reason = "the counts of a listing are optional")]
fn count(value: u64) -> Option<ObjectCount> {
    Some(ObjectCount(value))
}

fn sample() -> BucketListing {
    BucketListing {
        counts: BucketCounts {
            name: "ava400-ks".to_owned(),
            entries: ObjectCount(2927),
            bytes: Some(ByteCount(926_580_933)),
            slabs: count(261),
            maps: count(1331),
            rbtmds: count(1331),
        },
        other: Vec::new(),
    }
}

fn read(text: &str) -> Result<BucketListing, ListingError> {
    bucket_listing(text.as_bytes())
}

/// The sample's header with other class lines.
fn with(classes: &str) -> Result<BucketListing, ListingError> {
    let header: String = SAMPLE.split_inclusive('\n').take(3).collect();
    read(&format!("{header}{classes}"))
}

fn cut_in(line: &str) -> ListingError {
    ListingError::CutOff(Missing::EndOfLine(line.to_owned()))
}

#[test]
fn the_sample_of_the_procedure_is_read_and_leaves_four_entries_unclassified() {
    let listing = read(SAMPLE).unwrap();
    assert_eq!(listing, sample());
    assert_eq!((listing.expected(), listing.unclassified()), (count(2662), count(4)));
}

#[test]
fn layout_does_not_matter() {
    let reversed: Vec<_> = SAMPLE.lines().rev().collect();
    let variants = [
        SAMPLE.replace('\n', "\r\n"),
        SAMPLE.replace('\n', "\n\n"),
        format!("\t  {}", SAMPLE.replace('\n', "  \n   ")),
        reversed.join("\n") + "\n",
        SAMPLE.replace("2927", "2,927").replace("1331", "1'331").replace("926580933", "926,580,933"),
        SAMPLE.replace("1331", "1\u{202f}331").replace("2927", "2\u{a0}927"),
        SAMPLE.replace(" <- pointer maps", "").replace(" <- metadata files", " (metadata files)"),
        SAMPLE.replace("KiB", " KiB").replace("MiB", " MiB"),
        SAMPLE.replace("* 883.3MiB in ", "*").replace("* 189.2KiB in", "-"),
        SAMPLE.trim_end().to_owned(),
        SAMPLE.replace("slabs", "Slabs"),
        SAMPLE.replace("listing entries from bucket ava400-ks\n", "please wait\n"),
    ];
    for variant in variants {
        assert_eq!(read(&variant), Ok(sample()), "{variant}");
    }
}

#[test]
fn a_single_object_is_counted() {
    let text = "1 entry in bucket b\n1B (1 byte) in bucket b:\n* 1B in 1 map";
    let listing = read(text).unwrap();
    assert_eq!(
        (listing.counts.entries, listing.counts.bytes, listing.counts.maps),
        (ObjectCount(1), Some(ByteCount(1)), count(1))
    );
    let listing = with("* 1B in 1 slab\n* 1B in 1 rbtmd\n").unwrap();
    assert_eq!(
        (listing.counts.slabs, listing.counts.maps, listing.counts.rbtmds),
        (count(1), None, count(1))
    );
}

#[test]
fn other_classes_keep_their_names_and_order() {
    let listing =
        with("* 1KiB in 3 lock files\n* 2B in 1 catalog <- one\n* 1B in 5 m\n* 1B in 7 maps\n").unwrap();
    let others: Vec<_> = listing.other.iter().map(|class| (class.name.as_str(), class.count.0)).collect();
    assert_eq!(others, [("lock files", 3), ("catalog", 1), ("m", 5)]);
    assert_eq!(listing.unclassified(), count(2927 - 16));
}

#[test]
fn a_class_not_listed_is_unknown_and_not_zero() {
    let listing = with("* 883.3MiB in 261 slabs\n").unwrap();
    assert_eq!((listing.counts.maps, listing.counts.rbtmds, listing.expected()), (None, None, None));
}

#[test]
fn a_rounded_size_is_not_passed_off_as_bytes() {
    for rounded in ["883.7MiB", "883MiB", "1.5B"] {
        let text = SAMPLE.replace("883.7MiB (926580933 bytes)", rounded);
        assert_eq!(read(&text).unwrap().counts.bytes, None, "{rounded}");
    }
    let exact = read(&SAMPLE.replace("883.7MiB (926580933 bytes)", "926580933 bytes")).unwrap();
    assert_eq!(exact.counts.bytes, Some(ByteCount(926_580_933)));
    let without = SAMPLE.replace("883.7MiB (926580933 bytes) in bucket ava400-ks:\n", "");
    assert_eq!(read(&without).unwrap().counts.bytes, None);
}

#[test]
fn an_empty_bucket_has_no_classes_to_list() {
    let listing =
        read("listing entries from bucket b\n0 entries in bucket b\n0B (0 bytes) in bucket b:\n").unwrap();
    assert_eq!((listing.counts.entries, listing.counts.maps), (ObjectCount(0), None));
}

#[test]
fn a_reply_that_is_no_listing_is_refused_with_its_words() {
    assert_eq!(read(""), Err(ListingError::Empty));
    assert_eq!(read(" \r\n\r\n"), Err(ListingError::Empty));
    assert_eq!(read("failed to connect, no process available\r\n"), Err(ListingError::ServiceDown));
    let words = "Insufficient permissions \\x1b[2J".to_owned();
    assert_eq!(read("\r\n% Insufficient permissions \x1b[2J\r\n"), Err(ListingError::Refused(words)));
    let line = "hello".to_owned();
    assert_eq!(read("hello\nworld\n"), Err(ListingError::NotAListing(line)));
}

#[test]
fn an_error_in_the_midst_of_a_listing_refuses_it() {
    for words in ["% timed out", "error: cloud unreachable", "Failed to list the rest"] {
        let refused = Err(ListingError::Refused(words.to_owned()));
        assert_eq!(read(&format!("{SAMPLE}{words}\n")), refused);
    }
}

#[test]
fn a_listing_without_its_count_of_entries_is_cut_off() {
    let missing = Err(ListingError::CutOff(Missing::Entries));
    assert_eq!(read("listing entries from bucket ava400-ks\n"), missing);
    assert_eq!(read(&SAMPLE.replace("2927 entries in bucket ava400-ks\n", "")), missing);
    assert_eq!(read("* 883.3MiB in 261 slabs\n"), missing);
}

#[test]
fn a_listing_that_calls_itself_incomplete_is_cut_off() {
    for (line, instead) in [
        ("2927 entries in bucket ava400-ks", "2927 entries in bucket ava400-ks (incomplete)"),
        ("2927 entries in bucket ava400-ks", "2927 entries in bucket ava400-ks, truncated."),
        ("* 883.3MiB in 261 slabs", "* 883.3MiB in 261 slabs (Partial)"),
        ("* 883.3MiB in 261 slabs", "* 883.3MiB in 261 slabs\nWarning: the listing timed out after 300 s"),
    ] {
        let stated = instead.lines().last().unwrap().to_owned();
        let refused = Err(ListingError::CutOff(Missing::Stated(stated)));
        assert_eq!(read(&SAMPLE.replace(line, instead)), refused, "{instead}");
    }
}

#[test]
fn a_bucket_or_a_class_may_be_called_as_if_it_were_incomplete() {
    let listing = read(&SAMPLE.replace("ava400-ks", "partial")).unwrap();
    assert_eq!(listing.counts.name, "partial");
    let listing = read(&format!("{SAMPLE}* 3 incomplete uploads\n")).unwrap();
    assert_eq!(listing.other.len(), 1);
}

#[test]
fn entries_without_any_class_are_cut_off() {
    assert_eq!(with(""), Err(ListingError::CutOff(Missing::Classes(2927))));
}

#[test]
fn a_last_line_cut_short_is_refused_with_or_without_its_end() {
    let lines = [
        "*",
        "* 189.2KiB",
        "* 189.2KiB in",
        "* 189.2KiB in 13",
        "* 189 KiB",
        "* 189 KiB in",
        "* 1B in 1331 rbtm",
        "* 1B in 12 m",
    ];
    for line in lines {
        for end in ["", "\n", "\r\n"] {
            assert_eq!(with(&format!("* 883.3MiB in 261 slabs\n{line}{end}")), Err(cut_in(line)), "{line}");
        }
    }
}

#[test]
fn a_last_line_without_end_may_have_lost_its_plural_or_its_name() {
    assert_eq!(with("* 1B in 1331 map"), Err(cut_in("* 1B in 1331 map")));
    assert_eq!(with("* 1B in 1331 map\n").unwrap().counts.maps, count(1331));
    assert_eq!(with("* 1B in 1331 maps").unwrap().counts.maps, count(1331));
    assert_eq!(with("* 1B in 1331 map <- pointer m").unwrap().counts.maps, count(1331));
    assert_eq!(with("* 1B in 12 m <- anot").unwrap().other.len(), 1);
    let line = "2927 entries in bucket ava400";
    assert_eq!(read(&format!("listing entries from bucket ava400-ks\n* 1 maps\n{line}")), Err(cut_in(line)));
    assert_eq!(read("0 entries in bucket ava"), Err(cut_in("0 entries in bucket ava")));
}

#[test]
fn a_class_line_in_no_known_form_is_refused_wherever_it_stands() {
    let line = "* many maps".to_owned();
    assert_eq!(with("* many maps\n* 1B in 1 rbtmd\n"), Err(ListingError::NotUnderstood(line)));
    let line = "* 1B in 1,33 maps".to_owned();
    assert_eq!(with("* 1B in 1,33 maps\n* 1B in 1 rbtmd\n"), Err(ListingError::NotUnderstood(line)));
}

#[test]
fn two_listings_in_one_are_refused() {
    assert_eq!(read(&format!("{SAMPLE}{SAMPLE}")), Err(ListingError::Twice("entries".to_owned())));
    assert_eq!(with("* 1B in 1 map\n* 1B in 1 maps\n"), Err(ListingError::Twice("maps".to_owned())));
    assert_eq!(with("* 1B in 1 x\n* 1B in 1 x\n"), Err(ListingError::Twice("x".to_owned())));
    let two = ListingError::TwoBuckets { one: "ava400-ks".to_owned(), other: "b".to_owned() };
    assert_eq!(read(&format!("{SAMPLE}0 entries in bucket b\n")), Err(two));
}

#[test]
fn counts_that_cannot_be_true_are_refused() {
    assert_eq!(with("* 1B in 2928 maps\n"), Err(ListingError::MoreThanEntries(2927)));
    let all = format!("* 1B in {0} maps\n* 1B in {0} rbtmds\n", u64::MAX);
    assert_eq!(with(&all), Err(ListingError::MoreThanEntries(2927)));
    for line in [
        "* 1B in 18446744073709551616 maps",
        "18446744073709551616 entries in bucket ava400-ks",
        "18446744073709551616 bytes in bucket ava400-ks",
    ] {
        assert_eq!(with(&format!("{line}\n")), Err(ListingError::TooLarge(line.to_owned())));
    }
    let many: Vec<_> = (0..65).map(|n| format!("* 1B in 1 class{n}\n")).collect();
    assert_eq!(with(&many.concat()), Err(ListingError::TooManyClasses(64)));
}

#[test]
fn a_reason_is_one_sentence_that_says_what_to_do() {
    let reason = with("* 189.2KiB in 13").unwrap_err().to_string();
    assert_eq!(
        reason,
        "the bucket listing is cut off: its last line has no end: * 189.2KiB in 13; list the bucket again"
    );
}

#[test]
fn cut_anywhere_the_sample_never_gives_a_wrong_number() {
    let whole = sample();
    let same = |part: Option<ObjectCount>, of: Option<ObjectCount>| part.is_none() || part == of;
    for text in [SAMPLE.to_owned(), SAMPLE.replace(" <- pointer maps", "").replace(" <- metadata files", "")]
    {
        for end in 0..text.len() {
            if let Ok(part) = read(&text[..end]) {
                assert_eq!(
                    (&part.counts.name, part.counts.entries, part.counts.bytes),
                    (&whole.counts.name, whole.counts.entries, whole.counts.bytes)
                );
                assert!(
                    same(part.counts.slabs, whole.counts.slabs)
                        && same(part.counts.maps, whole.counts.maps)
                        && same(part.counts.rbtmds, whole.counts.rbtmds)
                );
                assert_eq!(part.other, []);
            }
        }
    }
}

fn render(listing: &BucketListing) -> String {
    let name = &listing.counts.name;
    let header =
        format!("listing entries from bucket {name}\n{} entries in bucket {name}\n", listing.counts.entries);
    let size = listing.counts.bytes.map(|bytes| format!("1.0MiB ({bytes} bytes) in bucket {name}:\n"));
    let known =
        [("slabs", listing.counts.slabs), ("maps", listing.counts.maps), ("rbtmds", listing.counts.rbtmds)];
    let known = known.into_iter().filter_map(|(class, count)| Some((class, count?)));
    let other = listing.other.iter().map(|class| (class.name.as_str(), class.count));
    let classes = known.chain(other).map(|(class, count)| format!("* 1.5KiB in {count} {class}\n"));
    [header].into_iter().chain(size).chain(classes).collect()
}

prop_compose! {
    fn listing()(
        name in "[a-z0-9][a-z0-9.-]{2,62}",
        unclassified in 0_u64..1 << 40,
        bytes in any::<Option<u64>>(),
        first in 0_u64..1 << 60,
        rest in any::<[Option<u32>; 2]>(),
        other in prop::collection::btree_map("x[a-z_]{1,12}", any::<u32>(), 0..4),
    ) -> BucketListing {
        let [maps, rbtmds] = rest.map(|count| count.map(|count| ObjectCount(count.into())));
        let other: Vec<_> = other
            .into_iter()
            .map(|(name, count)| OtherClass { name, count: ObjectCount(count.into()) })
            .collect();
        let listed = [maps, rbtmds].into_iter().flatten().chain(other.iter().map(|class| class.count));
        let entries = listed.map(|count| count.0).sum::<u64>() + first + unclassified;
        BucketListing {
            counts: BucketCounts {
                name, entries: ObjectCount(entries), bytes: bytes.map(ByteCount), slabs: count(first), maps, rbtmds,
            },
            other,
        }
    }
}

proptest! {
    #![proptest_config(crate::parse::properties())]

    #[test]
    fn a_rendered_listing_is_read_back(listing in listing()) {
        prop_assert_eq!(read(&render(&listing)), Ok(listing));
    }

    #[test]
    fn no_bytes_make_it_panic_and_none_get_into_a_reason_raw(
        end in 0..=SAMPLE.len(),
        rest in any::<Vec<u8>>(),
    ) {
        let reply = [&SAMPLE.as_bytes()[..end], &rest].concat();
        match bucket_listing(&reply) {
            Ok(listing) => prop_assert!(listing.unclassified().is_some()),
            Err(error) => prop_assert!(!error.to_string().chars().any(char::is_control)),
        }
    }
}
