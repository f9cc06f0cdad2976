//! What the address of an experiment says: how its dials are set, and how many trials there are.

use super::dials::MOST_TRIALS;
use election_engine::experiments::Plan;

/// What the page's address asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The dials.
    pub plan: Plan,
    /// How many trials at each place.
    pub trials: u64,
    /// What of it cannot be, in a sentence; that stands as it is at first.
    pub problem: Option<String>,
}

/// What a hash asks of an experiment; nothing if it leads elsewhere.
pub fn asked(slug: &str, hash: &str) -> Option<Asked> {
    let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
    let path = path.trim_start_matches('#').trim_matches('/');
    if path != format!("experiments/{slug}") {
        return None;
    }
    let mut asked = first(slug);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let wrong: Vec<String> = pairs.filter_map(|pair| set(&mut asked, pair).err()).collect();
    if !wrong.is_empty() {
        let wrong = wrong.join("; ");
        asked.problem = Some(format!(
            "This page's address asks for what cannot be: {wrong}. That stands as it is at first."
        ));
    }
    Some(asked)
}

/// An experiment as it is at first.
pub fn first(slug: &str) -> Asked {
    let plan = Plan::new(slug).expect("the build gives words to experiments that exist");
    let trials = plan.experiment().trials.page;
    Asked { plan, trials, problem: None }
}

/// Sets what one part of an address says.
fn set(asked: &mut Asked, pair: &str) -> Result<(), String> {
    let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
    let value: u64 =
        text.parse().map_err(|_| format!("\"{name}\" is \"{text}\", which is no whole number"))?;
    match (name, value) {
        ("trials", 1..=MOST_TRIALS) => asked.trials = value,
        ("trials", _) => {
            return Err(format!("\"trials\" is {value}: expected 1 to {MOST_TRIALS}"));
        }
        _ => asked.plan.set(name, value).map_err(|why| why.trim_end_matches('.').to_owned())?,
    }
    Ok(())
}

/// The address of an experiment that is set like this.
pub fn link(plan: &Plan, trials: u64) -> String {
    let slug = plan.experiment().slug;
    let trials = Some(("trials", trials)).filter(|_| trials != plan.experiment().trials.page);
    let parts: Vec<String> =
        turned(plan).chain(trials).map(|(name, value)| format!("{name}={value}")).collect();
    let query = if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) };
    format!("#/experiments/{slug}{query}")
}

/// The same without a browser.
pub fn sweep(plan: &Plan, trials: u64) -> String {
    let dials: String =
        turned(plan).map(|(field, value)| format!(" --dial {field}={value}")).collect();
    format!("cargo xtask sweep {}{dials} --trials {trials} --out part.json", plan.experiment().slug)
}

/// The dials that are not as they are at first.
fn turned(plan: &Plan) -> impl Iterator<Item = (&'static str, u64)> + '_ {
    let dials = plan.experiment().dials.iter();
    dials
        .map(|dial| (dial.field, plan.get(dial.field), dial.default))
        .filter(|(_, value, default)| value != default)
        .map(|(field, value, _)| (field, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(hash: &str) -> Asked {
        asked("failover", hash).unwrap()
    }

    #[test]
    fn an_address_says_all_that_can_be_set() {
        let asked = of("#/experiments/failover?nodes=7&trials=40");
        assert_eq!((asked.plan.get("nodes"), asked.trials, asked.problem), (7, 40, None));
        assert_eq!(link(&asked.plan, 40), "#/experiments/failover?nodes=7&trials=40");
        let bare = of("#/experiments/failover");
        assert_eq!(bare, first("failover"));
        assert_eq!(link(&bare.plan, bare.trials), "#/experiments/failover");
        assert_eq!(super::asked("failover", "#/experiments/messages?nodes=7"), None);
    }

    #[test]
    fn what_cannot_be_is_said_and_the_rest_is_set() {
        let asked = of("#/experiments/failover?nodes=99&trials=0&up&nodes=banana");
        assert_eq!((asked.plan.get("nodes"), asked.trials), (5, 200));
        let problem = asked.problem.unwrap();
        for part in
            ["\"nodes\" is 99: expected 5 to 9", "\"trials\" is 0", "\"up\" is \"\"", "banana"]
        {
            assert!(problem.contains(part), "{problem}");
        }
        let asked = of("#/experiments/failover?knots=4&nodes=6");
        assert_eq!(asked.plan.get("nodes"), 6);
        assert!(asked.problem.unwrap().contains("no dial \"knots\""));
    }
}
