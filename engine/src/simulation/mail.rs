//! Messages on their way.

use super::queue::{Queue, Sequence};
use crate::ids::{MessageId, NodeId, Token};
use crate::protocol::WriteAnswer;
use crate::time::SimTime;
use crate::trace::RecordId;

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body<M> {
    /// Something of the protocol's.
    Peer(M),
    /// A write to the store.
    Write(Token),
    /// The store's answer.
    Answer(WriteAnswer),
    /// The lock service tells the store which token is current.
    Register(Token),
}

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<M> {
    /// Its name.
    pub id: MessageId,
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// When it left.
    pub sent: SimTime,
    /// When it arrives, or breaks.
    pub at: SimTime,
    /// When it would arrive if nothing stopped it: for drawing how far it has come.
    pub due: SimTime,
    /// It breaks on its way.
    pub lost: bool,
    /// What it says.
    pub body: Body<M>,
    /// The record of its sending.
    pub cause: Option<RecordId>,
    /// The queue entry that is about it; others are out of date.
    pub sequence: Sequence,
}

/// All messages on their way, in slots that are used again.
#[derive(Clone, Debug)]
pub struct Mail<M> {
    slots: Vec<Option<Envelope<M>>>,
    free: Vec<u32>,
}

impl<M> Default for Mail<M> {
    fn default() -> Self {
        Mail { slots: Vec::new(), free: Vec::new() }
    }
}

impl<M: Copy> Mail<M> {
    /// Forgets all messages.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.free.clear();
    }

    /// Puts a message under way and says in which slot it is.
    pub fn insert(&mut self, envelope: Envelope<M>) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Some(envelope);
                slot
            }
            None => {
                assert!(self.slots.len() < Queue::SLOTS, "too many messages are on their way");
                self.slots.push(Some(envelope));
                (self.slots.len() - 1) as u32
            }
        }
    }

    /// The message in a slot, if the queue entry with this sequence is about it.
    pub fn get(&self, slot: u32, sequence: Sequence) -> Option<&Envelope<M>> {
        self.slots[slot as usize].as_ref().filter(|envelope| envelope.sequence == sequence)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, slot: u32, sequence: Sequence) -> Option<&mut Envelope<M>> {
        self.slots[slot as usize].as_mut().filter(|envelope| envelope.sequence == sequence)
    }

    /// Takes the message out of a slot.
    pub fn take(&mut self, slot: u32) -> Option<Envelope<M>> {
        let envelope = self.slots[slot as usize].take()?;
        self.free.push(slot);
        Some(envelope)
    }

    /// The slot of a message, and the message.
    pub fn find(&mut self, id: MessageId) -> Option<(u32, &mut Envelope<M>)> {
        self.slots.iter_mut().enumerate().find_map(|(slot, held)| match held {
            Some(envelope) if envelope.id == id => Some((slot as u32, envelope)),
            _ => None,
        })
    }

    /// How many slots there are, used or free.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// All messages on their way.
    pub fn iter(&self) -> impl Iterator<Item = &Envelope<M>> {
        self.slots.iter().flatten()
    }
}
