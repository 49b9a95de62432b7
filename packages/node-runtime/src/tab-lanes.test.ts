import { expect, it } from 'vitest';
import { TabLanes } from './tab-lanes.js';

it('a tab is entered by one after another, in order', async () => {
  const lanes = new TabLanes();
  const order: string[] = [];
  const leaveFirst = await lanes.enter('t1', new AbortController().signal);
  const second = lanes.enter('t1', new AbortController().signal).then((leave) => (order.push('second'), leave));
  const third = lanes.enter('t1', new AbortController().signal).then((leave) => (order.push('third'), leave));
  await Promise.resolve();
  expect(order).toEqual([]);

  leaveFirst();
  (await second)();
  await third;

  expect(order).toEqual(['second', 'third']);
});

it('different tabs are entered at the same time', async () => {
  const lanes = new TabLanes();
  await lanes.enter('t1', new AbortController().signal);

  await expect(lanes.enter('t2', new AbortController().signal)).resolves.toBeTypeOf('function');
});

it('who waits leaves at once when told to stop, and the next one is not held up', async () => {
  const lanes = new TabLanes();
  const leaveFirst = await lanes.enter('t1', new AbortController().signal);
  const impatient = new AbortController();
  const second = lanes.enter('t1', impatient.signal);
  const third = lanes.enter('t1', new AbortController().signal);

  impatient.abort(new Error('no more time'));
  await expect(second).rejects.toThrow('no more time');
  leaveFirst();

  await expect(third).resolves.toBeTypeOf('function');
});

it('letting go twice gives the tab away once', async () => {
  const lanes = new TabLanes();
  const leaveFirst = await lanes.enter('t1', new AbortController().signal);
  const second = lanes.enter('t1', new AbortController().signal);
  let isThirdIn = false;
  void lanes.enter('t1', new AbortController().signal).then(() => (isThirdIn = true));

  leaveFirst();
  leaveFirst();
  await second;
  await Promise.resolve();

  expect(isThirdIn).toBe(false);
});

it('who comes with an aborted signal does not enter', async () => {
  const abort = new AbortController();
  abort.abort(new Error('too late'));

  await expect(new TabLanes().enter('t1', abort.signal)).rejects.toThrow('too late');
});
