//! Minutes as documents: whole, in two languages, and nothing in them but text.

use outlay_proto::v1;
use outlay_proto::v1::DocumentFormat as Format;
use outlay_proto::v1::MinutesEntryKind as Kind;
use tonic::Code;

use super::{NAME, add, creation, draft, entry, held, held_as, issued, revise, update};
use crate::support::symposium::symposium;
use crate::support::{Minutes, records, refused, told};
use crate::{action, decision};

fn asked(format: Format, language: &str) -> v1::ExportMinutesRequest {
    v1::ExportMinutesRequest {
        name: NAME.to_owned(),
        format: format.into(),
        language_code: language.to_owned(),
        ..Default::default()
    }
}

async fn export(minutes: &mut Minutes, request: v1::ExportMinutesRequest) -> String {
    let answer = told(minutes.export_minutes(request).await);
    String::from_utf8(answer.content).unwrap()
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_document_tells_all_of_the_meeting_in_either_language() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    let answer = told(minutes.export_minutes(asked(Format::Markdown, "")).await);
    assert_eq!(answer.media_type, "text/markdown; charset=utf-8");
    assert_eq!((answer.version, answer.language_code.as_str()), (0, "zh"));
    let text = String::from_utf8(answer.content).unwrap();
    assert!(text.starts_with("# 全省制造业投资工作座谈会\n"), "{text}");
    has(
        &text,
        &[
            "**草案，未印发 (起草中)**",
            "- **时间:** 2023年7月28日 09:02–12:00 (Asia/Shanghai)",
            "- **记录人:** 陈伟",
            "### 出席 (4)",
            "  - 王主任, 主持",
            "  - 赵科长 (代替 张局长)",
            "- 嘉兴阳光光伏有限公司\n",
            "1. 各市汇报 (120 分钟)",
            "| 制造业投资增速 | 2023H1 | 12.5 | percent |",
            "- **困难:** 用地紧张",
            "1. **情况** (各市汇报): 各市汇报了上半年投资情况",
            "2. **决定**: 每月调度重大项目",
        ],
    );
    issued(&mut minutes).await;
    told(minutes.add_minutes_addendum(add("陈伟", "附件二补交")).await);
    let answer = told(minutes.export_minutes(asked(Format::Html, "en")).await);
    assert_eq!(answer.media_type, "text/html; charset=utf-8");
    assert_eq!((answer.version, answer.language_code.as_str()), (1, "en"));
    let text = String::from_utf8(answer.content).unwrap();
    has(
        &text,
        &[
            "<html lang=\"en\">",
            "<h1>Symposium on manufacturing investment</h1>",
            "Version 1",
            "<dt>Time</dt><dd>2023-07-28 09:02–12:00 (Asia/Shanghai)</dd>",
            "<h3>Addendum 1 ",
            "附件二补交",
            "<dt>Approved by</dt><dd>王芳, 2023-07-28 16:00</dd>",
            "<td class=\"number\">12.5</td>",
        ],
    );
    for foreign in ["<script", "http:", "https:", "src=", "href="] {
        assert!(!text.contains(foreign), "{foreign}: {text}");
    }
}

#[tokio::test]
async fn nothing_that_is_written_in_a_field_is_anything_but_text() {
    let mut given = symposium();
    given.title = "<script>alert(1)</script> & \"x\" # *y*".to_owned();
    given.place = "a | b".to_owned();
    given.attendees[0].display_name = "[x](http://evil.example) <b>".to_owned();
    given.speeches[0].figures[0].label = "a|b `c`\\".to_owned();
    given.speeches[0].plans = "# not a heading\n- no list\n1. none".to_owned();
    let server = held_as(given).await;
    let mut minutes = server.minutes();
    let text = "1. <img src=x onerror=alert(1)>\n\n| a | b |\n***\nwww.evil.example";
    let given = v1::Minutes { entries: vec![entry(Kind::Information, text, "")], ..draft() };
    told(minutes.create_minutes(creation(given)).await);
    let html = export(&mut minutes, asked(Format::Html, "zh")).await;
    for bad in ["<script>alert", "<img", "<b>", "<title><"] {
        assert!(!html.contains(bad), "{bad}: {html}");
    }
    let markdown = export(&mut minutes, asked(Format::Markdown, "zh")).await;
    has(
        &markdown,
        &[
            "# &lt;script&gt;alert(1)&lt;/script&gt; &amp; \"x\" \\# \\*y\\*\n",
            "a \\| b\n",
            "\\[x\\](http\\://evil.example) &lt;b&gt;",
            "| a\\|b \\`c\\`\\\\ | 2023H1 |",
            "- **计划:** \\# not a heading<br>- no list<br>1. none\n",
            "1\\. &lt;img src=x onerror=alert(1)&gt;<br><br>\\| a \\| b \\|<br>\\*\\*\\*<br>",
            "www\\.evil.example",
        ],
    );
    // The lines of the document are its own: each begins as a template says.
    for line in markdown.lines() {
        let begins = ["", "#", "- **", "- ", "  - ", "| ", "1. ", "2. ", "3. ", "4. ", "**", "> "];
        let own = ["会议纪要", "发言人所报数据"];
        assert!(
            line.is_empty()
                || begins.iter().skip(1).any(|begin| line.starts_with(begin))
                || own.iter().any(|begin| line.starts_with(begin)),
            "{line:?}"
        );
    }
}

#[tokio::test]
async fn an_issued_version_is_written_as_all_was_when_it_was_issued() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    issued(&mut minutes).await;
    let first = export(&mut minutes, asked(Format::Markdown, "zh")).await;
    // The meeting and an organisation change afterwards.
    let meeting = v1::Meeting {
        name: "meetings/s".to_owned(),
        place: "改到别处".to_owned(),
        ..Default::default()
    };
    let request = v1::UpdateMeetingRequest {
        meeting: Some(meeting),
        update_mask: records::mask(&["place"]),
        ..Default::default()
    };
    told(server.meetings().update_meeting(request).await);
    let organisation = v1::Organisation {
        name: "organisations/zj-eit".to_owned(),
        display_name: "改名后的厅".to_owned(),
        ..Default::default()
    };
    let request = v1::UpdateOrganisationRequest {
        organisation: Some(organisation),
        update_mask: records::mask(&["display_name"]),
        ..Default::default()
    };
    told(server.reference().update_organisation(request).await);
    assert_eq!(export(&mut minutes, asked(Format::Markdown, "zh")).await, first);
    told(minutes.add_minutes_addendum(add("陈伟", "补充")).await);
    let added = export(&mut minutes, asked(Format::Markdown, "zh")).await;
    for later in ["改到别处", "改名后的厅"] {
        assert!(!added.contains(later), "{added}");
    }
    told(minutes.revise_minutes(revise("王芳", "更正")).await);
    let given = v1::Minutes { entries: vec![entry(Kind::Information, "第二版", "")], ..draft() };
    told(minutes.update_minutes(update(given, &["entries"])).await);
    let open = export(&mut minutes, asked(Format::Markdown, "zh")).await;
    has(&open, &["改到别处", "改名后的厅", "第二版", "草案"]);
    let of = |version| v1::ExportMinutesRequest { version, ..asked(Format::Markdown, "zh") };
    assert_eq!(export(&mut minutes, of(1)).await, added);
    issued(&mut minutes).await;
    assert_eq!(export(&mut minutes, of(1)).await, added);
    has(&export(&mut minutes, of(2)).await, &["改到别处", "版本 2"]);
}

#[tokio::test]
async fn what_there_is_not_is_not_written() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    let request = v1::ExportMinutesRequest { version: 1, ..asked(Format::Html, "") };
    refused(minutes.export_minutes(request).await)
        .has_fields(&[("version", "MINUTES_VERSION_UNKNOWN")]);
    refused(minutes.export_minutes(asked(Format::Html, "fr")).await)
        .has_fields(&[("language_code", "FIELD_FORMAT")]);
    refused(minutes.export_minutes(asked(Format::Unspecified, "")).await)
        .has_fields(&[("format", "FIELD_REQUIRED")]);
    let name = "minutes/none".to_owned();
    let request = v1::ExportMinutesRequest { name, ..asked(Format::Html, "") };
    let missing = (Code::NotFound, "RECORD_NOT_FOUND");
    assert_eq!(refused(minutes.export_minutes(request).await), missing);
}

#[tokio::test]
async fn what_was_decided_and_assigned_is_told_as_it_was_then() {
    let server = held_as(v1::Meeting { quorum: 2, ..symposium() }).await;
    let request =
        v1::RefreshSpeechFiguresRequest { name: "meetings/s".to_owned(), ..Default::default() };
    told(server.meetings().refresh_speech_figures(request).await);
    decision::create(&server, "d-1", decision::decision("s", "每月调度\n并通报")).await;
    let assigned = v1::Action {
        assigned_meeting: "meetings/s".to_owned(),
        ..action::action("报送用地清单", (2023, 8, 31))
    };
    action::create(&server, "a-1", assigned).await;
    let mut given = draft();
    given.entries[1].decision = "decisions/d-1".to_owned();
    given.entries.push(v1::MinutesEntry {
        action: "actions/a-1".to_owned(),
        ..entry(Kind::Action, "用地", "")
    });
    let mut minutes = server.minutes();
    let created = told(minutes.create_minutes(creation(given.clone())).await);
    assert_eq!(created.entries[1].decision, "decisions/d-1");
    assert_eq!(created.entries[2].action, "actions/a-1");
    issued(&mut minutes).await;
    let first = export(&mut minutes, asked(Format::Markdown, "zh")).await;
    has(
        &first,
        &[
            "- **法定人数:** ",
            "     - **决定:** 2023-1: 每月调度<br>并通报\n",
            "     - **任务:** 报送用地清单\n     - **牵头单位:** ",
            "     - **期限:** 2023年8月31日\n     - **进展:** 已交办\n",
        ],
    );
    let html = export(&mut minutes, asked(Format::Html, "en")).await;
    has(&html, &["<dt>Decision</dt><dd>2023-1: 每月调度", "<dt>Due</dt><dd>2023-08-31</dd>"]);
    // Afterwards it is done, which the issued version doesn't tell.
    action::close(&server, "a-1").await;
    assert_eq!(export(&mut minutes, asked(Format::Markdown, "zh")).await, first);
    told(minutes.revise_minutes(revise("王芳", "更正")).await);
    has(&export(&mut minutes, asked(Format::Markdown, "zh")).await, &["- **进展:** 已办结"]);
}
