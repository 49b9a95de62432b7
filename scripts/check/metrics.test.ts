import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../packages/relay-host/src/metrics/metric-table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('what is written about the metrics', () => {
  it('docs/metrics.md lists each with its type, labels and help, and no other', () => {
    const rows = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8').match(/^\| `(?:otto|process|nodejs)_.*$/gm);

    expect(rows).toEqual(
      Object.entries(METRICS).map(
        ([name, { type, help, labels = [] }]) =>
          `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
      ),
    );
  });

  it('the dashboard asks for metrics that there are, with labels that they have', () => {
    const text = readFileSync(join(ROOT, 'ops/grafana-dashboard.json'), 'utf8');
    const dashboard = JSON.parse(text) as { panels: { title: string; targets?: { expr: string }[] }[] };
    const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const used = new Set<string>();

    for (const query of queries) {
      for (const [, asked = ''] of query.matchAll(/\b((?:otto|process|nodejs)_\w+)/g)) {
        const name = asked.replace(/_(?:bucket|sum|count)$/, (end) => (asked in METRICS ? end : ''));
        expect(Object.keys(METRICS), query).toContain(name);
        used.add(name);
      }
      for (const [, labels = ''] of query.matchAll(/\bby \(([^)]*)\)/g)) {
        for (const label of labels.split(',').map((part) => part.trim()))
          expect([...ALL_LABELS, 'le', 'instance']).toContain(label);
      }
    }

    const missing = Object.keys(METRICS).filter((name) => name.startsWith('otto_') && !used.has(name));
    expect(missing).toEqual([]);
    expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
  });

  const ALL_LABELS = Object.values(METRICS).flatMap(({ labels = [] }) => labels);
});
