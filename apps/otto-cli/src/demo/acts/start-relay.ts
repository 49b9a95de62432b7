import { OttoError } from '@telepat/otto-protocol';
import { pathsOf } from '../../config/paths.js';
import { localUrl } from '../../relay/local-url.js';
import { readOperatorToken } from '../../relay/operator-token.js';
import { demoEnv } from '../demo-env.js';
import type { DemoRelay, DemoWorld } from '../demo-world.js';
import { OttoProcess } from '../otto-process.js';

/** Starts a relay as users do, in a process of its own: on a free port, with a temporary folder. */
export function startRelay({ stage, narrator, io }: DemoWorld): Promise<DemoRelay> {
  return narrator.step('starting a relay', async () => {
    const env = demoEnv(io.env, stage);
    const start = () => new OttoProcess(['start', '--attached'], { entry: io.entry, env, cwd: stage.folder });
    const relay = await stage.enter(start, (process) => process.stop());
    const { port } = await relay.line((line) => line['outcome'] === 'started');
    const operatorToken = await readOperatorToken(
      pathsOf({ env, userFolder: stage.home, cwd: stage.folder }).operatorToken,
    );
    if (typeof port !== 'number' || operatorToken === undefined) throw new OttoError('start_failed');
    const httpUrl = localUrl({ host: '127.0.0.1', port });
    return {
      told: `A relay listens on 127.0.0.1:${port}; its files are in ${stage.folder}.`,
      value: { httpUrl, wsUrl: httpUrl.replace(/^http/, 'ws'), operatorToken },
    };
  });
}
