import { STATES } from './states.ts';

const NAMES = ['calls', 'calls-fill', 'failed', 'rejected', 'muted', 'grid'];

/** The colours of the style sheet, read once: to ask for one costs a layout. */
let colours: Readonly<Record<string, string>> = {};

/** To be called again when the system turns dark or light. */
export function readColours(): void {
  const style = getComputedStyle(document.documentElement);
  const names = [...NAMES, ...Object.values(STATES).map((look) => look.colour)];
  colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** The value of a custom property of the style sheet. */
export function colour(name: string): string {
  return colours[name] ?? '';
}
