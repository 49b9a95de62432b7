import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { unlessAborted } from '../interruption.js';
import { Narrator } from './narrator.js';
import { play } from './play.js';
import { Stage } from './stage.js';

/**
 * Plays Otto's main job in front of the user: a relay, a real browser and two controllers, on this machine, in a
 * temporary folder. Whatever happens (Ctrl+C, an error, a closed terminal), everything that it started has ended when
 * it resolves or rejects.
 */
export async function runDemo(context: CommandContext, options: { url?: string | undefined }): Promise<void> {
  const { io, output } = context;
  const now = () => performance.now();
  const started = now();
  const narrator = new Narrator({ screen: output.screen, now });
  narrator.heading('Otto: a relay, a real browser and two controllers, all on this machine');
  const stage = new Stage();
  try {
    // An act that is left in the middle fails as soon as its part of the stage is taken away.
    const findings = await unlessAborted(io.signal, play({ stage, narrator, io, now, url: options.url }));
    stage.complete();
    await narrator.step('stopping everything', async () => {
      await stage.clear();
      return { told: `Stopped everything: no process is left, and ${stage.folder} is gone.`, value: undefined };
    });
    const durationMs = Math.round(now() - started);
    if (output.isJson) output.answer({ outcome: 'completed', durationMs, steps: narrator.steps, ...findings }, '');
    else narrator.heading(`That was Otto, in ${(durationMs / 1_000).toFixed(1)} s.`);
  } catch (error) {
    output.screen.pending('stopping everything …');
    // Why it failed is what the user must know; that something is left is said beside it.
    await stage.clear().catch((problem: unknown) => output.note(`otto: ${OttoError.from(problem).message}`));
    output.screen.settle();
    throw error;
  }
}
