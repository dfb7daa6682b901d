/** Times as people say them, in the reader's own language. */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const dayKey = (ts) => new Date(ts).toDateString();
export const clockOf = (ts) => clock.format(new Date(ts));
export const fullOf = (ts) => full.format(new Date(ts));

export function dayOf(ts) {
  const [date, today] = [new Date(ts), new Date()];
  const days = Math.round((new Date(date).setHours(0, 0, 0, 0) - new Date(today).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0 || days === -1) return capital(relative.format(days, 'day'));
  return (date.getFullYear() === today.getFullYear() ? day : dayOfYear).format(date);
}

/** For narrow places: the clock today, the date before. */
export function shortOf(ts) {
  return dayKey(ts) === dayKey(Date.now()) ? clockOf(ts) : short.format(new Date(ts));
}

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How long ago, or how far ahead: "3 hours ago". */
export function agoOf(ts) {
  const seconds = Math.round((Date.parse(ts) - Date.now()) / 1000);
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return unit === 'second' ? 'just now' : relative.format(Math.round(seconds / length), unit);
}

/** The day and the clock, short. */
export const momentOf = (ts) => moment.format(new Date(ts));

const capital = (text) => text[0].toUpperCase() + text.slice(1);
