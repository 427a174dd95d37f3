//! The public interface of each library as a listing that is committed, `api.txt` beside its manifest: a change of it shows in every diff.
//!
//! Read from the sources alone, with no more knowledge of Rust than these crates need: public items wherever `lib.rs` lets them out, the public
//! methods and the traits of public types. What it cannot see are traits that the compiler derives by itself (`Send`, `Sync`).

#![expect(clippy::wildcard_enum_match_arm, reason = "syn's enums, of which these crates use a part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use duct::cmd;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Field, Fields, FnArg, ImplItem, ImplItemConst, Item, ItemConst, ItemEnum, ItemFn, ItemImpl, ItemMod,
    ItemStruct, ItemTrait, ItemType, ItemUse, Pat, PatType, Signature, TraitItem, Type, UseTree, Visibility,
    parse_quote,
};

use crate::{Outcome, libraries, limits, root};

/// Brings every listing up to date.
pub(crate) fn write() -> Outcome {
    for (path, listing) in listings()? {
        fs::write(path, listing)?;
    }
    Ok(())
}

/// Fails if [`write()`] would change anything, and prints what.
pub(crate) fn check() -> Outcome {
    let mut changed = false;
    for (path, listing) in listings()? {
        let written = path.strip_prefix(root()).unwrap_or(&path);
        let diff =
            cmd!("diff", "--new-file", "--unified=1", "--label", written, "--label", "the sources", written, "-");
        changed |= !diff.dir(root()).stdin_bytes(listing).unchecked().run()?.status.success();
    }
    if changed {
        Err("a public interface or a limit has changed: run `cargo xtask api`, and mind the version".into())
    } else {
        Ok(())
    }
}

/// Every listing, and the document of limits beside them.
/// Every listing, and the document of limits beside them.
fn listings() -> Outcome<Vec<(PathBuf, String)>> {
    let list = |package: cargo_metadata::Package| {
        let folder = package.manifest_path.parent().ok_or("a manifest lies in a folder")?.as_std_path();
        let crate_root = Module::read(&folder.join("src/lib.rs"), &folder.join("src"))?;
        let mut api = Api { crate_root: &crate_root, items: BTreeMap::new(), types: BTreeMap::new() };
        api.let_out(&crate_root, "")?;
        api.implementations(&crate_root);
        Ok((folder.join("api.txt"), api.text()?))
    };
    let limits = Ok((root().join(limits::PATH), limits::document()?));
    libraries()?.into_iter().map(list).chain([limits]).collect()
}

/// A module as its file has it, without tests.
struct Module {
    items: Vec<Item>,
    modules: BTreeMap<String, Module>,
}

impl Module {
    /// Reads `file`, whose modules lie in `folder`.
    fn read(file: &Path, folder: &Path) -> Outcome<Self> {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let items = syn::parse_file(&text)?.items.into_iter().filter(|item| !is_hidden(attributes(item)));
        let items: Vec<Item> = items.collect();
        let mut modules = BTreeMap::new();
        for item in &items {
            let Item::Mod(module) = item else { continue };
            let name = module.ident.to_string();
            let inside = folder.join(&name);
            let beside = folder.join(format!("{name}.rs"));
            let file = if beside.exists() { beside } else { inside.join("mod.rs") };
            modules.insert(name, Self::read(&file, &inside)?);
        }
        Ok(Self { items, modules })
    }

    fn defines(&self, name: &str) -> bool {
        self.items.iter().any(|item| name_of(item).is_some_and(|defined| defined == name))
    }

    fn defines_anywhere(&self, name: &str) -> bool {
        self.defines(name) || self.modules.values().any(|inner| inner.defines_anywhere(name))
    }
}

struct Api<'a> {
    crate_root: &'a Module,
    /// By path, so that moving code about changes nothing. The first text is the item, the others are what is implemented for it.
    items: BTreeMap<String, Vec<String>>,
    /// Public types and traits, by the module that defines them: what is implemented for them may lie anywhere.
    types: BTreeMap<(*const Module, String), String>,
}

impl<'a> Api<'a> {
    /// Lists everything public in `module`, as seen from outside under `path`.
    fn let_out(&mut self, module: &'a Module, path: &str) -> Outcome {
        for item in &module.items {
            match item {
                Item::Use(item) if is_public(&item.vis) => self.follow(module, &item.tree, None, path)?,
                Item::Mod(item) if is_public(&item.vis) => {
                    let name = item.ident.to_string();
                    self.let_out(&module.modules[&name], &format!("{path}{name}::"))?;
                }
                _ => self.add(module, item, path),
            }
        }
        Ok(())
    }

    /// Follows `pub use a::b::{C, D}` to where the names are defined: all of them, or one.
    fn follow(&mut self, module: &'a Module, tree: &UseTree, only: Option<&str>, path: &str) -> Outcome {
        match tree {
            UseTree::Path(tree) => {
                let name = tree.ident.to_string();
                let inner = match name.as_str() {
                    "crate" => self.crate_root,
                    "self" => module,
                    _ => module.modules.get(&name).ok_or_else(|| format!("`pub use {name}` leads out of the crate"))?,
                };
                self.follow(inner, &tree.tree, only, path)
            }
            UseTree::Group(group) => group.items.iter().try_for_each(|tree| self.follow(module, tree, only, path)),
            UseTree::Glob(_) => match only {
                Some(name) => self.find(module, name, path),
                None => self.let_out(module, path),
            },
            UseTree::Name(name) if only.is_none_or(|only| name.ident == only) => {
                self.find(module, &name.ident.to_string(), path)
            }
            UseTree::Name(_) => Ok(()),
            UseTree::Rename(tree) if only.is_none_or(|only| tree.rename == only) => {
                let alias = format!("{path}{}", tree.rename);
                self.items.entry(alias).or_default().push(quote!(pub use #tree;).to_string());
                self.find(module, &tree.ident.to_string(), path) // Listed by its own name.
            }
            UseTree::Rename(_) => Ok(()),
        }
    }

    fn find(&mut self, module: &'a Module, name: &str, path: &str) -> Outcome {
        for item in &module.items {
            match item {
                Item::Use(item) if is_public(&item.vis) => self.follow(module, &item.tree, Some(name), path)?,
                _ if name_of(item).is_some_and(|defined| defined == name) => self.add(module, item, path),
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, module: &'a Module, item: &Item, path: &str) {
        let Some(name) = name_of(item) else { return };
        let path = format!("{path}{name}");
        let Some(text) = public_part(item) else { return };
        if !matches!(item, Item::Const(_) | Item::Fn(_)) {
            self.types.insert((module, name), path.clone());
        }
        self.items.entry(path).or_default().push(text.to_string());
    }

    /// Lists what `module` and those inside implement for public types.
    fn implementations(&mut self, module: &Module) {
        for item in &module.items {
            if let Item::Impl(item) = item
                && let Type::Path(ty) = item.self_ty.as_ref()
                && let Some(path) = self.path_of(module, &ty.path)
                && let Some(text) = self.implementation(module, item)
            {
                self.items.entry(path).or_default().push(text.to_string());
            }
        }
        module.modules.values().for_each(|inner| self.implementations(inner));
    }

    /// The part of an `impl` that is seen from outside.
    fn implementation(&self, module: &Module, item: &ItemImpl) -> Option<TokenStream> {
        let (generics, ty, bounds) = (&item.generics, &item.self_ty, &item.generics.where_clause);
        if let Some((trait_path, _)) = &item.trait_ {
            let types = item.items.iter().filter(|item| matches!(item, ImplItem::Type(_)));
            let ours = self.crate_root.defines_anywhere(&last(trait_path));
            let seen = !ours || self.path_of(module, trait_path).is_some();
            return seen.then(|| quote!(impl #generics #trait_path for #ty #bounds { #(#types)* }));
        }
        let methods: Vec<_> = item.items.iter().filter_map(public_method).collect();
        (!methods.is_empty()).then(|| quote!(impl #generics #ty #bounds { #(#methods)* }))
    }

    /// What the public type or trait that `module` calls `path` is called outside.
    fn path_of(&self, module: &Module, path: &syn::Path) -> Option<String> {
        let name = last(path);
        let here = self.types.get(&(std::ptr::from_ref(module), name.clone()));
        let elsewhere = || self.types.iter().find(|((_, public), _)| *public == name).map(|(_, path)| path);
        here.or_else(|| if module.defines(&name) { None } else { elsewhere() }).cloned()
    }

    /// In rustfmt's words, although nothing has a body.
    fn text(self) -> Outcome<String> {
        let open = |module: &str| -> String {
            module.split_terminator("::").map(|name| format!("pub mod {name} {{")).collect()
        };
        let close = |module: &str| "}".repeat(module.split_terminator("::").count());
        let (mut text, mut inside) = (String::new(), String::new());
        for (path, mut texts) in self.items {
            let module = path.rsplit_once("::").map_or("", |(module, _)| module);
            if module != inside {
                text += &format!("{}\n{}", close(&inside), open(module));
                inside = module.to_owned();
            }
            texts[1..].sort_unstable();
            text += &format!("{}\n\n", texts.join("\n\n"));
        }
        text += &close(&inside);
        let rustfmt = cmd!("rustfmt", "--edition", "2024").dir(root()).stdin_bytes(text.replace(" :: ", "::"));
        Ok(format!("{}\n", rustfmt.read()?))
    }
}

/// What is seen of an item from outside, without documentation; `None` if it is not public.
fn public_part(item: &Item) -> Option<TokenStream> {
    Some(match item.clone() {
        Item::Const(ItemConst { vis, ident, ty, .. }) if is_public(&vis) => quote!(pub const #ident: #ty;), // Its value may change.
        Item::Fn(ItemFn { attrs, vis, sig, .. }) if is_public(&vis) => signature(&attrs, &sig),
        Item::Type(mut item) if is_public(&item.vis) => {
            item.attrs = kept(&item.attrs);
            quote!(#item)
        }
        Item::Struct(mut item) if is_public(&item.vis) => {
            item.attrs = kept(&item.attrs);
            for field in &mut item.fields {
                field.attrs.clear();
            }
            hide_private(&mut item.fields);
            quote!(#item)
        }
        Item::Enum(mut item) if is_public(&item.vis) => {
            item.attrs = kept(&item.attrs);
            for variant in &mut item.variants {
                variant.attrs = kept(&variant.attrs);
                variant.fields.iter_mut().for_each(|field| field.attrs.clear());
            }
            quote!(#item)
        }
        Item::Trait(mut item) if is_public(&item.vis) => {
            item.attrs = kept(&item.attrs);
            for method in &mut item.items {
                if let TraitItem::Fn(method) = method {
                    method.attrs = kept(&method.attrs);
                    method.default = None;
                }
            }
            quote!(#item)
        }
        _ => return None,
    })
}

fn public_method(item: &ImplItem) -> Option<TokenStream> {
    match item {
        ImplItem::Fn(method) if is_public(&method.vis) => Some(signature(&method.attrs, &method.sig)),
        ImplItem::Const(ImplItemConst { vis, ident, ty, .. }) if is_public(vis) => Some(quote!(pub const #ident: #ty;)),
        _ => None,
    }
}

fn signature(attributes: &[Attribute], signature: &Signature) -> TokenStream {
    let (attributes, mut signature) = (kept(attributes), signature.clone());
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(this) => this.mutability = None, // Of `mut self`; that of `&mut self` is another.
            FnArg::Typed(PatType { pat, .. }) => {
                if let Pat::Ident(name) = pat.as_mut() {
                    name.mutability = None;
                }
            }
        }
    }
    quote!(#(#attributes)* pub #signature;)
}

/// One private field stands for all of them: that there are some is what matters outside.
fn hide_private(fields: &mut Fields) {
    let public = |field: &Field| is_public(&field.vis);
    if fields.iter().all(public) {
        return;
    }
    match fields {
        Fields::Named(fields) => {
            fields.named = fields.named.iter().filter(|field| public(field)).cloned().collect();
            fields.named.push(parse_quote!(private: _));
        }
        Fields::Unnamed(fields) => {
            for field in fields.unnamed.iter_mut().filter(|field| !public(field)) {
                *field = parse_quote!(_);
            }
        }
        Fields::Unit => {}
    }
}

/// Attributes that whoever uses an item depends on.
fn kept(attributes: &[Attribute]) -> Vec<Attribute> {
    let kept = ["default", "deprecated", "derive", "must_use", "non_exhaustive"];
    let mut kept: Vec<Attribute> = attributes
        .iter()
        .filter(|attribute| kept.iter().any(|kept| attribute.path().is_ident(kept)))
        .cloned()
        .collect();
    for attribute in kept.iter_mut().filter(|attribute| attribute.path().is_ident("must_use")) {
        *attribute = parse_quote!(#[must_use]); // The reason is prose.
    }
    kept
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether it is only there for tests, or nothing that the crate promises.
fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = attribute.meta.to_token_stream().to_string();
        ["cfg (test)", "cfg (doctest)", "doc (hidden)"].contains(&text.as_str())
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(ItemConst { attrs, .. })
        | Item::Enum(ItemEnum { attrs, .. })
        | Item::Fn(ItemFn { attrs, .. })
        | Item::Impl(ItemImpl { attrs, .. })
        | Item::Mod(ItemMod { attrs, .. })
        | Item::Struct(ItemStruct { attrs, .. })
        | Item::Trait(ItemTrait { attrs, .. })
        | Item::Type(ItemType { attrs, .. })
        | Item::Use(ItemUse { attrs, .. }) => attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn last(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}
