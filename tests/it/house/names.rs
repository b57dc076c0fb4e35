//! The names that a source file uses, with its imports resolved.

use super::*;

/// A path as written, and the module it is written in.
pub(super) type Written = (Vec<String>, Vec<String>);

/// The names and paths of one file.
#[derive(Default)]
pub(super) struct Names {
    pub(super) used: Vec<Written>,
    /// What `use` gives a name to.
    pub(super) aliases: BTreeMap<String, Vec<Written>>,
    pub(super) module: Vec<String>,
    /// It calls a method `elapsed`, which reads the clock that its time is of.
    pub(super) asks_elapsed: bool,
}

impl Names {
    /// The names of the code of `module`.
    pub(super) fn of(code: &str, module: &[&str]) -> Self {
        let module = module.iter().map(|name| (*name).to_owned()).collect();
        let mut names = Self { module, ..Self::default() };
        names.visit_file(&syn::parse_file(code).unwrap());
        names
    }

    pub(super) fn add(&mut self, path: Vec<String>) {
        self.used.push((path, self.module.clone()));
    }

    pub(super) fn flatten(&mut self, tree: &UseTree, before: &[String]) {
        let joined = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.flatten(&path.tree, &joined(path.ident.to_string())),
            UseTree::Name(name) => self.import(joined(name.ident.to_string()), None),
            UseTree::Rename(rename) => {
                self.import(joined(rename.ident.to_string()), Some(rename.rename.to_string()));
            }
            UseTree::Glob(_) => self.add(joined("*".to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.flatten(tree, before)),
        }
    }

    pub(super) fn import(&mut self, mut path: Vec<String>, rename: Option<String>) {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = rename.or_else(|| path.last().cloned()).unwrap_or_default();
        self.aliases.entry(name).or_default().push((path.clone(), self.module.clone()));
        self.add(path);
    }

    /// Paths among the tokens of a macro, which have no syntax of their own.
    pub(super) fn scan(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.add(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                // As of `pub(crate)`, which uses nothing.
                TokenTree::Group(group) if path == ["pub"] && group.delimiter() == Delimiter::Parenthesis => {
                }
                TokenTree::Group(group) => self.scan(group.stream()),
                _ => colons = 0,
            }
        }
        self.add(path);
    }

    /// What a path as written in `module` may mean, from the root of this crate (`crate`) or of another.
    pub(super) fn meanings(&self, path: &[String], module: &[String], depth: u8) -> Vec<Vec<String>> {
        let root = || vec!["crate".to_owned()];
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        match first.as_str() {
            "crate" => vec![[root(), rest.to_vec()].concat()],
            "drwatch" if !rest.is_empty() => vec![[root(), rest.to_vec()].concat()],
            "self" | "super" => {
                let mut place = module.to_vec();
                let steps = path.iter().take_while(|step| matches!(step.as_str(), "self" | "super"));
                let up = steps.clone().filter(|step| *step == "super").count();
                place.truncate(place.len().saturating_sub(up));
                vec![[root(), place, path[steps.count()..].to_vec()].concat()]
            }
            _ => {
                let aliases = self.aliases.get(first).filter(|_| depth > 0);
                let meant = |(path, module): &Written| {
                    let path = [path.clone(), rest.to_vec()].concat();
                    self.meanings(&path, module, depth - 1)
                };
                let mut found: Vec<_> = aliases.into_iter().flatten().flat_map(meant).collect();
                found.push(path.to_vec());
                found
            }
        }
    }

    /// All that is used, from the roots.
    pub(super) fn all(&self) -> Vec<Vec<String>> {
        self.used.iter().flat_map(|(path, module)| self.meanings(path, module, 8)).collect()
    }

    /// What `room` uses of this crate and may not.
    pub(super) fn too_high(&self, room: &str, allowed: &[&str]) -> Vec<String> {
        let is_wrong = |path: &Vec<String>| match path.split_first() {
            // The crate under another name, or with all its rooms.
            Some((first, [])) if first == "crate" => true,
            Some((first, [used, ..])) if first == "crate" => {
                used != room && !allowed.contains(&used.as_str())
            }
            _ => false,
        };
        self.all().into_iter().filter(is_wrong).map(|path| path.join("::")).collect()
    }

    /// What is used of the `forbidden`.
    pub(super) fn forbidden(&self, forbidden: &[&str]) -> Vec<String> {
        let used = self.all().into_iter().map(|path| path.join("::"));
        let begins = |path: &str, with: &str| path == with || path.starts_with(&format!("{with}::"));
        let is_wrong = |path: &String| {
            let path = path.strip_prefix("core::").map_or(path.clone(), |rest| format!("std::{rest}"));
            forbidden.iter().any(|forbidden| match path.strip_suffix("::*") {
                Some(all_of) => begins(forbidden, all_of) || begins(all_of, forbidden),
                None => begins(&path, forbidden),
            })
        };
        used.filter(is_wrong).collect()
    }
}

impl Names {
    /// The clocks read. Times of the system as such, which files have, are none.
    pub(super) fn clocks(&self) -> Vec<String> {
        let system = ["std::time::SystemTime", "std::time::UNIX_EPOCH"];
        let elapsed = if self.asks_elapsed { self.forbidden(&system) } else { Vec::new() };
        [self.forbidden(CLOCKS), elapsed].concat()
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.flatten(&item.tree, &[]);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let name = if item.ident == "self" { "crate".to_owned() } else { item.ident.to_string() };
        self.import(vec![name], item.rename.as_ref().map(|(_, rename)| rename.to_string()));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_path = item.attrs.iter().any(|attribute| attribute.path().is_ident("path"));
        assert!(!is_path, "{} is not where its name says", item.ident);
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.asks_elapsed |= call.method == "elapsed";
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.scan(called.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.scan(list.tokens.clone());
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        // `pub(in crate::session)` uses nothing.
    }
}
