import { describe, expect, it } from 'vitest';
import { withBenchSection } from './bench-section.mjs';

const page =
  '# Title\n\n<!-- bench: made by `npm run pages` from bench/recorded.json -->\nold\n<!-- bench ends -->\n\nRest.\n';
const machine = { date: '2026-01-02', cores: 2, processor: 'a processor', node: '20.0.0', pinning: '' };
const row = { id: 'one', scenario: 'one tab', figure: 'CPU per command', unit: 'µs', besides: 'bare forwarder' };
const outcome = { figure: 1.6, lowest: 1.5, highest: 1.7, own: 64, beside: 40 };

describe('withBenchSection', () => {
  it('puts the table of a run between the marks, and leaves the rest', () => {
    const results = [{ row: { ...row, target: { atMost: 2 } }, outcome: { ...outcome, isMet: true } }];

    const text = withBenchSection(page, { machine, logs: { commands: 1_000, missing: 0 }, facts: {}, results });

    expect(text).not.toContain('old');
    expect(text).toContain('Measured on 2026-01-02: 2 cores of a processor, Node 20.0.0.');
    expect(text).toContain('| one tab | CPU per command | 64.0 µs | 40.0 µs, bare forwarder |');
    expect(text).not.toContain('missed');
    expect(text.endsWith('<!-- bench ends -->\n\nRest.\n')).toBe(true);
  });

  it('says of a target that is missed why', () => {
    const missed = { ...row, target: { atMost: 1.5 }, note: 'The reason.' };
    const results = [{ row: missed, outcome: { ...outcome, isMet: false } }];

    const text = withBenchSection(page, { machine, logs: { commands: 1_000, missing: 0 }, facts: {}, results });

    expect(text).toContain('- **one tab** (CPU per command), by 7 %: The reason.');
  });

  it('shows no run whose log lacked something', () => {
    const logs = { commands: 1_000, missing: 1 };

    expect(() => withBenchSection(page, { machine, logs, facts: {}, results: [] })).toThrow(/lacks something/);
  });
});
