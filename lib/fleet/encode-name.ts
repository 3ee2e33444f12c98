const LONGEST_NAME = 200;
const KEPT_OF_LONGER = 150;

/**
 * A name with neither braces nor colons nor spaces, and never the same for two names.
 *
 * @param toHash a hash of the whole name, for one that is too long
 */
export function encodeName(name: string, toHash: (name: string) => string): string {
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'));
  if (encoded.length <= LONGEST_NAME) return encoded;
  // Cutting alone would make two names one; the dot cannot come from the encoding of a name that is cut elsewhere.
  return `${encoded.slice(0, KEPT_OF_LONGER)}.${toHash(name)}`;
}
