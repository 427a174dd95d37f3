//! `docs/limits.md`: every named limit with its value, its reason and the tests that name it, read from the sources so that it cannot rot.

#![expect(clippy::wildcard_enum_match_arm, reason = "syn's enums, of which these crates use a part")]

use std::fs;
use std::path::Path;

use duct::cmd;
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Item, ItemConst, ItemFn, Lit, Meta};

use crate::{Outcome, root};

pub(crate) const PATH: &str = "docs/limits.md";

/// Where limits are, and whose they are.
const FILES: [(&str, &str); 4] = [
    ("crates/sfu-core/src/limits.rs", "The forwarding unit (`sfu-core`)"),
    ("crates/sfu-relay/src/limits.rs", "The file relay (`sfu-relay`)"),
    ("crates/sfu-net/src/limits.rs", "Sockets (`sfu-net`)"),
    ("sfu-daemon/src/limits.rs", "The daemon (`sfu-daemon`)"),
];
/// A table is for reading: whoever wants all of them searches for the name.
const TESTS_SHOWN_MAX: usize = 3;
const HEAD: &str = "\
# Limits

Written by `cargo xtask api` from the constants and their comments. A test is listed if it names the limit; `git grep` finds those that reach one
by other names. What is dropped at a limit is counted, and a refusal says which limit it was.
";

/// What the document has to be.
pub(crate) fn document() -> Outcome<String> {
    let tests = tests()?;
    let mut text = HEAD.to_owned();
    for (path, heading) in FILES {
        text += &format!("\n## {heading}\n\n| Limit | Value | Why | Tests |\n|---|---|---|---|\n");
        for item in syn::parse_file(&fs::read_to_string(root().join(path))?)?.items {
            if let Item::Const(limit) = item
                && limit.ident != "_"
            {
                text += &row(&limit, &tests);
            }
        }
    }
    Ok(text)
}

fn row(limit: &ItemConst, tests: &[Test]) -> String {
    let name = limit.ident.to_string();
    let named = tests.iter().filter(|test| test.words.contains(&name));
    let shown: Vec<String> = named.take(TESTS_SHOWN_MAX).map(|test| format!("`{}`", test.name)).collect();
    format!("| `{name}` | {} | {} | {} |\n", value(&limit.expr), reason(&limit.attrs), shown.join(", "))
}

/// As a person writes it: `Duration::from_secs(8)` is `8 s`.
fn value(expression: &Expr) -> String {
    let text = expression.to_token_stream().to_string();
    for (constructor, unit) in [("from_secs", "s"), ("from_millis", "ms"), ("from_micros", "µs")] {
        let inner = text.strip_prefix("Duration :: ").and_then(|text| text.strip_prefix(constructor));
        if let Some(number) = inner.and_then(|inner| inner.trim().strip_prefix('(')?.strip_suffix(')')) {
            return format!("{} {unit}", number.trim());
        }
    }
    text.replace(" :: ", "::").replace('*', "×")
}

/// The first paragraph of the documentation, without its links.
fn reason(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(meta) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value
        {
            lines.push(text.value().trim().to_owned());
        }
    }
    let paragraph: Vec<String> = lines.into_iter().take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ").replace("[`", "`").replace("`]", "`").replace("crate::", "").replace('|', "\\|")
}

struct Test {
    name: String,
    /// What its code is made of.
    words: Vec<String>,
}

fn tests() -> Outcome<Vec<Test>> {
    let paths = cmd!("git", "ls-files", "crates/*.rs", "sfu-daemon/*.rs").dir(root()).read()?;
    let mut tests = Vec::new();
    for path in paths.lines().filter(|path| root().join(path).is_file()) {
        find_tests(syn::parse_file(&fs::read_to_string(root().join(Path::new(path)))?)?.items, &mut tests);
    }
    tests.sort_unstable_by(|one: &Test, other| one.name.cmp(&other.name));
    Ok(tests)
}

fn find_tests(items: Vec<Item>, tests: &mut Vec<Test>) {
    for item in items {
        match item {
            Item::Mod(module) => find_tests(module.content.map(|(_, items)| items).unwrap_or_default(), tests),
            Item::Fn(function) if is_test(&function) => {
                let code = function.to_token_stream().to_string();
                let words = code.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect();
                tests.push(Test { name: function.sig.ident.to_string(), words });
            }
            _ => {}
        }
    }
}

/// `#[test]`, `#[tokio::test]`.
fn is_test(function: &ItemFn) -> bool {
    function.attrs.iter().any(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "test"))
}
