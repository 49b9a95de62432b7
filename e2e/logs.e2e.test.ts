import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OttoHome, homeForTest } from './otto-home.js';

const ENTRY = { id: expect.any(String), timestamp: expect.any(String), type: expect.any(String) };

function entriesIn(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function typesIn(stdout: string): unknown[] {
  return entriesIn(stdout).map(({ type }) => type);
}

async function registered(home: OttoHome, name: string): Promise<string> {
  const { clientId } = await home.json(['client', 'register', '--name', name, '--description', 'for tests']);
  await home.json(['client', 'login']);
  return String(clientId);
}

describe('the log on the command line', () => {
  let home: OttoHome;
  let requestId = '';
  let relayUrl = '';

  beforeAll(async () => {
    home = new OttoHome();
    relayUrl = `ws://127.0.0.1:${(await home.json(['start']))['port']}`;
    await registered(home, 'Owner');
    const refused = await home.json(['cmd', '--action', 'primitive.tab.query', '--node-id', 'node_away']);
    requestId = String((refused['error'] as { requestId: string }).requestId);
  });

  afterAll(async () => {
    await home?.close();
  });

  it('is listed for people in lines and for scripts as one entry a line', async () => {
    const text = await home.run(['logs', 'list']);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/relay_started[^]*controller_connected/);

    const { code, stdout } = await home.run(['logs', 'list', '--json']);
    expect(code).toBe(0);
    expect(entriesIn(stdout)[0]).toMatchObject(ENTRY);
    expect(
      typesIn((await home.run(['logs', 'list', '--latest', '1', '--source', 'controller', '--json'])).stdout),
    ).toEqual(['controller_disconnected']);
    expect(typesIn((await home.run(['logs', 'list', '--request-id', requestId, '--json'])).stdout)).toEqual([
      'controller_acl_denied',
    ]);
    expect((await home.run(['logs', 'list', '--node-id', 'nobody'])).stderr).toContain('no entry fits');
    expect(await home.json(['logs', 'list', '--since', 'soon'])).toMatchObject({
      code: 2,
      error: { code: 'invalid_usage' },
    });
  });

  it('is exported whole, and its extent is told', async () => {
    const { code, stdout } = await home.run(['logs', 'export', '--since', '14d']);
    expect(code).toBe(0);
    expect(typesIn(stdout).slice(0, 1)).toEqual(['relay_started']);
    expect(typesIn(stdout)).toContain('controller_acl_denied');
    const status = await home.json(['logs', 'status']);
    expect(status).toMatchObject({
      code: 0,
      retentionDays: 14,
      sizeBytes: expect.any(Number),
      totalEvents: expect.any(Number),
    });
    expect((await home.run(['logs', 'status'])).stdout).toContain('kept for 14 days');
  });

  it('explains a command by its id, whole or as lists show it', async () => {
    const { code, stdout } = await home.run(['explain', requestId]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/acl_missing_node_grant[^]*asked by +clt_[^]*Refused at a check: the node owner's grant/);
    expect(stdout).toContain('otto access grant');
    expect(await home.json(['explain', requestId.slice(0, 12)])).toMatchObject({
      code: 0,
      requestId,
      outcome: 'acl_missing_node_grant',
      steps: [expect.objectContaining({ text: expect.any(String) }), expect.anything()],
    });
    expect(await home.json(['explain', 'req_nothing'])).toMatchObject({
      code: 1,
      error: { code: 'command_not_found' },
    });
  });

  it('shows a controller its own doings, and not those of others', async () => {
    const guest = homeForTest({ OTTO_LOG_DIR: home.folder.concat('/nowhere') });
    guest.write('config.json', JSON.stringify({ relayUrl }));
    const clientId = await registered(guest, 'Guest');

    const seen = entriesIn((await guest.run(['logs', 'list', '--json'])).stdout);
    expect(seen.length).toBeGreaterThan(0);
    const clients = new Set(seen.flatMap((entry) => (entry['clientId'] === undefined ? [] : [entry['clientId']])));
    expect([...clients]).toEqual([clientId]);
    expect(await guest.json(['explain', requestId])).toMatchObject({ code: 1, error: { code: 'command_not_found' } });
  });
});

describe('following the log', () => {
  it('goes on over a relay that is killed and started anew, and says what may be missing', async () => {
    const home = homeForTest();
    const { pid } = await home.json(['start']);
    const following = home.start(['logs', 'follow', '--json']);
    await following.printed(/relay_started/);
    await registered(home, 'One');
    await following.printed(/controller_client_registered/);

    process.kill(Number(pid), 'SIGKILL');
    await following.warned(/waiting for the relay/);
    await home.json(['start']);
    await following.warned(/the relay is back/);
    await following.printed(/follow_gap[^]*relay_started/);
    await registered(home, 'Two');
    await following.printed(/relay_started[^]*relay_started[^]*controller_client_registered/);

    await home.json(['restart']);
    await following.printed(/relay_stopping[^]*relay_started/);
    following.signal('SIGINT');
    const { code, stdout } = await following.ended;
    expect(code).toBe(130);
    const types = typesIn(stdout);
    expect(types.filter((type) => type === 'follow_gap')).toHaveLength(1);
    expect(types.filter((type) => type === 'relay_started')).toHaveLength(3);
    const ids = entriesIn(stdout).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says at once when there is no relay to follow', async () => {
    const home = homeForTest();
    expect(await home.json(['logs', 'follow'])).toMatchObject({
      code: 1,
      error: { code: 'not_logged_in', hint: expect.stringContaining('otto setup') },
    });
  });
});
