import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['', 'docs/'].flatMap((folder) =>
  readdirSync(root + folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => folder + file),
);

/** How pages link to files that npm lacks. */
const REPOSITORY = /https:\/\/github\.com\/rxjs-fluxgate\/rxjs-fluxgate\/(blob|tree)\/main\//g;

/** The text without its code, in which `#` and brackets are no headings and links. */
function readProse(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(REPOSITORY, root);
}

/** The anchors that GitHub and TypeDoc give to the headings of a page. */
function anchorsOf(path: string): string[] {
  return [...readProse(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

describe.each(pages)('%s', (page) => {
  it('should link only to files and headings that are there', () => {
    const broken = [...readProse(`${root}/${page}`).matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)]
      .map(([link, file = '', anchor]) => ({
        link,
        path: resolve(root, dirname(page), file || page.replace(/.*\//, '')),
        anchor,
      }))
      .filter(({ path, anchor }) => !existsSync(path) || (anchor !== undefined && !anchorsOf(path).includes(anchor)))
      .map(({ link }) => link);
    expect(broken).toStrictEqual([]);
  });
});

describe('the README', () => {
  const lines = readFileSync(`${root}/README.md`, 'utf8').split('\n');

  it('should have at most 200 lines of at most 120 columns', () => {
    expect(lines.length).toBeLessThanOrEqual(201);
    expect(lines.filter((line) => line.length > 120)).toStrictEqual([]);
  });

  it('should lead to every page', () => {
    const text = lines.join('\n');
    const pagesOfDocs = pages.filter((page) => page.startsWith('docs/'));
    expect(pagesOfDocs.filter((page) => !text.includes(`](${page}`))).toStrictEqual([]);
  });
});

describe('the site', () => {
  it('should have each page in one task', () => {
    const tasks = JSON.parse(readFileSync(`${root}/build/tasks.json`, 'utf8')) as Record<string, string[]>;
    expect(Object.values(tasks).flat().sort()).toStrictEqual(pages.filter((page) => page !== 'README.md').sort());
  });
});
