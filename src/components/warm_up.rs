//! What comes before the blank editor: a solution in pieces to be put in order, and one with gaps
//! to be filled. Both are run on the cases like any other code, so every order and every word
//! that works is right.

use election_content::{Challenge, Gap};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, InputEvent, KeyboardEvent};
use yew::prelude::*;

/// Characters in a gap.
const LONGEST_ANSWER: usize = 200;

/// How the learner gets at the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// Puts pieces in order.
    Order,
    /// Fills gaps.
    Gaps,
    /// Writes it.
    Write,
}

impl Rung {
    /// What a challenge offers, from the easiest on.
    pub fn of(challenge: &Challenge) -> Vec<Rung> {
        let order = challenge.ordered.as_ref().map(|_| Rung::Order);
        let gaps = challenge.gaps.as_ref().map(|_| Rung::Gaps);
        order.into_iter().chain(gaps).chain([Rung::Write]).collect()
    }

    /// For tests.
    pub fn name(self) -> &'static str {
        match self {
            Rung::Order => "order",
            Rung::Gaps => "gaps",
            Rung::Write => "write",
        }
    }

    /// On its button.
    pub fn title(self) -> &'static str {
        match self {
            Rung::Order => "Put it in order",
            Rung::Gaps => "Fill the gaps",
            Rung::Write => "Write it",
        }
    }
}

/// How the warm-ups of a challenge were left, as it is kept on the device: texts that may say
/// anything. What makes no sense for the challenge as it is now is as if it were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    rung: Option<String>,
    order: Option<String>,
    gaps: Option<String>,
}

impl Kept {
    /// What is kept under the name of each part.
    pub fn read(kept: impl Fn(&str) -> Option<String>) -> Kept {
        Kept { rung: kept("rung"), order: kept(Rung::Order.name()), gaps: kept(Rung::Gaps.name()) }
    }

    /// Nothing was moved or filled in.
    pub fn is_untouched(&self) -> bool {
        self.order.is_none() && self.gaps.is_none()
    }

    /// The rung that the learner was on, if the challenge has it.
    pub fn rung(&self, rungs: &[Rung]) -> Option<Rung> {
        rungs.iter().copied().find(|rung| self.rung.as_deref() == Some(rung.name()))
    }

    /// The order in which so many pieces lie.
    pub fn order(&self, pieces: usize) -> Vec<usize> {
        let words = self.order.as_deref().unwrap_or_default().split(' ');
        let kept: Vec<usize> = words.map_while(|word| word.parse().ok()).collect();
        let complete = kept.len() == pieces && (0..pieces).all(|piece| kept.contains(&piece));
        if complete { kept } else { shuffled(pieces) }
    }

    /// What is in each of the gaps.
    pub fn answers(&self, gaps: &[Gap]) -> Vec<String> {
        let mut kept = self.gaps.as_deref().unwrap_or_default().split('\n');
        let cut = |line: &str| line.chars().take(LONGEST_ANSWER).collect();
        gaps.iter().map(|_| kept.next().map_or_else(String::new, cut)).collect()
    }
}

/// What [`Kept::order`] reads.
pub fn order_text(order: &[usize]) -> String {
    order.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
}

/// What [`Kept::answers`] reads. A field for text holds one line.
pub fn answers_text(answers: &[String]) -> String {
    answers.join("\n")
}

/// The pieces as they lie at first: the same for everybody, and never in order.
pub fn shuffled(pieces: usize) -> Vec<usize> {
    let odd = (0..pieces).filter(|index| index % 2 == 1).rev();
    odd.chain((0..pieces).filter(|index| index % 2 == 0)).collect()
}

/// The pieces in an order, as one source.
pub fn in_order(pieces: &[String], order: &[usize]) -> String {
    order.iter().filter_map(|index| pieces.get(*index)).cloned().collect::<Vec<_>>().join("\n")
}

/// The code with its gaps filled.
pub fn filled(gaps: &[Gap], answers: &[String]) -> String {
    let mut answers = answers.iter();
    gaps.iter()
        .map(|gap| match gap.answer.as_str() {
            "" => gap.before.clone(),
            _ => gap.before.clone() + answers.next().map_or("", String::as_str),
        })
        .collect()
}

/// What an [`Ordering`] shows and whom it tells.
#[derive(Properties, PartialEq)]
pub struct OrderingProps {
    /// In their right order.
    pub pieces: Vec<String>,
    /// As they lie now.
    pub order: Vec<usize>,
    /// Hears how they shall lie.
    pub on_order: Callback<Vec<usize>>,
}

/// Pieces of code to be moved up and down, by buttons or by the arrow keys on them.
#[component]
pub fn Ordering(props: &OrderingProps) -> Html {
    let list = use_node_ref();
    let moved = use_state_eq(|| None::<(usize, &'static str)>);
    // A piece that moves takes the focus with it, which browsers do not do by themselves.
    {
        let (list, moved) = (list.clone(), *moved);
        use_effect_with(props.order.clone(), move |_| {
            let Some((piece, way)) = moved else { return };
            let wanted = format!("[data-piece='{piece}'] .{way}");
            let list = list.cast::<HtmlElement>();
            let button = list.and_then(|list| list.query_selector(&wanted).ok()?);
            if let Some(button) = button.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
        });
    }
    let total = props.order.len();
    let shift = {
        let (order, on_order) = (props.order.clone(), props.on_order.clone());
        let moved = moved.clone();
        Callback::from(move |(at, way): (usize, &'static str)| {
            let to = if way == "up" { at.wrapping_sub(1) } else { at + 1 };
            if to < order.len() {
                let mut order = order.clone();
                order.swap(at, to);
                moved.set(Some((order[to], way)));
                on_order.emit(order);
            }
        })
    };
    let button = |at: usize, way: &'static str, end: bool| {
        let onclick = shift.reform(move |_: MouseEvent| (at, way));
        let sign = if way == "up" { "↑" } else { "↓" };
        let label = format!("Move piece {} of {total} {way}", at + 1);
        html! {
            <button type="button" class={way} aria-label={label} aria-disabled={end.then_some("true")} {onclick}>{sign}</button>
        }
    };
    let place = moved.and_then(|(piece, _)| props.order.iter().position(|other| *other == piece));
    html! {
        <>
            <ol class="pieces" ref={list} data-testid="pieces">
                { for props.order.iter().enumerate().map(|(at, piece)| {
                    let onkeydown = {
                        let shift = shift.clone();
                        Callback::from(move |event: KeyboardEvent| {
                            let way = match event.key().as_str() {
                                "ArrowUp" => "up",
                                "ArrowDown" => "down",
                                _ => return,
                            };
                            event.prevent_default();
                            shift.emit((at, way));
                        })
                    };
                    html! {
                        <li key={*piece} data-piece={piece.to_string()} {onkeydown}>
                            <span class="moves">
                                {button(at, "up", at == 0)}
                                {button(at, "down", at + 1 == total)}
                            </span>
                            <pre><code>{props.pieces.get(*piece)}</code></pre>
                        </li>
                    }
                }) }
            </ol>
            <p class="visually-hidden" role="status">
                { place.map(|at| format!("Now piece {} of {total}.", at + 1)) }
            </p>
        </>
    }
}

/// What a [`Filling`] shows and whom it tells.
#[derive(Properties, PartialEq)]
pub struct FillingProps {
    /// The code and its gaps.
    pub gaps: Vec<Gap>,
    /// What is in the gaps now.
    pub answers: Vec<String>,
    /// Hears what shall be in them.
    pub on_answers: Callback<Vec<String>>,
}

/// Code with fields in it.
#[component]
pub fn Filling(props: &FillingProps) -> Html {
    let total = props.gaps.iter().filter(|gap| !gap.answer.is_empty()).count();
    html! {
        <div class="gaps" data-testid="gaps">
            { for props.gaps.iter().enumerate().map(|(index, gap)| {
                let oninput = {
                    let (answers, on_answers) = (props.answers.clone(), props.on_answers.clone());
                    Callback::from(move |event: InputEvent| {
                        let field: HtmlInputElement = event.target_unchecked_into();
                        let mut answers = answers.clone();
                        if let Some(answer) = answers.get_mut(index) {
                            *answer = field.value();
                        }
                        on_answers.emit(answers);
                    })
                };
                let size = (gap.answer.chars().count() + 2).to_string();
                html! {
                    <>
                        {gap.before.clone()}
                        if !gap.answer.is_empty() {
                            <input
                                type="text"
                                {size}
                                maxlength={LONGEST_ANSWER.to_string()}
                                spellcheck="false"
                                autocomplete="off"
                                autocapitalize="off"
                                aria-label={format!("Gap {} of {total}", index + 1)}
                                value={props.answers.get(index).cloned()}
                                {oninput}
                            />
                        }
                    </>
                }
            }) }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_never_lie_in_order_at_first_and_none_is_lost() {
        for pieces in 3..=12 {
            let order = shuffled(pieces);
            let sorted: Vec<usize> = (0..pieces).collect();
            assert_ne!(order, sorted);
            let mut found = order.clone();
            found.sort_unstable();
            assert_eq!(found, sorted);
        }
        let pieces = ["a", "b", "c"].map(String::from);
        assert_eq!(in_order(&pieces, &[2, 0, 1]), "c\na\nb");
    }

    #[test]
    fn what_is_kept_comes_back_and_what_makes_no_sense_does_not() {
        let kept = |text: &str| {
            let text = text.to_owned();
            Kept::read(move |_| Some(text.clone()))
        };
        let order = vec![2, 0, 1];
        assert_eq!(kept(&order_text(&order)).order(3), order);
        for text in ["", "0 1", "0 1 2 3", "0 1 1", "0 1 9", "0 1 x", "-1 0 1", "0  1 2", "2,1,0"] {
            assert_eq!(kept(text).order(3), shuffled(3), "{text:?}");
        }

        let gap = Gap { before: String::new(), answer: "x".into() };
        let gaps = vec![gap; 2];
        let answers = vec!["a > b".to_owned(), String::new()];
        assert_eq!(kept(&answers_text(&answers)).answers(&gaps), answers);
        assert_eq!(kept("a\nb\nc").answers(&gaps), ["a", "b"]);
        assert_eq!(kept("a").answers(&gaps), ["a", ""]);
        assert_eq!(kept(&"ü".repeat(5000)).answers(&gaps)[0].chars().count(), LONGEST_ANSWER);

        let rungs = [Rung::Order, Rung::Write];
        assert_eq!(kept("order").rung(&rungs), Some(Rung::Order));
        assert_eq!(kept("gaps").rung(&rungs), None);
        assert_eq!(Kept::default().rung(&rungs), None);
        assert!(Kept::read(|part| (part == "rung").then(|| "order".into())).is_untouched());
        assert!(!kept("0 1 2").is_untouched());
    }

    #[test]
    fn gaps_are_filled_in_turn() {
        let gap = |before: &str, answer: &str| Gap { before: before.into(), answer: answer.into() };
        let gaps = [gap("a ", "<"), gap(" b ", "+"), gap(";", "")];
        assert_eq!(filled(&gaps, &[">".into(), "-".into()]), "a > b -;");
        assert_eq!(filled(&gaps, &[]), "a  b ;");
    }
}
