// The page: shows what the event stream of the server sends.
import { Announcer } from './announcer.ts';
import { Charts } from './charts.ts';
import { Connection } from './connection.ts';
import { Controls } from './controls.ts';
import { showDetail } from './detail.ts';
import { byId, setText } from './dom.ts';
import { Drawing } from './drawing.ts';
import { countdown, timeOfDay } from './format.ts';
import { Model } from './model.ts';
import { readColours } from './palette.ts';
import { Table } from './table.ts';
import { Timeline } from './timeline.ts';

/** In ms: how often the times that pass are shown again. */
const TICK = 250;

// Wherever the handler is mounted, with or without a slash at the end.
// With the origin, because a path that begins with two slashes would be taken for another host.
const base = `${location.origin}${location.pathname.replace(/\/?$/, '/')}`;
readColours();
const model = new Model();
const table = new Table(model, select);
const timeline = new Timeline(model);
const controls = new Controls(`${base}fluxgate-command`);
const charts = new Charts(model);
const drawing = new Drawing(draw);
const announcer = new Announcer();
let selected: string | undefined;
/** Whether it is to be announced that the page is connected again. */
let again = false;
/** Since when there is no connection, and when it is tried again, by the clock of this machine; undefined while connected. */
let lost: { readonly since: number; readonly retryAt: number } | undefined;

const connection = new Connection(`${base}fluxgate-events`, {
  snapshot(snapshot) {
    model.replace(snapshot);
    document.title = model.title;
    setText(byId('title'), model.title);
    controls.allow(model.control);
    again ||= lost !== undefined;
    show('live');
    drawing.ask();
  },
  update(update) {
    model.apply(update);
    announcer.announce(update.entries);
    drawing.ask();
  },
  lost(pause) {
    const now = Date.now();
    if (!lost) announcer.say('Disconnected: what the page shows is old.');
    lost = { since: lost?.since ?? now, retryAt: now + pause };
    show('lost');
  },
});

function draw(): void {
  table.update();
  // If the selected circuit goes, no other takes its place unasked.
  if (selected === undefined) select(table.first);
  else showSelected();
  timeline.update();
  if (!again) return;
  again = false;
  const summary = Array.from(byId('summary').children, ({ textContent }) => textContent).join(', ');
  announcer.say(`Connected again: ${summary}`);
}

function select(key: string | undefined): void {
  selected = key;
  table.select(key);
  timeline.select(key);
  showSelected();
}

function showSelected(): void {
  const known = selected === undefined ? undefined : model.circuits.get(selected);
  byId('detail').hidden = !known;
  if (!known) return;
  showDetail(known.row, model.now);
  controls.select(known.row);
  charts.show(known);
}

function show(state: 'live' | 'lost'): void {
  if (state === 'live') lost = undefined;
  document.body.dataset['connection'] = state;
  setText(byId('connection-text'), state === 'live' ? 'live' : 'disconnected');
  byId('banner').hidden = state === 'live';
  controls.connect(state === 'live');
  tick();
}

function tick(): void {
  if (!lost) return table.tick();
  const since = timeOfDay(lost.since);
  setText(byId('banner-text'), `Disconnected since ${since}: what you see is old.`);
  setText(byId('banner-again'), `Trying again ${countdown(lost.retryAt - Date.now())}.`);
}

function recolour(): void {
  readColours();
  table.draw();
  charts.redraw();
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
byId('retry').addEventListener('click', () => connection.hurry());
window.addEventListener('online', () => connection.hurry());
setInterval(tick, TICK);
connection.open();
