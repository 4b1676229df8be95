// What two readers of calendars find in objects: one JSON line of texts in, one of facts out.
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const instant = (value) => new Date(value).toISOString();

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  return {
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    sequence: event.sequence,
    start: instant(event.startDate.toJSDate()),
    end: instant(event.endDate.toJSDate()),
    summary: event.summary,
    location: event.location,
  };
}

function byNodeIcal(text) {
  const calendar = nodeIcal.sync.parseICS(text);
  const event = Object.values(calendar).find((one) => one.type === "VEVENT");
  return {
    method: event.method ?? calendar.vcalendar.method,
    uid: event.uid,
    sequence: Number(event.sequence),
    start: instant(event.start),
    end: instant(event.end),
    summary: event.summary,
    location: event.location,
  };
}

let sent = "";
for await (const chunk of process.stdin) sent += chunk;
const found = JSON.parse(sent).map((text) => [byIcalJs(text), byNodeIcal(text)]);
process.stdout.write(JSON.stringify(found));
