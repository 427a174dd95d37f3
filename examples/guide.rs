//! The code of the guide compiles, with every crate that it speaks of.

#[cfg(doctest)]
#[doc = include_str!("../docs/embedding.md")]
struct Guide;
