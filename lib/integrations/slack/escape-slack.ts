const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Escapes `&`, `<` and `>`, so that a text from outside is no mention, link or command in a message of Slack.
 *
 * @example
 * ```ts
 * import { escapeSlack } from 'rxjs-fluxgate/slack';
 *
 * console.log(escapeSlack('<!channel> & more')); // => &lt;!channel&gt; &amp; more
 * ```
 *
 * @see {@link SlackTemplate}
 */
export function escapeSlack(text: string): string {
  return text.replace(/[&<>]/g, (char) => ENTITIES[char] ?? char);
}
