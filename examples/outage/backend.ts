import { fork, type ChildProcess } from 'node:child_process';
import { filter, firstValueFrom, fromEvent, map, merge, type Observable } from 'rxjs';
import { PLAY, type Message } from './message.ts';

/** The server's process, as the client's sees it. */
export class Backend {
  /** What the server sends; an error if its process ends before it is stopped. */
  readonly message$: Observable<Message>;

  readonly #child: ChildProcess;

  constructor() {
    // The options of this Node are handed on, and with them what lets it run TypeScript.
    this.#child = fork(new URL('server.ts', import.meta.url));
    const message$ = fromEvent(this.#child, 'message') as Observable<[Message]>;
    const exit$ = fromEvent(this.#child, 'exit') as Observable<[number | null, string | null]>;
    this.message$ = merge(
      message$.pipe(map(([message]) => message)),
      exit$.pipe(
        map(([code, signal]) => {
          throw new Error(`the server's process ended (${signal ?? String(code)})`);
        }),
      ),
    );
  }

  /** Where the server listens, once it does. */
  async url(): Promise<string> {
    const listening$ = this.message$.pipe(filter((message) => message.type === 'listening'));
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it never completes
    const { port } = await firstValueFrom(listening$);
    return `http://127.0.0.1:${String(port)}/`;
  }

  play(): void {
    this.#child.send(PLAY);
  }

  stop(): void {
    this.#child.kill();
  }
}
