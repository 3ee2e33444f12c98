import type { Subscription } from 'rxjs';
import type { FleetStatus } from '../../../fleet/fleet-status.ts';
import type { Fleet } from '../../../fleet/join-fleet.ts';
import { reportError } from '../../../util/report-error.ts';
import { toPlainText } from './plain-text.ts';

/** How each circuit stands with its fleet, as a line of text. */
export class FleetLines {
  private readonly _fleet: Fleet | undefined;
  private readonly _lines = new Map<string, string>();

  constructor(fleet: Fleet | undefined) {
    this._fleet = fleet;
  }

  /** The line of a circuit; undefined if it is in no fleet. */
  get(name: string): string | undefined {
    return this._lines.get(name);
  }

  /** Keeps the lines up to date until unsubscribed. */
  follow(): Subscription | undefined {
    return this._fleet?.status$.subscribe({
      next: (statuses) => {
        this._lines.clear();
        for (const status of statuses) this._lines.set(status.circuit, toLine(status));
      },
      complete: () => this._lines.clear(),
      error: reportError,
    });
  }
}

function toLine({ linked, members, open, prober, error }: FleetStatus): string {
  if (!linked) return error === undefined ? 'not linked yet' : `not linked (${toReason(error)})`;
  const probes = prober === undefined ? '' : `, ${toPlainText(prober)} probes`;
  return `${String(members)} ${members === 1 ? 'member' : 'members'}, ${String(open)} open${probes}`;
}

function toReason(error: unknown): string {
  return toPlainText(error instanceof Error ? error.message : error, 100);
}
