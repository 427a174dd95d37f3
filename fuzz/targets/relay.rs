//! The fuzz target `relay`: what it does lies in `fuzz_bodies`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_bodies::relay(input));
