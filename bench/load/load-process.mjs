// The controllers and the nodes: every controller keeps some commands under way, and the nodes answer at once.
import { answerParent } from '../program.mjs';
import { CommandRun } from './command-run.mjs';
import { Crowd, isOfCrowd } from './crowd.mjs';
import { dataOf, headOf, resultText } from './frames.mjs';
import { openSession } from './session.mjs';
import { UpdateRun } from './update-run.mjs';

/** @type {import('./command-run.mjs').Controller[]} */
const controllers = [];

/** @type {Map<string, import('ws').WebSocket>} */
const nodes = new Map();

let data = dataOf(200);

/** @type {CommandRun | undefined} */
let run;
/** @type {UpdateRun | undefined} */
let updates;

/** The figures of a run that goes on until it is ended. @type {ReturnType<typeof runCommands> | undefined} */
let begun;

answerParent({ connect, run: runCommands, begin, end, crowd, updates: runUpdates });

/** @param {{ url: string, access: import('../access.mjs').LoadAccess }} question */
async function connect({ url, access }) {
  for (const { nodeId, accessToken } of access.nodes) {
    const node = await openSession(url, { role: 'node', nodeId, accessToken });
    node.on('message', (bytes) => answer(node, /** @type {Buffer} */ (bytes)));
    nodes.set(nodeId, node);
  }
  for (const { accessToken } of access.controllers) {
    const socket = await openSession(url, { role: 'controller', accessToken });
    const controller = { socket, live: new Map() };
    socket.on('message', (bytes) => take(controller, /** @type {Buffer} */ (bytes)));
    socket.on('close', (code) => fail(`The relay has closed a controller with ${code}.`));
    controllers.push(controller);
  }
  return {};
}

/**
 * @param {import('./command-run.mjs').RunPlan} plan
 * @returns {Promise<import('./command-run.mjs').RunFigures>}
 */
async function runCommands(plan) {
  data = dataOf(plan.resultBytes ?? 200);
  const figures = await new Promise((resolve) => {
    run = new CommandRun(controllers, plan, { nodeIds: [...nodes.keys()], onEnd: resolve });
    run.start();
  });
  run = undefined;
  return figures;
}

/** @param {import('./command-run.mjs').RunPlan} plan */
function begin(plan) {
  begun = runCommands(plan);
}

function end() {
  run?.stop();
  return begun;
}

/** @param {{ url: string, access: import('../access.mjs').LoadAccess, commands: number, locks: number }} question */
async function crowd({ url, access, commands, locks }) {
  return new Crowd(url, [...nodes.keys()]).gather(access.controllers, { commands, locks });
}

/** @param {{ ms: number, bytes: number }} question */
async function runUpdates({ ms, bytes }) {
  const [controller] = controllers;
  const [[nodeId, node] = []] = nodes;
  if (controller === undefined || nodeId === undefined || node === undefined) throw new Error('Nobody is connected.');
  updates ??= new UpdateRun(controller.socket, { nodeId, node });
  return updates.run({ ms, bytes });
}

/**
 * @param {import('ws').WebSocket} node
 * @param {Buffer} bytes
 */
function answer(node, bytes) {
  const { messageType, requestId } = headOf(bytes);
  if (messageType !== 'command' || isOfCrowd(requestId)) return;
  node.send(resultText(requestId, data));
}

/**
 * @param {import('./command-run.mjs').Controller} controller
 * @param {Buffer} bytes
 */
function take(controller, bytes) {
  const { messageType, requestId } = headOf(bytes);
  if (messageType === 'result') {
    if (updates?.began(requestId) !== true) run?.settled(controller, requestId);
  } else if (messageType === 'event') {
    if (updates?.came(requestId) === true) return;
    if (bytes.includes('"type":"queued"')) run?.queued();
  } else if (messageType === 'error') {
    fail(`The relay answered ${bytes.toString('utf8')}`);
  }
}

/** @param {string} reason */
function fail(reason) {
  throw new Error(reason);
}
