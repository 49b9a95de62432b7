import { PROBE, personNamed } from './cast.js';
import { demand } from './invariants.js';
import { play } from './play.js';
import type { Step } from './steps.js';
import type { World } from './world.js';

/** Longer than any command of a storm may take and then be stopped. */
const COMMANDS_MS = 60_000;

/** Longer than a command of the relay's own may take and then be stopped. */
const OWN_COMMANDS_MS = 16_000;

/** So often the relay may have asked something anew meanwhile: each time a grant lapses, late if the clock was set back. */
const OWN_COMMANDS_ROUNDS = 10;

/** Longer than it takes until tabs that are on record are closed. */
const RECORDS_MS = 620_000;

/** Longer than anything is remembered: tabs that are kept, nonces, the family of a token, durable commands. */
const MEMORY_MS = 26 * 3_600_000;

/** The storm is over: everything comes to its end, each tab runs a fresh command at once, and nothing is left. */
export async function fallQuiet(world: World): Promise<void> {
  await play(world, { do: 'disk', mode: 'fast' });
  for (const socket of [...world.sockets]) {
    if (socket.isClosedByRelay) world.hangUp(socket);
    else await play(world, { do: 'drain', socket: socket.name });
  }
  await play(world, { do: 'pass', ms: world.isPatient ? RECORDS_MS : COMMANDS_MS });
  // The relay itself may have asked something of a node just now.
  for (let round = 0; round < OWN_COMMANDS_ROUNDS && world.relay.tables().commands > 0; round += 1) {
    await play(world, { do: 'pass', ms: OWN_COMMANDS_MS });
  }
  const { commands, locks } = world.relay.tables();
  demand(commands === 0, 'quiet_is_empty', () => `${commands} commands are left`);
  demand(locks === 0, 'quiet_is_empty', () => `${locks} locks are left`);
  await runFreshCommands(world);
  await leave(world);
}

/** Somebody who took no part sends one command to every tab: none has to wait for anything. */
async function runFreshCommands(world: World): Promise<void> {
  const { facts } = world.model;
  await play(world, connectionOf(PROBE.name));
  for (const nodeId of ['n1', 'n2', 'n3']) {
    if (!facts.nodes.has(nodeId)) await play(world, connectionOf(nodeId));
    await play(world, { do: 'grant', who: PROBE.name, node: nodeId, forMs: null });
    for (const tab of ['t1', 't2', 't3']) {
      const id = `fresh-${nodeId}-${tab}`;
      await play(world, freshCommand(id, nodeId, tab));
      const command = facts.nodes.get(nodeId)?.commands.get(id);
      demand(command?.isAtNode === true, 'fresh_command_runs', () => `${id} did not run at once`);
      const socket = facts.nodes.get(nodeId)?.session.socket ?? '';
      await play(world, { do: 'answer', socket, id, how: 'ok' });
    }
  }
}

async function leave(world: World): Promise<void> {
  for (const socket of [...world.sockets]) {
    world.hangUp(socket);
    await world.check();
  }
  world.model.dayPasses();
  await play(world, { do: 'pass', ms: MEMORY_MS });
  const left = Object.entries(world.relay.tables()).filter(([, size]) => size !== 0);
  demand(left.length === 0, 'quiet_is_empty', () => left.map(([name, size]) => `${size} ${name}`).join(', '));
  demand(world.armedCount === 0, 'quiet_is_empty', () => `${world.armedCount} timers are armed`);
}

function connectionOf(who: string): Step {
  const { name } = personNamed(who);
  const instance = name === PROBE.name ? null : 'last';
  return { do: 'connect', socket: `${name}#last`, who: name, token: 'good', instance, burst: [], meanwhile: null };
}

function freshCommand(id: string, node: string, tab: string): Step {
  const action = 'primitive.tab.navigate';
  const rest = { waits: false, timeoutMs: null, nonce: id, ageMs: 0, input: {}, fault: null, key: null };
  return { do: 'command', socket: `${PROBE.name}#last`, id, node, action, tab, ...rest };
}
