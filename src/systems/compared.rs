//! The table that compares all rows: words of the course, and figures that the tests measure.

use election_content::{Measured, Spread, SystemRow};
use election_engine::protocols::registry::Info;
use yew::prelude::*;

/// The rows side by side.
pub fn table(rows: &[(&Info, &SystemRow)]) -> Html {
    html! {
        <div class="compared">
            <h2 id="compared">{"Side by side"}</h2>
            <p>{"The figures are measured: each algorithm with its default settings and its default number of nodes, its leader crashed at a random instant, in many runs. The middle run first, then the shortest and the longest. Messages are all that the nodes sent to one another from the crash until the next leader led, heartbeats included: where the wait is long, most of them are heartbeats, and not the price of the election."}</p>
            <div class="table-scroll" tabindex="0" role="region" aria-labelledby="compared">
                <table data-testid="compared">
                    <thead><tr>
                        <th scope="col">{"Algorithm"}</th>
                        <th scope="col">{"How it notices"}</th>
                        <th scope="col">{"Noticed after"}</th>
                        <th scope="col">{"New leader after"}</th>
                        <th scope="col">{"Messages until then"}</th>
                        <th scope="col">{"Needs a majority?"}</th>
                        <th scope="col">{"Token"}</th>
                        <th scope="col">{"Who fences?"}</th>
                    </tr></thead>
                    <tbody>{ for rows.iter().map(|(info, row)| line(info, row)) }</tbody>
                </table>
            </div>
        </div>
    }
}

/// The figures of one row in a sentence.
pub fn sentence(measured: &Measured) -> String {
    let Measured { runs, noticed_ms, led_ms, .. } = measured;
    format!(
        "In {runs} runs with the default settings somebody noticed the leader's crash after {} s, and the next one led after {} s: the middle of {} to {} s.",
        seconds(noticed_ms.median),
        seconds(led_ms.median),
        seconds(led_ms.least),
        seconds(led_ms.most),
    )
}

fn line(info: &Info, row: &SystemRow) -> Html {
    let words = &row.compared;
    let times = |of: fn(&Measured) -> Spread| {
        row.measured
            .as_ref()
            .map_or_else(|| html! { <td>{"–"}</td> }, |measured| time(of(measured)))
    };
    html! {
        <tr key={info.name}>
            <th scope="row"><a href={format!("#/systems/{}", info.name)}>{info.title}</a></th>
            <td>{words.detects.clone()}</td>
            {times(|measured| measured.noticed_ms)}
            {times(|measured| measured.led_ms)}
            <td>{ row.measured.as_ref().map_or("–".to_owned(), |measured| measured.messages.median.to_string()) }</td>
            <td>{words.majority.clone()}</td>
            <td>{words.token.clone()}</td>
            <td>{words.fences.clone()}</td>
        </tr>
    }
}

fn time(spread: Spread) -> Html {
    let Spread { least, median, most } = spread;
    html! {
        <td><b>{seconds(median)}</b>{" s "}<small>{format!("{}–{} s", seconds(least), seconds(most))}</small></td>
    }
}

/// Milliseconds as seconds, with as many digits as matter.
fn seconds(ms: u64) -> String {
    let digits = match ms {
        0..1_000 => 2,
        1_000..100_000 => 1,
        _ => 0,
    };
    format!("{:.digits$}", ms as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn short_times_have_more_digits() {
        assert_eq!(seconds(190), "0.19");
        assert_eq!(seconds(15_040), "15.0");
        assert_eq!(seconds(120_400), "120");
    }
}
