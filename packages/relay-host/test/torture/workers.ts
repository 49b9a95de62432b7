import type { Acts } from './acts.js';
import type { Facts } from './facts.js';
import type { Random } from './random.js';

const WORKERS = 8;

/** How many there are before they are rather removed than added to. */
const CLIENTS = 30;
const NODES = 4;

/** Keeps several workers busy with changes of everything until the relay is gone. */
export async function workUntil(isOver: () => boolean, world: World): Promise<void> {
  const crew = new Crew();
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      while (!isOver()) {
        if (world.random.chance(0.002)) await crew.alone(() => world.acts.removeAll());
        else if (world.random.chance(0.01)) await crew.alone(() => removeSomeNode(world));
        else await crew.together(() => chooseAct(world)());
      }
    }),
  );
}

async function removeSomeNode({ facts, acts, random }: World): Promise<void> {
  const node = random.of([...facts.nodes.values()].filter(({ family }) => family.state === 'live'));
  if (node !== undefined) await acts.removeNode(node);
}

function chooseAct({ facts, acts, random }: World): () => Promise<unknown> {
  const clients = [...facts.clients.values()].filter(({ isBusy, isRemovalUnsure }) => !isBusy && !isRemovalUnsure);
  const nodes = [...facts.nodes.values()].filter(({ isBusy, family }) => !isBusy && family.state !== 'gone');
  const [client, node] = [random.of(clients), random.of(nodes)];
  const dice = random.next();
  if (node === undefined || (dice < 0.03 && nodes.length < NODES)) return () => acts.pair();
  if (dice < 0.05) return busy(node, () => acts.leave(node));
  if (dice < 0.1) {
    return busy(node, async () => {
      node.accessToken = (await acts.refresh(node.family)) ?? node.accessToken;
    });
  }
  if (client === undefined || dice < (facts.clients.size < CLIENTS ? 0.25 : 0.1)) return () => acts.register();
  const family = random.of([...client.families].filter(({ state }) => state === 'live'));
  if (dice < 0.32) return busy(client, () => acts.remove(client));
  if (dice < 0.37) return busy(client, () => acts.setScopes(client));
  if (family === undefined || dice < 0.48) return busy(client, () => acts.login(client));
  if (dice < 0.52) return busy(client, () => acts.revoke(family));
  if (dice < 0.7) return busy(client, () => acts.setGrant(client, node));
  return busy(client, () => acts.refresh(family));
}

function busy(of: { isBusy: boolean }, act: () => Promise<unknown>): () => Promise<unknown> {
  of.isBusy = true;
  return () => act().finally(() => (of.isBusy = false));
}

/** Lets many work together, or one alone. */
class Crew {
  #working = new Set<Promise<unknown>>();
  #alone: Promise<unknown> | undefined;

  async together(act: () => Promise<unknown>): Promise<void> {
    while (this.#alone !== undefined) await this.#alone;
    const work = act();
    this.#working.add(work);
    await work.finally(() => this.#working.delete(work));
  }

  async alone(act: () => Promise<unknown>): Promise<void> {
    while (this.#alone !== undefined) await this.#alone;
    const working = [...this.#working];
    this.#alone = Promise.all(working).then(act);
    await this.#alone.finally(() => (this.#alone = undefined));
  }
}

interface World {
  readonly facts: Facts;
  readonly acts: Acts;
  readonly random: Random;
}
