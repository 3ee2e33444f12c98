import { Component, createRef, h, type ComponentChild } from 'preact';
import type { Row } from '../server/messages.ts';
import { Badge } from './badge.ts';
import { count, milliseconds, percent, toName } from './format.ts';
import type { Sparklines } from './sparklines.ts';

interface Props {
  readonly row: Row;
  /** How long the circuit has been in its state. */
  readonly since: string;
  /** When it will be tried again. */
  readonly next: string;
  readonly selected: boolean;
  readonly sparklines: Sparklines;
  readonly onSelect: (key: string) => void;
}

/** A row of the table, rendered again only when something in it has changed. */
export class CircuitRow extends Component<Props> {
  private readonly _element = createRef<HTMLTableRowElement>();
  private readonly _canvas = createRef<HTMLCanvasElement>();

  override shouldComponentUpdate({ row, since, next, selected }: Props): boolean {
    const { props } = this;
    return row !== props.row || since !== props.since || next !== props.next || selected !== props.selected;
  }

  override componentDidMount(): void {
    const { row, sparklines } = this.props;
    if (this._element.current && this._canvas.current) {
      sparklines.add(this._element.current, row.key, this._canvas.current);
    }
  }

  override componentWillUnmount(): void {
    if (this._element.current) this.props.sparklines.remove(this._element.current);
  }

  override render({ row, since, next, selected, onSelect }: Props): ComponentChild {
    // No text instead of an empty one, which Preact writes again each time the row is rendered.
    const cell = (name: string, content: ComponentChild, title?: string): ComponentChild =>
      h('td', { role: 'cell', class: name, title }, content === '' ? null : content);
    const why = row.unreadable ? 'cannot be read' : row.detail;
    const button = { type: 'button', class: 'name', 'aria-current': selected ? 'true' : undefined } as const;
    return h(
      'tr',
      {
        ref: this._element,
        role: 'row',
        'data-state': row.state,
        class: selected ? 'selected' : undefined,
        onClick: () => onSelect(row.key),
      },
      h('th', { role: 'rowheader', scope: 'row' }, h('button', button, toName(row.key))),
      cell('state', h(Badge, { state: row.state })),
      cell('since', since),
      cell('next', next),
      // Not beside the name, which may need all its room.
      cell('why', row.shadow ? [h('span', { class: 'tag' }, 'shadow'), ' ', why] : why, why),
      cell('calls number', count(row.calls)),
      cell('failed number', percent(row.failures, row.calls)),
      cell('latency number', milliseconds(row.latency)),
      cell('rejected number', count(row.rejected)),
      cell('spark', h('canvas', { ref: this._canvas, 'aria-hidden': 'true' })),
    );
  }
}
