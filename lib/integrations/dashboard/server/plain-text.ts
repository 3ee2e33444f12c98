/** Longer ones are cut: the page shows them in a line or two. */
const MAX_LENGTH = 300;

/** Returns a text on one line, without control characters, cut; also of a value that only its type calls a text. */
export function toPlainText(value: unknown, maxLength = MAX_LENGTH): string {
  // No more of it is read than can be left, unless it is nearly all control characters.
  const text = String(value).slice(0, 4 * maxLength);
  // eslint-disable-next-line no-control-regex -- they are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
