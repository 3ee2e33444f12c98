// Draws Mermaid diagrams for the site: SVG in the page itself, without a script, in the colours of TypeDoc's theme.
import { renderMermaidSVG } from 'beautiful-mermaid';

const colors = {
  bg: 'var(--color-background)',
  fg: 'var(--color-text)',
  muted: 'var(--color-text)',
  line: 'var(--color-text-aside)',
  border: 'var(--color-text-aside)',
};

/**
 * @param {string} source what stands between the fences of a `mermaid` block
 * @param {string} prefix of the ids in the drawing, unique in its page
 * @returns {string} a block of HTML for Markdown: it holds no empty line, which would end the block
 */
export function drawDiagram(source, prefix) {
  const svg = renderMermaidSVG(source, { ...colors, transparent: true })
    // The site loads nothing from elsewhere.
    .replaceAll(/^\s*@import .*\n/gm, '')
    .replaceAll(/(\sid="|url\(#)/g, `$1${prefix}-`)
    .replaceAll(/\n\s*(?=\n)/g, '');
  return `<div class="diagram">${svg}</div>`;
}
