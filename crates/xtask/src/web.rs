//! What the page holds that nobody writes by hand: libraries as npm publishes them, and message types as `sfu-signal` knows them.
//!
//! `web/vendor.json` lists each vendored file. To add one, add an entry with its `package` and `file` and run `cargo xtask web`.

use std::path::Path;
use std::{fs, io};

use duct::cmd;
use serde_json::{Value, json};

use crate::{Outcome, install, root, target, test};

const WEB: &str = "sfu-daemon/web";

/// Brings every generated file up to date.
pub(crate) fn write() -> Outcome {
    for Generated { path, content } in generated()? {
        let path = root().join(WEB).join(path);
        fs::create_dir_all(path.parent().expect("it lies in the page's folder"))?;
        fs::write(path, content)?;
    }
    Ok(())
}

/// Fails if [`write()`] would change anything.
pub(crate) fn check() -> Outcome {
    let mut stale = Vec::new();
    for Generated { path, content } in generated()? {
        if fs::read(root().join(WEB).join(&path)).ok().as_deref() != Some(&content) {
            stale.push(path);
        }
    }
    if stale.is_empty() { Ok(()) } else { Err(format!("stale, run `cargo xtask web`: {}", stale.join(" ")).into()) }
}

struct Generated {
    /// Below `web/`.
    path: String,
    content: Vec<u8>,
}

fn generated() -> Outcome<Vec<Generated>> {
    install::node_modules(WEB)?; // npm compares what it fetches with the hashes in package-lock.json.
    let web = root().join(WEB);
    let list: Value = serde_json::from_slice(&fs::read(web.join("vendor.json"))?)?;
    let mut files = Vec::new();
    let mut entries = Vec::new();
    for entry in list.as_array().ok_or("vendor.json is not a list")? {
        let text = |key: &str| entry[key].as_str().ok_or_else(|| format!("vendor.json: {entry} has no `{key}`"));
        let (package, file) = (text("package")?, text("file")?);
        let published = web.join("node_modules").join(package);
        let manifest: Value = serde_json::from_slice(&fs::read(published.join("package.json"))?)?;
        let source = published.join(file);
        entries.push(
            json!({ "package": package, "version": manifest["version"], "file": file, "sha256": sha256(&source)? }),
        );
        files.push(Generated { path: format!("vendor/{package}/{file}"), content: fs::read(source)? });
    }
    files.push(Generated { path: "vendor.json".into(), content: pretty(&entries)? });
    test::build()?;
    for (path, what) in [("js/types.d.ts", "types"), ("js/shapes.js", "shapes")] {
        let printed = cmd!(target().join("debug/examples/types"), what).stdout_capture().run()?;
        files.push(Generated { path: path.into(), content: printed.stdout });
    }
    Ok(files)
}

fn pretty(entries: &[Value]) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(entries)?;
    text.push(b'\n');
    Ok(text)
}

fn sha256(path: &Path) -> io::Result<String> {
    Ok(cmd!("sha256sum", "--binary", path).read()?.chars().take_while(|c| *c != ' ').collect())
}
