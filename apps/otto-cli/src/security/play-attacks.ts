import { NotPlayable, type Attack } from './attack.js';
import { Target, type TargetOptions } from './target.js';

/**
 * Plays attacks one after the other against a running relay, tells each as it ends, and removes what was made for
 * them, also when it is interrupted.
 */
export async function playAttacks(
  attacks: readonly Attack[],
  options: TargetOptions,
  tell: (result: AttackResult) => void,
): Promise<PlayedAttacks> {
  const target = new Target(options);
  const results: AttackResult[] = [];
  let leftBehind: readonly string[] = [];
  try {
    for (const attack of attacks) {
      const result = await playOne(attack, target);
      results.push(result);
      tell(result);
    }
  } finally {
    leftBehind = await target.leave();
  }
  return { results, leftBehind };
}

async function playOne({ name, tries, play }: Attack, target: Target): Promise<AttackResult> {
  try {
    const { hasHeld, saw } = await play(target);
    return { name, tried: tries, outcome: hasHeld ? 'held' : 'got_through', saw };
  } catch (error) {
    target.options.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const saw = error instanceof NotPlayable ? why : `it failed: ${why}`;
    return { name, tried: tries, outcome: 'not_played', saw };
  } finally {
    target.endSockets();
  }
}

/** `not_played`: the attack could not be carried out, so that nothing is known. */
export interface AttackResult {
  readonly name: string;
  readonly tried: string;
  readonly outcome: 'held' | 'got_through' | 'not_played';
  readonly saw: string;
}

export interface PlayedAttacks {
  readonly results: readonly AttackResult[];
  /** Clients and nodes of the self-test that could not be removed. */
  readonly leftBehind: readonly string[];
}
