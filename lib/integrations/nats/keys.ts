import { createHash } from 'node:crypto';
import { encodeName } from '../../fleet/encode-name.ts';

/** The 1 is the version of the protocol: members of two versions are two fleets. */
const PREFIX = 'fluxgate.1';

/** The key of a circuit: of a bucket's alphabet, and never the same for two names. */
export function toKey(namespace: string, circuit: string): string {
  return `${PREFIX}.${toToken(namespace)}.${toToken(circuit)}`;
}

/** The key of the last record that was written for a circuit, which others watch. */
export function toRecordKey(namespace: string, circuit: string): string {
  return `${toKey(namespace, circuit)}.record`;
}

/** The keys of the records of all circuits. */
export function toRecordKeys(namespace: string): string {
  return `${PREFIX}.${toToken(namespace)}.*.record`;
}

/** A token of a key. No encoding is `=` alone, so that stands for the empty name. */
function toToken(name: string): string {
  const encoded = encodeName(name, (whole) => createHash('sha256').update(whole).digest('hex'));
  return encoded.replace(/[^\w%-]/g, toPercent).replaceAll('%', '=') || '=';
}

/** The characters that a URI keeps are all of one byte. */
function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
