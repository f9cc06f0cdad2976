//! Raft's elections once more, written for the crate `stateright` and sharing no code with the
//! engine: the same rules, messages in flight as a bag, crashes and restarts within a budget.

use stateright::{Model, Property};
use std::collections::BTreeMap;

/// A cluster and how far it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Cluster {
    /// How many nodes.
    pub nodes: u8,
    /// Whether nodes forget their terms, votes and logs in a crash.
    pub forgets: bool,
    /// How many crashes, and how many restarts.
    pub faults: (u8, u8),
    /// The highest term.
    pub terms: u32,
    /// The most messages in flight.
    pub in_flight: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disk {
    term: u32,
    vote: Option<u8>,
    log: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    #[default]
    Follower,
    Candidate,
    Leader,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Node {
    down: bool,
    disk: Disk,
    role: Role,
    leader: Option<u8>,
    committed: usize,
    granted: u16,
    refused: u16,
    /// The next entry to send and the last one known to be there, for each other node.
    progress: Vec<(usize, usize)>,
    heard: u16,
}

/// Where a log ends: the term of its last entry, and how many there are.
type End = (u32, usize);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Text {
    RequestVote(End),
    Vote(bool),
    Append { after: End, entry: Option<u32>, committed: usize },
    Appended(usize),
    Mismatch(usize),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Letter {
    from: u8,
    to: u8,
    term: u32,
    text: Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    nodes: Vec<Node>,
    /// In order, as often as there are copies.
    letters: Vec<Letter>,
    /// Who led first in each term.
    leaders: BTreeMap<u32, u8>,
    second_leader: bool,
    left: (u8, u8),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Deliver(Letter),
    Timeout(u8),
    Heartbeat(u8),
    Crash(u8),
    Restart(u8),
}

impl Disk {
    fn end_at(&self, index: usize) -> End {
        (index.checked_sub(1).map_or(0, |place| self.log[place]), index)
    }

    fn end(&self) -> End {
        self.end_at(self.log.len())
    }
}

impl Model for Cluster {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            nodes: vec![self.fresh(Disk::default()); usize::from(self.nodes)],
            letters: vec![],
            leaders: BTreeMap::new(),
            second_leader: false,
            left: self.faults,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (index, letter) in state.letters.iter().enumerate() {
            let copy = index > 0 && state.letters[index - 1] == *letter;
            if !copy && !state.nodes[usize::from(letter.to)].down {
                actions.push(Action::Deliver(letter.clone()));
            }
        }
        for (id, node) in (0..).zip(&state.nodes) {
            match (node.down, node.role) {
                (true, _) if state.left.1 > 0 => actions.push(Action::Restart(id)),
                (true, _) => {}
                (false, Role::Leader) => actions.push(Action::Heartbeat(id)),
                (false, _) => actions.push(Action::Timeout(id)),
            }
            if !node.down && state.left.0 > 0 {
                actions.push(Action::Crash(id));
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        match action {
            Action::Deliver(letter) => {
                let place = next.letters.binary_search(&letter).ok()?;
                next.letters.remove(place);
                self.receive(&mut next, letter);
            }
            Action::Timeout(me) => {
                let node = &mut next.nodes[usize::from(me)];
                node.disk.term += 1;
                node.disk.vote = Some(me);
                (node.role, node.leader) = (Role::Candidate, None);
                (node.granted, node.refused) = (1 << me, 0);
                let text = Text::RequestVote(node.disk.end());
                for to in (0..self.nodes).filter(|to| *to != me) {
                    send(&mut next, me, to, text.clone());
                }
            }
            Action::Heartbeat(me) => self.tell_all(&mut next, me),
            Action::Crash(me) => {
                next.left.0 -= 1;
                let node = &mut next.nodes[usize::from(me)];
                let disk = match self.forgets {
                    true => Disk::default(),
                    false => std::mem::take(&mut node.disk),
                };
                *node = Node { down: true, ..self.fresh(disk) };
            }
            Action::Restart(me) => {
                next.left.1 -= 1;
                next.nodes[usize::from(me)].down = false;
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one leader per term", |_, state: &State| !state.second_leader),
            Property::sometimes("a leader", |_, state: &State| !state.leaders.is_empty()),
        ]
    }

    fn within_boundary(&self, state: &State) -> bool {
        state.nodes.iter().all(|node| node.disk.term <= self.terms)
            && state.letters.len() <= self.in_flight
    }
}

impl Cluster {
    fn fresh(&self, disk: Disk) -> Node {
        let progress = vec![(0, 0); usize::from(self.nodes)];
        Node { disk, progress, ..Node::default() }
    }

    fn majority(&self, count: u32) -> bool {
        count * 2 > u32::from(self.nodes)
    }

    fn receive(&self, state: &mut State, letter: Letter) {
        let Letter { from, to: me, term, text } = letter;
        let node = &mut state.nodes[usize::from(me)];
        if term > node.disk.term {
            (node.disk.term, node.disk.vote) = (term, None);
            (node.role, node.leader) = (Role::Follower, None);
        }
        let current = term == node.disk.term;
        match text {
            Text::RequestVote(end) => {
                let free = node.disk.vote.is_none_or(|vote| vote == from);
                let yes = current && free && end >= node.disk.end();
                if yes {
                    node.disk.vote = Some(from);
                }
                send(state, me, from, Text::Vote(yes));
            }
            Text::Vote(yes) if current && node.role == Role::Candidate => match yes {
                false => node.refused |= 1 << from,
                true => {
                    node.granted |= 1 << from;
                    if self.majority(node.granted.count_ones()) {
                        self.lead(state, me);
                    }
                }
            },
            Text::Append { after, .. } if !current => {
                send(state, me, from, Text::Mismatch(after.1));
            }
            Text::Append { after, entry, committed } if node.role != Role::Leader => {
                (node.role, node.leader) = (Role::Follower, Some(from));
                let answer = node.append(after, entry, committed);
                send(state, me, from, answer);
            }
            Text::Appended(index) if current && node.role == Role::Leader => {
                node.heard |= 1 << from;
                if index > node.progress[usize::from(from)].1 {
                    node.progress[usize::from(from)] = (index + 1, index);
                    self.commit(node, me, index);
                    if index < node.disk.log.len() {
                        tell(state, me, from);
                    }
                }
            }
            Text::Mismatch(index) if current && node.role == Role::Leader => {
                node.heard |= 1 << from;
                let (next, matched) = node.progress[usize::from(from)];
                if next == index + 1 && index > matched {
                    node.progress[usize::from(from)].0 = index;
                    tell(state, me, from);
                }
            }
            _ => {}
        }
    }

    fn lead(&self, state: &mut State, me: u8) {
        let node = &mut state.nodes[usize::from(me)];
        (node.role, node.leader) = (Role::Leader, Some(me));
        let term = node.disk.term;
        node.progress.fill((node.disk.log.len() + 1, 0));
        node.disk.log.push(term);
        let first = *state.leaders.entry(term).or_insert(me);
        state.second_leader |= first != me;
        self.tell_all(state, me);
    }

    fn commit(&self, node: &mut Node, me: u8, index: usize) {
        if index <= node.committed || node.disk.log[index - 1] != node.disk.term {
            return;
        }
        let others = (0..).zip(&node.progress).filter(|(id, _)| *id != me);
        let have = others.filter(|(_, (_, matched))| *matched >= index).count();
        if self.majority(have as u32 + 1) {
            node.committed = index;
        }
    }

    fn tell_all(&self, state: &mut State, me: u8) {
        for to in (0..self.nodes).filter(|to| *to != me) {
            tell(state, me, to);
        }
    }
}

impl Node {
    fn append(&mut self, after: End, entry: Option<u32>, committed: usize) -> Text {
        let log = &self.disk.log;
        if log.len() < after.1 || self.disk.end_at(after.1) != after {
            return Text::Mismatch(after.1);
        }
        let Some(term) = entry else {
            self.committed = self.committed.max(committed.min(after.1));
            return Text::Appended(after.1);
        };
        let index = after.1 + 1;
        if log.get(after.1) != Some(&term) {
            self.disk.log.truncate(after.1);
            self.disk.log.push(term);
        }
        self.committed = self.committed.max(committed.min(index));
        Text::Appended(index)
    }
}

fn tell(state: &mut State, me: u8, to: u8) {
    let node = &state.nodes[usize::from(me)];
    let next = node.progress[usize::from(to)].0;
    let text = Text::Append {
        after: node.disk.end_at(next - 1),
        entry: node.disk.log.get(next - 1).copied(),
        committed: node.committed,
    };
    send(state, me, to, text);
}

fn send(state: &mut State, from: u8, to: u8, text: Text) {
    let term = state.nodes[usize::from(from)].disk.term;
    let letter = Letter { from, to, term, text };
    let place = state.letters.partition_point(|other| *other <= letter);
    state.letters.insert(place, letter);
}
