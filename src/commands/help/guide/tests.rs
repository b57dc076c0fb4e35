//! The pages of the guide: each is listed, fits narrow terminals, and covers what the program can say.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::*;
use crate::{appliance::transport::ConnectError, settings};

const README: &str = include_str!("../../../../README.md");

fn text(name: &str) -> &'static str {
    TOPICS.iter().find(|topic| topic.name == name).unwrap().text
}

/// The words of a text, but for rules, and what ends a broken command. A head in front of a cell has a colon.
fn words(text: &str) -> BTreeSet<&str> {
    let is_mark = |word: &&str| word.chars().all(|c| "-\\|".contains(c));
    text.split_whitespace().filter(|word| !is_mark(word)).map(|word| word.trim_end_matches(':')).collect()
}

/// The words in the heads of the tables, which a stacked table leaves out.
fn heads(markdown: &str) -> BTreeSet<&str> {
    let pairs = markdown.lines().zip(markdown.lines().skip(1));
    pairs.filter(|(_, rule)| rule.starts_with("|---")).flat_map(|(head, _)| words(head)).collect()
}

#[test]
fn each_topic_is_listed_with_its_title() {
    let list = list();
    for topic in TOPICS {
        assert!(list.contains(&format!("  {:<17}{}\n", topic.name, topic.title)), "{list}");
    }
    assert!(list.lines().all(|line| line.len() <= 80), "{list}");
}

#[test]
fn each_topic_fits_80_and_40_columns_and_no_word_is_cut() {
    for topic in TOPICS {
        let whole = page::render(topic.text, usize::MAX, false);
        for width in [100, 80, 60, 40] {
            let page = page::render(topic.text, width, false);
            for line in page.lines() {
                assert!(line.len() <= width, "{} at {width}: {line}", topic.name);
            }
            let (shown, whole, heads) = (words(&page), words(&whole), heads(topic.text));
            let cut: Vec<_> = shown.difference(&whole).collect();
            let lost: Vec<_> = whole.difference(&shown).filter(|word| !heads.contains(*word)).collect();
            assert!(cut.is_empty() && lost.is_empty(), "{} at {width}: {cut:?} {lost:?}", topic.name);
        }
    }
}

#[test]
fn no_mark_of_markdown_is_shown() {
    for topic in TOPICS {
        assert!(topic.text.is_ascii(), "{}", topic.name);
        let page = page::render(topic.text, 80, false);
        let is_noise =
            |line: &&str| line.contains("**") || line.contains("](") || line.trim().starts_with(['#', '|']);
        assert_eq!(page.lines().find(is_noise), None, "{}", topic.name);
    }
}

#[test]
fn a_page_is_laid_out_for_its_width() {
    let markdown = "# A title\n\nSome **strong** words and a\n[link](target.md).\n\n1. one `key`\n   more\n2. two\n\n\
                    | a | b |\n|---|---|\n| `x` | some words |\n| y | z |\n\n    run --this --and-that\n";
    insta::assert_snapshot!(page::render(markdown, 80, false), @r"
    A title

      Some strong words and a link.

      1. one `key` more
      2. two

      a    b
      ---  ----------
      `x`  some words
      y    z

        run --this --and-that
    ");
    insta::assert_snapshot!(page::render(markdown, 11, false), @r"
    A title

      Some
      strong
      words and
      a link.

      1. one
         `key`
         more
      2. two

      `x`
        b: some
        words
      y
        b: z

        run \
          --this \
          --and-that
    ");
}

#[test]
fn colours_change_nothing_else() {
    for topic in TOPICS {
        let coloured = page::render(topic.text, 80, true);
        let bare =
            ["\x1b[1m", "\x1b[36m", "\x1b[0m"].iter().fold(coloured, |text, code| text.replace(code, ""));
        assert_eq!(bare, page::render(topic.text, 80, false), "{}", topic.name);
    }
}

#[test]
fn an_unknown_topic_is_one_sentence_that_names_the_topics() {
    let Err(stop) = guide(Some("nothing")) else { panic!("there is such a topic") };
    assert_eq!(stop.exit.code(), 2);
    assert!(stop.text.contains("\"nothing\"") && stop.text.contains("troubleshooting"), "{}", stop.text);
}

#[test]
fn every_link_of_the_readme_to_a_file_resolves() {
    let targets: Vec<_> =
        README.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()).collect();
    assert!(TOPICS.iter().all(|topic| {
        let page = format!("assets/guide/{}.md", topic.name);
        targets.contains(&page.as_str())
    }));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let missing: Vec<PathBuf> = targets
        .iter()
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .map(|target| root.join(target))
        .filter(|path| !path.exists())
        .collect();
    assert_eq!(missing, Vec::<PathBuf>::new());
}

#[test]
fn every_topic_that_a_page_names_is_there() {
    for page in TOPICS.iter().map(|topic| topic.text).chain([README]) {
        for name in page.split("`drwatch guide ").skip(1).filter_map(|rest| rest.split('`').next()) {
            assert!(name == "TOPIC" || TOPICS.iter().any(|topic| topic.name == name), "{name}");
        }
    }
}

#[test]
fn troubleshooting_explains_every_failure_of_ssh() {
    let (destination, detail) = (|| "DEST".to_owned(), "DETAIL".to_owned());
    let none = String::new;
    for error in [
        ConnectError::Refused { destination: destination() },
        ConnectError::NameUnknown { destination: destination(), configuration: none() },
        ConnectError::Authentication { destination: destination() },
        ConnectError::HostKeyUnknown { destination: destination(), remedy: none() },
        ConnectError::HostKeyChanged { destination: destination(), remedy: none() },
        ConnectError::LegacyAlgorithms {
            destination: destination(),
            offer: "OFFER".to_owned(),
            configuration: none(),
        },
        ConnectError::TimedOut { destination: destination() },
        ConnectError::NoSsh,
        ConnectError::PasswordCommand { destination: destination(), detail: detail.clone() },
        ConnectError::Other { destination: destination(), detail },
    ] {
        let message = error.to_string();
        let message = message.split(';').next().unwrap();
        assert!(text("troubleshooting").contains(message), "{message}");
    }
}

#[test]
fn the_page_of_settings_has_every_setting_of_the_template() {
    let rows: Vec<_> = text("settings").lines().filter(|line| line.starts_with("| `")).collect();
    let mut table = String::new();
    for line in settings::TEMPLATE.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            table = format!("{name}.");
        } else if let Some((name, _)) = line.strip_prefix('#').and_then(|rest| rest.split_once(" = ")) {
            // Every action may have a key: the page has one row for them all.
            let name = if table == "keys." { "`keys.ACTION`".to_owned() } else { format!("`{table}{name}`") };
            assert!(rows.iter().any(|row| row.contains(&name)), "{name}");
        }
    }
}
