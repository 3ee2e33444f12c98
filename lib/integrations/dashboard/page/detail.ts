import { Fragment, h, render, type ComponentChild } from 'preact';
import type { Row } from '../server/messages.ts';
import { Badge } from './badge.ts';
import { byId, setText } from './dom.ts';
import { count, duration, milliseconds, plural, timeOfDay, toName } from './format.ts';

/** Shows what is known of the selected circuit, beside its charts. */
export function showDetail(row: Row, now: number): void {
  setText(byId('detail-heading'), toName(row.key));
  render(h(Badge, { state: row.state }), byId('detail-state'));
  setText(byId('detail-why'), toStory(row));
  render(h(Fragment, null, ...toFacts(row, now)), byId('facts'));
}

function toStory({ since, detail, reopens, inFlight }: Row): string {
  if (since === null) return 'Its breaker throws when it is read: see the log of the server.';
  const reopened = reopens > 0 ? ` Reopened ${plural(reopens, 'time')}.` : '';
  const flying = inFlight > 0 ? ` ${plural(inFlight, 'call')} in flight.` : '';
  return `Since ${timeOfDay(since)}${detail && `: ${detail}`}.${reopened}${flying}`;
}

function toFacts({ trouble, conditions, lastError, ignored, fleet, shadow }: Row, now: number): ComponentChild[] {
  const facts: [term: string, text: string][] = [];
  if (shadow) facts.push(['Shadow', 'it follows the calls of another circuit, and rejects none']);
  if (trouble) {
    const { since, reason, tripped } = trouble;
    facts.push(['In trouble', `since ${timeOfDay(since)}, for ${duration(now - since)}: ${reason}`]);
    if (tripped) facts.push(['When it tripped', toTripped(tripped)]);
  }
  if (fleet !== undefined) facts.push(['Fleet', fleet]);
  if (conditions) facts.push(['Now', conditions]);
  if (lastError) facts.push(['Last error', lastError]);
  if (ignored > 0) facts.push(['Ignored', plural(ignored, 'call')]);
  return facts.map(([term, text]) => h(Fragment, { key: term }, h('dt', null, term), h('dd', null, text)));
}

function toTripped({ calls, failures, latency }: NonNullable<NonNullable<Row['trouble']>['tripped']>): string {
  return `${count(failures)} of ${plural(calls, 'call')} failed, ${milliseconds(latency)} in the mean`;
}
