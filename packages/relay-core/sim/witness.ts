import { EXPECTED, Tally, type Counts, type Fault } from './coverage.js';
import type { Frame, ModelNode } from './model/facts.js';
import type { AnswerStep, ConnectStep, OddFrame, Step } from './steps.js';
import type { OpenSocket, World } from './world.js';

const MALFORMED: ReadonlySet<OddFrame> = new Set([
  ...(['not_json', 'no_envelope', 'unknown_type', 'null_payload', 'old_version'] as const),
]);

const ENDS: ReadonlySet<string> = new Set(EXPECTED.filter((kind) => kind.startsWith('ended: ')));

/** Sees what happens in one world, and counts only what had something to happen to. */
export class Witness {
  readonly #world: World;
  readonly #tally = new Tally();
  /** Who has had a session. */
  readonly #met = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** What happened, and in how many frames; of answers that never came, those of now. */
  get counts(): Counts {
    const never = this.#world.inboxes.all().filter(({ isOwn, outcome }) => !isOwn && outcome === undefined).length;
    const dropped: Fault = 'answer dropped';
    return { ...this.#tally.counts, ...(never === 0 ? {} : { [dropped]: never }) };
  }

  /** A peer sends something. */
  received(): void {
    this.#tally.add('frames to the relay');
  }

  /** The relay sends a frame; the model has not seen it yet. */
  sent(socket: string, frame: Frame, isPassedOn: boolean): void {
    const { messageType, payload, requestId, senderRole } = frame;
    this.#tally.add('frames of the relay');
    const session = this.#world.model.facts.sessions.get(socket);
    if (session?.person.role === 'node' && messageType.startsWith('command')) {
      const own =
        senderRole === 'relay'
          ? String(payload['action'])
              .split(/[._]tab[._]|[.]/)
              .at(-1)
          : undefined;
      this.#tally.add(`asked of a node: ${messageType === 'command_cancel' ? 'stop' : (own ?? 'command')}`);
      return;
    }
    const isAccepted = session?.commands.has(requestId) === true || session?.submissions.has(requestId) === true;
    if (messageType === 'event') this.#sentEvent(payload);
    else if (messageType !== 'result' && messageType !== 'error') return;
    else if (senderRole === 'node') {
      this.#tally.add(`ended: ${isPassedOn ? 'answered by its node' : 'outcome given again'}`);
    } else if (messageType === 'result') this.#tally.add(`told: stream ${String(payload['commandOutcome'])}`);
    else {
      const end = `ended: ${String(payload['code'])}`;
      this.#tally.add(isAccepted && ENDS.has(end) ? end : `refused: ${String(payload['code'])}`);
    }
  }

  closed(code: number): void {
    this.#tally.add(`closed: ${code}`);
  }

  /** A step is about to be taken. */
  step(step: Step): void {
    const note = (fault: Fault, count = 1): void => this.#tally.fault(fault, count);
    const { journal } = this.#world;
    switch (step.do) {
      case 'connect':
        return this.#connect(step);
      case 'stranger':
        return note('stranger at the door', step.frames.length);
      case 'jump':
        this.#expiring(step.ms);
        return note(step.ms > 0 ? 'clock jumped forward' : 'clock jumped back');
      case 'pass':
        return this.#expiring(step.ms);
      case 'disk':
        if (step.mode === 'slow') note('disk slow');
        if (step.mode === 'full') note('disk full');
        return undefined;
      case 'stop':
        return note('relay stopped at work', this.#isWorking(() => true) ? 1 : 0);
      case 'crash':
        note('crash lost records', journal.waitingCount);
        return note('relay crashed at work', this.#isWorking(() => true) ? 1 : 0);
      case 'withdraw':
        return note(
          'grant withdrawn from work',
          this.#isWorking((of) => of.who === step.who && of.at === step.node) ? 1 : 0,
        );
      case 'remove':
        return note('client removed from work', this.#isWorking((of) => of.who === step.who) ? 1 : 0);
      case 'revoke': {
        const family = `fam_${step.who}`;
        return note('token family revoked from work', this.#isWorking((of) => of.family === family) ? 1 : 0);
      }
      default:
        return this.#onSocket(step);
    }
  }

  #onSocket(step: Step): void {
    const socket = 'socket' in step ? this.#world.socket(step.socket) : undefined;
    if (socket === undefined) return;
    const note = (fault: Fault): void => this.#tally.fault(fault);
    const { role } = socket;
    const hasSession = this.#world.model.facts.sessions.has(socket.name);
    switch (step.do) {
      case 'hang_up':
        return hasSession ? note(`${role} hung up`) : undefined;
      case 'mute':
        return hasSession ? note(`${role} fell silent`) : undefined;
      case 'clog':
        return hasSession ? note(`${role} reads slowly`) : undefined;
      case 'report_closed':
        return socket.isClosedByRelay ? note('replaced socket reported closed late') : undefined;
      case 'renew':
        return hasSession ? note('second auth') : undefined;
      case 'answer':
        return this.#answer(socket, step);
      case 'update':
        return this.#update(socket, step);
      case 'say':
        return this.#odd(socket, step);
      default:
        return undefined;
    }
  }

  #connect({ who, token, instance, burst, meanwhile }: ConnectStep): void {
    if (burst.length > 0) this.#tally.fault('frames before the auth was verified', burst.length);
    if (meanwhile !== null) this.#tally.fault('right ended while the auth was verified');
    if (token !== 'good' && token !== 'family') return;
    const { facts } = this.#world.model;
    const node = facts.nodes.get(who);
    const isThere = facts.sessionsOf(who).length > 0;
    if (node !== undefined) {
      const older = node.session.instance;
      const isSame = instance !== null && instance === older;
      const isNamed = instance !== null && older !== undefined;
      const other = isNamed ? 'another process' : 'a process without a name';
      this.#tally.fault(`node taken over by ${isSame ? 'the same process' : other}`);
    } else if (this.#met.has(who) && !isThere) {
      this.#tally.fault(/^n\d/.test(who) ? 'node came back' : 'controller came back');
    }
    this.#met.add(who);
  }

  #answer({ name, isClosedByRelay }: OpenSocket, { id }: AnswerStep): void {
    const { inboxes, model } = this.#world;
    const note = (fault: Fault): void => this.#tally.fault(fault);
    if (isClosedByRelay) return note('answer of a replaced session');
    const node = model.facts.nodes.get(model.facts.sessions.get(name)?.identity ?? '');
    if (node === undefined) return;
    if (inboxes.of(node.nodeId).findLast((each) => each.id === id)?.outcome !== undefined) note('answer duplicated');
    const command = node.commands.get(id);
    if (command === undefined && isElsewhere(model.facts.nodes.values(), id)) {
      note('answer forged by another node');
    } else if (node.drained.has(id) || command?.isSettled === true) {
      note('answer delayed until its command had ended');
    } else if (command !== undefined) {
      const [first] = [...node.commands.values()].filter(({ isAtNode, isSettled }) => isAtNode && !isSettled);
      if (first !== command) note('answers reordered');
    }
  }

  #update({ name }: OpenSocket, { id, isMalformed }: Step & { do: 'update' }): void {
    const { facts } = this.#world.model;
    const identity = facts.sessions.get(name)?.identity;
    const heard = [...facts.listeners()].filter((listener) => listener.id === id);
    if (heard.length === 0) this.#tally.fault('update of no subscription');
    else if (heard.every(({ nodeId }) => nodeId !== identity)) this.#tally.fault('update forged by another node');
    else if (isMalformed) this.#tally.fault('update malformed');
  }

  #odd({ role }: OpenSocket, { id, what }: Step & { do: 'say' }): void {
    const isLive = isElsewhere(this.#world.model.facts.nodes.values(), id);
    if (MALFORMED.has(what)) this.#tally.fault('text malformed');
    else if (role === 'controller' && what === 'forged_result' && isLive) {
      this.#tally.fault('answer forged by a controller');
    } else if (role === 'controller' && what === 'forged_as_node' && isLive) {
      this.#tally.fault('answer forged by a controller that says it is a node');
    } else if (what !== 'ping') this.#tally.fault('frame out of place');
  }

  #sentEvent(payload: Frame['payload']): void {
    const { reason, status, type } = payload;
    const what = type === 'listener_update' ? 'update' : String(type);
    const detail = what === 'cancel_ack' ? ` ${String(status)}` : what === 'listener_ended' ? ` ${String(reason)}` : '';
    this.#tally.add(`told: ${what}${detail}`);
  }

  /** Grants that end by the wall clock within so many milliseconds, while something stands on them. */
  #expiring(ms: number): void {
    const { grants, time } = this.#world.model.facts;
    for (const [key, expiresAt] of grants) {
      const isNow = expiresAt > time.wall && expiresAt <= time.wall + ms;
      if (isNow && this.#isWorking(({ who, at }) => `${who} ${at}` === key)) {
        this.#tally.fault('grant expired under work');
      }
    }
  }

  /** Whether something lives that the question is about. */
  #isWorking(isIt: (of: Work) => boolean): boolean {
    const { facts } = this.#world.model;
    const things = [...facts.liveCommands(), ...facts.listeners(), ...facts.streams(), ...facts.locks.values()];
    return things.some(({ nodeId, session }) =>
      isIt({ who: session.person.clientId, at: nodeId, family: session.family }),
    );
  }
}

function isElsewhere(nodes: Iterable<ModelNode>, id: string): boolean {
  for (const { commands } of nodes) if (commands.get(id)?.isSettled === false) return true;
  return false;
}

interface Work {
  readonly who: string | undefined;
  readonly at: string;
  readonly family: string | undefined;
}
