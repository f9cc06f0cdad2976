//! A number that is typed: what the field shows is what is done, or a sentence says what fits.

use super::draft::within;
use crate::words::whole;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a field takes.
#[derive(Debug)]
pub struct Number {
    /// Its name in hooks.
    pub testid: &'static str,
    /// What stands before it.
    pub label: &'static str,
    /// How a sentence about it begins, with its unit.
    pub what: &'static str,
    /// The least and the most that it can be.
    pub range: (i64, i64),
    /// What it holds at first.
    pub first: i64,
}

impl Number {
    /// What a text in the field means.
    ///
    /// # Errors
    /// Sentences that say what fits.
    pub fn read(&self, text: &str) -> Result<i64, String> {
        let (least, most) = self.range;
        match whole(text) {
            Ok(value) => within(self.what, value, least, most),
            Err(sentence) => {
                Err(format!("{sentence} {} can be from {least} to {most}.", self.what))
            }
        }
    }
}

/// A field, and what was typed into it.
pub struct Field {
    /// The field, with a sentence beside it if what it shows does not fit.
    pub html: Html,
    /// The number that it shows, if it fits.
    pub value: Option<i64>,
}

/// A field for a number, which keeps what is typed as it is.
#[hook]
pub fn use_number(number: &'static Number) -> Field {
    let text = use_state_eq(|| number.first.to_string());
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            text.set(input.value());
        })
    };
    let read = number.read(&text);
    let problem = format!("{}-problem", number.testid);
    let (least, most) = number.range;
    let html = html! {
        <>
            <label>{number.label}
                <input
                    type="number"
                    min={least.to_string()}
                    max={most.to_string()}
                    data-testid={number.testid}
                    value={(*text).clone()}
                    aria-invalid={read.is_err().then_some("true")}
                    aria-describedby={read.is_err().then(|| problem.clone())}
                    {oninput}
                />
            </label>
            <span id={problem.clone()} data-testid={problem} aria-live="polite" class={read.is_err().then_some("notice")}>
                { read.as_ref().err().cloned().unwrap_or_default() }
            </span>
        </>
    };
    Field { html, value: read.ok() }
}

#[cfg(test)]
mod tests {
    use super::super::{breaking, mail};

    #[test]
    fn what_does_not_fit_is_refused_with_what_does() {
        for (number, text, says) in [
            (&breaking::SLOWER, "-5", "from 0 to 60000, not -5"),
            (&breaking::LOST, "5000", "from 0 to 1000, not 5000"),
            (
                &breaking::AHEAD,
                "12.5",
                "\"12.5\" is not a whole number. How far ahead, in ms, can be",
            ),
            (&breaking::AHEAD, "1000000000", "from -86400000 to 86400000, not 1000000000"),
            (&breaking::GAINS, "1e5", "\"1e5\" is not a whole number."),
            (&mail::DELAY, "3.5", "from 1 to 600000"),
            (&mail::DELAY, "0", "from 1 to 600000, not 0"),
            (&mail::DELAY, "", "Type a whole number. The delay, in ms, can be from 1 to 600000."),
        ] {
            let sentence = number.read(text).unwrap_err();
            assert!(sentence.contains(says), "{}: {sentence}", number.testid);
        }
    }

    #[test]
    fn what_fits_is_what_the_field_shows() {
        for number in
            [&breaking::AHEAD, &breaking::GAINS, &breaking::SLOWER, &breaking::LOST, &mail::DELAY]
        {
            let (least, most) = number.range;
            for value in [least, number.first, most] {
                assert_eq!(number.read(&value.to_string()), Ok(value), "{}", number.testid);
            }
            assert!(number.read(&(most + 1).to_string()).is_err(), "{}", number.testid);
            assert!(number.read(&(least - 1).to_string()).is_err(), "{}", number.testid);
        }
    }
}
