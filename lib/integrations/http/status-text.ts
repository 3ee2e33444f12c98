/** `status 503`, `HTTP 503`, `HTTP error! Status: 503`, `Request failed with status code 503`. */
const AFTER_WORD = /\b(?:http(?: error!?)?|status(?: ?code)?)(?: (?:was|is|of))?[\s:=#]{1,3}([1-5]\d\d)\b/i;
/** `503`, `503 Service Unavailable`, `Error 503`. */
const WHOLE = /^(?:error:? )?([1-5]\d\d)(?: [A-Z][A-Za-z' -]*)?$/i;

/**
 * Returns the status that a message names. `if (!response.ok) throw new Error('status 503')` is what people write, and
 * an outage that a breaker does not know is an outage that it does not see.
 */
export function readStatusText(message: unknown): number | undefined {
  if (typeof message !== 'string' || message.length > 200) return undefined;
  const [, status] = AFTER_WORD.exec(message) ?? WHOLE.exec(message) ?? [];
  return status === undefined ? undefined : Number(status);
}
