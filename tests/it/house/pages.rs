//! The pages for contributors name what is there: every path and every item in `src/ARCHITECTURE.md` and
//! `.github/CONTRIBUTING.md` exists, and the table of rooms is in the order in which rooms import each other.

use std::{collections::BTreeSet, sync::LazyLock};

use super::*;

const PAGES: [&str; 2] = ["src/ARCHITECTURE.md", ".github/CONTRIBUTING.md"];

/// What the pages name that is none of ours.
const FOREIGN: [&str; 9] = ["select", "biased", "unsafe", "unwrap", "insta", "wc", "mawk", "lnav", "btop"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// A row of a table or a paragraph each; drawings and listings are left out.
fn blocks(page: &str) -> Vec<String> {
    let prose: String = page.split("```").step_by(2).collect();
    let of_paragraph = |paragraph: &str| -> Vec<String> {
        if paragraph.trim_start().starts_with('|') {
            paragraph.lines().map(str::to_owned).collect()
        } else {
            vec![paragraph.to_owned()]
        }
    };
    prose.split("\n\n").flat_map(of_paragraph).collect()
}

/// What stands in backticks.
fn quoted(block: &str) -> impl Iterator<Item = &str> {
    block.split('`').skip(1).step_by(2)
}

fn is_path(word: &str) -> bool {
    let extensions = ["rs", "toml", "md", "json", "html"];
    let extension =
        word.rsplit_once('.').filter(|(name, _)| !name.is_empty()).map(|(_, extension)| extension);
    word.contains('/') || extension.is_some_and(|extension| extensions.contains(&extension))
}

/// Where `path` leads, seen from one of `folders`. A module may be named without its extension, and `*` stands for any
/// name.
fn find(path: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = path.split_once('*').map_or(path, |(before, _)| before).trim_end_matches('/');
    let places = folders.iter().flat_map(|folder| [folder.join(path), folder.join(format!("{path}.rs"))]);
    places.into_iter().find(|place| place.exists())
}

/// The paths in `block` that lead nowhere. A path begins at the root, in `src` or in a folder named before it in the same
/// block.
fn missing_paths(block: &str) -> Vec<String> {
    let mut folders = vec![root().to_owned(), src()];
    let mut missing = Vec::new();
    for word in quoted(block).flat_map(str::split_whitespace).filter(|word| is_path(word)) {
        match find(word, &folders) {
            Some(found) if found.is_dir() => folders.push(found),
            Some(found) => folders.extend(found.parent().map(Path::to_owned)),
            None => missing.push(word.to_owned()),
        }
    }
    missing
}

/// The names of `Observation::Event(CounterRead)`: nothing where `quoted` is more than the name of an item.
fn item_names(quoted: &str) -> Vec<&str> {
    let is_of_name = |c: char| c.is_ascii_alphabetic() || c == '_';
    if quoted.is_empty() || !quoted.chars().all(|c| is_of_name(c) || matches!(c, ':' | '(' | ')' | '!')) {
        return Vec::new();
    }
    quoted.split(|c| !is_of_name(c)).filter(|name| !name.is_empty()).collect()
}

static DECLARED: LazyLock<Declared> = LazyLock::new(Declared::everywhere);

/// Every name that is declared in the sources, and of every file and folder there.
#[derive(Default)]
struct Declared(BTreeSet<String>);

impl Declared {
    fn everywhere() -> Self {
        let mut declared = Self::default();
        for path in [sources(&src()), sources(&root().join("tests/it"))].concat() {
            let place = path.strip_prefix(root()).unwrap().with_extension("");
            declared.0.extend(place.iter().map(|part| part.to_str().unwrap().to_owned()));
            declared.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
        }
        declared
    }
}

impl<'ast> Visit<'ast> for Declared {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.0.extend(floors::name(item));
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.0.insert(function.sig.ident.to_string());
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.0.insert(variant.ident.to_string());
    }
}

#[test]
fn a_path_or_an_item_that_is_not_there_is_seen() {
    let missing = |block: &str| missing_paths(block).into_iter().map(|path| path + " ").collect::<String>();
    assert_eq!(missing("`house/` and `tests/it/huose` with `floors.rs`"), "house/ tests/it/huose floors.rs ");
    assert_eq!(missing("`tests/it/house` with `floors.rs`, `run/fold`, `tests/run --long`"), "");
    assert_eq!(item_names("Names::of"), ["Names", "of"]);
    assert_eq!(item_names("Event(Read)"), ["Event", "Read"]);
    assert_eq!(item_names("cargo bench"), [""; 0]);
    let known = |name: &str| DECLARED.0.contains(name);
    assert!(known("Declared") && known("everywhere") && known("house") && known("CounterRead"));
    assert!(!known("Undeclared"));
}

#[test]
fn the_pages_for_contributors_name_what_is_there() {
    let is_known = |name: &&str| DECLARED.0.contains(*name) || FOREIGN.contains(name);
    let mut missing = String::new();
    for name in PAGES {
        for block in blocks(&page(name)) {
            let paths = missing_paths(&block);
            let items = quoted(&block).flat_map(item_names).filter(|name| !is_known(name)).map(str::to_owned);
            let of_block = paths.into_iter().chain(items).map(|what| format!("{name}: {what}\n"));
            missing.extend(of_block);
        }
    }
    assert!(missing.is_empty(), "named, and not there:\n{missing}");
}

#[test]
fn the_table_of_rooms_is_in_the_order_of_their_imports() {
    let page = page("src/ARCHITECTURE.md");
    let table = page.split_once("| room (top to bottom) |").unwrap().1;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let rooms = |row: &str| -> Vec<String> {
        let first = row.split('|').nth(1).unwrap();
        quoted(first).map(|room| room.trim_end_matches('/').to_owned()).collect()
    };
    let rows: Vec<_> = rows.map(rooms).collect();
    let place = |room: &str| rows.iter().position(|row| row.iter().any(|named| named == room));
    for (room, allowed) in ROOMS.iter().filter(|(room, _)| *room != "benchmarks") {
        let own = place(room).unwrap_or_else(|| panic!("{room} is not in the table"));
        for below in *allowed {
            let below_at = place(below).unwrap_or_else(|| panic!("{below} is not in the table"));
            assert!(below_at >= own, "{room} imports {below}, which stands above it");
        }
    }
}
