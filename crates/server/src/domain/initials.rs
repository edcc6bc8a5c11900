//! Initials of Chinese characters: the first letter of each of their readings,
//! so that `cq` and `zq` both are 重庆.
//!
//! They come from `pinyin`, which knows the readings; what it is asked for
//! here is on disk, as the vocabulary of the search.

use pinyin::ToPinyinMulti;

/// Most readings with different initials that count of one character.
pub const MAX_INITIALS: usize = 4;

/// The initials of a character, `a` to `z`, each once; none where it has no
/// known reading.
#[must_use]
pub fn of(letter: char) -> Vec<u8> {
    let mut initials = Vec::new();
    for reading in letter.to_pinyin_multi().into_iter().flatten() {
        let initial = reading.plain().bytes().next().filter(u8::is_ascii_lowercase);
        if let Some(initial) = initial.filter(|initial| !initials.contains(initial)) {
            initials.push(initial);
        }
        if initials.len() == MAX_INITIALS {
            break;
        }
    }
    initials
}

/// Whether a run of Chinese characters has these initials in a row.
#[must_use]
pub fn occur(initials: &[u8], run: &str) -> bool {
    let letters: Vec<_> = run.chars().map(of).collect();
    letters
        .windows(initials.len())
        .any(|window| window.iter().zip(initials).all(|(letter, initial)| letter.contains(initial)))
}
