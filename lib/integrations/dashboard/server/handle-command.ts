import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { reportError } from '../../../util/report-error.ts';
import { isBreaker } from '../../../registry/breakers.ts';
import type { CircuitList } from './circuit-list.ts';
import { isAction, run, type DashboardCommand } from './command.ts';
import type { DashboardOptions } from './options.ts';
import { toPlainText } from './plain-text.ts';
import { foreignness } from './same-site.ts';

/** In characters: a reason is a line, and not a document in every signal. */
const MAX_WHY = 200;

/**
 * Runs a command, if it may be run; returns the status and a text.
 *
 * @param isWanted whether it is still to be run after `control` has decided
 */
export async function handleCommand(
  request: IncomingMessage,
  query: URLSearchParams,
  circuits: CircuitList,
  control: DashboardOptions['control'],
  isWanted: () => boolean,
): Promise<[status: number, text?: string, headers?: OutgoingHttpHeaders]> {
  if (!control) return [404, 'this dashboard takes no commands'];
  if (request.method !== 'POST') return [405, 'POST only', { Allow: 'POST' }];
  const foreign = foreignness(request);
  if (foreign) return [403, foreign];
  const action = query.get('action') ?? '';
  const key = query.get('circuit') ?? '';
  if (!isAction(action)) return [400, 'no such action'];
  const circuit = circuits.get(key);
  if (!circuit) return [404, 'no such circuit'];
  const { breaker } = circuit;
  if (!isBreaker(breaker)) return [409, 'a shadow takes no commands'];
  const command: DashboardCommand = { circuit: key, action, why: toPlainText(query.get('why') ?? '', MAX_WHY) };
  try {
    // Nothing but true: what is merely truthy may be a mistake.
    const allowed: unknown = await control(request, command);
    if (allowed !== true) return [403, 'not allowed'];
    if (!isWanted()) return [503, 'too late'];
    // Another circuit may have the name by now.
    if (circuits.get(key) !== circuit) return [404, 'no such circuit'];
    run(command, breaker);
  } catch (error) {
    reportError(error);
    return [500, 'the command failed'];
  }
  return [204];
}
