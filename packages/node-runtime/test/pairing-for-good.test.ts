import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, expect, it } from 'vitest';
import { ACCESS_MS, REFRESH_MS, STEP_MS, pairedWorld, type PairedWorld } from './paired-world.js';

let world: PairedWorld;

beforeEach(async () => {
  world = await pairedWorld();
});

it('a node that is always connected stays paired for many lives of its refresh token', async () => {
  await world.pass(5 * REFRESH_MS);
  world.dropAll();
  await world.pass(STEP_MS);

  expect(world.node.state.phase).toBe('connected');
  expect(world.refreshes).toBeGreaterThanOrEqual(20);
  expect(world.codes).toHaveLength(1);
});

it('an answer to a refresh that is lost does not cost the pairing', async () => {
  world.loseAnswers(3);

  await world.pass(2 * ACCESS_MS);
  world.dropAll();
  await world.pass(STEP_MS);

  expect(world.lost).toBe(3);
  expect(world.node.state.phase).toBe('connected');
  expect(world.log.entries.map(({ type }) => type)).not.toContain('refresh_token_reused');
});

it('a node that was away for longer than its access token lives comes back with its refresh token', async () => {
  world.isReachable = false;
  world.dropAll();
  await world.pass(2 * ACCESS_MS);

  world.isReachable = true;
  await world.pass(20_000);

  expect(world.node.state.phase).toBe('connected');
  expect(world.codes).toHaveLength(1);
});

it('a renewal that the relay refuses stands in its log, once, while the session goes on', async () => {
  world.isRefusing = true;

  await world.pass(2 * ACCESS_MS);

  expect(world.node.state.phase).toBe('connected');
  const told = world.log.entries.filter(({ type }) => type === 'token_renewal_failed');
  expect(told).toMatchObject([{ source: 'node', nodeId: 'n1', level: 'error', status: 'invalid_refresh_token' }]);
});

it('an answer that is lost for longer than the relay repeats it does not cost the pairing: the node pairs itself', async () => {
  world.isAnswerLost = true;
  await world.pass(ACCESS_MS / 2 + 120_000);
  world.isAnswerLost = false;
  await world.pass(5 * ACCESS_MS);
  world.dropAll();
  await world.pass(STEP_MS);

  expect(world.node.state.phase).toBe('connected');
  expect(world.codes).toHaveLength(1);
  expect(world.ofType('refresh_token_reused')).toEqual([]);
  expect(world.ofType('pairing_approved').slice(1)).toMatchObject([{ nodeId: 'n1', data: { approvedBy: 'node' } }]);
  expect(world.ofType('paired_anew')).toHaveLength(1);
  expect(world.controllerTokens).toHaveLength(1);
  expect(world.parts.relay.access.tokens.isCurrent(world.controllerTokens[0] ?? '')).toBe(false);
});

it('what the node granted is granted still after it has paired itself anew', async () => {
  await world.grant();
  world.isAnswerLost = true;
  await world.pass(ACCESS_MS / 2 + 120_000);
  world.isAnswerLost = false;
  world.dropAll();
  await world.pass(STEP_MS);

  expect(world.ofType('paired_anew')).toHaveLength(1);
  expect(world.isGranted).toBe(true);
});

it('a session of the older pairing that ends one day is followed by one of the newer, without a code', async () => {
  world.isAnswerLost = true;
  await world.pass(ACCESS_MS / 2 + 120_000);
  world.isAnswerLost = false;

  await world.pass(2 * REFRESH_MS);

  expect(world.states).toContain('stopped');
  expect(world.node.state.phase).toBe('connected');
  expect(world.codes).toHaveLength(1);
});

it('a node whose token is due comes back within 2 s, although its call stalls', async () => {
  world.isStalled = true;
  await world.pass(ACCESS_MS / 2 + STEP_MS);
  world.dropAll();
  await settled();
  expect(world.node.state.phase).toBe('waiting');
  for (let ms = 0; ms < 2_000; ms += 100) await world.pass(100);

  expect(world.node.state.phase).toBe('connected');
  expect(world.refreshes).toBe(0);
});

it('a node whose calls fail until its access token is over keeps its session, and its refresh token to itself', async () => {
  world.isAnswerLost = true;
  await world.pass(ACCESS_MS / 2 + STEP_MS);
  expect(world.lost).toBeGreaterThan(0);
  world.isReachable = false;
  await world.pass(ACCESS_MS);
  world.isReachable = true;
  world.isAnswerLost = false;
  await world.pass(20 * STEP_MS);

  expect(world.states).not.toContain('stopped');
  expect(world.node.state.phase).toBe('connected');
  expect(world.ofType('refresh_token_reused')).toEqual([]);
});
