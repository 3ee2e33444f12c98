// What comes from a record, a configuration or a file name may be hostile.

// eslint-disable-next-line no-control-regex -- they are what must not pass
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const ABOVE_ASCII = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const LONE = /[\ud800-\udfff\ufffe\uffff]/gu;

/** Text for a terminal: control characters are shown, not obeyed; tab and line feed stay. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (char) => {
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** The same for one line of a terminal. */
export function escapeLine(text: string): string {
  return escapeControls(text).replace(/[\t\n]/gu, (char) => (char === '\n' ? '\\n' : '\\t'));
}

/** JSON for a terminal, which stays the same document: JSON itself escapes the control characters below U+0020 alone. */
export function escapeJson(json: string): string {
  return json.replace(ABOVE_ASCII, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for SVG and HTML, in elements and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return escapeControls(text)
    .replace(LONE, '\ufffd')
    .replace(/[<>&"']/gu, (char) => ENTITIES[char]!);
}
