//! The house rules that no compiler knows: who imports whom, what no file may say, and that the documents point at what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use duct::cmd;

#[test]
fn imports_follow_the_arrows_of_the_architecture() {
    let arrows = arrows();
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    assert_eq!(
        members,
        arrows.keys().map(String::as_str).collect(),
        "docs/architecture.md draws every package, and no other"
    );
    for package in metadata.workspace_packages() {
        for import in package.dependencies.iter().filter(|dependency| members.contains(dependency.name.as_str())) {
            let drawn = arrows[package.name.as_str()].contains(&import.name);
            assert!(drawn, "{} imports {}: there is no such arrow in docs/architecture.md", package.name, import.name);
        }
    }
}

#[test]
fn the_values_know_neither_files_nor_formats_nor_runtimes() {
    let foreign = ["axum", "hyper", "mio", "quinn-udp", "rusqlite", "serde", "serde_json", "socket2", "tokio"];
    let metadata = metadata();
    for name in ["sfu-core", "sfu-lobby", "sfu-relay", "sfu-sim"] {
        let imports = imports(package(&metadata, name));
        let wrong: Vec<_> = imports.iter().filter(|import| foreign.contains(import)).collect();
        assert!(wrong.is_empty(), "{name} imports {wrong:?}");
    }
}

#[test]
fn the_libraries_can_be_published_and_nothing_else() {
    for package in metadata().workspace_packages() {
        let name = package.name.as_str();
        if !is_library(package) {
            assert_eq!(package.publish.as_deref(), Some([].as_slice()), "{name} is no library: publish = false");
            continue;
        }
        assert_eq!(package.publish, None, "{name} is a library");
        assert!(package.description.is_some() && package.license.is_some(), "{name}: what is it, under which licence?");
        assert!(!package.keywords.is_empty() && !package.categories.is_empty(), "{name} could not be found");
        assert_eq!(package.readme.as_ref().map(|readme| readme.as_str()), Some("README.md"), "{name}");
        let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(folder.join(file).is_file(), "{name} would be published without its {file}");
        }
        for import in package.dependencies.iter().filter(|import| import.kind != DependencyKind::Development) {
            assert_ne!(import.req.to_string(), "*", "{name} imports {} without a version", import.name);
        }
    }
}

#[test]
fn the_libraries_have_no_feature_flags() {
    for package in metadata().workspace_packages().into_iter().filter(|package| is_library(package)) {
        assert!(package.features.is_empty(), "{}: {:?}", package.name, package.features);
        assert!(!package.dependencies.iter().any(|import| import.optional), "{} has an optional import", package.name);
    }
}

/// A change of an interface shows in a diff, where somebody minds the version; the list of limits is that of the sources.
#[test]
fn public_interfaces_and_limits_are_listed() {
    let check = cmd!(env!("CARGO_BIN_EXE_xtask"), "api", "--check").stderr_to_stdout().stdout_capture();
    let output = check.unchecked().run().expect("xtask runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn only_the_core_and_its_simulated_clients_are_built_on_str0m() {
    let metadata = metadata();
    let users: Vec<&str> = metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| imports(package).contains(&"str0m"))
        .map(|package| package.name.as_str())
        .filter(|name| !["benches", "examples", "fuzz-bodies"].contains(name))
        .collect();
    assert_eq!(users, ["sfu-core", "sfu-sim"]);
}

#[test]
fn only_the_transport_names_str0m() {
    let may = |path: &str| path.starts_with("crates/sfu-core/src/transport") || path.ends_with("/tests.rs");
    for (path, text) in sources("crates/sfu-core/src", &["rs"]).filter(|(path, _)| !may(path)) {
        let code = text.lines().take_while(|line| !line.contains("#[cfg(test)]"));
        let named = code.into_iter().any(|line| line.split("//").next().is_some_and(|code| code.contains("str0m")));
        assert!(!named, "{path} names str0m; `transport` is the only place that may");
    }
}

#[test]
fn certificates_are_always_checked_against_their_fingerprint() {
    nowhere(&[concat!("fingerprint_verification(", "false)")], &["rs"]);
}

#[test]
fn nothing_is_left_for_later() {
    nowhere(&[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")], TEXTS);
}

#[test]
fn nothing_points_outside_of_the_repository() {
    nowhere(&[concat!("../", "shared"), concat!("/work", "/")], TEXTS);
}

#[test]
fn every_file_has_a_front_page() {
    for (path, text) in sources("", &["rs"]) {
        assert!(text.starts_with("//! "), "{path} does not say in its first line what it is for");
    }
    for (path, text) in sources("", &["js", "mjs"]) {
        assert!(
            text.starts_with("// ") || text.starts_with("/** "),
            "{path} does not say in its first line what it is for"
        );
    }
}

#[test]
fn every_package_keeps_the_lints_of_the_workspace() {
    for package in metadata().workspace_packages() {
        let manifest = fs::read_to_string(&package.manifest_path).expect("it was read before");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} has lints of its own", package.name);
    }
}

#[test]
fn no_blob_is_larger_than_a_picture_needs() {
    const BYTES_MAX: u64 = 1_200_000; // The largest is the library that shows PDFs; Cargo.lock and pictures are smaller.
    for path in tracked() {
        let bytes = root().join(&path).metadata().expect("git lists it").len();
        assert!(bytes <= BYTES_MAX, "{path} has {bytes} bytes");
    }
}

#[test]
fn links_in_documents_lead_to_files() {
    for (path, text) in sources("", &["md"]) {
        let folder = root().join(&path).parent().expect("a file has a folder").to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next()) {
            let elsewhere = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            assert!(elsewhere || folder.join(target).exists(), "{path} links to {target}, which is not there");
        }
    }
}

/// What is written by people: everything but what [`sources`] leaves out.
const TEXTS: &[&str] =
    &["rs", "toml", "md", "js", "mjs", "ts", "css", "html", "ftl", "sql", "json", "yml", "svg", "service", "run"];

/// A promise whose test was renamed or is gone would go on standing in a document.
#[test]
fn every_test_that_a_document_names_is_there() {
    let code: Vec<(String, String)> = sources("", &["rs", "js"]).collect();
    let is_there = |name: &str| match name {
        file if file.ends_with(".js") || file.ends_with(".rs") => {
            code.iter().any(|(path, _)| path.ends_with(&format!("/{file}")))
        }
        title if title.contains(' ') => {
            let mut lines =
                code.iter().filter(|(path, _)| path.ends_with(".test.js")).flat_map(|(_, text)| text.lines());
            lines.any(|line| title.split('…').all(|part| line.contains(part.trim())))
        }
        function => code.iter().any(|(_, text)| text.contains(&format!("fn {function}("))),
    };
    for document in ["docs/requirements.md", "docs/threat-model.md"] {
        let text = fs::read_to_string(root().join(document)).expect("it is there");
        let cells = text.lines().filter(|line| line.starts_with('|')).filter_map(|line| line.rsplit('|').nth(1));
        for name in cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
            let is_test = [".js", ".rs"].iter().any(|end| name.ends_with(end))
                || (name.contains(' ') && !name.contains('='))
                || 3 < name.split('_').count();
            assert!(!is_test || is_there(name), "{document} names the test `{name}`, which is not there");
        }
    }
}

/// Needs systemd's own checker, which Debian's package `systemd` has.
#[test]
fn the_service_unit_of_the_documents_exposes_little() {
    let text = fs::read_to_string(root().join("docs/operating.md")).unwrap();
    let (_, unit) = text.split_once("```ini\n# /etc/systemd/system/anteroom.service\n").unwrap();
    let (unit, _) = unit.split_once("```").unwrap();
    let folder = std::env::temp_dir().join(format!("anteroom-unit-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("anteroom.service");
    fs::write(&file, unit).unwrap();
    // In tenths: 2.0 of 10.
    let check = cmd!("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", &file);
    let said = check.stderr_to_stdout().stdout_capture().unchecked().run().unwrap();
    fs::remove_dir_all(folder).unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

fn nowhere(words: &[&str], extensions: &[&str]) {
    for (path, text) in sources("", extensions) {
        for (number, line) in text.lines().enumerate() {
            let found = words.iter().find(|word| line.contains(*word));
            assert!(found.is_none(), "{path}:{}: {}", number + 1, found.expect("just looked"));
        }
    }
}

/// Tracked text files below `folder`, as path and content; not what others wrote and we only carry.
fn sources(folder: &str, extensions: &[&str]) -> impl Iterator<Item = (String, String)> {
    let ours = |path: &String| !path.contains("/vendor/") && !path.ends_with("-lock.json") && !path.ends_with(".d.ts");
    let wanted = |path: &String| extensions.iter().any(|extension| path.rsplit(['.', '/']).next() == Some(extension));
    let paths: Vec<String> = tracked().filter(|path| path.starts_with(folder)).filter(ours).filter(wanted).collect();
    paths.into_iter().map(|path| {
        let text = fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        (path, text)
    })
}

/// What git tracks and the work tree still has, as paths from the repository's top folder.
fn tracked() -> impl Iterator<Item = String> {
    let list = cmd!("git", "ls-files").dir(root()).read().expect("the repository is a git work tree");
    let paths: Vec<String> = list.lines().filter(|path| root().join(path).is_file()).map(String::from).collect();
    assert!(paths.len() > 50, "git lists only {} files", paths.len());
    paths.into_iter()
}

/// The block "arrows" of the architecture: package to what it may import.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("docs/architecture.md")).expect("the architecture is written down");
    let block = text.split("```arrows\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has the block");
    block
        .lines()
        .map(|line| {
            let (package, imports) = line.split_once("->").expect("each line is an arrow");
            (package.trim().to_owned(), imports.split_whitespace().map(String::from).collect())
        })
        .collect()
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.current_dir(root()).no_deps().exec().expect("the workspace has metadata")
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.workspace_packages().into_iter().find(|package| package.name == name).expect("it is a member")
}

/// What others may build on: all in `crates` but this crate.
fn is_library(package: &Package) -> bool {
    package.manifest_path.as_std_path().starts_with(root().join("crates")) && package.name != "xtask"
}

/// Names of what `package` needs to run; tests may use more.
fn imports(package: &Package) -> Vec<&str> {
    let needed = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    needed.map(|dependency| dependency.name.as_str()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate lives in crates/xtask").to_owned()
}
