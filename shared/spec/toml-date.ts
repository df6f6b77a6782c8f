/** How a date or time of a TOML document is written again; kept beside it, because a Date knows neither nanoseconds nor offsets. */
interface Written {
  toml: string;
  json: string;
}

const WRITTEN = Symbol('date or time as written');

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](.+))?$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?$/;

/** Whether a scalar has the form of a TOML date, time or both. */
export function looksLikeDate(text: string): boolean {
  const time = DATE.exec(text);
  return time ? time[4] === undefined || TIME.test(time[4]) : TIME.test(text);
}

/** The date or time; undefined when there is none of that name, such as February 30. A local time is one of the year 0. */
export function findTomlDate(text: string): Date | undefined {
  const [, year = '0000', month = '01', day = '01', rest] = DATE.exec(text) ?? [];
  const isDate = DATE.test(text);
  const time = TIME.exec(rest ?? (isDate ? '00:00:00' : text));
  const [, hours = '', minutes = '', seconds = '', digits = '', zone] = time ?? [];
  const isKnown = isCalendarDay(Number(year), Number(month), Number(day)) && isTimeOfDay(hours, minutes, seconds);
  if (!time || !isKnown || (zone && !isDate) || !isOffset(zone)) return undefined;
  const fraction = digits.slice(0, 9).replace(/0+$/, '');
  const [dayText, clock] = [`${year}-${month}-${day}`, `${hours}:${minutes}:${seconds}${fraction && `.${fraction}`}`];
  const offset = zone === undefined ? '' : /^[Zz]|^[+-]00:00$/.test(zone) ? 'Z' : zone;
  const date = new Date(
    `${dayText}T${hours}:${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset || 'Z'}`,
  );
  const toml = isDate ? (rest === undefined ? dayText : `${dayText}T${clock}${offset}`) : clock;
  return withWritten(date, { toml, json: `${dayText}T${clock}${offset || 'Z'}` });
}

/** As the lifecycle's TOML encoder writes it. */
export function renderTomlDate(date: Date): string {
  return writtenOf(date).toml;
}

/** As Go writes it into JSON: RFC 3339; what is local counts as UTC. */
export function renderJsonDate(date: Date): string {
  return writtenOf(date).json;
}

function withWritten(date: Date, written: Written): Date {
  return Object.defineProperty(date, WRITTEN, { value: written });
}

function writtenOf(date: Date & { [WRITTEN]?: Written }): Written {
  const text = date.toISOString().replace(/\.?0+Z$/, 'Z');
  return date[WRITTEN] ?? { toml: text, json: text };
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isTimeOfDay(hours: string, minutes: string, seconds: string): boolean {
  return Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
}

function isOffset(zone: string | undefined): boolean {
  const [, hours = '0', minutes = '0'] = /^[+-](\d\d):(\d\d)$/.exec(zone ?? '') ?? [];
  return Number(hours) < 24 && Number(minutes) < 60;
}
