"""Reads calendars that `outlay` wrote with a library that isn't the one that wrote
them, and holds them to what the demonstration says.

Arguments: the command, word by word, that is `outlay` with its server.
"""

import datetime
import json
import subprocess
import sys

import icalendar

OUTLAY = sys.argv[1:]
LONG = "很长的标题，" * 30
TITLE = "a,b;c\\d " + LONG.rstrip()


def outlay(*arguments):
    done = subprocess.run([*OUTLAY, *arguments], check=True, stdout=subprocess.PIPE)
    return done.stdout


def calendar(*arguments):
    written = outlay(*arguments)
    assert written.endswith(b"END:VCALENDAR\r\n"), written
    for line in written.split(b"\r\n"):
        assert len(line) <= 75 and b"\n" not in line, line
    read = icalendar.Calendar.from_ical(written)
    for event in read.walk("VEVENT"):
        assert not event.errors, event.errors
        for property in ("UID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "ORGANIZER", "DTSTART"):
            assert property in event, (property, event)
        zone = event["DTSTART"].params.get("TZID")
        described = [part["TZID"] for part in read.walk("VTIMEZONE")]
        assert zone is None or zone in described, (zone, described)
    return read


def meeting(identifier, title, zone, start, end, *more):
    outlay(
        "meeting", "create", "--id", identifier, "--title", title, "--kind", "working",
        "--host", HOST, "--region", "330400", "--place", "301; 二楼", "--time-zone", zone,
        "--start", start, "--end", end, "--summary", "one\ntwo", *more,
    )
    outlay("meeting", "schedule", identifier)


def event(read):
    (found,) = read.walk("VEVENT")
    return found


SHOWN = "zj-symposium-2023-07-28"
SERIES = 'series = "meetingSeries/calendar"'
HOST = event(calendar("meeting", "ics", SHOWN))["ORGANIZER"].removeprefix("mailto:").split("@")[0]

# The symposium of the demonstration: its own zone, and who was invited.
read = calendar("meeting", "ics", SHOWN)
shown = event(read)
assert shown["DTSTART"].dt.utcoffset() == datetime.timedelta(hours=8), shown
assert shown["STATUS"] == "CONFIRMED", shown
if read["METHOD"] == "REQUEST":
    assert shown["ATTENDEE"], shown

# Chinese, long lines, commas, semicolons, line breaks, and a zone whose clocks
# are put back between beginning and end.
meeting("calendar-1", TITLE, "Europe/Berlin", "2023-10-29T00:00:00Z", "2023-10-29T02:00:00Z")
read = calendar("meeting", "ics", "calendar-1")
first = event(read)
assert first["SUMMARY"] == TITLE, first["SUMMARY"]
assert first["LOCATION"] == "301; 二楼", first["LOCATION"]
assert first["DESCRIPTION"] == "one\ntwo", first["DESCRIPTION"]
(zone,) = read.walk("VTIMEZONE")
local = zone.to_tz()
begin = first["DTSTART"].dt.replace(tzinfo=None)
assert begin == datetime.datetime(2023, 10, 29, 2, 0), begin
for day, hours in ((datetime.datetime(2023, 10, 1), 2), (datetime.datetime(2023, 12, 1), 1)):
    assert day.replace(tzinfo=local).utcoffset() == datetime.timedelta(hours=hours), day

# A change keeps the UID and raises the sequence; a cancelled one says so.
outlay("meeting", "update", "calendar-1", "--place", "302")
second = event(calendar("meeting", "ics", "calendar-1"))
assert second["UID"] == first["UID"] and second["SEQUENCE"] > first["SEQUENCE"], second
outlay("meeting", "cancel", "calendar-1", "--reason", "台风")
third = event(calendar("meeting", "ics", "calendar-1"))
assert third["STATUS"] == "CANCELLED" and third["SEQUENCE"] > second["SEQUENCE"], third

# The feed has both, and describes each zone once.
read = calendar(
    "organisation", "ics", HOST, "--start", "2023-07-01T00:00:00Z", "--end", "2023-12-01T00:00:00Z"
)
titles = [str(found["SUMMARY"]) for found in read.walk("VEVENT")]
assert read["METHOD"] == "PUBLISH" and TITLE in titles and len(titles) >= 2, titles
zones = [str(part["TZID"]) for part in read.walk("VTIMEZONE")]
assert len(zones) == len(set(zones)) and "Europe/Berlin" in zones, zones

# A series recurs by its rule, and a meeting that was moved stands in the place of its
# occurrence.
outlay(
    "meeting-series", "create", "--id", "calendar", "--title", "调度", "--kind", "dispatch",
    "--host", HOST, "--region", "330400", "--place", "301", "--time-zone", "Asia/Shanghai",
    "--first", "2030-01-07T09:00:00+08:00", "--minutes", "90",
    "--recurrence", "FREQ=MONTHLY;BYDAY=1MO;COUNT=12",
)
outlay("meeting-series", "make", "calendar", "--count", "2")
read = calendar("meeting-series", "ics", "calendar")
whole = event(read)
assert whole["RRULE"]["FREQ"] == ["MONTHLY"] and whole["RRULE"]["COUNT"] == [12], whole["RRULE"]
assert whole["RRULE"]["BYDAY"] == ["1MO"], whole["RRULE"]
made = json.loads(outlay("meeting", "list", "--filter", SERIES, "-o", "json"))
second = sorted(made, key=lambda meeting: meeting["startTime"])[1]["name"].split("/")[1]
outlay("meeting", "schedule", second)
outlay(
    "meeting", "update", second,
    "--start", "2030-02-05T09:00:00+08:00", "--end", "2030-02-05T10:30:00+08:00",
)
whole, moved = calendar("meeting-series", "ics", "calendar").walk("VEVENT")
assert "RECURRENCE-ID" not in whole and moved["UID"] == whole["UID"], moved
assert moved["RECURRENCE-ID"].dt.replace(tzinfo=None) == datetime.datetime(2030, 2, 4, 9), moved
assert moved["DTSTART"].dt.replace(tzinfo=None) == datetime.datetime(2030, 2, 5, 9), moved
print(len(titles), "events in the feed of", HOST)
