import type { SlackClient } from 'rxjs-fluxgate/slack';

/** A message as the channel shows it. */
export interface Posted {
  readonly ts: string;
  readonly text: string | undefined;
  readonly thread: string | undefined;
  readonly broadcast: boolean;
}

/** A message on its way to Slack, to be answered by the test. */
interface Pending {
  readonly text: string | undefined;
  accept(): void;
  refuse(error: unknown): void;
}

/** A client without a network: keeps what it is given, and responds when and how the test sets. */
export class FakeSlack implements SlackClient {
  /** What the channel holds. */
  readonly posted: Posted[] = [];
  /** What is not answered yet; empty unless `holding`. */
  readonly pending: Pending[] = [];
  /** Whether responses wait for the test. */
  holding = false;
  /** What every post fails with. */
  outage: Error | undefined;
  /** The messages as they were given. */
  readonly given: object[] = [];

  readonly chat = {
    postMessage: (message: object): Promise<{ ts: string }> => {
      this.given.push(message);
      const { text, thread_ts, reply_broadcast = false } = message as Message;
      return new Promise((resolve, reject) => {
        const accept = (): void => {
          const ts = `${String(this.posted.length + 1)}.0`;
          this.posted.push({ ts, text, thread: thread_ts, broadcast: reply_broadcast });
          resolve({ ts });
        };
        if (this.holding) this.pending.push({ text, accept, refuse: reject });
        else if (this.outage) reject(this.outage);
        else accept();
      });
    },
  };
}

interface Message {
  readonly text?: string;
  readonly thread_ts?: string;
  readonly reply_broadcast?: boolean;
}

/** Until all that can go on without an answer or a timer has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
