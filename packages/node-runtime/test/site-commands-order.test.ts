import { describe, expect, it } from 'vitest';
import type { SiteCommand } from '../src/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const SITE = {
  'https://shop.test/': { title: 'Shop' },
  'https://shop.test/account': { title: 'Account' },
  'https://m.shop.test/': { title: 'Mobile' },
  'https://astray.shop.test/': { redirectsTo: 'https://other.test/' },
  'https://other.test/': { title: 'Other' },
};

/** Everything that can be wrong with a request, in the order in which it is looked for. */
const FAULTS = [
  'unknown_site',
  'unknown_command',
  'tab_url_not_ready',
  'site_mismatch',
  'missing_command_input',
  'missing_command_input_one_of',
  'invalid_command_input_type',
  'unexpected_command_input',
  'manual_login_required',
  'preload_host_mismatch',
  'script_failed',
] as const;
type Fault = (typeof FAULTS)[number];

/** A tab is at one address only. */
const pairs = FAULTS.flatMap((first, index) =>
  FAULTS.slice(index + 1).map((second) => [first, second] as const),
).filter(([first, second]) => !(first === 'tab_url_not_ready' && second === 'site_mismatch'));

describe('of the things that are wrong with a site command, the first is told', () => {
  it.each(pairs)('%s before %s', async (first, second) => {
    const shop = new Shop([first, second]);

    expect(await shop.outcome()).toMatchObject({ code: first });
    expect(shop.done).toEqual(doneBefore(first));
  });

  it.each(FAULTS)('%s alone', async (fault) => {
    const shop = new Shop([fault]);

    expect(await shop.outcome()).toMatchObject({ code: fault });
    expect(shop.done).toEqual(doneBefore(fault));
  });

  it('and if nothing is wrong, it runs', async () => {
    const shop = new Shop([]);

    expect(await shop.outcome()).toMatchObject({ ok: true, data: { at: 'https://m.shop.test/' } });
    expect(shop.done).toEqual(['login', 'run']);
  });
});

/** What a command that stops at a fault has done of what can be seen. */
function doneBefore(fault: Fault): string[] {
  if (fault === 'script_failed') return ['login', 'run'];
  return FAULTS.indexOf(fault) < FAULTS.indexOf('manual_login_required') ? [] : ['login'];
}

/** A shop whose commands, tab and input have certain faults. */
class Shop {
  readonly done: string[] = [];
  readonly #faults: ReadonlySet<Fault>;

  constructor(faults: readonly Fault[]) {
    this.#faults = new Set(faults);
  }

  async outcome() {
    const world = await nodeWorld(SITE, this.#commands());
    const tab = await this.#tab(world);
    const pick = <T>(fault: Fault, ifSo: T, ifNot: T): T => (this.#faults.has(fault) ? ifSo : ifNot);
    const site = pick('unknown_site', 'nowhere.test', 'shop.test');
    const known = pick('preload_host_mismatch', 'astray', 'work');
    const command = pick('unknown_command', 'nothing', known);
    const input = {
      ...pick('missing_command_input', {}, { query: 'teapots' }),
      ...pick('missing_command_input_one_of', {}, { colour: 'red' }),
      ...pick('invalid_command_input_type', { limit: '3' }, { limit: 3 }),
      ...pick('unexpected_command_input', { surprise: true }, {}),
    };
    return await world.run(world.alice, 'command.run', { site, command, input }, tab);
  }

  async #tab(world: NodeWorld): Promise<string> {
    if (this.#faults.has('tab_url_not_ready')) return world.open(world.alice, 'about:blank');
    return world.open(world.alice, this.#faults.has('site_mismatch') ? 'https://other.test/' : 'https://shop.test/');
  }

  #commands(): SiteCommand[] {
    const work = { ...this.#command, id: 'work', preloadHost: 'm.shop.test' };
    return [work, { ...work, id: 'astray', preloadHost: 'astray.shop.test' }];
  }

  readonly #command: SiteCommand = {
    site: 'shop.test',
    id: '',
    displayName: 'Work',
    description: 'Works.',
    requiresAuth: true,
    inputFields: [
      { name: 'query', type: 'string', description: 'What.' },
      { name: 'colour', type: 'string', description: 'Which.', optional: true },
      { name: 'size', type: 'number', description: 'How large.', optional: true },
      { name: 'limit', type: 'number', description: 'How many.', optional: true },
    ],
    inputAtLeastOneOf: ['colour', 'size'],
    login: {
      isLoggedIn: () => {
        this.done.push('login');
        return !this.#faults.has('manual_login_required');
      },
    },
    execute: async ({ page }) => {
      this.done.push('run');
      if (this.#faults.has('script_failed')) throw new TypeError('as told');
      return { at: await page.url() };
    },
  };
}

it('whether there is such a command is looked for before the tab', async () => {
  const world = await nodeWorld(SITE, []);

  const answer = await world.run(world.alice, 'command.run', { site: 'shop.test', command: 'work' }, 'tab_none');

  expect(answer).toMatchObject({ code: 'unknown_site', effect: 'none' });
});
