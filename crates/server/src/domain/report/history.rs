//! Reports that an older system had reviewed, and that are taken over from it.

use super::check::Scene;
use super::content::ReportContent;
use super::review::{Accepted, Actor};
use super::{Report, ReportState};
use crate::domain::review_level::ReviewLevel;
use crate::error::Error;

/// Where reports are taken over from.
#[derive(Clone, Debug)]
pub struct Takeover {
    /// The highest level that had accepted them.
    pub level: ReviewLevel,
    /// What is kept with acceptances and corrections.
    pub reason: String,
}

impl Report {
    /// Whether a level, and all below it, have accepted just this.
    #[must_use]
    pub fn has_taken_over(&self, content: &ReportContent, level: ReviewLevel) -> bool {
        let Some(latest) = self.latest().filter(|latest| latest.content == *content) else {
            return false;
        };
        let accepted = self.accepted_level();
        latest
            .attributes
            .reviewers
            .iter()
            .all(|one| one.level > level || Some(one.level) <= accepted)
    }

    /// Submits what an older system had, without asking for what is unusual, and
    /// lets all levels accept it that had. Where it says something else than what
    /// was submitted here, it is a correction.
    ///
    /// # Errors
    /// [`Error::Transition`] where somebody is mending or correcting it;
    /// [`Error::PeriodClosed`].
    pub fn take_over(
        &mut self,
        by: &Actor<'_>,
        scene: &Scene,
        content: ReportContent,
        from: &Takeover,
    ) -> Result<(), Error> {
        let told = self.latest().map(|latest| &latest.content);
        let is_open = matches!(self.state, ReportState::Draft | ReportState::Returned);
        if is_open && told.is_some() {
            let needed = "somebody is mending or correcting it: it must be submitted first";
            return Err(self.forbidden(by.name, "be taken over", needed));
        }
        if told != Some(&content) {
            if !is_open {
                self.correct(by, from.reason.clone())?;
            }
            scene.permit(None)?;
            self.content = content;
            self.send(by, scene);
        }
        while let Some(next) = self.awaiting().filter(|next| next.level <= from.level) {
            let level = next.level;
            scene.permit(Some(level))?;
            let said = Accepted { comment: from.reason.clone(), delegation: None };
            self.accept(by, level, said, scene)?;
        }
        Ok(())
    }
}
