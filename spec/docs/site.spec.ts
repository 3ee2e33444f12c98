import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const site = mkdtempSync(join(tmpdir(), 'site-'));

const tasks = JSON.parse(readFileSync(join(root, 'build/tasks.json'), 'utf8')) as Record<string, string[]>;

/** Each Mermaid diagram of the pages. */
const diagrams = Object.values(tasks)
  .flat()
  .flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const html = `${/^# (.*)$/m.exec(text)![1]!.replaceAll(' ', '_')}.html`;
    return [...text.matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, source = ''], index) => ({
      name: `the ${source.split('\n')[0]!} in place ${String(index + 1)} of ${page}`,
      page,
      html,
      source,
      index,
    }));
  });

const readSite = (html: string): string => readFileSync(join(site, 'documents', html), 'utf8');
const toDrawings = (html: string): string[] => readSite(html).match(/<div class="diagram">.*?<\/div>/gs) ?? [];
const unescape = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** What a reader sees of a drawing. */
const toTexts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, text = '']) => unescape(text.replaceAll(/<[^>]*>/g, '')));

/** Names of participants, what they send, notes and loops; of the other kinds, nodes and what stands on arrows. */
function toLabels(source: string): string[] {
  const [kind, ...lines] = source.trimEnd().split('\n');
  if (kind === 'sequenceDiagram') {
    return lines.flatMap((line) => /(?: as |: )(.*)/.exec(line)?.[1] ?? /loop (.*)/.exec(line)?.[1] ?? []);
  }
  return lines.flatMap((line) => line.split(/-->|&|: /).map((part) => part.trim())).filter((part) => part !== '[*]');
}

/** Those pages as `npm run docs` makes them; the reference would take half a minute. */
beforeAll(async () => {
  const app = await Application.bootstrapWithPlugins({
    options: join(root, 'typedoc.json'),
    entryPoints: [],
    logLevel: 'None',
    readme: 'none',
    out: site,
  });
  const drawn = new Set(diagrams.map(({ page }) => join(root, page)));
  app.options.setValue('projectDocuments', [...drawn]);
  const project = await app.convert();
  await app.generateDocs(project!, site);
});

afterAll(() => rmSync(site, { recursive: true }));

describe('the site', () => {
  it('should draw three sequence diagrams', () => {
    expect(diagrams.filter(({ source }) => source.startsWith('sequenceDiagram'))).toHaveLength(3);
  });

  it.each(diagrams)('should draw $name, with all its labels', ({ source, index, html }) => {
    const texts = toTexts(toDrawings(html)[index]!).join('\n');
    const labels = toLabels(source);
    expect(labels.length).toBeGreaterThan(3);
    expect(labels.filter((label) => !texts.includes(label))).toStrictEqual([]);
  });

  it('should show the source of no diagram', () => {
    const pages = readdirSync(join(site, 'documents'));
    expect(pages.filter((page) => /sequenceDiagram|stateDiagram|flowchart/.test(readSite(page)))).toStrictEqual([]);
  });

  it('should load nothing from elsewhere to draw, and use no id twice', () => {
    const drawings = toDrawings('How_it_works.html').join('\n');
    const ids = [...drawings.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!);
    const used = [...drawings.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id!);

    expect(drawings.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|<script/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toStrictEqual(expect.arrayContaining([...new Set(used)]));
  });
});
