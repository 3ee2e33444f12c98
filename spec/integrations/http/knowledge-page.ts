import { KNOWLEDGE, type Knowledge, type Verdict } from '../../../lib/integrations/http/knowledge.ts';
import type { Condition } from '../../../lib/integrations/http/shape.ts';

const HEADINGS: Readonly<Record<Verdict, string>> = {
  status: 'Judged by the HTTP status',
  code: 'Judged by the gRPC code',
  failure: 'Failures',
  answer: 'Responses that are no failures',
  nothing: 'Ignored: nothing is known of the dependency',
};

/** The lists of the page that the table is written out in. */
export function toPage(): string {
  const sections = Object.entries(HEADINGS).map(([verdict, heading]) => {
    const lines = KNOWLEDGE.filter((known) => known.verdict === verdict).map(toLine);
    return `### ${heading}\n\n${lines.join('\n')}`;
  });
  return sections.join('\n\n');
}

function toLine({ source, shape }: Knowledge): string {
  const conditions = Object.entries(shape).map(([path, condition]) => `\`${path}\` ${toText(condition)}`);
  return `- **${source}**: ${conditions.join('; ')}`;
}

function toText(condition: Condition): string {
  if (typeof condition === 'string') return toList(condition.split(' '));
  if (typeof condition !== 'object') return `is \`${String(condition)}\``;
  return 'text' in condition ? condition.text : toList(condition);
}

function toList(values: readonly string[]): string {
  const quoted = [...new Set(values.map((value) => `\`${value.trim()}\``))];
  return quoted.length === 1 ? `is ${quoted[0]!}` : `is one of ${quoted.join(', ')}`;
}
