import { beforeAll, describe, expect, it } from 'vitest';
import { nodeHandle } from '../../packages/controller-sdk/src/node-handle.ts';
import { SiteCommands } from '../../packages/controller-sdk/src/site-commands.ts';
import { ACTIONS, type ActionDescriptor } from '../../packages/shared-protocol/src/index.ts';
import { sdkExamples, type SdkExamples } from '../pages/action-example.mjs';
import { isForTabs, methodName } from '../pages/sdk-methods.mjs';

const rows = Object.entries<ActionDescriptor>(ACTIONS);
const forControllers = rows.filter(([, { internal }]) => internal !== true);
const forPages = rows.filter(([, row]) => row.tab === 'optional' && takesUrl(row));

describe('the methods of the SDK', () => {
  let examples: Record<string, SdkExamples> = {};

  beforeAll(async () => {
    examples = await sdkExamples(ACTIONS);
  });

  it('have a name for each action, and no name is that of two', () => {
    const names = rows.filter(([, row]) => isForTabs(row)).map(([name]) => methodName(name));

    expect(names).toContain('waitFor');
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it.each(forControllers)('for %s send the example of its descriptor', async (name, { tab, example }) => {
    const sent = await run(examples[name]?.call ?? '');

    expect(sent).toEqual([
      { action: name, input: example, tabSessionId: tab === 'never' ? undefined : givenTab(name) },
    ]);
  });

  it.each(forPages)('for %s by its address send the example with that', async (name, { example }) => {
    const sent = await run(examples[name]?.pageCall ?? '');

    const input = { url: 'https://example.com', ...Object(example) };
    expect(sent).toEqual([{ action: name, input, tabSessionId: undefined }]);
  });
});

/** What a piece of code sends, where there are a client, a node and a tab. */
async function run(code: string): Promise<Sent[]> {
  const sent: Sent[] = [];
  const send = (action: string, input: unknown, { tabSessionId }: { tabSessionId?: string | undefined }) => {
    sent.push({ action, input, tabSessionId });
    // The fields that methods look into.
    return Promise.resolve({ requestId: 'r', durationMs: 0, payload: {}, data: { contentBase64: '', tabs: [] } });
  };
  const node = nodeHandle('node_…', {
    // The example decides which action it is, so nothing is known of the data.
    send: send as never,
    lock: () => Promise.reject(new Error('no example locks')),
  });
  const listeners = {
    subscribe: async function* ({ nodeId: _nodeId, ...input }: { nodeId: string }) {
      sent.push({ action: 'listener.subscribe', input, tabSessionId: undefined });
      yield* [];
    },
  };
  const client = {
    commands: new SiteCommands({ send, follow: () => Promise.reject(new Error('no example follows')) }),
    listeners,
  };
  const body = `return (async () => { ${code} })();`;
  await new Function('client', 'node', 'tab', body)(client, node, node.tab('tab_1'));
  return sent;
}

/** Older names have no method of their own, so that their example names no tab. */
function givenTab(name: string): string | undefined {
  return name === 'command.reddit_posts' ? undefined : 'tab_1';
}

function takesUrl({ input }: ActionDescriptor): boolean {
  return 'url' in (input.toJSONSchema({ io: 'input' }).properties ?? {});
}

interface Sent {
  readonly action: string;
  readonly input: unknown;
  readonly tabSessionId: string | undefined;
}
