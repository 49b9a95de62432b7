import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LittleSite } from './little-site.js';
import { homeForTest, type OttoHome } from './otto-home.js';
import { processesOf } from './processes-of.js';

describe('otto demo', () => {
  it('shows the whole way, and leaves nothing but its picture', async () => {
    const { home, temporary } = theatre();

    const { code, stdout, stderr } = await home.run(['demo'], { TMPDIR: temporary });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const steps = [
      /1 ✓ A relay listens on 127\.0\.0\.1:\d+/,
      /2 ✓ A node runs, with .*Chrom/,
      /3 ✓ The node showed code \d{3}-\d{3}, was approved with the operator token/,
      /4 ✓ Two controllers are registered/,
      /5 ✓ ada asked for a tab and was refused: acl_missing_node_grant/,
      /6 ✓ The owner of the node granted ada and bob access/,
      /7 ✓ ada asked again, and was served: http:/,
      /8 ✓ Read it as Markdown[^]*# Otterbay ferries[^]*\| 09:40 \| Sandholm \| C \|/,
      /9 ✓ Followed the link "tides" to http:.*\/tides/,
      /10 ✓ Took a screenshot/,
      /11 ✓ ada and bob commanded the tab at once: 2 commands waited[^]*queued, depth 1[^]*queued, depth 2/,
      /12 ✓ The log tells[^]*command_queued[^]*command_routed[^]*result/,
      /13 ✓ Stopped everything/,
    ];
    for (const step of steps) expect(stdout).toMatch(step);
    expect(stdout).not.toContain('\u001b');
    expect(readFileSync(join(home.folder, 'otto-demo.png')).subarray(1, 4).toString()).toBe('PNG');
    await expectNothingLeft(temporary);
  });

  it('prints the whole Markdown of a page that the user names, and tells scripts what it found', async () => {
    const { home, temporary } = theatre();
    const site = new LittleSite();
    await site.open();
    onTestFinished(() => site.close());

    const answer = await home.json(['demo', site.url('/')], { TMPDIR: temporary });

    expect(answer).toMatchObject({
      code: 0,
      outcome: 'completed',
      refusal: 'acl_missing_node_grant',
      url: site.url('/'),
      markdown: expect.stringMatching(/^# Harbour[^]*north pier[^]*south pier/),
      followed: null,
      screenshot: join(home.folder, 'otto-demo.png'),
    });
    expect(answer['log']).toMatchObject([{ requestId: answer['requestId'] }, {}, { type: 'result' }]);
    await expectNothingLeft(temporary);
  });

  it.each([
    ['SIGINT', 130, /1 ✓/],
    ['SIGINT', 130, /2 ✓/],
    ['SIGINT', 130, /10 ✓/],
    ['SIGTERM', 143, /6 ✓/],
  ] as const)('leaves nothing when %s comes (exit code %d) after %s', async (signal, code, moment) => {
    const { home, temporary } = theatre();
    const demo = home.start(['demo'], { TMPDIR: temporary });
    await demo.printed(moment);

    demo.signal(signal);

    expect((await demo.ended).code).toBe(code);
    expect(existsSync(join(home.folder, 'otto-demo.png'))).toBe(false);
    await expectNothingLeft(temporary);
  });

  it('ends its processes even when it is killed itself', async () => {
    const { home, temporary } = theatre();
    const demo = home.start(['demo'], { TMPDIR: temporary });
    await demo.printed(/6 ✓/);

    demo.signal('SIGKILL');

    await expect.poll(() => processesOf(temporary), { timeout: 15_000 }).toEqual([]);
  });

  it('leaves nothing when it fails, and says why', async () => {
    const { home, temporary } = theatre();

    const answer = await home.json(['demo', 'http://127.0.0.1:9/'], { TMPDIR: temporary });

    expect(answer).toMatchObject({ code: 1, error: { code: 'navigation_failed', hint: expect.any(String) } });
    await expectNothingLeft(temporary);
  });
});

/** A home, and a temporary folder in which nothing may be left. */
function theatre(): { home: OttoHome; temporary: string } {
  const home = homeForTest();
  const temporary = mkdtempSync(join(tmpdir(), 'otto-e2e-tmp-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return { home, temporary };
}

/** Everything that the demo starts has its temporary folder in its environment or on its command line. */
async function expectNothingLeft(temporary: string): Promise<void> {
  expect(readdirSync(temporary)).toEqual([]);
  expect(await processesOf(temporary)).toEqual([]);
}
