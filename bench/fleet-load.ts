// What a fleet of some size asks of one Redis, calculated from what a report and a message cost: the table of docs/fleet.md.

/** Whole processor time of Redis for a report with counts, and for a message to one subscriber, in µs, as measured. */
export const REPORT_COST = 60;
export const MESSAGE_COST = 7;
/** Records that an outage writes for each wait of 5 s: lease, renewal, verdict. */
const RECORDS_PER_WAIT = 3;
const WAIT = 5;
/** Above it the period grows with the members. */
const MANY_MEMBERS = 1_000;

export interface FleetSize {
  readonly members: number;
  readonly circuits: number;
  /** The option, in ms. */
  readonly every: number;
}

export interface FleetLoad {
  readonly reportsPerSecond: number;
  /** Of one Redis core, a ratio. */
  readonly core: number;
  /** How long one record holds Redis, in ms. */
  readonly record: number;
  /** Delivered while all circuits are in an outage. */
  readonly messagesPerSecond: number;
  readonly messageCore: number;
}

export function toLoad({ members, circuits, every }: FleetSize): FleetLoad {
  const period = (every * Math.max(1, members / MANY_MEMBERS)) / 1_000;
  const reportsPerSecond = (members * circuits) / period;
  const messagesPerSecond = (RECORDS_PER_WAIT / WAIT) * members * circuits;
  return {
    reportsPerSecond,
    core: (reportsPerSecond * REPORT_COST) / 1e6,
    record: (members * MESSAGE_COST) / 1_000,
    messagesPerSecond,
    messageCore: (messagesPerSecond * MESSAGE_COST) / 1e6,
  };
}

/** The rows of the table in docs/fleet.md. */
export function toLoadTable(): string[] {
  const sizes = [100, 1_000, 10_000].map((members) =>
    [1, 20].map((circuits) => toLoad({ members, circuits, every: 1_000 })),
  );
  const both = (loads: readonly FleetLoad[], read: (load: FleetLoad) => string): string => loads.map(read).join(' / ');
  return sizes.map((loads, i) => {
    const cells = [
      count(100 * 10 ** i),
      '1 / 20',
      both(loads, ({ reportsPerSecond }) => count(reportsPerSecond)),
      `${both(loads, ({ core }) => percent(core))} %`,
      `${String(Number(loads[0]!.record.toFixed(1)))} ms`,
      both(loads, ({ messagesPerSecond }) => count(messagesPerSecond)),
      `${both(loads, ({ messageCore }) => percent(messageCore))} %`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function percent(ratio: number): string {
  return String(Number((ratio * 100).toPrecision(2)));
}
