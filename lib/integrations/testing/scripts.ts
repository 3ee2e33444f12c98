import type { SchedulerLike } from 'rxjs';

/** A letter or word of a script, and the moment at which it stands, in frames. */
export interface Step {
  readonly at: number;
  readonly word: string;
}

const UNITS = { ms: 1, s: 1_000, m: 60_000 };
type Unit = keyof typeof UNITS;

/** A time progression of RxJS's marbles: `10ms`, `1.5s`, `2m`. */
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m)(?= |$)/;

function toMs([, amount, unit]: RegExpExecArray): number {
  return Number(amount) * UNITS[unit as Unit];
}

/** How many ms a dash lasts: 1, but 10 on a TestScheduler outside of `run()`. */
export function getFrame(scheduler: SchedulerLike): number {
  const { frameTimeFactor } = scheduler.constructor as { frameTimeFactor?: number };
  return frameTimeFactor ?? 1;
}

/**
 * Reads marbles as RxJS's `TestScheduler.run` does: each letter lasts a frame, letters in parentheses share the moment
 * of the parenthesis, `10ms` between spaces passes time, and `|` is the end.
 */
export function parseMarbles(what: string, script: string, frame: number): { steps: Step[]; end: number | undefined } {
  const steps: Step[] = [];
  let end: number | undefined;
  let now = 0;
  let group: number | undefined;
  for (let i = 0; i < script.length; i++) {
    const character = script.charAt(i);
    if (character === ' ') continue;
    const duration = i === 0 || script[i - 1] === ' ' ? DURATION.exec(script.slice(i)) : null;
    if (duration) {
      now += toMs(duration);
      i += duration[0].length - 1;
      continue;
    }
    if (character === '(' && group === undefined) group = now;
    else if (character === ')' && group !== undefined) group = undefined;
    else if (character === '|') end = group ?? now;
    else if (/\p{L}/u.test(character)) steps.push({ at: group ?? now, word: character });
    else if (character !== '-') throw unexpected(what, script, character);
    now += frame;
  }
  if (group !== undefined) throw unexpected(what, script, '(');
  return { steps, end };
}

/**
 * Reads phases: each word lasts as many frames as it has letters, so that columns align with other marbles, or as long
 * as the duration right after it; dashes prolong it.
 */
export function parsePhases(what: string, script: string, frame: number): Step[] {
  const steps: Step[] = [];
  let now = 0;
  let afterWord = 0;
  for (let rest = script; rest.length > 0;) {
    rest = rest.replace(/^ +/, '');
    const duration = DURATION.exec(rest);
    const [word] = /^[A-Za-z]\w*/.exec(rest) ?? [''];
    if (duration) {
      now += toMs(duration) - afterWord;
      afterWord = 0;
      rest = rest.slice(duration[0].length);
    } else if (word) {
      steps.push({ at: now, word });
      afterWord = word.length * frame;
      now += afterWord;
      rest = rest.slice(word.length);
    } else if (rest.startsWith('-')) {
      now += frame;
      afterWord = 0;
      rest = rest.slice(1);
    } else if (rest.length > 0) {
      throw unexpected(what, script, rest.charAt(0));
    }
  }
  return steps;
}

/** Reads words apart, each for one attempt: `ok down*3 ok`. */
export function parseAttempts(what: string, script: string): string[] {
  return script
    .split(/\s+/)
    .filter((item) => item !== '')
    .flatMap((item) => {
      const [, word, times = '1'] = /^([A-Za-z]\w*)(?:\*(\d+))?$/.exec(item) ?? [];
      if (word === undefined) throw unexpected(what, script, item);
      return Array<string>(Number(times)).fill(word);
    });
}

function unexpected(what: string, script: string, found: string): SyntaxError {
  return new SyntaxError(`${what}: unexpected ${JSON.stringify(found)} in ${JSON.stringify(script)}`);
}
