//! Attendees of a meeting: invitations, answers, who came, and the check-in.

use outlay_proto::v1;
use tonic::Request;

use super::{Meetings, edit, edited};
use crate::domain::instant::Instant;
use crate::domain::kind::Kind;
use crate::domain::meeting::attendance::AttendanceRecord;
use crate::domain::meeting::check_in::{CheckIn, Code, Who};
use crate::domain::meeting::{Attendance, Attendee, AttendeeRole, InvitationAnswer, Meeting};
use crate::error::{Error, Reason, Result, Violations};
use crate::service::convert::{Convert, name, plain, timestamp};
use crate::service::standard::{Reply, Standard, live, reply, target};
use crate::service::{admit, noun::Noun};
use crate::store::Edit;
use crate::store::call::Call;
use crate::store::record::Stored;

const MICROS_PER_MINUTE: i64 = 60_000_000;

pub(super) async fn invite(
    standard: &Standard,
    request: Request<v1::InviteAttendeesRequest>,
) -> Reply<v1::Meeting> {
    standard
        .act(request, |message, old, call, v| {
            edited(old, v, |meeting, name, v| {
                let mut convert = Convert::new(v, call.today);
                let invited = convert.items("attendees", &message.attendees, read);
                if !convert.is_whole() {
                    return Ok(());
                }
                meeting.invite(name, invited, v)
            })
        })
        .await
}

pub(super) async fn answer(
    standard: &Standard,
    request: Request<v1::AnswerInvitationRequest>,
) -> Reply<v1::Meeting> {
    standard
        .act(request, |message, old, call, v| {
            edited(old, v, |meeting, name, v| {
                let mut convert = Convert::new(v, call.today);
                let attendee = convert.plain_id("attendee", &message.attendee);
                let answer = InvitationAnswer::from_number(message.answer);
                match attendee.zip(answer) {
                    Some((id, answer)) => {
                        meeting.answer_invitation(name, &id, answer, &message.note, call.now)
                    }
                    None => Ok(()),
                }
            })
        })
        .await
}

pub(super) async fn record(
    standard: &Standard,
    request: Request<v1::RecordAttendanceRequest>,
) -> Reply<v1::Meeting> {
    standard
        .act(request, |message, old, call, v| {
            edited(old, v, |meeting, name, v| {
                let mut convert = Convert::new(v, call.today);
                let records = convert.items("records", &message.records, read_record);
                if !convert.is_whole() {
                    return Ok(());
                }
                let records = records.into_iter().flatten().collect();
                meeting.record_attendance(name, records, call.now, v)
            })
        })
        .await
}

pub(super) async fn open_check_in(
    standard: &Standard,
    request: Request<v1::OpenCheckInRequest>,
) -> Reply<v1::Meeting> {
    let clock = standard.store.clock();
    let code = Code::of(clock.random_id(), clock.random_id());
    let is_check = request.get_ref().validate_only;
    let mut answer = standard
        .act(request, |message, old, call, v| {
            let minutes = i64::from(message.valid_minutes).saturating_mul(MICROS_PER_MINUTE);
            let expires = Instant::from_micros(call.now.micros().saturating_add(minutes));
            edited(old, v, |meeting, name, v| match expires {
                Ok(expire_time) => meeting.open_check_in(name, &code, call.now, expire_time),
                Err(flaw) => {
                    flaw.add_to("valid_minutes", v);
                    Ok(())
                }
            })
        })
        .await?;
    // A request that is sent again is answered from the history, of another code.
    let meeting = answer.get_ref();
    let made = !is_check && is_of(standard, &meeting.name, meeting.revision, &code).await;
    if let Some(check_in) = answer.get_mut().check_in.as_mut().filter(|_| made) {
        code.as_str().clone_into(&mut check_in.code);
    }
    Ok(answer)
}

/// Whether a version of a meeting has the check-in of a code.
async fn is_of(standard: &Standard, meeting: &str, revision: i64, code: &Code) -> bool {
    let find = async {
        let id = crate::domain::kind::parse_as(Kind::Meeting, meeting)
            .map_err(|flaw| flaw.into_error("name"))?;
        let reader = standard.store.reader().await?;
        let revision = u64::try_from(revision).unwrap_or_default();
        reader.get_at::<Meeting>(&id, revision).await
    };
    let found: Result<Stored<Meeting>> = find.await;
    let check_in = found.ok().and_then(|stored| stored.record.check_in);
    check_in.is_some_and(|check_in| check_in.is_code(code.as_str()))
}

pub(super) async fn close_check_in(
    standard: &Standard,
    request: Request<v1::CloseCheckInRequest>,
) -> Reply<v1::Meeting> {
    standard.act(request, |_, old, _, v| edit(old, v, Meeting::close_check_in)).await
}

pub(super) async fn check_in(
    standard: &Standard,
    request: Request<v1::CheckInRequest>,
) -> Reply<v1::Meeting> {
    reply(try_check_in(standard, request).await)
}

/// A code that is wrong is counted in a commit of its own, and only then
/// refused: whoever is told that it was wrong has used up a try. Where it can't
/// be counted, that is the answer, and nobody learns whether it was right.
async fn try_check_in(
    standard: &Standard,
    request: Request<v1::CheckInRequest>,
) -> Result<v1::Meeting> {
    let (call, mut found, message) = admit::changing(&standard.store, request)?;
    if message.validate_only {
        let text = "can't be: who tried codes without a trace could guess one";
        found.add("validate_only", Reason::FieldContradiction, text);
    }
    let who = read_who(&message, &call, &mut found);
    let (Some(who), Ok(id)) = (who, crate::domain::kind::parse_as(Kind::Meeting, &message.name))
    else {
        return Err(Error::Fields(found));
    };
    crate::error::none_of(found)?;
    let to = target(id.clone(), &message.etag, &Violations::new());
    let checked = standard
        .store
        .change(&call, &to, |old: Option<&Stored<Meeting>>, _, _| {
            let old = live(old)?;
            let mut meeting = old.record.clone();
            meeting.check_in(&old.name(), &message.code, &who, call.now)?;
            standard.fitting::<Meetings>(Edit::Put(meeting), &call)
        })
        .await;
    match checked {
        Ok(stored) => Ok(Meetings::show(&stored, call.today)),
        Err(error @ Error::Refused { reason: Reason::CheckInCodeWrong, .. }) => {
            count(standard, &call, id, &message.code).await?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

async fn count(
    standard: &Standard,
    call: &Call,
    id: crate::domain::id::Id,
    code: &str,
) -> Result<()> {
    // It isn't what was asked for, so it isn't what the request id stands for.
    let call = Call { request_id: None, ..call.clone() };
    let to = target(id, "", &Violations::new());
    let edit = |old: Option<&Stored<Meeting>>, _: &crate::store::Known, _: &mut Violations| {
        let old = live(old)?;
        let mut meeting = old.record.clone();
        let still = meeting.check_code(&old.name(), code, call.now);
        if matches!(still, Err(Error::Refused { reason: Reason::CheckInCodeWrong, .. })) {
            meeting.count_wrong_try();
        }
        Ok(Edit::Put(meeting))
    };
    standard.store.change(&call, &to, edit).await.map(|_| ())
}

/// Who checks in; none where that isn't said clearly.
fn read_who(message: &v1::CheckInRequest, call: &Call, v: &mut Violations) -> Option<Who> {
    let mut convert = Convert::new(v, call.today);
    let attendee = convert.plain_id("attendee", &message.attendee);
    let organisation =
        convert.optional_id("organisation", Kind::Organisation, &message.organisation);
    let named = !message.organisation.is_empty() || !message.display_name.is_empty();
    match (attendee, organisation) {
        (Some(_), _) if named => {
            let text = "is given together with organisation or display_name: give one of the two";
            convert.refuse("attendee", Reason::FieldContradiction, text.to_owned());
            None
        }
        (Some(attendee), _) => Some(Who::Attendee(attendee)),
        (None, Some(organisation)) if !message.display_name.is_empty() => {
            Some(Who::Person(organisation, message.display_name.clone()))
        }
        (None, _) => {
            if message.attendee.is_empty() {
                let text = "is required, or organisation and display_name are";
                convert.refuse("attendee", Reason::FieldRequired, text.to_owned());
            }
            None
        }
    }
}

fn read_record(
    convert: &mut Convert<'_>,
    record: &v1::AttendanceRecord,
) -> Option<AttendanceRecord> {
    let attendee = convert.plain_id("attendee", &record.attendee);
    let attendance = Attendance::from_number(record.attendance);
    Some(AttendanceRecord {
        arrive_time: convert.instant("arrive_time", record.arrive_time.as_ref()),
        leave_time: convert.instant("leave_time", record.leave_time.as_ref()),
        attendee: attendee?,
        attendance: attendance?,
        substitute: record.substitute.clone(),
        substitute_post: record.substitute_post.clone(),
    })
}

pub(super) fn read(convert: &mut Convert<'_>, attendee: &v1::Attendee) -> Attendee {
    let role = AttendeeRole::from_number(attendee.role);
    Attendee {
        id: convert.plain_id("id", &attendee.id),
        display_name: attendee.display_name.clone(),
        organisation: convert.optional_id(
            "organisation",
            Kind::Organisation,
            &attendee.organisation,
        ),
        post: attendee.post.clone(),
        role: convert.required("role", role, AttendeeRole::Attendee),
        invitation_answer: InvitationAnswer::from_number(attendee.invitation_answer),
        attendance: Attendance::from_number(attendee.attendance),
        substitute: attendee.substitute.clone(),
        answer_note: attendee.answer_note.clone(),
        answer_time: None,
        substitute_post: attendee.substitute_post.clone(),
        arrive_time: convert.instant("arrive_time", attendee.arrive_time.as_ref()),
        leave_time: convert.instant("leave_time", attendee.leave_time.as_ref()),
        check_in_time: None,
    }
}

pub(super) fn show(attendee: &Attendee) -> v1::Attendee {
    v1::Attendee {
        id: plain(attendee.id.as_ref()),
        display_name: attendee.display_name.clone(),
        organisation: name(Kind::Organisation, &attendee.organisation),
        post: attendee.post.clone(),
        role: attendee.role.number(),
        invitation_answer: attendee.invitation_answer.map_or(0, InvitationAnswer::number),
        attendance: attendee.attendance.map_or(0, Attendance::number),
        substitute: attendee.substitute.clone(),
        answer_note: attendee.answer_note.clone(),
        answer_time: attendee.answer_time.map(timestamp),
        substitute_post: attendee.substitute_post.clone(),
        arrive_time: attendee.arrive_time.map(timestamp),
        leave_time: attendee.leave_time.map(timestamp),
        check_in_time: attendee.check_in_time.map(timestamp),
    }
}

/// The check-in, without its code.
pub(super) fn show_check_in(check_in: &CheckIn) -> v1::MeetingCheckIn {
    v1::MeetingCheckIn {
        open: !check_in.closed,
        open_time: Some(timestamp(check_in.open_time)),
        expire_time: Some(timestamp(check_in.expire_time)),
        wrong_try_count: i32::try_from(check_in.wrong_tries).unwrap_or(i32::MAX),
        code: String::new(),
    }
}
