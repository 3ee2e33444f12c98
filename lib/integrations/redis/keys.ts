import { createHash } from 'node:crypto';
import { encodeName as encode } from '../../fleet/encode-name.ts';

/** The 1 is the version of the protocol: members of two versions are two fleets. */
const PREFIX = 'fluxgate:1:';

/** A name with neither braces nor colons nor spaces, and never the same for two names. */
export function encodeName(name: string): string {
  return encode(name, (whole) => createHash('sha256').update(whole).digest('hex'));
}

export function toChannel(namespace: string): string {
  return `${PREFIX}{${encodeName(namespace)}}`;
}

/** The keys of a circuit, in one slot of a Cluster. */
export function toKeys(namespace: string, circuit: string): readonly [string, string, string] {
  const key = `${PREFIX}{${encodeName(namespace)}:${encodeName(circuit)}}`;
  return [key, `${key}:members`, `${key}:open`];
}
