import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { pathsOf } from '../config/paths.js';
import { startDaemon } from './supervisor.js';

const SAYS_STARTED =
  "process.send({started:{pid:process.pid,host:'127.0.0.1',port:1,version:'0',startedAt:0}},()=>process.exit(7));" +
  'await new Promise(()=>{})';

it('the daemon is started with what Node is to know before it runs a relay', async () => {
  const preload = `data:text/javascript,${encodeURIComponent('console.error(process.execArgv);process.exit(7)')}`;
  const folder = temporaryFolder();
  const paths = pathsOf({ env: { OTTO_HOME: folder }, userFolder: undefined, cwd: folder });
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: `--import=${preload}` };

  const start = startDaemon({ paths, env, signal: new AbortController().signal });

  await expect(start).rejects.toMatchObject({
    message: expect.stringMatching(/--max-semi-space-size=8.*--v8-pool-size=1/s),
  });
});

describe('a daemon that does not start', () => {
  it.each([
    ['ends without a word', 'process.exit(7)'],
    ['ends before it is ready', SAYS_STARTED],
  ])('and %s is told with its end, and with what its log has of it', async (_, program) => {
    const folder = temporaryFolder();
    const paths = pathsOf({ env: { OTTO_HOME: folder }, userFolder: undefined, cwd: folder });
    // Only the daemon gets these options: it says something, and then does not go on to be a relay.
    const preload = `data:text/javascript,${encodeURIComponent(`console.error('no such luck');${program}`)}`;
    const env = { PATH: process.env['PATH'], NODE_OPTIONS: `--import=${preload}` };

    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());

    const start = startDaemon({ paths, env, signal: new AbortController().signal });

    await expect(start).rejects.toMatchObject({
      code: 'start_failed',
      message: 'The relay ended while it was starting (exit code 7).\nno such luck',
      hint: `Its log is ${paths.daemonLog}.`,
    });
    // What waited for it waits no more.
    expect(vi.getTimerCount()).toBe(0);
  });
});
