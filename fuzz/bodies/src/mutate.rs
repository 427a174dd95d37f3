//! Changes inputs at random, where no fuzzer is at hand to do it by coverage.

use sfu_sim::Dice;

/// One of the corpus, changed a few times: bytes flipped, pieces cut, doubled, moved, or taken from another.
pub fn mutate(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let one = |dice: &mut Dice| corpus[index(dice, corpus.len())].clone();
    let mut input = one(dice);
    for _ in 0..=dice.below(6) {
        let at = index(dice, input.len() + 1);
        let until = (at + index(dice, 64)).min(input.len());
        match dice.below(7) {
            0 if at < input.len() => input[at] ^= 1 << dice.below(8),
            1 if at < input.len() => input[at] = random_byte(dice),
            2 => drop(input.drain(at..until)),
            3 => {
                let piece: Vec<u8> = input[at..until].to_vec();
                let to = index(dice, input.len() + 1);
                input.splice(to..to, piece);
            }
            4 => {
                let other = one(dice);
                let from = index(dice, other.len() + 1);
                let piece = other[from..(from + index(dice, 256)).min(other.len())].to_vec();
                input.splice(at..until, piece);
            }
            5 => {
                let piece: Vec<u8> = (0..dice.below(16)).map(|_| random_byte(dice)).collect();
                input.splice(at..at, piece);
            }
            _ => input.truncate(at.max(input.len() / 2)),
        }
    }
    input
}

fn index(dice: &mut Dice, end: usize) -> usize {
    usize::try_from(dice.below(end.max(1) as u64)).unwrap_or(0)
}

fn random_byte(dice: &mut Dice) -> u8 {
    u8::try_from(dice.below(256)).unwrap_or(0)
}
