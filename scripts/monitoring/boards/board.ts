/** A dashboard of Grafana, as far as ours use it. Schema version 39 is read by Grafana 10.2 and newer, which brings it up to date. */
const SCHEMA_VERSION = 39;
const COLUMNS = 24;

/** The data source that provisioning makes. */
const SOURCE = { type: 'prometheus', uid: 'prometheus' } as const;

export interface Query {
  readonly expr: string;
  /** What the legend calls it: text with {{labels}}. */
  readonly legend: string;
}

export interface PanelSpec {
  readonly title: string;
  /** What it means and where it comes from, behind the "i" of the panel. */
  readonly about: string;
  readonly kind: 'timeseries' | 'stat' | 'gauge' | 'table' | 'state-timeline';
  /** Grafana's names: s, percentunit, bytes, currencyUSD, celsius, reqps, … */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24 columns; 8 unless said. */
  readonly width?: number;
  readonly height?: number;
  readonly max?: number;
  /** From these on it is yellow, and red; with `falls` below them. */
  readonly limits?: { readonly yellow: number; readonly red: number; readonly falls?: true };
  /** What a value of null is called. */
  readonly nothing?: string;
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

export interface BoardSpec {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly RowSpec[];
}

/** Panels from left to right, each row below the one before. */
export function board({ uid, title, about, rows }: BoardSpec) {
  const panels: object[] = [];
  let [id, y] = [0, 0];
  for (const row of rows) {
    id += 1;
    panels.push({
      id,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let [x, tallest] = [0, 0];
    for (const spec of row.panels) {
      const [w, h] = [spec.width ?? 8, spec.height ?? 8];
      if (x + w > COLUMNS) [x, y, tallest] = [0, y + tallest, 0];
      id += 1;
      panels.push(panel(spec, id, { x, y, w, h }));
      x += w;
      tallest = Math.max(tallest, h);
    }
    y += tallest;
  }
  return {
    uid,
    title,
    description: about,
    tags: ['h200-mug'],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: { list: [] },
    annotations: {
      list: [
        {
          name: 'Alerts',
          datasource: SOURCE,
          enable: true,
          iconColor: 'red',
          expr: 'ALERTS{alertstate="firing", severity="critical"}',
          titleFormat: '{{alertname}}',
        },
      ],
    },
    links: [{ type: 'dashboards', tags: ['h200-mug'], title: 'Boards', asDropdown: false, keepTime: true }],
    panels,
  };
}

export type Board = ReturnType<typeof board>;

function panel(spec: PanelSpec, id: number, gridPos: object): object {
  const { title, about, kind, queries, nothing = 'nothing measured' } = spec;
  return {
    id,
    type: kind,
    title,
    description: about,
    datasource: SOURCE,
    gridPos,
    targets: queries.map(({ expr, legend }, n) => ({
      refId: String.fromCharCode(65 + n),
      datasource: SOURCE,
      expr,
      legendFormat: legend,
      ...(kind === 'table' || kind === 'stat' || kind === 'gauge'
        ? { instant: kind === 'table', range: kind !== 'table' }
        : { range: true }),
      ...(kind === 'table' && { format: 'table' }),
    })),
    fieldConfig: { defaults: { unit: spec.unit, noValue: nothing, min: 0, ...colours(spec) }, overrides: [] },
    options: OPTIONS[kind],
  };
}

const OPTIONS: Readonly<Record<PanelSpec['kind'], object>> = {
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    colorMode: 'value',
    graphMode: 'area',
    textMode: 'auto',
  },
  gauge: { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, showThresholdMarkers: true },
  table: { showHeader: true, cellHeight: 'sm' },
  'state-timeline': { showValue: 'never', legend: { displayMode: 'list', placement: 'bottom', showLegend: true } },
};

function colours({ limits, max, kind }: PanelSpec): object {
  const size = max === undefined ? {} : { max };
  if (limits === undefined) return size;
  const { yellow, red, falls } = limits;
  const steps = falls
    ? [
        { color: 'red', value: null },
        { color: 'yellow', value: red },
        { color: 'green', value: yellow },
      ]
    : [
        { color: 'green', value: null },
        { color: 'yellow', value: yellow },
        { color: 'red', value: red },
      ];
  const lines = kind === 'timeseries' ? { custom: { thresholdsStyle: { mode: 'dashed' } } } : {};
  return {
    ...size,
    thresholds: { mode: 'absolute', steps },
    color: { mode: kind === 'timeseries' ? 'palette-classic' : 'thresholds' },
    ...lines,
  };
}
