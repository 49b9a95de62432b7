import { expect, it } from 'vitest';
import { withController } from '../src/controller/with-controller.js';
import { declareCommand } from '../src/declare-command.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';

it.each([
  [
    'is told so when she wants tabs kept',
    undefined,
    /^otto: the connection to the relay is lost, .* may close those that are open .*\n$/,
  ],
  ['is told nothing when she lets them go', 0, /^$/],
])('whose relay is lost before the end %s', async (_what, keepTabsMs, told) => {
  const relay = await relayInProcess();
  expect(await run(new FakeIo({ env: relay.env }), ['setup', '--json'])).toBe(0);
  const io = new FakeIo({ env: relay.env });

  const code = await run(io, ['probe'], [probe({ keepTabsMs, lose: relay.stop })]);

  expect(code).toBe(0);
  expect(io.stdout.text).toBe('done\n');
  expect(io.stderr.text).toMatch(told);
});

it('nothing is said of tabs when the relay was asked to keep them', async () => {
  const relay = await relayInProcess();
  expect(await run(new FakeIo({ env: relay.env }), ['setup', '--json'])).toBe(0);
  const io = new FakeIo({ env: relay.env });

  const code = await run(io, ['probe'], [probe({})]);

  expect(code).toBe(0);
  expect(io.stderr.text).toBe('');
});

/** A command that may lose its relay while it is connected. */
function probe({ keepTabsMs, lose }: { keepTabsMs?: number | undefined; lose?: () => Promise<void> }) {
  return declareCommand({
    words: 'probe',
    summary: 'Connects.',
    examples: [],
    run: async ({ context }) => {
      await withController(context, { keepTabsMs }, async (client) => {
        if (lose === undefined) return;
        await lose();
        await expect.poll(() => client.status.phase).not.toBe('connected');
      });
      context.output.answer({}, 'done');
    },
  });
}
