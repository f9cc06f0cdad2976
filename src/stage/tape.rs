//! The past of a run, painted along its time.

use super::frame::{Marks, Reign};
use election_engine::time::SimTime;
use election_engine::trace::Stage;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct TapeProps {
    pub marks: Rc<Marks>,
    pub end: SimTime,
}

/// Who led, when nobody did, and when something was broken. All marks of a kind are one part: a
/// long run has thousands, and the tape is drawn again whenever something happens.
#[component]
pub fn Tape(props: &TapeProps) -> Html {
    let marks = &props.marks;
    let at = |time: SimTime| time.0 as f64 * 1000.0 / props.end.0.max(1) as f64;
    // Marks that would lie on one another are drawn once, however long the run.
    let apart = |time: &SimTime| (at(*time) * 2.0) as u64;
    let mut reigns = marks.reigns.iter().zip(doubled(&marks.reigns)).collect::<Vec<_>>();
    reigns.dedup_by_key(|(reign, double)| (apart(&reign.from), apart(&reign.to), *double));
    let of_parity = |odd: u64| -> String {
        let these = reigns.iter().filter(|(reign, _)| reign.number.0 % 2 == odd);
        these
            .map(|(reign, double)| {
                let (x, width) = (at(reign.from), (at(reign.to) - at(reign.from)).max(0.6));
                // A reign that begins during another lies below it: the tape goes double.
                if *double { bar(x, 7.0, width, 5.0) } else { bar(x, 0.0, width, 6.0) }
            })
            .collect()
    };
    let of_stage = |stage: Stage| -> String {
        let mut times: Vec<SimTime> =
            marks.stages.iter().filter(|(_, other)| *other == stage).map(|(at, _)| *at).collect();
        times.dedup_by_key(|time| apart(time));
        // The five stages of an election go down the tape like a stair.
        let top = 2.4 * f64::from(stage as u8);
        times.into_iter().map(|time| bar(at(time) - 0.8, top, 1.6, 2.4)).collect()
    };
    let mut faults = marks.faults.clone();
    faults.dedup_by_key(|time| apart(time));
    let faults: String =
        faults.into_iter().map(|time| bar(at(time) - 0.8, 0.0, 1.6, 12.0)).collect();
    let mut violations = marks.violations.clone();
    violations.dedup_by_key(|time| apart(time));
    let octagon = |time| format!("M{:.2} 0l4 4v4l-4 4l-4-4v-4z", at(time));
    let violations: String = violations.into_iter().map(octagon).collect();
    html! {
        <svg class="reigns" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
            {part("even", of_parity(0))}
            {part("odd", of_parity(1))}
            { for Stage::ALL.map(|stage| part(stage.name(), of_stage(stage))) }
            {part("fault", faults)}
            {part("violated", violations)}
        </svg>
    }
}

fn part(class: &'static str, path: String) -> Html {
    if path.is_empty() {
        return html! {};
    }
    html! { <path {class} d={path} /> }
}

fn bar(x: f64, y: f64, width: f64, height: f64) -> String {
    format!("M{x:.2} {y:.1}h{width:.2}v{height:.1}h{:.2}z", -width)
}

/// Of each reign, whether it begins during that of another node. They come in the order of
/// their beginnings.
fn doubled(reigns: &[Reign]) -> impl Iterator<Item = bool> {
    // The latest end so far, and the latest end among the reigns of other nodes than that one's.
    let mut last: [Option<&Reign>; 2] = [None; 2];
    reigns.iter().map(move |reign| {
        let other = last.iter().flatten().find(|before| before.node != reign.node);
        let double = other.is_some_and(|before| before.from < reign.from && before.to > reign.from);
        let later = |before: Option<&Reign>| before.is_none_or(|before| before.to <= reign.to);
        if last[0].is_some_and(|before| before.node == reign.node) || later(last[0]) {
            if last[0].is_some_and(|before| before.node != reign.node) {
                last[1] = last[0];
            }
            if later(last[0]) {
                last[0] = Some(reign);
            }
        } else if later(last[1]) {
            last[1] = Some(reign);
        }
        double
    })
}
