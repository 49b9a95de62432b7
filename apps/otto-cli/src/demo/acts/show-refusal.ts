import { OttoError } from '@telepat/otto-protocol';
import type { DemoController, DemoWorld } from '../demo-world.js';

/** A controller that nobody has granted access is refused. Anything else would be a hole, and ends the demo. */
export function showRefusal(
  { narrator }: DemoWorld,
  { name, client }: DemoController,
  nodeId: string,
): Promise<string> {
  return narrator.step(`${name} asks the node for a tab, without a grant`, async () => {
    const refusal = await client.send('primitive.tab.open', {}, { nodeId }).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined) {
      throw new OttoError('internal_error', { message: 'The relay served a controller without a grant.' });
    }
    const error = OttoError.from(refusal);
    if (error.code !== 'acl_missing_node_grant') throw error;
    return { told: `${name} asked for a tab and was refused: ${error.code}.`, value: error.code };
  });
}
