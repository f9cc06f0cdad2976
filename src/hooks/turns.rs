//! Bringing something large up to date piece by piece, so that the page never stops for it.

use super::use_animation;
use std::ops::Deref;
use std::rc::Rc;
use yew::prelude::*;

/// Something shared that equals nothing but itself, so that comparing it takes no time.
#[derive(Debug)]
pub struct Same<T>(Rc<T>);

impl<T> Same<T> {
    /// Shares it.
    pub fn new(value: T) -> Same<T> {
        Same(Rc::new(value))
    }
}

impl<T> Clone for Same<T> {
    fn clone(&self) -> Same<T> {
        Same(self.0.clone())
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Same<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Same<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// What each of so many pieces shows: with each frame one more of them follows the latest. A
/// piece that had no turn yet shows nothing.
#[hook]
pub fn use_turns<T: 'static>(latest: &Same<T>, pieces: usize) -> Vec<Option<Same<T>>> {
    let turns = use_mut_ref(Turns::default);
    let redraw = use_force_update();
    turns.borrow_mut().shown.resize(pieces, None);
    let on_frame = {
        let (turns, latest) = (turns.clone(), latest.clone());
        Callback::from(move |_| {
            if turns.borrow_mut().next(&latest) {
                redraw.force_update();
            }
        })
    };
    use_animation(turns.borrow().behind(latest).is_some(), on_frame);
    turns.borrow().shown.clone()
}

struct Turns<T> {
    shown: Vec<Option<Same<T>>>,
    /// The piece whose turn it is, if it is behind.
    turn: usize,
}

impl<T> Default for Turns<T> {
    fn default() -> Turns<T> {
        Turns { shown: Vec::new(), turn: 0 }
    }
}

impl<T> Turns<T> {
    /// The first piece from the turn on that does not show the latest.
    fn behind(&self, latest: &Same<T>) -> Option<usize> {
        let pieces = self.shown.len();
        let all = (0..pieces).map(|i| (self.turn + i) % pieces);
        all.into_iter().find(|piece| self.shown[*piece].as_ref() != Some(latest))
    }

    /// One more piece shows the latest; false if all of them do.
    fn next(&mut self, latest: &Same<T>) -> bool {
        let Some(piece) = self.behind(latest) else { return false };
        self.shown[piece] = Some(latest.clone());
        self.turn = (piece + 1) % self.shown.len();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(turns: &Turns<u8>) -> Vec<u8> {
        turns.shown.iter().map(|piece| piece.as_deref().map_or(0, |piece| *piece)).collect()
    }

    #[test]
    fn one_piece_after_the_other_follows() {
        let mut turns = Turns { shown: vec![None; 3], turn: 0 };
        let (one, two) = (Same::new(1), Same::new(2));
        assert!(turns.next(&one) && turns.next(&one));
        assert_eq!(shown(&turns), [1, 1, 0]);
        // What comes before all had their turn does not begin again with the first.
        assert!(turns.next(&two));
        assert_eq!(shown(&turns), [1, 1, 2]);
        assert!(turns.next(&two) && turns.next(&two));
        assert_eq!(shown(&turns), [2, 2, 2]);
        assert!(!turns.next(&two));
    }
}
