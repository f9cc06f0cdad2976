//! `validateOperation(currentToken, operation)`: `true` only for the very token that is current.

use serde_json::{Value, json};

use super::{Drawn, Random, Rule};

pub(super) const RULE: Rule = Rule { name: "validate-operation", draw, expected };

/// From a number to play with: a name, the current token, an operation.
type Kind = fn(&mut Random, u64) -> (&'static str, Value, Value);

/// Each kind in turn, so that every run meets all of them.
const KINDS: [Kind; 11] = [
    |random, n| ("the current token", json!(n), operation(random, json!(n))),
    |random, n| {
        let older = n - 1 - random.below(n as usize) as u64;
        ("an older token", json!(n), operation(random, json!(older)))
    },
    |random, n| {
        let newer = n + 1 + random.below(20) as u64;
        ("a token from the future", json!(n), operation(random, json!(newer)))
    },
    |random, n| ("the token as text", json!(n), operation(random, json!(n.to_string()))),
    |random, n| {
        let mut operation = operation(random, Value::Null);
        operation.as_object_mut().expect("an object was drawn").remove("token");
        ("no token at all", json!(n), operation)
    },
    |_, n| ("no operation", json!(n), Value::Null),
    |random, n| {
        let between = json!(n as f64 - 0.5);
        ("half a token less", json!(n), operation(random, between))
    },
    |random, n| ("a list with the token", json!(n), operation(random, json!([n]))),
    |random, _| ("token 0 when 0 is current", json!(0), operation(random, json!(0))),
    |random, _| ("true when token 1 is current", json!(1), operation(random, json!(true))),
    |random, n| {
        let large = 9_007_199_254_740_000 + n;
        ("a very large current token", json!(large), operation(random, json!(large)))
    },
];

fn draw(random: &mut Random, index: usize) -> Drawn {
    let current = 2 + random.below(900) as u64;
    let (name, current, operation) = KINDS[index % KINDS.len()](random, current);
    Drawn { name: name.into(), arguments: vec![current, operation] }
}

fn operation(random: &mut Random, token: Value) -> Value {
    let action = random.pick(&["write", "read", "delete", "append", "charge the card"]);
    json!({ "token": token, "action": action })
}

fn expected(arguments: &[Value]) -> Value {
    let [current, operation] = arguments else {
        panic!("validateOperation takes two arguments");
    };
    let token = operation["token"].as_f64();
    json!(token.is_some() && token == current.as_f64())
}
