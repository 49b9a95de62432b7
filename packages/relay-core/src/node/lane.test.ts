import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lane } from './lane.js';
import { OutgoingText } from './outgoing-text.js';
import { PendingCommand, type CommandOwner } from './pending-command.js';

it('a command that several wait for has its turn with each of them, behind what that one asked for before', () => {
  const [alice, bob] = [{ name: 'a' }, { name: 'b' }];
  const shared = new QuietOwner(alice);
  const lane = new Lane('t1');
  const [first, second, third] = [
    commandOf(shared, 1),
    commandOf(new QuietOwner(bob), 2),
    commandOf(new QuietOwner(bob), 3),
  ];
  for (const command of [first, second]) lane.push(command);
  shared.holders.push(bob);
  lane.join(first, bob);
  lane.push(third);

  expect(lane.takeNext(bob)).toBe(second);
  expect(lane.takeNext(bob)).toBe(first);
  expect(lane.takeNext(alice)).toBeUndefined();
  expect(lane.takeNext(bob)).toBe(third);

  lane.push(first);
  lane.leave(first, bob);
  expect(lane.takeNext(bob)).toBeUndefined();
  expect(lane.takeNext(alice)).toBe(first);
  expect(lane.isIdle).toBe(true);
});

it('behaves as a list that is searched does, for any order of arrivals, departures and turns, locked or not', () => {
  const owners = ['a', 'b', 'c'].map((name) => new QuietOwner({ name }));
  const owner = fc.constantFrom(...owners);
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('arrive' as const), owner }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), at: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const), lock: fc.option(owner) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('done' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('put back' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
      const lane = new Lane('t1');
      const arrived: PendingCommand[] = [];
      let model: PendingCommand[] = [];
      for (const each of acts) {
        if (each.kind === 'arrive') {
          const command = commandOf(each.owner, arrived.length);
          lane.push(command);
          arrived.push(command);
          model.push(command);
        } else if (each.kind === 'leave') {
          // One that left before, or had its turn, may be told to leave again.
          const command = arrived[each.at % Math.max(1, arrived.length)];
          if (command === undefined) continue;
          lane.remove(command);
          model = model.filter((other) => other !== command);
        } else if (each.kind === 'done') {
          lane.running = undefined;
        } else if (each.kind === 'put back') {
          const command = lane.running;
          if (command === undefined) continue;
          lane.running = undefined;
          lane.pushFirst(command);
          model.unshift(command);
        } else {
          const holder = each.lock?.holders[0];
          const mayStart = ({ owner }: PendingCommand) => holder === undefined || owner.isHolder(holder);
          const expected = lane.running === undefined ? model.find(mayStart) : undefined;
          const next = lane.takeNext(holder);
          expect(next).toBe(expected);
          model = model.filter((other) => other !== next);
          lane.running ??= next;
        }
        expect(lane.depth).toBe(model.length);
        expect(lane.isIdle).toBe(lane.running === undefined && model.length === 0);
        expect(model.every(({ place }) => place !== undefined)).toBe(true);
        for (const newcomer of owners) {
          const isBehindOwn = model.some(({ owner }) => owner === newcomer);
          expect(lane.isBusyFor(newcomer, newcomer.holders[0])).toBe(lane.running !== undefined || isBehindOwn);
          expect(lane.isBusyFor(newcomer, undefined)).toBe(!lane.isIdle);
        }
      }
    }),
  );
});

function commandOf(owner: CommandOwner, number: number): PendingCommand {
  return new PendingCommand(
    {
      requestId: `r${number}`,
      traceId: undefined,
      nodeId: 'n1',
      action: 'primitive.dom.extract_text',
      lane: 't1',
      tabSessionId: 't1',
      subject: undefined,
      waits: true,
      timeoutMs: 1_000,
      readOnly: true,
      durable: undefined,
      outgoing: new OutgoingText(''),
      byteLength: 0,
    },
    owner,
    0,
  );
}

/** A lane looks at nothing of an owner but at who it is. */
class QuietOwner implements CommandOwner {
  readonly isRelay = false;
  readonly holders: object[];

  constructor(...holders: object[]) {
    this.holders = holders;
  }

  isHolder(holder: object): boolean {
    return this.holders.includes(holder);
  }

  refusal(): undefined {
    return undefined;
  }

  prepare(): void {}
  logIds(): object {
    return {};
  }

  reserveQueuePlace(): void {}
  leaveQueue(): void {}
  reserveFlight(): void {}
  acknowledge(): void {}
  settle(): void {}
  released(): void {}
}
