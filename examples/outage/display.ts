import { styleText } from 'node:util';
import type { Signal, State } from 'rxjs-fluxgate';
import { DURATION, SCRIPT } from './script.ts';
import type { Tally } from './tally.ts';

type Style = Parameters<typeof styleText>[0];

const BAR_WIDTH = 24;

const STATE_STYLES: Partial<Record<State, Style>> = { closed: 'green', open: 'red', half_open: 'yellow' };

/** Lines as things happen; in a terminal also colours, and a progress line below them. */
export class Display {
  readonly #out = process.stdout;
  readonly #inPlace = this.#out.isTTY && process.env['TERM'] !== 'dumb';
  readonly #colours = this.#inPlace && !process.env['NO_COLOR'];
  #startedAt = Date.now();
  #progress = '';

  start(): void {
    this.#startedAt = Date.now();
  }

  phase(index: number): void {
    const phase = SCRIPT[index];
    if (phase) this.#event('server', `${this.#style('bold', phase.name)}: ${phase.text}`);
  }

  signal({ name, oldState, newState, detail, cause }: Signal): void {
    const last = cause instanceof Error ? this.#style('dim', ` (last: ${cause.message})`) : '';
    this.#event(name, `${this.#state(oldState)} → ${this.#state(newState)}  ${detail}${last}`);
  }

  /** What a second brought. */
  second(state: State, { calls, failures, rejected, received }: Tally): void {
    const counts = `${pad(calls)} calls ${pad(failures)} failed ${pad(rejected)} rejected ${pad(received)} reached the server`;
    this.#event('', `${this.#state(state, 9)} ${this.#style('dim', counts)}`);
  }

  /** Redraws the progress line, if there is one. */
  progress(state: State, { calls, rejected, received }: Tally): void {
    if (!this.#inPlace) return;
    const share = Math.min(1, this.#elapsed() / DURATION);
    const bar = '━'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '─');
    const counts = ` ${pad(calls)} calls ${pad(received)} reached the server ${pad(rejected)} spared`;
    // A line that wraps cannot be taken back.
    const room = (this.#out.columns || 80) - BAR_WIDTH - 12;
    this.#progress = room < 0 ? '' : `${bar} ${this.#state(state, 9)}${this.#style('dim', counts.slice(0, room))}`;
    this.#out.write(`\r\x1b[K${this.#progress}`);
  }

  /** Takes the progress line away, for good. */
  end(): void {
    if (this.#progress) this.#out.write('\r\x1b[K');
    this.#progress = '';
  }

  print(...lines: string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    this.#out.write(this.#progress ? `\r\x1b[K${text}${this.#progress}` : text);
  }

  #event(who: string, text: string): void {
    const time = `${(this.#elapsed() / 1_000).toFixed(1).padStart(5)} s`;
    this.print(`${this.#style('dim', time)}  ${who.padEnd(6)}  ${text}`);
  }

  #state(state: State, width = 0): string {
    return this.#style(STATE_STYLES[state] ?? 'dim', state.padEnd(width));
  }

  #style(style: Style, text: string): string {
    return this.#colours ? styleText(style, text) : text;
  }

  #elapsed(): number {
    return Date.now() - this.#startedAt;
  }
}

function pad(count: number): string {
  return String(count).padStart(3);
}
