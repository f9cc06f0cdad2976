//! What a learner has done. Pure: the browser's storage is in `storage`.

use crate::settings::{CodeSize, Motion, Settings, Theme};
use election_content::{Experiment, Lesson, Question};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use yew::Reducible;

/// How many terms the second step asks to recall.
pub const TERMS_TO_RECALL: usize = 8;

/// Everything that is kept on the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Slugs of the steps that were opened.
    pub opened: BTreeSet<String>,
    /// Slugs of the steps that are done.
    pub done: BTreeSet<String>,
    /// The last answer to each question, and what was predicted of each experiment, as
    /// `experiment/slug`.
    pub answers: BTreeMap<String, Answer>,
    /// Terms that the learner could recall.
    pub recalled: BTreeSet<String>,
    /// Goals of experiments that were reached, as `experiment/number`.
    pub goals: BTreeSet<String>,
    /// The learner's code, by challenge or example; and how a challenge's warm-ups were left, by
    /// challenge and rung, as `challenge/order`.
    pub drafts: BTreeMap<String, String>,
    /// Challenges that were passed.
    pub passed: BTreeSet<String>,
    /// How the page looks and moves.
    pub settings: Settings,
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Index of the option chosen last.
    pub choice: usize,
    /// Whether it is right; false of a prediction, about which only a run can tell.
    pub right: bool,
    /// How many times the question was answered.
    pub tries: u32,
}

/// Something that a learner did.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// Opened a step.
    Opened(String),
    /// Chose an option of a question.
    Answered(String, usize),
    /// Predicted what an experiment will measure.
    Predicted(String, usize),
    /// Recalled a term, or did not.
    Recalled(String, bool),
    /// Finished the tour, predictions included.
    Toured,
    /// Changed an example and ran it to its end.
    RanChanged(String),
    /// Reached a goal of an experiment.
    ReachedGoal(String),
    /// Wrote code.
    Drafted(String, String),
    /// Passed a challenge.
    Passed(String),
    /// Set the theme.
    Theme(Theme),
    /// Set the motion.
    Motion(Motion),
    /// Set the size of code.
    CodeSize(CodeSize),
}

/// What the workshop tells the page: a kind, a name and a text.
impl Done {
    /// The three strings; nothing for what is done outside the workshop.
    pub fn into_words(self) -> Option<[String; 3]> {
        let (kind, name, text) = match self {
            Done::Toured => ("toured", String::new(), String::new()),
            Done::RanChanged(slug) => ("ran", slug, String::new()),
            Done::ReachedGoal(goal) => ("reached", goal, String::new()),
            Done::Predicted(slug, choice) => ("predicted", slug, choice.to_string()),
            Done::Drafted(slug, source) => ("drafted", slug, source),
            Done::Passed(slug) => ("passed", slug, String::new()),
            Done::CodeSize(size) => ("code-size", size.name().to_owned(), String::new()),
            _ => return None,
        };
        Some([kind.to_owned(), name, text])
    }

    /// What the three strings mean; nothing if nobody says so.
    pub fn from_words([kind, name, text]: [String; 3]) -> Option<Done> {
        Some(match kind.as_str() {
            "toured" => Done::Toured,
            "ran" => Done::RanChanged(name),
            "reached" => Done::ReachedGoal(name),
            "predicted" => Done::Predicted(name, text.parse().ok()?),
            "drafted" => Done::Drafted(name, text),
            "passed" => Done::Passed(name),
            "code-size" => Done::CodeSize(CodeSize::named(&name)?),
            _ => return None,
        })
    }
}

/// Where a learner stands in the whole lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No step was opened.
    NotStarted,
    /// Some were.
    InProgress,
    /// All are done.
    Completed,
}

impl Progress {
    /// Where the learner stands.
    pub fn status(&self, course: &Lesson) -> Status {
        if self.steps_done(course) == course.steps.len() {
            Status::Completed
        } else if self.opened.is_empty() && self.done.is_empty() {
            Status::NotStarted
        } else {
            Status::InProgress
        }
    }

    /// How many of the steps are done.
    pub fn steps_done(&self, course: &Lesson) -> usize {
        course.steps.iter().filter(|step| self.done.contains(&step.slug)).count()
    }

    /// Whether the last answer to a question was right.
    pub fn is_right(&self, question: &str) -> bool {
        self.answers.get(question).is_some_and(|answer| answer.right)
    }

    /// Which option was predicted of an experiment. The course may have changed since, so that
    /// there need not be one of this number.
    pub fn predicted(&self, experiment: &str) -> Option<usize> {
        self.answers.get(&prediction(experiment)).map(|answer| answer.choice)
    }

    /// Whether a goal was reached.
    pub fn reached(&self, experiment: &Experiment, goal: usize) -> bool {
        self.goals.contains(&experiment.goal_id(goal))
    }

    /// This progress after something was done.
    pub fn after(&self, done: Done, course: &Lesson) -> Progress {
        let mut next = self.clone();
        match done {
            Done::Opened(slug) => {
                next.opened.insert(slug);
            }
            Done::Answered(id, choice) => next.answer(id, choice, course),
            Done::Predicted(slug, choice) => next.keep(prediction(&slug), choice, false),
            Done::Recalled(id, true) => {
                next.recalled.insert(id);
            }
            Done::Recalled(id, false) => {
                next.recalled.remove(&id);
            }
            Done::Toured => next.finish("visual-model"),
            Done::RanChanged(_) => next.finish("code-example"),
            Done::ReachedGoal(id) => {
                next.goals.insert(id);
            }
            Done::Drafted(slug, source) => {
                next.drafts.insert(slug, source);
            }
            Done::Passed(slug) => {
                next.passed.insert(slug);
            }
            Done::Theme(theme) => next.settings.theme = theme,
            Done::Motion(motion) => next.settings.motion = motion,
            Done::CodeSize(size) => next.settings.code = size,
        }
        next.finish_what_is_done(course);
        next
    }

    /// This progress together with what another tab has kept since this one kept `before`. Where
    /// both have something to say of the same question or draft, this one is right if it has
    /// changed it.
    pub fn joined_with(&self, other: Progress, before: &Progress) -> Progress {
        let mut joined = other;
        joined.opened.extend(self.opened.iter().cloned());
        joined.done.extend(self.done.iter().cloned());
        joined.recalled.extend(self.recalled.iter().cloned());
        joined.goals.extend(self.goals.iter().cloned());
        joined.passed.extend(self.passed.iter().cloned());
        let answers = self.answers.iter().filter(|(id, now)| before.answers.get(*id) != Some(*now));
        joined.answers.extend(answers.map(|(id, answer)| (id.clone(), *answer)));
        let drafts = self.drafts.iter().filter(|(id, now)| before.drafts.get(*id) != Some(*now));
        joined.drafts.extend(drafts.map(|(id, text)| (id.clone(), text.clone())));
        if self.settings != before.settings {
            joined.settings = self.settings;
        }
        joined
    }

    fn answer(&mut self, id: String, choice: usize, course: &Lesson) {
        let Some(question) = question(course, &id) else { return };
        let right = question.options.get(choice).is_some_and(|option| option.right);
        self.keep(id, choice, right);
    }

    fn keep(&mut self, id: String, choice: usize, right: bool) {
        let tries = self.answers.get(&id).map_or(0, |answer| answer.tries) + 1;
        self.answers.insert(id, Answer { choice, right, tries });
    }

    fn finish(&mut self, slug: &str) {
        self.done.insert(slug.to_owned());
    }

    /// Steps that are done as soon as everything in them is. Once done, a step stays done.
    fn finish_what_is_done(&mut self, course: &Lesson) {
        let checks_right = |step: &election_content::Step| {
            let mut checks = step.checks().peekable();
            checks.peek().is_some() && checks.all(|id| self.is_right(id))
        };
        let mut finished: Vec<String> = course
            .steps
            .iter()
            .filter(|step| checks_right(step))
            .filter(|step| step.slug != "terms" || self.recalled.len() >= TERMS_TO_RECALL)
            .map(|step| step.slug.clone())
            .collect();
        if !course.quiz.is_empty() && quiz(course).all(|question| self.is_right(&question.id)) {
            finished.push("quiz".to_owned());
        }
        if course.goals.iter().all(|goal| self.goals.contains(goal)) {
            finished.push("experiment".to_owned());
        }
        if self.passed.contains("validate-operation") {
            finished.push("challenge".to_owned());
        }
        self.done.extend(finished);
    }
}

/// Where the answers hold what was predicted of an experiment.
fn prediction(experiment: &str) -> String {
    format!("experiment/{experiment}")
}

/// The questions of the quiz, without those asked inside the steps.
pub fn quiz(course: &Lesson) -> impl Iterator<Item = &Question> {
    course.quiz.iter().filter(|question| !question.inline)
}

/// A question of the quiz or of a step.
pub fn question<'a>(course: &'a Lesson, id: &str) -> Option<&'a Question> {
    course.quiz.iter().find(|question| question.id == id)
}

impl Reducible for Progress {
    type Action = Done;

    fn reduce(self: Rc<Self>, done: Done) -> Rc<Self> {
        Rc::new(self.after(done, &crate::course::lesson()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::lesson;

    #[test]
    fn a_step_counts_when_its_question_was_answered_right_and_stays_done() {
        let course = lesson();
        let id = course.steps[0].checks().next().unwrap().to_owned();
        let options = &question(&course, &id).unwrap().options;
        let right = options.iter().position(|option| option.right).unwrap();
        let wrong = options.iter().position(|option| !option.right).unwrap();
        let start = Progress::default();
        assert_eq!(start.status(&course), Status::NotStarted);
        let tried = start.after(Done::Answered(id.clone(), wrong), &course);
        assert_eq!(tried.steps_done(&course), 0);
        let solved = tried.after(Done::Answered(id.clone(), right), &course);
        assert_eq!(solved.steps_done(&course), 1);
        assert_eq!(solved.answers[&id].tries, 2);
        let doubted = solved.after(Done::Answered(id, wrong), &course);
        assert_eq!(doubted.steps_done(&course), 1);
        assert_eq!(doubted.status(&course), Status::InProgress);
    }

    #[test]
    fn two_tabs_lose_nothing_of_each_other() {
        let course = lesson();
        let start = Progress::default();
        let here = start.after(Done::Passed("validate-operation".into()), &course);
        let there = start.after(Done::Drafted("cluster".into(), "let a;".into()), &course);
        let joined = here.joined_with(there.clone(), &start);
        assert!(joined.done.contains("challenge"));
        assert_eq!(joined.drafts["cluster"], "let a;");

        // Both had the draft; only one of them goes on with it.
        let further = there.after(Done::Drafted("cluster".into(), "let a = 1;".into()), &course);
        let elsewhere = there.after(Done::Theme(Theme::Night), &course);
        let joined = elsewhere.joined_with(further.clone(), &there);
        assert_eq!(
            (&*joined.drafts["cluster"], joined.settings.theme),
            ("let a = 1;", Theme::Night)
        );
        let joined = further.joined_with(elsewhere, &there);
        assert_eq!(
            (&*joined.drafts["cluster"], joined.settings.theme),
            ("let a = 1;", Theme::Night)
        );
    }

    #[test]
    fn a_prediction_is_kept_and_is_no_answer_of_the_course() {
        let course = lesson();
        let kept = Progress::default().after(Done::Predicted("failover".into(), 2), &course);
        assert_eq!((kept.predicted("failover"), kept.predicted("messages")), (Some(2), None));
        assert_eq!(kept.steps_done(&course), 0);
        let other = Progress::default().after(Done::Predicted("failover".into(), 0), &course);
        let before = Progress::default();
        assert_eq!(kept.joined_with(other, &before).predicted("failover"), Some(2));
    }

    #[test]
    fn what_the_workshop_says_arrives() {
        let all = [
            Done::Toured,
            Done::RanChanged("a".into()),
            Done::ReachedGoal("a/0".into()),
            Done::Predicted("a".into(), 2),
            Done::Drafted("a".into(), "let b;".into()),
            Done::Passed("a".into()),
            Done::CodeSize(CodeSize::Large),
        ];
        for done in all {
            let words = done.clone().into_words().unwrap();
            assert_eq!(Done::from_words(words), Some(done));
        }
        assert_eq!(Done::Theme(Theme::Night).into_words(), None);
    }

    #[test]
    fn opening_a_step_does_not_finish_it() {
        let course = lesson();
        let mut progress = Progress::default();
        for step in &course.steps {
            progress = progress.after(Done::Opened(step.slug.clone()), &course);
        }
        assert_eq!(progress.steps_done(&course), 0);
    }

    #[test]
    fn the_quiz_counts_only_when_every_question_is_right() {
        let course = lesson();
        let ids: Vec<_> = quiz(&course).map(|question| question.id.clone()).collect();
        let mut progress = Progress::default();
        for id in &ids {
            assert!(!progress.done.contains("quiz"));
            let options = &question(&course, id).unwrap().options;
            let right = options.iter().position(|option| option.right).unwrap();
            progress = progress.after(Done::Answered(id.clone(), right), &course);
        }
        assert!(progress.done.contains("quiz"));
    }

    #[test]
    fn the_experiments_count_when_every_goal_is_reached() {
        let course = lesson();
        let mut progress = Progress::default();
        for goal in &course.goals {
            assert!(!progress.done.contains("experiment"));
            progress = progress.after(Done::ReachedGoal(goal.clone()), &course);
        }
        assert!(progress.done.contains("experiment"));
    }

    #[test]
    fn terms_need_both_the_cards_and_the_question() {
        let course = lesson();
        let mut progress = Progress::default();
        for term in course.glossary.iter().take(TERMS_TO_RECALL) {
            progress = progress.after(Done::Recalled(term.id.clone(), true), &course);
        }
        assert!(!progress.done.contains("terms"));
        let step = course.steps.iter().find(|step| step.slug == "terms").unwrap();
        for id in step.checks() {
            let options = &question(&course, id).unwrap().options;
            let right = options.iter().position(|option| option.right).unwrap();
            progress = progress.after(Done::Answered(id.to_owned(), right), &course);
        }
        assert!(progress.done.contains("terms"));
    }
}
