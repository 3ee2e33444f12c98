// A plugin of TypeDoc: pages stand in the navigation by task, their diagrams are drawn, and the site gets an llms.txt with
// the pages as they are.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter, RendererEvent } from 'typedoc';
import { drawDiagram } from './diagrams.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tasks = Object.entries(JSON.parse(readFileSync(join(root, 'build/tasks.json'), 'utf8')));
const pages = tasks.flatMap(([, files]) => files);

/** A page by its first heading. */
const titles = new Map(pages.map((file) => [file, readPage(file).title]));

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    const files = pages.map((page) => join(root, page));
    app.options.setValue('projectDocuments', files);
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const file = pages.find((page) => page.endsWith(`/${document.name}.md`) || page === `${document.name}.md`);
    if (!file) throw new Error(`${document.name} is in no task of build/tasks.json`);
    document.frontmatter.group = tasks.find(([, files]) => files.includes(file))[0];
    document.name = titles.get(file);
    document.content = document.content.map(drawPart);
  });
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    writeFileSync(join(outputDirectory, 'llms.txt'), llms());
    for (const page of pages) {
      mkdirSync(dirname(join(outputDirectory, page)), { recursive: true });
      cpSync(join(root, page), join(outputDirectory, page));
    }
  });
}

/** A part of a page, drawn if it is a block of Mermaid. */
function drawPart(part, index) {
  const [, diagram] = /^```mermaid\n([^]*)```$/.exec(part.text) ?? [];
  return diagram ? { kind: 'text', text: drawDiagram(diagram, `diagram-${index}`) } : part;
}

/** See llmstxt.org. */
function llms() {
  const { name, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const sections = tasks.map(([task, files]) =>
    [`## ${task}\n`, ...files.map((file) => `- [${titles.get(file)}](${file}): ${readPage(file).summary}`)].join('\n'),
  );
  return [`# ${name}`, `> ${description}`, ...sections].join('\n\n') + '\n';
}

/** The heading of a page, and the first sentence of its first paragraph. */
function readPage(file) {
  const [heading, ...blocks] = readFileSync(join(root, file), 'utf8')
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split(/\n{2,}/);
  const paragraph = blocks.find((block) => /^[\w`]/.test(block)) ?? '';
  const text = paragraph.replaceAll(/\s+/g, ' ').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return { title: heading.replace(/^# /, ''), summary: /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text };
}
