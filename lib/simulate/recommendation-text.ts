import { escapeLine } from './escape.ts';
import { maxOf } from './extremes.ts';
import { formatCount, formatPercent, formatTimes } from './format.ts';
import type { Limits } from './limits.ts';
import type { Candidate, Recommendation } from './recommendation.ts';
import { alignRows } from './table.ts';

/** A recommendation for a terminal. */
export function toRecommendationText<P>({ best, front, nearest, done, total }: Recommendation<P>): string {
  const tried = ` ${formatCount(done)} of ${formatCount(total)} configurations tried`;
  const shown = best ? front : nearest ? [nearest] : [];
  const rows = [
    ['', 'bad let through', 'good lost', 'opened after'],
    ...shown.map((candidate) => [
      (candidate === best ? '* ' : '  ') + escapeLine(nameValues(candidate)),
      formatCount(candidate.met),
      formatLost(candidate),
      formatTimes(candidate.reports.flatMap(({ outages }) => outages.map(({ openedAfter }) => openedAfter))),
    ]),
  ];
  const words = best
    ? [
        '',
        ' * recommended: the nearest to few bad calls let through and few good ones lost',
        ...listOthers(best),
        ...(best.onTheEdge ? [' It is on the edge: a small change of one value does much worse.'] : []),
      ]
    : ['', ` None keeps the limits${nearest ? `; this one breaks them: it ${describeBreaks(nearest)}` : ''}.`];
  return [tried, '', ...alignRows(rows), ...words].join('\n');
}

/** `streak 5, wait 1000`. */
function nameValues<P>({ values }: Candidate<P>): string {
  return Object.entries(values as object)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

/** The values that come to the same, in a line of their own, since they may be many. */
function listOthers<P>(candidate: Candidate<P>): string[] {
  const others = [...otherValues(candidate)].map(([name, values]) => `${name} ${values.join(', ')}`);
  return others.length === 0 ? [] : [escapeLine(` It does the same with ${others.join('; ')}.`)];
}

/** `streak 5 (the same with 4, 6), wait 1000`. */
export function describeValues<P>(candidate: Candidate<P>): string {
  const others = otherValues(candidate);
  return Object.entries(candidate.values as object)
    .map(([name, value]) => {
      const same = others.get(name);
      return `${name} ${String(value)}${same ? ` (the same with ${same.join(', ')})` : ''}`;
    })
    .join(', ');
}

/** Of each parameter those values that come to the same, if there are any. */
function otherValues<P>({ values, ranges }: Candidate<P>): Map<string, string[]> {
  const own = new Map<string, unknown>(Object.entries(values as object));
  const others = Object.entries(ranges as Readonly<Record<string, readonly unknown[]>>).map(
    ([name, all]) => [name, all.filter((other) => other !== own.get(name)).map(String)] as const,
  );
  return new Map(others.filter(([, all]) => all.length > 0));
}

const BREAKS: Readonly<Record<keyof Limits, string>> = {
  missed: 'stays closed in an outage',
  falseAlarms: 'opens outside of outages',
  openedAfter: 'opens too late',
  lost: 'rejects too many good calls',
};

/** `stays closed in an outage, opens too late`. */
export function describeBreaks<P>({ breaks }: Candidate<P>): string {
  return breaks.map((limit) => BREAKS[limit]).join(', ');
}

function formatLost<P>({ lost, reports }: Candidate<P>): string {
  const share = maxOf(
    reports.map((report) => (report.asked === 0 ? 0 : report.lost / report.asked)),
    0,
  );
  return formatCount(lost) + (lost ? ` (${formatPercent(share)})` : '');
}
