//! What Markdown becomes.

use crate::fixture::{Edit, compile_edited};
use election_content::{Block, BuiltHtml, Widget};

/// The body of a step that holds `markdown`.
fn body(markdown: &str) -> Vec<Block> {
    let step = "course/steps/8-real-world.md";
    let edit = Edit::Replace(step, "Back to [why](step:why).", markdown);
    let course = compile_edited(Some(&edit)).expect("the Markdown is right");
    course.lesson.steps[7].body.clone()
}

fn html(markdown: &str) -> String {
    match body(markdown).as_slice() {
        [Block::Html(BuiltHtml(html))] => html.trim().to_owned(),
        other => panic!("one stretch of HTML, not {other:?}"),
    }
}

#[test]
fn links_become_popovers_routes_and_careful_anchors() {
    let cases = [
        (
            "[The leader](term:leader)",
            "<p><button type=\"button\" class=\"term\" popovertarget=\"term-leader\">The leader</button></p>",
        ),
        ("[§1](source:paper)", "<p><a class=\"source\" href=\"#/sources/paper\">§1</a></p>"),
        ("[*why*](step:why)", "<p><a href=\"#/step/why\"><em>why</em></a></p>"),
        (
            "[a](https://example.org/?a=1&b=\"2\")",
            "<p><a href=\"https://example.org/?a=1&amp;b=%222%22\" rel=\"noreferrer\" target=\"_blank\">a</a></p>",
        ),
    ];
    for (markdown, expected) in cases {
        assert_eq!(html(markdown), expected);
    }
}

#[test]
fn headings_begin_below_those_of_the_page() {
    assert_eq!(html("## A\n\n### B"), "<h2>A</h2>\n<h3>B</h3>");
}

#[test]
fn text_and_code_are_escaped() {
    assert_eq!(html("1 < 2 & 3"), "<p>1 &lt; 2 &amp; 3</p>");
    assert_eq!(
        html("```js\nif (a < b) {{ f(\"<b>\") }}\n```"),
        "<pre tabindex=\"0\"><code class=\"language-js\">\
         if (a &lt; b) {{ f(\"&lt;b&gt;\") }}\n</code></pre>"
    );
}

#[test]
fn a_table_scrolls_in_a_frame_named_by_its_columns() {
    let table = html("| Who | `n` |\n|---|---|\n| a | 1 |");
    assert!(
        table.starts_with(
            "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: Who, n\"><table>"
        ),
        "{table}"
    );
    assert!(table.ends_with("</table>\n</div>"), "{table}");
}

#[test]
fn widgets_split_the_prose() {
    let prose = |text: &str| Block::Html(BuiltHtml(format!("<p>{text}</p>\n")));
    assert_eq!(
        body("A.\n\n{{tour round}}\n{{quiz}}\n\nB."),
        [
            prose("A."),
            Block::Widget { kind: Widget::Tour, argument: "round".to_owned() },
            Block::Widget { kind: Widget::Quiz, argument: String::new() },
            prose("B."),
        ]
    );
}

#[test]
fn captions_are_inline_and_explanations_are_blocks() {
    let course = compile_edited(None).expect("the fixture is right");
    assert_eq!(course.workshop.tours[0].beats[0].caption.0, "Node 4 stops.");
    assert_eq!(course.lesson.quiz[0].options[1].explanation.0, "<p>No:</p>\n<p>one.</p>\n");
    assert_eq!(course.workshop.examples[0].source, "console.log(1);\n");
}

#[test]
fn hints_are_told_apart_whatever_ends_a_line() {
    for hints in [
        "Compare.\n---\nUse it.\n---\nUse `===`.\n",
        "Compare.\r\n---\r\nUse it.\r\n---\r\nUse `===`.\r\n",
    ] {
        let edit = Edit::Write("challenges/same/hints.md", hints);
        let course = compile_edited(Some(&edit)).expect("the hints are right");
        let html: Vec<&str> =
            course.workshop.challenges[0].hints.iter().map(|hint| hint.0.trim()).collect();
        assert_eq!(html, ["<p>Compare.</p>", "<p>Use it.</p>", "<p>Use <code>===</code>.</p>"]);
    }
}
