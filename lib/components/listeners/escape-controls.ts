// C0 and C1 controls (line breaks, ANSI codes), line and paragraph separators, and marks that turn the direction of text.
// eslint-disable-next-line no-control-regex -- they are what is escaped
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Shows control characters as in source text, `\u000a`, so that no name or detail forges a line or colours a terminal. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
