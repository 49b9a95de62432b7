import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestController, type TestRelay } from '@telepat/otto-relay-core/testing';
import { commandLife } from '../src/explain/command-life.js';
import { explanation } from '../src/explain/explanation.js';
import { heldBy } from '../src/explain/neighbours.js';

const OWNER = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: Infinity } as const;

async function world() {
  const scopes = ['primitive.*', 'listener.*', 'logs.read'];
  const relay = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, scopes });
  const node = await relay.node('n1', 'i1');
  return { relay, node, alice: await relay.controller('alice'), bob: await relay.controller('bob') };
}

/** The life of a command as `otto explain` tells it, out of what the relay has logged. */
function told({ log, clock }: TestRelay, requestId: string): string {
  const life = commandLife(log.entries.filter((entry) => entry.requestId === requestId));
  if (life === undefined) throw new Error(`The log holds nothing of ${requestId}.`);
  const { outcome, steps, advice } = explanation(life, { held: heldBy(log.entries, life), now: clock.now() });
  return [outcome, ...steps.map(({ text }) => text), ...advice].join('\n');
}

/** Sends a durable command, and lets the journal take it. */
async function keyed(controller: TestController, key: string): Promise<string> {
  const id = controller.queue('n1', { action: 'primitive.tab.navigate', tab: 't1', idempotencyKey: key });
  await settled();
  return id;
}

describe('what the relay has logged of a command is told in plain words', () => {
  it('when it waited behind another one and lost its grant meanwhile', async () => {
    const { relay, alice, bob } = await world();
    const ahead = bob.queue('n1', { tab: 't1' });
    const id = alice.queue('n1', { tab: 't1' });
    relay.pass(500);
    await relay.relay.access.grants.set(OWNER, { clientId: 'alice', grant: false });

    expect(told(relay, id)).toMatch(
      new RegExp(
        `^acl_missing_node_grant\n[^]*for 500 ms, behind primitive.dom.extract_text of bob .${ahead}.[^]*` +
          'The relay ended it: acl_missing_node_grant, 500 ms in all[^]*otto access grant[^]*safe to send it again',
      ),
    );
  });

  it('when it was cancelled, at the node or in its queue', async () => {
    const { relay, node, alice } = await world();
    const [running, waiting] = [alice.queue('n1', { tab: 't1' }), alice.queue('n1', { tab: 't1' })];
    alice.cancel(waiting);
    relay.pass(100);
    alice.cancel(running);
    node.send('result', { ok: true, durationMs: 1, action: 'x', commandOutcome: 'cancelled' }, { requestId: running });

    expect(told(relay, waiting)).toMatch(
      /^command_cancelled\n[^]*Its sender asked to cancel it[^]*safe to send it again/,
    );
    expect(told(relay, running)).toMatch(
      /^cancelled\n[^]*asked to cancel it .forwarded.[^]*The node answered: cancelled/,
    );
  });

  it('when the node was too late', async () => {
    const { relay, node, alice } = await world();
    const id = alice.command('n1', { timeoutMs: 1_000 });
    relay.pass(1_500);
    node.answer(id);

    expect(told(relay, id)).toMatch(
      /^command_timed_out\n[^]*The relay ended it[^]*The node answered when it was over already[^]*may have had its effect/,
    );
  });

  it('when its controller went away before its turn', async () => {
    const { relay, alice, bob } = await world();
    bob.queue('n1', { tab: 't1' });
    const id = alice.queue('n1', { tab: 't1' });
    alice.drop();

    expect(told(relay, id)).toMatch(/Its controller went away while it waited[^]*safe to send it again/);
  });

  it('when it was refused', async () => {
    const { relay, alice, bob } = await world();
    bob.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1' });
    const refused = {
      'the lock of the tab': alice.command('n1', { tab: 't1' }),
      "the node owner's grant": alice.command('n9'),
      'the scopes': alice.command('n1', { action: 'relay.internal' }),
      'replay protection': alice.command('n1', { replayNonce: '' }),
    };

    for (const [check, id] of Object.entries(refused)) {
      expect(told(relay, id)).toContain(`Refused at a check: ${check}.`);
      expect(told(relay, id)).toContain('it never reached the node');
    }
  });

  it('when its node went away, or wrote about it', async () => {
    const { relay, node, alice } = await world();
    const [gone, failed] = [alice.command('n1', { tab: 't1' }), alice.command('n1', { tab: 't2' })];
    node.send('event', { type: 'extension_log', entry: { type: 'step', requestId: failed, data: { part: 1 } } });
    node.refuse(failed, 'made_up');
    node.drop();
    relay.pass(60_000);

    expect(told(relay, failed)).toMatch(/^made_up\n[^]*the node wrote step .part 1.[^]*The node answered: made_up/);
    expect(told(relay, gone)).toMatch(/^node_disconnected\n[^]*may have had its effect/);
  });

  it('when its node wrote what only the relay knows', async () => {
    const { relay, node, alice } = await world();
    const id = alice.command('n1', { tab: 't1' });
    for (const type of ['error', 'result', 'command_routed', 'command_queued', 'queued_command_dropped']) {
      const entry = { type, requestId: id, status: 'forged', data: { waitedMs: 9_000 } };
      node.send('event', { type: 'extension_log', entry });
    }
    expect(told(relay, id)).toMatch(/^running\n/);
    relay.pass(100);
    node.answer(id);

    expect(told(relay, id)).toMatch(/^completed\n[^]*The node answered: completed, 100 ms after the node had it/);
  });

  it('when it was a subscription', async () => {
    const { relay, node, alice } = await world();
    const id = alice.command('n1', { action: 'listener.subscribe', input: { listener: 'posts' } });
    node.answer(id);
    for (let update = 0; update < 5; update += 1) {
      node.send('event', { type: 'listener_update', data: update }, { requestId: id });
      relay.pass(1_500);
    }
    node.drop();
    relay.pass(60_000);

    const text = told(relay, id);
    expect(text).toMatch(/^completed\n[^]*subscription that it asked for began .listener posts/);
    expect(text.match(/The node sent updates/g)).toHaveLength(3);
    expect(text).toMatch(/The subscription ended .reason node_disconnected/);
  });

  it('when it was durable: shared, repeated, and lost with its relay', async () => {
    const { relay, node, alice } = await world();
    const again = await relay.controller('alice', 'ctl_2');
    const [first, joined] = [await keyed(alice, 'k1'), await keyed(again, 'k1')];
    node.answer(first);
    await settled();
    const repeated = await keyed(alice, 'k1');
    const lost = await keyed(alice, 'k2');

    for (const id of [first, joined])
      expect(told(relay, id)).toMatch(/^completed\n[^]*The node had it[^]*The node answered/);
    expect(told(relay, repeated)).toMatch(/^completed\n[^]*The relay had the outcome of its idempotency key already/);
    expect(told(relay, repeated)).not.toContain('The node had it');

    const after = await relay.restart();
    const anew = await after.node('n1', 'i2');
    const asked = await keyed(await after.controller('alice'), 'k2');
    anew.answer(anew.commandIds[0] ?? '', { status: 'unknown' });
    await settled();
    expect(told(relay, lost)).toContain('It has not ended yet.');
    expect(told(after, asked)).toMatch(/^outcome_unknown\n[^]*may have had its effect/);
  });
});
