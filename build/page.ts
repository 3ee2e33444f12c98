// Bundles the page of the dashboard into one document in one string, so that the handler reads no files.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}lib/integrations/dashboard/page`;

/** Where the bundle goes; git does not know it. */
export const FILE = `${root}lib/integrations/dashboard/server/page.generated.ts`;

/** The module that holds the page, and the policy that lets it run its own script and style and nothing else. */
export function pageModule(): string {
  const script = bundled('main.ts');
  const style = bundled('page.css');
  const page = readFileSync(`${folder}/page.html`, 'utf8')
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ];
  return `// Made by build/page.ts from lib/integrations/dashboard/page/.
export const PAGE: string = ${JSON.stringify(page)};
export const PAGE_POLICY: string = ${JSON.stringify(policy.join('; '))};
`;
}

function bundled(file: string): string {
  const [uplot, preact] = ['uplot', 'preact'].map((name) =>
    readFileSync(`${root}node_modules/${name}/LICENSE`, 'utf8'),
  );
  // Both are under the licence of MIT, whose text is there once.
  const copyright = /^Copyright.*$/m.exec(preact ?? '')?.[0] ?? '';
  const { outputFiles } = buildSync({
    entryPoints: [`${folder}/${file}`],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    // Private members of the page; no library has such names.
    mangleProps: /^_[a-z]/,
    banner: { js: `/* With Preact, ${copyright}, and uPlot:\n${uplot ?? ''}*/` },
  });
  // Nothing in it may end the element that it stands in.
  return (outputFiles[0]?.text ?? '').replaceAll('</', '<\\/');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, pageModule());
