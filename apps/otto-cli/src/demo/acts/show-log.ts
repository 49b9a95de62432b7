import type { LogEntry } from '@telepat/otto-protocol';
import { OttoHttpApi } from '@telepat/otto-sdk';
import type { DemoRelay, DemoWorld } from '../demo-world.js';
import { logTable } from '../log-table.js';

/** Shows what the relay's log says of one command. */
export async function showLog(
  { narrator }: DemoWorld,
  relay: DemoRelay,
  requestId: string,
): Promise<readonly LogEntry[]> {
  const entries = await narrator.step('reading the log', async () => {
    const api = new OttoHttpApi({ baseUrl: relay.httpUrl, bearer: relay.operatorToken });
    const { logs } = await api.logs.query({ requestId });
    return { told: `The log tells the life of the command that waited: ${requestId}`, value: logs };
  });
  narrator.detail(logTable(entries));
  return entries;
}
