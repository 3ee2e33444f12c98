import { createHash } from 'node:crypto';

/** The 1 is the version of the protocol: members of two versions are two fleets. */
const PREFIX = 'fluxgate:1:';
const LONGEST_NAME = 200;
const KEPT_OF_LONGER = 150;

/** A name with neither braces nor colons nor spaces, and never the same for two names. */
export function encodeName(name: string): string {
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'));
  if (encoded.length <= LONGEST_NAME) return encoded;
  // Cutting alone would make two names one; the dot cannot come from the encoding of a name that is cut elsewhere.
  return `${encoded.slice(0, KEPT_OF_LONGER)}.${createHash('sha256').update(name).digest('hex')}`;
}

export function toChannel(namespace: string): string {
  return `${PREFIX}{${encodeName(namespace)}}`;
}

/** The keys of a circuit, in one slot of a Cluster. */
export function toKeys(namespace: string, circuit: string): readonly [string, string, string] {
  const key = `${PREFIX}{${encodeName(namespace)}:${encodeName(circuit)}}`;
  return [key, `${key}:members`, `${key}:open`];
}
