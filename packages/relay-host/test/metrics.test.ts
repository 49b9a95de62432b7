import { LOG_TYPES } from '@telepat/otto-protocol';
import { settled, testRelay, type TestRelay } from '@telepat/otto-relay-core/testing';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../src/metrics/metric-table.js';
import { RelayMetrics } from '../src/metrics/relay-metrics.js';
import { client, startRelay } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';

describe('GET /metrics of a running relay', () => {
  it('has every metric of the table, with its help and type, and the process in it', async () => {
    const folder = tempFolder();
    const server = await startRelay(folder);

    const response = await fetch(`http://127.0.0.1:${server.address.port}/metrics`);
    const text = await response.text();

    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const [name, { help, type }] of Object.entries(METRICS)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    const samples = samplesOf(text);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(samples.get(`otto_info{version="1.2.3",node="${process.version}"}`)).toBe(1);
    expect(samples.get('otto_events_total{type="relay_started"}')).toBe(1);
    expect(samples.get('otto_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);
    expect([...samples.values()].every(Number.isFinite)).toBe(true);
  });

  it('is for this machine and the operator, unless it is public', async () => {
    const [folder, other] = [tempFolder(), tempFolder()];
    const closed = await startRelay(folder);
    const open = await startRelay(other, { OTTO_METRICS_PUBLIC: '1' });
    const headers = { 'x-forwarded-for': '192.0.2.7' };
    const scrape = async (port: number, more: Record<string, string> = {}) =>
      (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { ...headers, ...more } })).status;

    const operator = { authorization: `Bearer ${client(closed.address.port, folder).operatorToken()}` };
    expect(await scrape(closed.address.port)).toBe(401);
    expect(await scrape(closed.address.port, operator)).toBe(200);
    expect(await scrape(open.address.port)).toBe(200);
  });
});

describe('what is counted', () => {
  it('commands by group and outcome, and how long they waited and ran', async () => {
    const { world, samples } = await countedRelay();
    const alice = await world.controller('alice');
    const node = await world.node('n1');

    const first = alice.queue('n1', { action: 'primitive.tab.navigate', tab: 't1' });
    const second = alice.queue('n1', { action: 'primitive.dom.extract_text', tab: 't1' });
    world.clock.advance(40);
    node.answer(first);
    world.clock.advance(7);
    node.refuse(second, 'element_not_found');
    alice.command('n1', { action: 'primitive.made.up', tab: 't1', timeoutMs: 1_000 });
    const before = await samples();
    world.pass(1_500);

    const after = await samples();
    expect(before.get('otto_commands_in_flight')).toBe(1);
    expect(after.get('otto_commands_total{group="tab",outcome="completed"}')).toBe(1);
    expect(after.get('otto_commands_total{group="dom",outcome="failed"}')).toBe(1);
    expect(after.get('otto_commands_total{group="other",outcome="timed_out"}')).toBe(1);
    expect(after.get('otto_command_wait_seconds_bucket{le="0.001",group="tab"}')).toBe(1);
    expect(after.get('otto_command_wait_seconds_bucket{le="0.025",group="dom"}')).toBe(0);
    expect(after.get('otto_command_wait_seconds_bucket{le="0.05",group="dom"}')).toBe(1);
    expect(after.get('otto_command_wait_seconds_sum{group="dom"}')).toBeCloseTo(0.04);
    expect(after.get('otto_command_run_seconds_sum{group="tab"}')).toBeCloseTo(0.04);
    expect(after.get('otto_command_run_seconds_sum{group="dom"}')).toBeCloseTo(0.007);
    expect(after.get('otto_command_run_seconds_bucket{le="+Inf",group="other"}')).toBe(1);
  });

  it('a durable command once, though its node answered after its time', async () => {
    const { world, samples } = await countedRelay();
    const alice = await world.controller('alice');
    const node = await world.node('n1');
    const durable = { action: 'primitive.tab.navigate', timeoutMs: 1_000, idempotencyKey: 'k1' };

    const id = alice.queue('n1', durable);
    await settled();
    world.pass(1_500);
    node.answer(id);
    await settled();

    expect(world.log.ofType('result')).toMatchObject([{ data: { isUnheard: true } }]);
    const counted = await samples();
    expect(counted.get('otto_commands_total{group="tab",outcome="timed_out"}')).toBe(1);
    expect(counted.get('otto_commands_total{group="tab",outcome="completed"}')).toBe(0);
  });

  it('sessions, queues, refusals, dropped frames and updates', async () => {
    const { world, samples } = await countedRelay({ bufferedBytesMax: 1_000 });
    const alice = await world.controller('alice');
    const node = await world.node('n1');

    alice.queue('n1', { tab: 't1' });
    alice.queue('n1', { tab: 't1' });
    alice.command('elsewhere');
    alice.command('n1', { action: 'relay.internal' });
    node.answer('nobody asked');
    node.send('event', { type: 'made_up' });
    const subscribed = alice.command('n1', { action: 'listener.subscribe', input: { listener: 'posts' } });
    node.answer(subscribed);
    node.send('event', { type: 'listener_update', data: 1 }, { requestId: subscribed });
    alice.peer.buffered = 10_000;
    node.send('event', { type: 'listener_update', data: 2 }, { requestId: subscribed });
    world.pass(1_500);

    const counted = await samples();
    expect(counted.get('otto_sessions{role="controller"}')).toBe(1);
    expect(counted.get('otto_sessions{role="node"}')).toBe(1);
    expect(counted.get('otto_commands_queued')).toBe(1);
    expect(counted.get('otto_refusals_total{code="acl_missing_node_grant"}')).toBe(1);
    expect(counted.get('otto_refusals_total{code="forbidden_action"}')).toBe(1);
    expect(counted.get('otto_frames_dropped_total{reason="late_outcome"}')).toBe(1);
    expect(counted.get('otto_frames_dropped_total{reason="unknown_event"}')).toBe(1);
    expect(counted.get('otto_listener_updates_total')).toBe(2);
    expect(counted.get('otto_listener_updates_dropped_total')).toBe(1);
    expect(counted.get('otto_listeners')).toBe(1);
  });

  it('how far the log is behind', async () => {
    const { samples } = await countedRelay({}, { waitingBytes: 77, lagMs: 250, droppedCount: 3 });

    const counted = await samples();

    expect(counted.get('otto_log_queue_bytes')).toBe(77);
    expect(counted.get('otto_log_writer_lag_seconds')).toBe(0.25);
    expect(counted.get('otto_log_entries_dropped_total')).toBe(3);
  });
});

describe('labels', () => {
  it('no word of a peer becomes one, and no peer can make the list longer', async () => {
    const { world, text } = await countedRelay();
    const alice = await world.controller('alice');
    const node = await world.node('n1');
    const longest = (await text()).split('\n').length;

    for (let count = 0; count < 50; count += 1) {
      const action = `primitive.canary${count}`;
      node.refuse(alice.command('n1', { action, tab: `canary${count}` }), `canary_${count}`);
      node.send('event', { type: `canary_${count}` });
      for (const type of [`canary_${count}`, 'result', 'listener_update']) {
        node.send('event', { type: 'extension_log', entry: { type, status: 'canary', data: { count: 1_000 } } });
      }
      alice.send('event', { type: `canary_${count}` });
      alice.command(`canary_${count}`);
    }

    const after = await text();
    expect(after).not.toContain('canary');
    expect(samplesOf(after).get('otto_listener_updates_total')).toBe(0);
    expect(samplesOf(after).get('otto_commands_total{group="other",outcome="completed"}')).toBe(0);
    expect(after.split('\n').length - longest).toBeLessThan(10);
  });

  it('every type of the log has its own counter', async () => {
    const { samples } = await countedRelay();
    const counted = await samples();

    for (const type of LOG_TYPES) expect(counted.has(`otto_events_total{type="${type}"}`), type).toBe(true);
  });
});

/** A relay in memory whose entries are counted. */
async function countedRelay(
  config: NonNullable<Parameters<typeof testRelay>[0]>['config'] = {},
  backlog = { waitingBytes: 0, lagMs: 0, droppedCount: 0 },
) {
  const clock = { now: () => 0 };
  const metrics = new RelayMetrics({ clock, version: '1.2.3', backlog: () => backlog });
  const world: TestRelay = await testRelay({
    config,
    grants: { alice: ['n1'] },
    scopes: ['primitive.*', 'listener.*'],
    onOwnEntry: (entry) => metrics.count(entry),
  });
  metrics.start(world.relay);
  metrics.stop();
  return { world, text: () => metrics.text(), samples: async () => samplesOf(await metrics.text()) };
}

function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}
