import { Fragment, h, render } from 'preact';
import type { DashboardAction } from '../server/command.ts';
import type { Row } from '../server/messages.ts';
import { byId, setText } from './dom.ts';
import { toName } from './format.ts';

interface Command {
  readonly action: DashboardAction;
  readonly verb: string;
  /** Asked before it is sent, because of what becomes of the calls from then on. */
  readonly question?: string;
}

const COMMANDS: readonly Command[] = [
  { action: 'reset', verb: 'Reset' },
  { action: 'forceOpen', verb: 'Force open', question: 'Every call is rejected until the circuit is reset.' },
  {
    action: 'disable',
    verb: 'Disable',
    question: 'Every call is let through, unguarded and uncounted, until the circuit is reset.',
  },
  {
    action: 'metricsOnly',
    verb: 'Metrics only',
    question: 'Every call is let through and counted, and the circuit does not trip, until it is reset.',
  },
];

/** In ms: after that a command is dropped, so that it is not run when it is no longer expected. */
const TIMEOUT = 10_000;

/** The buttons that give commands, if the server takes any. */
export class Controls {
  private readonly _url: string;
  private readonly _dialog = byId('confirm', HTMLDialogElement);
  private readonly _why = byId('why', HTMLInputElement);
  private readonly _outcome = byId('outcome');
  private _circuit = '';
  /** Whether a command reaches all members of a fleet. */
  private _inFleet = false;
  private _allowed = false;
  private _isShadow = false;
  private _connected = false;
  private _confirmed: (() => void) | undefined;

  constructor(url: string) {
    this._url = url;
    const confirm = (): void => {
      this._dialog.close();
      this._confirmed?.();
    };
    byId('confirm-no').addEventListener('click', () => this._dialog.close());
    byId('confirm-yes').addEventListener('click', confirm);
    this._why.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || !this._connected) return;
      // The focus goes back to the button that opened the dialog, which the same key would press.
      event.preventDefault();
      confirm();
    });
  }

  select({ key: circuit, fleet, shadow = false }: Row): void {
    this._inFleet = fleet !== undefined;
    this._isShadow = shadow;
    this._show();
    if (circuit === this._circuit) return;
    this._circuit = circuit;
    this._outcome.textContent = '';
  }

  /** Shows the buttons or takes them away. */
  allow(allowed: boolean): void {
    this._allowed = allowed;
    this._show();
  }

  /** Disables the buttons while there is no connection: a command would be given for a state that is old. */
  connect(connected: boolean): void {
    this._connected = connected;
    byId('confirm-yes', HTMLButtonElement).disabled = !connected;
    const buttons = COMMANDS.map((command) => {
      const onClick = (): void => this._ask(command, this._circuit);
      const label = command.question === undefined ? command.verb : `${command.verb}…`;
      return h('button', { type: 'button', disabled: !connected, onClick }, label);
    });
    render(h(Fragment, null, ...buttons), byId('controls'));
  }

  /** A shadow takes no commands. */
  private _show(): void {
    byId('controls').hidden = !this._allowed || this._isShadow;
  }

  private _ask({ action, verb, question }: Command, circuit: string): void {
    if (question === undefined) return void this._send(action, circuit, '');
    render(h(Fragment, null, `${verb} `, h('bdi', null, toName(circuit)), '?'), byId('confirm-heading'));
    setText(byId('confirm-text'), this._inFleet ? `${question} In all members of the fleet.` : question);
    setText(byId('confirm-yes'), verb);
    this._why.value = '';
    this._confirmed = () => void this._send(action, circuit, this._why.value);
    this._dialog.showModal();
  }

  private async _send(action: DashboardAction, circuit: string, why: string): Promise<void> {
    const query = new URLSearchParams({ circuit, action, ...(why.trim() && { why }) });
    const done = this._inFleet ? 'Done, for all members of the fleet.' : 'Done.';
    const show = (text: string): void => {
      if (circuit === this._circuit) this._outcome.textContent = text;
    };
    show('…');
    try {
      // The header is what a page of another site cannot send.
      const response = await fetch(`${this._url}?${query.toString()}`, {
        method: 'POST',
        headers: { 'X-Fluxgate-Command': '1' },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      show(response.ok ? done : `Refused: ${(await response.text()).trim() || String(response.status)}.`);
    } catch {
      show('The server has not responded. The state shows whether it was done.');
    }
  }
}
