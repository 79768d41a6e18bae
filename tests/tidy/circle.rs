//! Circles of files inside a crate: which file uses what another one defines, and which files need each other.
//!
//! Owns the reading of Rust sources: the tree of modules, what each name stands for, and the file that defines it. A
//! `pub use` of a child's item is a face and no import; whoever uses the item imports the file that defines it. Methods
//! are not followed, as their receiver's type is not known; neither is what only tests use.

use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

/// How many names a path may lead through before it is given up as endless.
const MOST_HOPS: u32 = 16;

/// The names that a file takes from others, file to file.
pub(super) type Imports = BTreeMap<(String, String), BTreeSet<String>>;

/// The meaning of a name in a module.
#[derive(Debug, Clone)]
enum Meaning {
    Module(usize),
    Item,
    /// Another path, as seen from the module.
    Alias(Vec<String>),
}

/// The target of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Module(usize),
    /// The module that defines it.
    Item(usize),
}

#[derive(Debug, Default)]
struct Module {
    file: String,
    parent: Option<usize>,
    names: BTreeMap<String, Vec<Meaning>>,
    globs: Vec<Vec<String>>,
    /// Paths that the module's code uses.
    used: BTreeSet<Vec<String>>,
}

/// A crate: its root is the first module.
#[derive(Debug, Default)]
struct Crate(Vec<Module>);

/// The imports between the files of the crate with that root. `sources` has the text of every file by its path.
pub(super) fn imports(root: &str, sources: &BTreeMap<String, String>) -> Imports {
    let mut tree = Crate::default();
    tree.file(root, None, root.rsplit_once('/').map_or("", |(dir, _)| dir), sources);
    let mut imports = Imports::new();
    for (from, module) in tree.0.iter().enumerate() {
        for path in &module.used {
            let Some(Target::Item(to)) = tree.resolve(from, path, MOST_HOPS) else { continue };
            let to = &tree.0[to].file;
            if *to != module.file {
                let name = path.iter().rev().take(2).rev().cloned().collect::<Vec<_>>().join("::");
                imports.entry((module.file.clone(), to.clone())).or_default().insert(name);
            }
        }
    }
    imports
}

/// The groups of files that reach each other.
pub(super) fn circles(imports: &Imports) -> Vec<BTreeSet<String>> {
    let reached = |start: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(file) = open.pop() {
            for (_, to) in imports.keys().filter(|(from, _)| from == file) {
                if seen.insert(to.clone()) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reach: BTreeMap<&String, BTreeSet<String>> = imports.keys().map(|(from, _)| (from, reached(from))).collect();
    let mutual = |file: &String| -> BTreeSet<String> {
        reach[file].iter().filter(|other| reach.get(other).is_some_and(|back| back.contains(file))).cloned().collect()
    };
    let groups: BTreeSet<_> = reach.keys().map(|file| mutual(file)).filter(|group| group.len() > 1).collect();
    groups.into_iter().collect()
}

impl Crate {
    /// Adds a file as a module, with its children below `dir`.
    fn file(&mut self, path: &str, parent: Option<usize>, dir: &str, sources: &BTreeMap<String, String>) -> usize {
        let text = sources.get(path).unwrap_or_else(|| panic!("{path} is missing"));
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        self.module(path, parent, dir, &file.items, sources)
    }

    fn module(
        &mut self,
        file: &str,
        parent: Option<usize>,
        dir: &str,
        items: &[Item],
        sources: &BTreeMap<String, String>,
    ) -> usize {
        let index = self.0.len();
        self.0.push(Module { file: file.to_owned(), parent, ..Module::default() });
        for item in items {
            if let Item::Mod(child) = item
                && !is_test(&child.attrs)
            {
                let (name, dir) = (child.ident.to_string(), format!("{dir}/{}", child.ident));
                let child = match &child.content {
                    Some((_, items)) => self.module(file, Some(index), &dir, items, sources),
                    None => self.file(&format!("{dir}.rs"), Some(index), &dir, sources),
                };
                self.0[index].name(name, Meaning::Module(child));
            }
        }
        // Faces are told from imports by the children.
        items.iter().for_each(|item| self.0[index].visit_item(item));
        index
    }

    /// The target of a path in a module.
    fn resolve(&self, from: usize, path: &[String], hops: u32) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(from),
            "super" => Target::Module(self.0[from].parent?),
            name => self.lookup(from, name, rest.is_empty(), hops)?,
        };
        for (index, name) in rest.iter().enumerate() {
            // The names behind an item are its own: a variant, a constant, a function.
            let Target::Module(module) = at else { break };
            at = match name.as_str() {
                "super" => Target::Module(self.0[module].parent?),
                name => self.lookup(module, name, index + 1 == rest.len(), hops)?,
            };
        }
        Some(at)
    }

    /// The meaning of a name in a module; a module and an item may have the same, of which `last` prefers the item.
    fn lookup(&self, module: usize, name: &str, last: bool, hops: u32) -> Option<Target> {
        let hops = hops.checked_sub(1)?;
        let meanings = self.0[module].names.get(name).into_iter().flatten();
        let mut found: Vec<Target> = meanings
            .filter_map(|meaning| match meaning {
                Meaning::Module(child) => Some(Target::Module(*child)),
                Meaning::Item => Some(Target::Item(module)),
                Meaning::Alias(path) => self.resolve(module, path, hops),
            })
            .collect();
        if found.is_empty() {
            let globs = self.0[module].globs.iter().filter_map(|path| self.resolve(module, path, hops));
            found.extend(globs.filter_map(|glob| match glob {
                Target::Module(other) => self.lookup(other, name, last, hops),
                Target::Item(_) => None,
            }));
        }
        found.sort_by_key(|target| matches!(target, Target::Module(_)) == last);
        found.into_iter().next()
    }
}

impl Module {
    fn name(&mut self, name: String, meaning: Meaning) {
        self.names.entry(name).or_default().push(meaning);
    }

    /// The names that a `use` brings in. Those of a face are not used by it.
    fn bring_in(&mut self, tree: &UseTree, mut path: Vec<String>, public: bool) {
        match tree {
            UseTree::Path(part) => {
                path.push(part.ident.to_string());
                self.bring_in(&part.tree, path, public);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.bring_in(tree, path.clone(), public));
            }
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Name(name) => self.bring_in_one(path, name.ident.to_string(), name.ident.to_string(), public),
            UseTree::Rename(name) => {
                self.bring_in_one(path, name.ident.to_string(), name.rename.to_string(), public);
            }
        }
    }

    fn bring_in_one(&mut self, mut path: Vec<String>, name: String, alias: String, public: bool) {
        let is_child = |name: &String| {
            self.names.get(name).is_some_and(|found| found.iter().any(|it| matches!(it, Meaning::Module(_))))
        };
        let is_face = public && path.iter().find(|part| *part != "self").is_some_and(is_child);
        let alias = if name == "self" { path.last().cloned().unwrap_or_default() } else { alias };
        if name != "self" {
            path.push(name);
        }
        if !is_face {
            self.used.insert(path.clone());
        }
        self.name(alias, Meaning::Alias(path));
    }
}

/// Whether an item is compiled for tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

/// The name that an item defines, and its attributes.
fn definition(item: &Item) -> (Option<String>, &[Attribute]) {
    let (name, attributes) = match item {
        Item::Const(it) => (Some(&it.ident), &it.attrs),
        Item::Enum(it) => (Some(&it.ident), &it.attrs),
        Item::Fn(it) => (Some(&it.sig.ident), &it.attrs),
        Item::Static(it) => (Some(&it.ident), &it.attrs),
        Item::Struct(it) => (Some(&it.ident), &it.attrs),
        Item::Trait(it) => (Some(&it.ident), &it.attrs),
        Item::Type(it) => (Some(&it.ident), &it.attrs),
        Item::Union(it) => (Some(&it.ident), &it.attrs),
        Item::Macro(it) => (it.ident.as_ref(), &it.attrs),
        Item::Impl(it) => (None, &it.attrs),
        Item::Use(it) => (None, &it.attrs),
        _ => return (None, &[]),
    };
    (name.map(ToString::to_string), attributes)
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast Item) {
        let (name, attributes) = definition(item);
        if is_test(attributes) || matches!(item, Item::Mod(_)) {
            return;
        }
        if let Some(name) = name {
            self.name(name, Meaning::Item);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.bring_in(&item.tree, Vec::new(), !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.used.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        static TEXT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#""(\\.|[^"\\])*""#).expect("a pattern"));
        static PATH: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"[A-Za-z_]\w*(\s*::\s*[A-Za-z_]\w*)*").expect("a pattern"));
        let tokens = call.tokens.to_string();
        for path in PATH.find_iter(&TEXT.replace_all(&tokens, "\"\"")) {
            self.used.insert(path.as_str().split("::").map(|part| part.trim().to_owned()).collect());
        }
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

#[test]
fn circles_are_found_whatever_the_names_go_through() {
    let crate_of = |files: &[(&str, &str)]| -> BTreeMap<String, String> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    };
    let ties = |files: &[(&str, &str)]| {
        let imports = imports("src/lib.rs", &crate_of(files));
        circles(&imports).into_iter().map(|group| group.into_iter().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let root = ("src/lib.rs", "mod a; mod b; pub use a::A;");
    let cases = [
        ("a face is no import", "pub struct A;", "use crate::A; struct B(A);", ""),
        ("through a face", "use crate::b::B; pub struct A;", "use crate::A; pub struct B;", "src/a.rs src/b.rs"),
        (
            "by a path in code",
            "pub struct A; fn f() { crate::b::g() }",
            "use super::a; pub fn g() -> a::A { a::A }",
            "src/a.rs src/b.rs",
        ),
        (
            "in a macro",
            "pub struct A; fn f() { assert!(crate::b::g()) }",
            "pub fn g() -> bool { let _ = super::a::A; true }",
            "src/a.rs src/b.rs",
        ),
        ("by a glob", "use super::b::*; pub struct A(B);", "pub struct B; fn f(_: super::A) {}", "src/a.rs src/b.rs"),
        (
            "in tests only",
            "pub struct A; #[cfg(test)] mod tests { use crate::b::B; }",
            "use crate::A; pub struct B(A);",
            "",
        ),
        (
            "one name for two",
            "pub struct A; use crate::b::b;",
            "pub fn b() {} use super::A as Other;",
            "src/a.rs src/b.rs",
        ),
    ];
    for (what, a, b, expected) in cases {
        let found = ties(&[root, ("src/a.rs", a), ("src/b.rs", b)]);
        assert_eq!(found.join(", "), expected, "{what}");
    }
    let parent = "mod child; pub use child::C; pub struct P; fn f() -> Option<C> { None }";
    let found = ties(&[("src/lib.rs", "mod p;"), ("src/p.rs", parent), ("src/p/child.rs", "pub struct C(super::P);")]);
    assert_eq!(found, ["src/p.rs src/p/child.rs"], "a parent and its child");
}
