//! Nothing: each example is a file of its own beside this folder.
