/** The dot of a fully qualified name, `example.com.`, which is the same host as `example.com`. */
const ROOT_DOT = /(?<=[^.])\.(?=:\d+$|$)/;

/** Returns the host of a URL, with its port if that is not the default one: the key of its breaker. */
export function toHostKey({ host }: Pick<URL, 'host'>): string {
  return host.replace(ROOT_DOT, '');
}
