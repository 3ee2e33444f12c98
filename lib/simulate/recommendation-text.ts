import { escapeLine } from './escape.ts';
import { formatCount, formatPercent, formatTimes } from './format.ts';
import type { Candidate, Recommendation } from './recommendation.ts';
import { alignRows } from './table.ts';

/** A recommendation for a terminal. */
export function toRecommendationText<P>({ best, front, nearest, done, total }: Recommendation<P>): string {
  const tried = ` ${formatCount(done)} of ${formatCount(total)} configurations tried`;
  const shown = best ? front : nearest ? [nearest] : [];
  const rows = [
    ['', 'bad let through', 'good lost', 'opened after'],
    ...shown.map((candidate) => [
      (candidate === best ? '* ' : '  ') + escapeLine(describeValues(candidate)),
      formatCount(candidate.met),
      formatLost(candidate),
      formatTimes(candidate.reports.flatMap(({ outages }) => outages.map(({ openedAfter }) => openedAfter))),
    ]),
  ];
  const words = best
    ? [
        '',
        ' * recommended: the nearest to few bad calls let through and few good ones lost',
        ...(best.onTheEdge ? [' It is on the edge: a small change of one value does much worse.'] : []),
      ]
    : ['', ` None keeps the limits${nearest ? `; this one breaks ${nearest.breaks.join(', ')}` : ''}.`];
  return [tried, '', ...alignRows(rows), ...words].join('\n');
}

/** `streak 5 (the same with 4, 6), wait 1000`. */
export function describeValues<P>({ values, ranges }: Candidate<P>): string {
  const all = ranges as Readonly<Record<string, readonly unknown[]>>;
  return Object.entries(values as object)
    .map(([name, value]) => {
      const others = (all[name] ?? []).filter((other) => other !== value).map(String);
      return `${name} ${String(value)}${others.length > 0 ? ` (the same with ${others.join(', ')})` : ''}`;
    })
    .join(', ');
}

function formatLost<P>({ lost, reports }: Candidate<P>): string {
  const share = Math.max(0, ...reports.map((report) => (report.asked === 0 ? 0 : report.lost / report.asked)));
  return formatCount(lost) + (lost ? ` (${formatPercent(share)})` : '');
}
