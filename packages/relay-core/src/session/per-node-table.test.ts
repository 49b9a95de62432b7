import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PerNodeTable } from './per-node-table.js';

it('behaves as a list that is searched does, for any order of adding and removing', () => {
  const nodeId = fc.constantFrom('n1', 'n2', 'n1 ', '');
  const requestId = fc.constantFrom('r1', 'r2', 'r3');
  const act = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), nodeId, requestId }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const table = new PerNodeTable<Item>();
      const added: Item[] = [];
      let model: Item[] = [];
      for (const each of acts) {
        if (each.kind === 'add') {
          const item = { nodeId: each.nodeId, requestId: each.requestId };
          table.add(item);
          added.push(item);
          // A newer one of the same id takes the place of the older.
          const at = model.findIndex((other) => isSame(other, item));
          if (at === -1) model.push(item);
          else model[at] = item;
        } else {
          const item = added[each.at % Math.max(1, added.length)];
          if (item === undefined) continue;
          expect(table.remove(item)).toBe(model.includes(item));
          model = model.filter((other) => other !== item);
        }
        expect(table.size).toBe(model.length);
        for (const item of added) {
          expect(table.find(item.nodeId, item.requestId)).toBe(model.find((other) => isSame(other, item)));
          expect(table.isAnywhere(item.requestId)).toBe(model.some((other) => other.requestId === item.requestId));
          expect(table.ofNode(item.nodeId)).toEqual(model.filter((other) => other.nodeId === item.nodeId));
        }
        expect(table.ofNode('nowhere')).toEqual([]);
      }
    }),
  );
});

function isSame(one: Item, other: Item): boolean {
  return one.nodeId === other.nodeId && one.requestId === other.requestId;
}

interface Item {
  readonly nodeId: string;
  readonly requestId: string;
}
