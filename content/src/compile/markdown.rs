//! Markdown to HTML, with our link schemes and nothing that a browser could be tricked by.

use std::mem;
use std::ops::Range;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};
use pulldown_cmark_escape::{escape_href, escape_html};

use super::names::{Kind, Place};
use super::passage::Passage;
use super::reader::Reader;
use super::widgets;
use crate::{Block, BuiltHtml};

/// Renders any number of paragraphs, lists, tables…
pub(super) fn blocks(reader: &mut Reader, passage: Passage<'_>) -> BuiltHtml {
    let mut renderer = Renderer::new(reader, passage);
    renderer.run();
    BuiltHtml(renderer.html())
}

/// Renders one paragraph, without the `<p>` around it.
pub(super) fn inline(reader: &mut Reader, passage: Passage<'_>) -> BuiltHtml {
    let mut renderer = Renderer::new(reader, passage);
    renderer.run();
    renderer.unwrap_paragraph();
    BuiltHtml(renderer.html())
}

/// Renders one paragraph that will stand inside a control, where a link could not be followed.
pub(super) fn label(reader: &mut Reader, passage: Passage<'_>) -> BuiltHtml {
    let mut renderer = Renderer::new(reader, passage);
    renderer.links_allowed = false;
    renderer.run();
    renderer.unwrap_paragraph();
    BuiltHtml(renderer.html())
}

/// Renders a step: prose with widgets between its paragraphs.
pub(super) fn with_widgets(reader: &mut Reader, passage: Passage<'_>) -> Vec<Block> {
    let mut renderer = Renderer::new(reader, passage);
    renderer.widgets_allowed = true;
    renderer.run();
    renderer.cut();
    renderer.blocks
}

struct Renderer<'a, 'r> {
    reader: &'r mut Reader,
    passage: Passage<'a>,
    /// What was rendered since the last widget.
    events: Vec<Event<'a>>,
    blocks: Vec<Block>,
    links_allowed: bool,
    widgets_allowed: bool,
    /// Inside a code block, where braces are just braces.
    in_code: bool,
    /// What ends the link that is being read.
    link_closing: &'static str,
    /// Where `events` holds the opening of the table that is being read.
    table: Option<usize>,
    /// The heads of its columns, while they are being read.
    table_head: Option<Vec<String>>,
}

impl<'a, 'r> Renderer<'a, 'r> {
    fn new(reader: &'r mut Reader, passage: Passage<'a>) -> Self {
        Renderer {
            reader,
            passage,
            events: Vec::new(),
            blocks: Vec::new(),
            links_allowed: true,
            widgets_allowed: false,
            in_code: false,
            link_closing: "",
            table: None,
            table_head: None,
        }
    }

    fn run(&mut self) {
        if self.passage.text.trim().is_empty() {
            self.problem(0, "this text is empty; write a sentence");
        }
        let parser = Parser::new_ext(self.passage.text, Options::ENABLE_TABLES);
        let mut events = parser.into_offset_iter();
        while let Some((event, range)) = events.next() {
            if event == Event::Start(Tag::Paragraph) && self.widgets(&range) {
                events
                    .by_ref()
                    .take_while(|(event, _)| *event != Event::End(TagEnd::Paragraph))
                    .for_each(drop);
            } else {
                self.event(event, &range);
            }
        }
    }

    fn event(&mut self, event: Event<'a>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            // The block that it is part of was refused already.
            Event::Html(_) => {}
            Event::InlineHtml(_) => self.refuse_html(range),
            Event::Text(text) => {
                if !self.in_code && text.contains("{{") {
                    self.problem(
                        range.start,
                        "put {{…}} alone between empty lines, in the text of a step",
                    );
                }
                self.name_column(&text);
                self.events.push(Event::Text(text));
            }
            Event::Code(text) => {
                self.name_column(&text);
                self.events.push(Event::Code(text));
            }
            event => self.events.push(event),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: &Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                let level = self.heading(level, range);
                self.raw(format!("<{level}>"));
            }
            Tag::Link { dest_url, .. } => {
                let opening = self.link(&dest_url, range);
                self.raw(opening);
            }
            Tag::HtmlBlock => self.refuse_html(range),
            Tag::Image { .. } => self.problem(
                range.start,
                "pictures are not allowed here; say it in words or place a {{tour …}}",
            ),
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                self.raw(code_opening(&kind));
            }
            Tag::Table(alignments) => {
                self.table = Some(self.events.len());
                self.raw(String::new());
                self.events.push(Event::Start(Tag::Table(alignments)));
            }
            Tag::TableHead => {
                self.table_head = Some(Vec::new());
                self.events.push(Event::Start(Tag::TableHead));
            }
            Tag::TableCell => {
                if let Some(head) = &mut self.table_head {
                    head.push(String::new());
                }
                self.events.push(Event::Start(Tag::TableCell));
            }
            tag => self.events.push(Event::Start(tag)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.raw(format!("</{}>\n", lower(level))),
            TagEnd::Link => self.raw(self.link_closing.to_owned()),
            TagEnd::Image | TagEnd::HtmlBlock => {}
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.raw("</code></pre>\n".to_owned());
            }
            TagEnd::TableHead => {
                self.events.push(Event::End(TagEnd::TableHead));
                self.name_table();
            }
            TagEnd::Table => {
                self.events.push(Event::End(TagEnd::Table));
                self.raw("</div>\n".to_owned());
            }
            tag => self.events.push(Event::End(tag)),
        }
    }

    fn refuse_html(&mut self, range: &Range<usize>) {
        self.problem(
            range.start,
            "HTML is not allowed here; write Markdown, or put code between backticks",
        );
    }

    fn name_column(&mut self, text: &str) {
        if let Some(name) = self.table_head.as_mut().and_then(|head| head.last_mut()) {
            name.push_str(text);
        }
    }

    /// A wide table scrolls within its own frame. The frame is a landmark, so it needs a name
    /// of its own: the heads of its columns.
    fn name_table(&mut self) {
        let columns = self.table_head.take().unwrap_or_default().join(", ");
        if let Some(at) = self.table.take() {
            self.events[at] = Event::InlineHtml(CowStr::from(format!(
                "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: {}\">",
                escaped(&columns)
            )));
        }
    }

    /// The page's own headings are the first two levels, so ours begin at the third.
    fn heading(&mut self, level: HeadingLevel, range: &Range<usize>) -> &'static str {
        if !matches!(level, HeadingLevel::H2 | HeadingLevel::H3) {
            self.problem(range.start, "write headings with ## or ###");
        }
        lower(level)
    }

    fn link(&mut self, address: &str, range: &Range<usize>) -> String {
        if !self.links_allowed {
            self.problem(
                range.start,
                "an option cannot hold a link; move the link to its explanation",
            );
        }
        self.link_closing = "</a>";
        let (scheme, id) = address.split_once(':').unwrap_or(("", address));
        let kind = match scheme {
            "https" => return outward(address),
            "term" => Kind::Term,
            "source" => Kind::Source,
            "step" => Kind::Step,
            "system" => Kind::System,
            _ => {
                self.problem(
                    range.start,
                    format!(
                        "the link \"{address}\" is not allowed; use term:, source:, step:, system: or https:"
                    ),
                );
                return String::new();
            }
        };
        let place = self.place(range.start);
        self.reader.mention(kind, id, place);
        let id = escaped(id);
        match kind {
            Kind::Term => {
                self.link_closing = "</button>";
                format!("<button type=\"button\" class=\"term\" popovertarget=\"term-{id}\">")
            }
            Kind::Source => format!("<a class=\"source\" href=\"#/sources/{id}\">"),
            Kind::System => format!("<a href=\"#/systems/{id}\">"),
            _ => format!("<a href=\"#/step/{id}\">"),
        }
    }

    /// Reads a paragraph as widgets, if each of its lines is one.
    fn widgets(&mut self, range: &Range<usize>) -> bool {
        let text = self.passage.text;
        let paragraph = text[range.clone()].trim_end();
        if !self.widgets_allowed || !paragraph.lines().all(widgets::is_widget) {
            return false;
        }
        self.cut();
        let mut offset = range.start;
        for line in paragraph.split_inclusive('\n') {
            match widgets::parse(line) {
                Ok((block, names)) => {
                    if let (Some(kind), Block::Widget { argument, .. }) = (names, &block) {
                        let place = self.place(offset);
                        self.reader.mention(kind, argument, place);
                    }
                    self.blocks.push(block);
                }
                Err(message) => self.problem(offset, message),
            }
            offset += line.len();
        }
        true
    }

    /// Ends the current stretch of HTML.
    fn cut(&mut self) {
        if !self.events.is_empty() {
            let html = self.html();
            self.blocks.push(Block::Html(BuiltHtml(html)));
        }
    }

    fn unwrap_paragraph(&mut self) {
        let starts = |event: &&Event| **event == Event::Start(Tag::Paragraph);
        let whole = self.events.first().as_ref().is_some_and(starts)
            && self.events.last() == Some(&Event::End(TagEnd::Paragraph));
        if whole && self.events.iter().filter(starts).count() == 1 {
            self.events.remove(0);
            self.events.pop();
        } else if !self.events.is_empty() {
            self.problem(
                0,
                "write one paragraph here, without headings, lists or tables; \
 a number and a dot at the start make a list",
            );
        }
    }

    fn html(&mut self) -> String {
        let mut out = String::new();
        html::push_html(&mut out, mem::take(&mut self.events).into_iter());
        out
    }

    fn raw(&mut self, html: String) {
        self.events.push(Event::InlineHtml(html.into()));
    }

    fn place(&self, offset: usize) -> Place {
        Place { file: self.passage.file.to_owned(), line: self.passage.line_at(offset) }
    }

    fn problem(&mut self, offset: usize, message: impl Into<String>) {
        let place = self.place(offset);
        self.reader.problem(place, message);
    }
}

fn lower(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => "h2",
        _ => "h3",
    }
}

/// A block of code can be wider than the page, so the keyboard must be able to scroll it.
fn code_opening(kind: &CodeBlockKind) -> String {
    match kind {
        CodeBlockKind::Fenced(language) if !language.is_empty() => {
            format!("<pre tabindex=\"0\"><code class=\"language-{}\">", escaped(language))
        }
        _ => "<pre tabindex=\"0\"><code>".to_owned(),
    }
}

fn outward(address: &str) -> String {
    let mut href = String::new();
    escape_href(&mut href, address).expect("a string takes everything");
    format!("<a href=\"{href}\" rel=\"noreferrer\" target=\"_blank\">")
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape_html(&mut out, text).expect("a string takes everything");
    out
}
