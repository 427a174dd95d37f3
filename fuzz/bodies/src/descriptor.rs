//! Dependency descriptors of a sender who means harm.

use sfu_core::descriptor::{Rewriter, Selector, Stream};
use sfu_core::limits::DESCRIPTOR_BYTES_MAX;

use crate::Choices;

/// Packets of one input: a bound on its time.
const PACKETS_MAX: usize = 200;

/// Reads the bytes as the descriptors of one stream, two bytes before each: the first aims the viewer or restarts it, the
/// second lets time pass. What is read can be written and read again alike; what goes to the viewer can be read there, says the
/// same of its frame, and has numbers that go on.
pub fn descriptor(input: &[u8]) {
    let (mut stream, mut viewer) = (Stream::new(), Stream::new());
    let (mut selector, mut rewriter) = (Selector::new(), Rewriter::new(0));
    let mut choices = Choices(input);
    let mut time = 0;
    for _ in 0..PACKETS_MAX {
        let (Some(wish), Some(pause)) = (choices.byte(), choices.byte()) else { break };
        let Some(length) = choices.byte() else { break };
        let Some(bytes) = choices.take(usize::from(length)) else { break };
        time += u32::from(pause & 3);
        if wish == 0xff {
            selector.restart();
            rewriter.restart();
        } else if wish & 0x80 != 0 {
            selector.aim(wish & 3, wish >> 2 & 7);
        }
        let Ok(read) = stream.read(bytes) else { continue };
        if let Some(written) = read.write(read.number as u16, true) {
            let mut other = Stream::new();
            if read.is_attached {
                let again = other.read(&written).expect("what was written can be read");
                assert_eq!((again.frame, again.active), (read.frame, read.active));
                assert_eq!(again.structure, read.structure);
            }
        }
        let selected = selector.select(&read, time);
        assert!(selected.goes || !selected.ends_picture);
        if !selected.goes {
            continue;
        }
        let Some(written) = rewriter.rewrite(&read, selected.active) else { continue };
        assert!(written.len() <= DESCRIPTOR_BYTES_MAX);
        let seen = viewer.read(&written).expect("what goes can be read");
        assert_eq!(seen.frame, read.frame);
        assert_eq!(seen.active, selected.active);
    }
}
