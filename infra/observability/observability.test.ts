import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRegistry, METRICS, type MetricName, metric } from '@tributary/telemetry';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}

async function alertRules(): Promise<readonly Rule[]> {
  const { groups } = parse(await read('alerts.yaml')) as { groups: readonly { rules: readonly Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

async function dashboardQueries(): Promise<readonly string[]> {
  const { panels } = JSON.parse(await read('grafana/tributary.json')) as Dashboard;
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

/** Names of all series that a process can export, `up` of Prometheus itself included. */
async function exportedSeries(): Promise<ReadonlySet<string>> {
  const registry = createRegistry('test');
  for (const name of Object.keys(METRICS) as MetricName[]) metric(registry, name);
  const names = (await registry.getMetricsAsArray()).flatMap(({ name }) => [
    name,
    ...['bucket', 'sum', 'count'].map((suffix) => `${name}_${suffix}`),
  ]);
  return new Set([...names, 'up']);
}

/** Metric names have an underscore, which no PromQL function used here but `histogram_quantile` and `min_over_time` has. */
function seriesIn(query: string): string[] {
  const withoutLabels = query
    .replace(/\{[^}]*\}/g, '')
    .replace(/by \([^)]*\)/g, '')
    .replace(/\[[^\]]*\]/g, '');
  return (withoutLabels.match(/[a-z]+(?:_[a-z0-9]+)+|\bup\b/g) ?? []).filter(
    (name) => name !== 'histogram_quantile' && name !== 'min_over_time',
  );
}

describe('dashboard and alerts', () => {
  it('ask only for series that the processes export', async () => {
    const known = await exportedSeries();
    const asked = [...(await alertRules()).map(({ expr }) => expr), ...(await dashboardQueries())].flatMap(
      seriesIn,
    );
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  it('select only by labels that the metrics have', async () => {
    const queries = [...(await alertRules()).map(({ expr }) => expr), ...(await dashboardQueries())];
    for (const query of queries) {
      for (const [, name = '', labels = ''] of query.matchAll(
        /(\w+?)(?:_(?:bucket|sum|count))?\{([^}]*)\}/g,
      )) {
        const used = [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label);
        const own = name in METRICS ? METRICS[name as MetricName].labels : [];
        expect([...own, 'service', 'job']).toEqual(expect.arrayContaining(used));
      }
    }
  });

  it('show every metric of ours in a panel', async () => {
    const shown = (await dashboardQueries()).join('\n');
    expect(Object.keys(METRICS).filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('have a runbook page for each alert, and no page without one', async () => {
    const rules = await alertRules();
    const pages = [...(await read('runbooks.md')).matchAll(/^## (\w+)$/gm)].map(([, title]) => title);
    expect(pages).toEqual(rules.map(({ alert }) => alert));
    expect(rules.map(({ annotations }) => annotations.runbook)).toEqual(
      rules.map(({ alert }) => `infra/observability/runbooks.md#${alert.toLowerCase()}`),
    );
  });
});

describe('compose.yaml', () => {
  interface Service {
    readonly image: string;
    readonly ports?: readonly string[];
    readonly volumes?: readonly string[];
  }
  const services = async () => {
    const { services } = parse(await read('../compose.yaml'), { merge: true }) as {
      services: Record<string, Service>;
    };
    return Object.values(services);
  };

  it('mounts files that exist', async () => {
    const mounted = (await services()).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    );
    const files = mounted.filter((source) => source.startsWith('./'));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
  });

  it('pins every image and opens ports on the loopback interface only', async () => {
    for (const { image, ports = [] } of await services()) {
      expect(image).toMatch(/:v?\d+(\.\d+)*$/);
      expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    }
  });
});
