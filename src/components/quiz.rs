//! The quiz: one question at a time, and those that were missed come back.

use super::question::QuestionCard;
use crate::course::lesson;
use crate::hooks::use_focus_after;
use crate::progress::{Progress, quiz};
use crate::state::use_lab;
use election_content::Lesson;
use yew::prelude::*;

/// The whole quiz.
#[component]
pub fn Quiz() -> Html {
    let lab = use_lab();
    let course = lesson();
    let ids: Vec<String> = quiz(&course).map(|question| question.id.clone()).collect();
    let shown = use_state_eq(|| next_after(&course, lab.progress(), None));
    let top = use_focus_after(*shown);
    let progress = lab.progress();
    let right = ids.iter().filter(|id| progress.is_right(id)).count();
    let all_right = right == ids.len();
    let current = ids[*shown].clone();
    let go = |to: usize| {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(to))
    };
    let following = next_after(&course, progress, Some(*shown));
    let answered = progress.answers.contains_key(&current);
    html! {
        <section class="quiz" aria-label="Quiz">
            <p class="quiz-count" role="status">{
                if all_right { format!("All {} right.", ids.len()) } else { format!("{right} of {} right.", ids.len()) }
            }</p>
            <div class="chips" role="group" aria-label="Questions">
                { for ids.iter().enumerate().map(|(i, id)| {
                    let state = match progress.answers.get(id) {
                        None => "open",
                        Some(answer) if answer.right => "right",
                        Some(_) => "wrong",
                    };
                    let said = match state { "right" => "right", "wrong" => "to be tried again", _ => "not answered" };
                    html! {
                        <button
                            key={i}
                            type="button"
                            class={classes!("chip", state)}
                            aria-current={(i == *shown).then_some("true")}
                            aria-label={format!("Question {}, {said}", i + 1)}
                            data-testid={format!("question-{}", i + 1)}
                            onclick={go(i)}
                        >{i + 1}</button>
                    }
                }) }
            </div>
            <div ref={top} tabindex="-1" role="group" aria-label={format!("Question {}", *shown + 1)}>
                <QuestionCard key={current.clone()} id={current.clone()} />
            </div>
            if answered && following != *shown {
                <button type="button" class="button primary" data-testid="quiz-next" onclick={go(following)}>{
                    if ids.iter().all(|id| progress.answers.contains_key(id)) && !all_right { "Next one to try again" } else { "Next question" }
                }</button>
            }
        </section>
    }
}

/// The question to go on with after `from`: the next that was never answered, else the next
/// that was answered wrong, else the next one.
fn next_after(course: &Lesson, progress: &Progress, from: Option<usize>) -> usize {
    let ids: Vec<&str> = quiz(course).map(|question| question.id.as_str()).collect();
    let start = from.map_or(0, |from| from + 1);
    let order = || (0..ids.len()).map(|i| (start + i) % ids.len()).filter(|i| Some(*i) != from);
    order()
        .find(|i| !progress.answers.contains_key(ids[*i]))
        .or_else(|| order().find(|i| !progress.is_right(ids[*i])))
        .unwrap_or(start % ids.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Done;

    #[test]
    fn what_was_missed_comes_back_after_the_rest() {
        let course = lesson();
        let ids: Vec<String> = quiz(&course).map(|question| question.id.clone()).collect();
        let choose = |id: &str, right: bool| {
            let options = &crate::progress::question(&course, id).unwrap().options;
            options.iter().position(|option| option.right == right).unwrap()
        };
        let mut progress = Progress::default();
        let mut at = next_after(&course, &progress, None);
        assert_eq!(at, 0);
        let mut order = Vec::new();
        for round in 0..ids.len() + 1 {
            order.push(at);
            let id = &ids[at];
            let done = Done::Answered(id.clone(), choose(id, round != 2));
            progress = progress.after(done, &course);
            at = next_after(&course, &progress, Some(at));
        }
        let expected: Vec<usize> = (0..ids.len()).chain([2]).collect();
        assert_eq!(order, expected);
        assert!(progress.done.contains("quiz"));
    }
}
