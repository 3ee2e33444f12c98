import { readFileSync } from 'node:fs';

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
}

export interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}

/** The parts of a Grafana dashboard that tests look at. */
export interface Dashboard {
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly panels: readonly Panel[];
}

export const dashboard = JSON.parse(readFileSync('docs/prometheus/grafana-dashboard.json', 'utf8')) as Dashboard;

/** The queries of all panels. */
export const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ refId, expr }) => ({ title: `${title} ${refId}`, expr })),
);

/** The queries of the annotations. */
export const annotations = dashboard.annotations.list;
