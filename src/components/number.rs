//! A field for a whole number: what it does not take is put back, however often it is typed.

use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct NumberProps {
    /// What is set.
    pub title: AttrValue,
    /// In which unit; empty if it counts.
    #[prop_or_default]
    pub unit: &'static str,
    /// As it stands.
    pub value: u64,
    /// The least and the most.
    pub range: (u64, u64),
    /// How far apart the numbers are that it takes.
    #[prop_or(1)]
    pub step: u64,
    /// Its name in tests.
    pub testid: AttrValue,
    /// Another number was typed.
    pub onnumber: Callback<u64>,
    /// What was typed cannot be, and why; or it can again.
    pub onproblem: Callback<Option<String>>,
}

/// The field with its label.
#[component]
pub fn Number(props: &NumberProps) -> Html {
    let NumberProps { title, unit, value, range, step, .. } = props;
    let takes = Takes { title: title.clone(), unit, range: *range, step: *step };
    // By hand: the page must not put back what is being typed whenever it is drawn again.
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with(*value, move |value| {
            if let Some(input) = field.cast::<HtmlInputElement>() {
                input.set_value(&value.to_string());
            }
        });
    }
    let onchange = {
        let (takes, standing) = (takes.clone(), *value);
        let (onnumber, onproblem) = (props.onnumber.clone(), props.onproblem.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let read = takes.read(&input.value());
            // A value that does not change is not written again, and what was typed would stay.
            input.set_value(&read.as_ref().unwrap_or(&standing).to_string());
            onproblem.emit(read.as_ref().err().cloned());
            if let Ok(number) = read {
                onnumber.emit(number);
            }
        })
    };
    // A complaint does not outlive what it was about.
    let oninput = {
        let onproblem = props.onproblem.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if takes.read(&input.value()).is_ok() {
                onproblem.emit(None);
            }
        })
    };
    let label = if unit.is_empty() { title.to_string() } else { format!("{title}, {unit}") };
    html! {
        <label>
            <span>{label}</span>
            <input
                ref={field}
                type="number"
                min={range.0.to_string()}
                max={range.1.to_string()}
                step={step.to_string()}
                data-testid={props.testid.clone()}
                {onchange}
                {oninput}
            />
        </label>
    }
}

/// What a field takes.
#[derive(Clone)]
struct Takes {
    title: AttrValue,
    unit: &'static str,
    range: (u64, u64),
    step: u64,
}

impl Takes {
    /// The number that was typed.
    ///
    /// # Errors
    /// A sentence that says what to type.
    fn read(&self, text: &str) -> Result<u64, String> {
        let (least, most) = self.range;
        let fits = |number: &u64| {
            (least..=most).contains(number) && (number - least).is_multiple_of(self.step)
        };
        whole(text).filter(fits).ok_or_else(|| self.refusal(text.trim()))
    }

    fn refusal(&self, text: &str) -> String {
        let Takes { title, unit, range: (least, most), step } = self;
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let steps = if *step == 1 { String::new() } else { format!(" in steps of {step}") };
        // Browsers say nothing of what is no number at all.
        let typed = if text.is_empty() { "what you typed".into() } else { format!("“{text}”") };
        format!(
            "“{title}” takes a whole number from {least} to {most}{unit}{steps}, and {typed} is none. What stood there before stands there again."
        )
    }
}

/// A whole number, also as `1e3`.
fn whole(text: &str) -> Option<u64> {
    let text = text.trim();
    let power = || {
        let number: f64 = text.parse().ok()?;
        let is_exact = number.fract() == 0.0 && (0.0..9e15).contains(&number);
        is_exact.then_some(number as u64)
    };
    text.parse().ok().or_else(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_or_refused_by_name() {
        let takes = Takes { title: "clock".into(), unit: "%", range: (0, 50), step: 5 };
        assert_eq!([takes.read("45"), takes.read(" 1e1 ")], [Ok(45), Ok(10)]);
        for text in ["51", "7", "-5", "2.5", "", "1e99", "NaN"] {
            let refusal = takes.read(text).unwrap_err();
            assert!(
                refusal
                    .starts_with("“clock” takes a whole number from 0 to 50 % in steps of 5, and "),
                "{refusal}"
            );
        }
        assert!(takes.read("51").unwrap_err().contains("“51” is none"));
        let bare = Takes { title: "Nodes".into(), unit: "", range: (1, 9), step: 1 };
        let refusal = bare.read("").unwrap_err();
        assert!(refusal.contains("from 1 to 9, and what you typed is none."), "{refusal}");
    }
}
