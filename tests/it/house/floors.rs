//! Inside a room imports go one way: no files of it use each other in a circle, and the floors of `run` import only
//! those below.
//!
//! File A *uses* file B where a path in A, in a `use` or in the code, leads to an item that B defines. A path through
//! a re-export leads to the file behind it, so a `mod.rs` that only re-exports its children is used by nobody and uses
//! nobody; `pub use` and `mod` are no use. A child that takes an item of its parent uses the parent like any other file.
//! Tests are left out. Methods and fields are not seen: which file they come from takes the types.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, Visibility};

use super::*;

/// The floors of `run`, the lowest first.
const FLOORS: [&str; 4] = ["values", "state", "read", "fold"];

/// One file of the crate, without its tests.
struct Source {
    names: Names,
    /// What it uses; in `names` are its re-exports as well.
    used: Vec<Vec<String>>,
    /// The modules that it imports or re-exports with all their names.
    globs: Vec<Vec<String>>,
    defined: BTreeSet<String>,
    /// Its modules that only tests have.
    tests: Vec<String>,
}

impl Source {
    fn of(code: &str, module: &[&str]) -> Self {
        let mut file = syn::parse_file(code).unwrap();
        let is_test = |item: &Item| attributes(item).iter().any(is_cfg_test);
        let (tests, items): (Vec<_>, Vec<_>) = file.items.into_iter().partition(is_test);
        let is_forward =
            |item: &Item| matches!(item, Item::Use(item) if !matches!(item.vis, Visibility::Inherited));
        let (forwards, items): (Vec<_>, Vec<_>) = items.into_iter().partition(is_forward);
        let defined = items.iter().filter_map(name).collect();
        let mut names =
            Names { module: module.iter().map(|&name| name.to_owned()).collect(), ..Names::default() };
        file.items = items;
        names.visit_file(&file);
        let end = names.used.len();
        for item in &forwards {
            names.visit_item(item);
        }
        let used = names.used[..end].to_vec();
        let used = used.iter().flat_map(|(path, module)| names.meanings(path, module, 8)).collect();
        let globs = Self::globs(&names);
        Self { names, used, globs, defined, tests: tests.iter().filter_map(name).collect() }
    }

    fn globs(names: &Names) -> Vec<Vec<String>> {
        let globs = names.used.iter().filter(|(path, _)| path.last().is_some_and(|last| last == "*"));
        let meant = globs.flat_map(|(path, module)| names.meanings(path, module, 8));
        meant.filter_map(|path| Some(path.strip_suffix(&["*".to_owned()])?.to_vec())).collect()
    }

    /// What an import or a re-export of `name` stands for.
    fn forwards(&self, name: &str) -> Vec<Vec<String>> {
        let found = self.names.aliases.get(name).into_iter().flatten();
        found.flat_map(|(path, module)| self.names.meanings(path, module, 8)).collect()
    }
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

fn is_cfg_test(attribute: &syn::Attribute) -> bool {
    let tokens = attribute.meta.require_list().map(|list| list.tokens.to_string());
    attribute.path().is_ident("cfg") && tokens.is_ok_and(|tokens| tokens == "test")
}

pub(super) fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// The files of some rooms by their module, and who uses whom.
struct Files(BTreeMap<Vec<String>, Source>);

type Module = Vec<String>;

impl Files {
    fn of_room(room: &str) -> Self {
        let paths = room_sources(room).into_iter().filter(|path| !is_test(path));
        let files = paths.map(|path| {
            let module = module_of(&path);
            let names: Vec<_> = module.iter().map(String::as_str).collect();
            let source = Source::of(&fs::read_to_string(&path).unwrap(), &names);
            (module, source)
        });
        Self::without_tests(files.collect())
    }

    fn without_tests(mut files: BTreeMap<Module, Source>) -> Self {
        let of_tests = |(module, source): (&Module, &Source)| {
            source.tests.iter().map(|test| [module.clone(), vec![test.clone()]].concat()).collect::<Vec<_>>()
        };
        let tests: Vec<_> = files.iter().flat_map(of_tests).collect();
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self(files)
    }

    /// The file that defines what `path` names, seen from the root; `None` where it names a module or another room.
    fn definer(&self, path: &[String], depth: u8) -> Option<&Module> {
        let known = (1..=path.len()).rev().find(|&end| self.0.contains_key(&path[..end]))?;
        // A function may have the name of its module, re-exported beside it.
        let ends = if known == path.len() { [known - 1, known] } else { [known, known] };
        ends.into_iter().find_map(|end| self.definer_in(&path[..end], path.get(end)?, depth))
    }

    /// The file that defines what module `place` knows as `name`.
    fn definer_in(&self, place: &[String], name: &String, depth: u8) -> Option<&Module> {
        let (module, source) = self.0.get_key_value(place)?;
        let is_module = self.0.contains_key(&[place, std::slice::from_ref(name)].concat());
        if depth == 0 || (source.defined.contains(name) && !is_module) {
            return Some(module);
        }
        let mut forwards = source.forwards(name).into_iter().filter(|path| path[0] == "crate");
        if let Some(forward) = forwards.next_back() {
            return self.definer(&forward[1..], depth - 1);
        }
        let through_glob = |path: &Vec<String>| {
            let found = self.definer_in(&self.full(module, path)?, name, depth - 1)?;
            Some(found).filter(|found| self.0[*found].defined.contains(name))
        };
        let found = source.globs.iter().find_map(through_glob);
        // A name made by a macro is defined here as well.
        found.or((!is_module).then_some(module))
    }

    /// A path from the root without `crate`; `None` for one into another crate.
    fn full(&self, module: &Module, path: &[String]) -> Option<Vec<String>> {
        match path.split_first() {
            Some((first, rest)) if first == "crate" => Some(rest.to_vec()),
            _ => Some([module.as_slice(), path].concat())
                .filter(|full| self.0.contains_key(&full[..=module.len()])),
        }
    }

    /// Each file with those that it uses.
    fn edges(&self) -> BTreeMap<&Module, BTreeSet<&Module>> {
        let mut known = BTreeMap::new();
        let used = |(module, source): (_, &Source)| {
            let paths: BTreeSet<_> = source.used.iter().filter_map(|path| self.full(module, path)).collect();
            let used = paths
                .into_iter()
                .filter_map(|path| *known.entry(path).or_insert_with_key(|path| self.definer(path, 8)));
            (module, used.filter(|definer| *definer != module).collect())
        };
        self.0.iter().map(used).collect()
    }

    /// The groups of files of which each uses every other, if only through others.
    fn circles(&self) -> Vec<Vec<String>> {
        let edges = self.edges();
        let reach = |from: &Module| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
            while let Some(module) = open.pop() {
                open.extend(edges[module].iter().filter(|next| seen.insert(**next)));
            }
            seen.into_iter().cloned().collect::<BTreeSet<Module>>()
        };
        let reached: BTreeMap<_, _> = edges.keys().map(|module| ((*module).clone(), reach(module))).collect();
        let circle = |(module, reached_from): (&Module, &BTreeSet<Module>)| {
            let mutual = reached_from.iter().filter(|other| reached[*other].contains(module));
            let circle: Vec<_> = mutual.map(|module| module.join("::")).collect();
            (!circle.is_empty()).then_some(circle)
        };
        reached.iter().filter_map(circle).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Sources of two files, `a` and `a::b`, that use each other.
const CIRCLES: &[(&str, &str)] = &[
    ("mod b; pub struct A; fn f() { b::g() }", "use super::A; pub fn g() {}"),
    ("mod b; pub struct A; use b::g; fn f() { g() }", "pub fn g() -> super::A { todo!() }"),
    ("mod b; pub struct A; use self::b as c; fn f() { c::g() }", "use crate::a::A; pub fn g() {}"),
    ("mod b; pub use b::B; pub struct A(B);", "use super::A; pub struct B;"),
    ("mod b; pub use b::*; pub struct A; fn f() -> crate::a::B { todo!() }", "use super::A; pub struct B;"),
    ("mod b; pub use b::b; pub struct A; fn f() { b() }", "use super::A; pub fn b() {}"),
    ("mod b; pub struct A; fn f() { println!(\"{}\", b::g()) }", "fn g() { println!(\"{}\", super::A) }"),
];

/// Sources of the same that do not.
const NO_CIRCLES: &[(&str, &str)] = &[
    ("mod b; pub use b::B; pub struct A;", "use super::A; pub struct B;"),
    ("mod b; pub use b::*; pub struct A;", "use super::A; pub struct B;"),
    ("mod b; use b::B; pub struct A(B);", "pub struct B;"),
    ("mod b; pub use b::B;", "pub struct B; fn f() -> crate::a::B { todo!() }"),
    (
        "mod b; pub struct A; #[cfg(test)] mod tests { fn f() { super::b::g() } }",
        "use super::A; pub fn g() {}",
    ),
    ("pub struct A; fn f() { b::g() } #[cfg(test)] mod b;", "use super::A; pub fn g() {}"),
];

#[test]
fn a_circle_of_files_is_seen() {
    let circles = |(a, b): &(&str, &str)| {
        let files = [(&["a"][..], *a), (&["a", "b"], *b)];
        let files = files.map(|(module, code)| {
            let source = Source::of(code, module);
            (source.names.module.clone(), source)
        });
        Files::without_tests(files.into()).circles()
    };
    for code in CIRCLES {
        assert_eq!(circles(code), [["a", "a::b"]], "not seen: {code:?}");
    }
    for code in NO_CIRCLES {
        assert_eq!(circles(code), const { Vec::<Vec<String>>::new() }, "{code:?}");
    }
}

#[test]
fn no_files_of_a_room_use_each_other_in_a_circle() {
    let complaints: Vec<String> = ROOMS
        .iter()
        .flat_map(|(room, _)| {
            let circles = Files::of_room(room).circles();
            circles.into_iter().map(move |circle| format!("{room}: {}", circle.join(" ")))
        })
        .collect();
    assert!(complaints.is_empty(), "files that use each other:\n{}", complaints.join("\n"));
}

#[test]
fn the_floors_of_run_import_only_those_below() {
    let files = Files::of_room("run");
    // The room's own `mod.rs` is the roof: it may name everything and is used by nobody.
    let floor = |module: &Module| {
        let floor = module.get(1).map(String::as_str);
        FLOORS.iter().position(|name| Some(*name) == floor).unwrap_or(FLOORS.len())
    };
    let mut complaints = Vec::new();
    for (module, used) in files.edges() {
        for used in used.into_iter().filter(|used| floor(used) > floor(module)) {
            complaints.push(format!("{} uses {}", module.join("::"), used.join("::")));
        }
    }
    assert!(complaints.is_empty(), "imported from a higher floor:\n{}", complaints.join("\n"));
}
