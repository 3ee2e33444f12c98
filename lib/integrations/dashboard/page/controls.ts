import type { DashboardAction } from '../server/command.ts';
import { byId, make } from './dom.ts';
import { nameOf } from './format.ts';

interface Question {
  readonly verb: string;
  readonly text: string;
}

/** What is asked before it is done, because calls are rejected or let through unguarded from then on. */
const QUESTIONS: Partial<Record<string, Question>> = {
  forceOpen: { verb: 'Force open', text: 'Every call is rejected until somebody resets the circuit.' },
  disable: {
    verb: 'Disable',
    text: 'Every call is let through, unguarded and uncounted, until somebody resets the circuit.',
  },
};

/** In ms: after that a command is given up, so that it is not done when nobody thinks of it any more. */
const PATIENCE = 10_000;

/** The buttons that give commands, if the server takes any. */
export class Controls {
  readonly #url: string;
  readonly #dialog = byId('confirm', HTMLDialogElement);
  readonly #outcome = byId('outcome');
  #circuit = '';
  #confirmed: (() => void) | undefined;

  constructor(url: string) {
    this.#url = url;
    byId('controls').addEventListener('click', ({ target }) => {
      const action = (target as HTMLElement).dataset['action'] as DashboardAction | undefined;
      if (action) this.#ask(action, this.#circuit);
    });
    byId('confirm-no').addEventListener('click', () => this.#dialog.close());
    byId('confirm-yes').addEventListener('click', () => {
      this.#dialog.close();
      this.#confirmed?.();
    });
  }

  select(circuit: string): void {
    if (circuit === this.#circuit) return;
    this.#circuit = circuit;
    this.#outcome.textContent = '';
  }

  /** Shows the buttons or takes them away. */
  allow(allowed: boolean): void {
    byId('controls').hidden = !allowed;
  }

  #ask(action: DashboardAction, circuit: string): void {
    const question = QUESTIONS[action];
    const send = (): void => void this.#send(action, circuit);
    if (!question) return send();
    byId('confirm-heading').replaceChildren(`${question.verb} `, make('bdi', {}, nameOf(circuit)), '?');
    byId('confirm-text').textContent = question.text;
    byId('confirm-yes').textContent = question.verb;
    this.#confirmed = send;
    this.#dialog.showModal();
  }

  async #send(action: DashboardAction, circuit: string): Promise<void> {
    const query = new URLSearchParams({ circuit, action });
    const tell = (text: string): void => {
      if (circuit === this.#circuit) this.#outcome.textContent = text;
    };
    tell('…');
    try {
      // The header is what a page of another site cannot send.
      const response = await fetch(`${this.#url}?${query.toString()}`, {
        method: 'POST',
        headers: { 'X-Fluxgate-Command': '1' },
        signal: AbortSignal.timeout(PATIENCE),
      });
      tell(response.ok ? 'Done.' : `Refused: ${(await response.text()).trim() || String(response.status)}.`);
    } catch {
      tell('The server has not answered. Whether it was done, the state shows.');
    }
  }
}
