//! What a wrong decision leads to: a run, held against the same run by the built-in rule.

use super::part::Part;
use crate::ids::{NodeId, Token};
use crate::run::Run;
use crate::simulation::Status;
use crate::snapshot::NodeSnapshot;
use crate::trace::EventKind;
use crate::view::NodeSet;

/// What went wrong in a run and not in the one by the rule, a sentence each. Both have to be at
/// their end.
pub fn of(part: Part, run: &dyn Run, by_rule: &dyn Run) -> Vec<String> {
    let mut damage = violated(run, by_rule);
    let turned_away = turned_away(run);
    if turned_away > self::turned_away(by_rule) {
        damage.push(format!(
            "The store turned away {turned_away} writes of a leader that nobody had replaced."
        ));
    }
    damage.extend(wrong_end(part, run, by_rule));
    damage.extend(woken(part, run, by_rule));
    if damage.is_empty() {
        damage.extend(dearer(run, by_rule));
    }
    damage
}

/// The first violation of each claim; the others say the same of other nodes.
fn violated(run: &dyn Run, by_rule: &dyn Run) -> Vec<String> {
    let known = by_rule.violations();
    let mut violations = run.violations();
    violations.retain(|violation| known.iter().all(|other| other.check != violation.check));
    violations.sort_by_key(|violation| (violation.check.name(), violation.at.0));
    violations.dedup_by_key(|violation| violation.check.name());
    violations.sort_by_key(|violation| violation.at.0);
    violations.into_iter().map(|violation| violation.text).collect()
}

/// How many writes with the highest token so far the store has refused.
fn turned_away(run: &dyn Run) -> usize {
    let mut highest = Token(0);
    let mut count = 0;
    for entry in run.entries() {
        match entry.kind {
            EventKind::WriteAccepted => highest = highest.max(entry.number),
            EventKind::WriteRefused if entry.number >= highest => count += 1,
            _ => {}
        }
    }
    count
}

/// Whether everybody follows whom it should, at the end.
fn wrong_end(part: Part, run: &dyn Run, by_rule: &dyn Run) -> Option<String> {
    let (leaders, due) = (leaders(run), leaders(by_rule));
    let [leader] = leaders[..] else {
        return match (leaders.len(), due.len()) {
            (0, 1..) => Some("The run ends without a leader: the cluster stands still.".into()),
            (2.., 0 | 1) => Some(format!("The run ends with {} leaders.", leaders.len())),
            _ => None,
        };
    };
    if part.fixes_the_leader() && due != [leader] {
        let due = due.first().map_or("nobody".to_owned(), |due| format!("node {due}"));
        return Some(format!("The run ends with node {leader} leading; by the rule it is {due}."));
    }
    let unaware = |run: &dyn Run| -> Vec<NodeId> {
        let nodes = run.snapshot().nodes;
        let off = nodes.iter().filter(|node| believes(node).is_some_and(|it| it != Some(leader)));
        off.map(|node| node.id).collect()
    };
    let known = unaware(by_rule);
    let node = unaware(run).into_iter().find(|node| !known.contains(node))?;
    Some(format!("At the end node {node} still does not know that node {leader} leads."))
}

fn leaders(run: &dyn Run) -> Vec<NodeId> {
    let snapshot = run.snapshot();
    snapshot.leaders().filter(|node| node.status == Status::Running).map(|node| node.id).collect()
}

/// Whom a running node takes for the leader.
fn believes(node: &NodeSnapshot) -> Option<Option<NodeId>> {
    let view = node.view.as_ref().filter(|_| node.status == Status::Running)?;
    Some(view.believes)
}

/// How many were woken, where that is what counts.
fn woken(part: Part, run: &dyn Run, by_rule: &dyn Run) -> Option<String> {
    let rule = part.wakes_by()?;
    let count = |run: &dyn Run| {
        let woken = |entry: &crate::run::Entry| {
            entry.kind == EventKind::Deliver && entry.rule.is_some_and(|it| it.id == rule)
        };
        run.entries().filter(woken).count()
    };
    let (woken, due) = (count(run), count(by_rule));
    (woken > due).then(|| format!("{woken} clients were woken; by the rule it is {due}."))
}

/// What ends well may still have taken too much.
fn dearer(run: &dyn Run, by_rule: &dyn Run) -> Option<String> {
    let count = |run: &dyn Run, kind| run.entries().filter(|entry| entry.kind == kind).count();
    let of = |kind| (count(run, kind), count(by_rule, kind));
    let (led, due) = of(EventKind::Lead);
    if led > due {
        return Some(format!("The lead was taken {led} times; by the rule it is {due}."));
    }
    let (stood, due) = of(EventKind::Candidate);
    if stood > due {
        return Some(format!("Nodes stood for election {stood} times; by the rule it is {due}."));
    }
    let (written, due) = of(EventKind::WriteAccepted);
    if written * 2 < due {
        return Some(format!("The store applied {written} writes; by the rule it is {due}."));
    }
    let (wronged, due) = (suspected_alive(run), suspected_alive(by_rule));
    if let Some((by, of)) = wronged.first().filter(|_| wronged.len() > due.len()) {
        return Some(format!("Node {by} suspected node {of}, which was up."));
    }
    let (sent, due) = of(EventKind::Send);
    (sent > due).then(|| format!("{sent} messages were sent; by the rule it is {due}."))
}

/// Who suspected whom although the other was running.
fn suspected_alive(run: &dyn Run) -> Vec<(NodeId, NodeId)> {
    let mut stopped = NodeSet::EMPTY;
    let mut wronged = Vec::new();
    for entry in run.entries() {
        match (entry.kind, entry.peer) {
            (EventKind::Crash | EventKind::Pause, _) => _ = stopped.insert(entry.node),
            (EventKind::Restart | EventKind::Resume, _) => stopped.remove(entry.node),
            (EventKind::Suspect, Some(other)) if !stopped.contains(other) => {
                wronged.push((entry.node, other));
            }
            _ => {}
        }
    }
    wronged
}
