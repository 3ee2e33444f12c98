const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Escapes `&`, `<` and `>`, so that a text from outside cannot be a mention or a command in a message of Slack.
 *
 * An address in it, such as `https://…`, is not escaped: Slack has no way to. {@link slackListener} switches links off for
 * messages that are texts (`parse: 'none'`); in a message of your own, or in blocks, do the same (`verbatim: true`).
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
