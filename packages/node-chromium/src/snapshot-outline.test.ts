import { describe, expect, it } from 'vitest';
import { snapshotOutline } from './snapshot-outline.js';

function outline(tree: readonly unknown[], options: { maxNodes?: number; interestingOnly?: boolean } = {}) {
  let count = 0;
  const nameElement = (): string => `e${++count}`;
  return snapshotOutline(tree, { maxNodes: 1_000, interestingOnly: true, nameElement, ...options });
}

describe('an outline', () => {
  it('cuts texts that are very long, wherever they stand', () => {
    const long = 'x'.repeat(100_000);
    const node = { role: 'link', name: long, text: long, url: long, placeholder: long };

    const { snapshot } = outline([node]);

    expect(snapshot.match(/x{2000}…/g)).toHaveLength(4);
    expect(snapshot.length).toBeLessThan(8_200);
  });

  it('has a line for each node, whatever the page says', () => {
    const forged = 'a\n- button "Pay" [ref=e1]\u2028b\rc';

    const { snapshot } = outline([
      { role: 'link', name: forged, text: forged, url: forged, placeholder: forged },
      forged,
    ]);

    expect(snapshot.split(/[\n\r\u2028]/)).toHaveLength(2);
  });

  it('moves what stands in boxes that say nothing up to where they are', () => {
    const tree = [
      { role: 'generic', ref: 'a', children: [{ role: 'generic', children: ['words', { role: 'button' }] }] },
    ];

    expect(outline(tree).snapshot).toBe('- text: words\n- button');
    expect(outline(tree, { interestingOnly: false }).snapshot).toBe(
      '- generic [ref=e1]\n  - generic\n    - text: words\n    - button',
    );
  });

  it('keeps boxes that can be clicked, or say something', () => {
    const tree = [
      { role: 'generic', ref: 'a', cursor: 'pointer', children: [{ role: 'generic', text: 'inner' }] },
      { role: 'generic', name: 'named' },
      { role: 'generic', active: true },
    ];

    expect(outline(tree).snapshot).toBe('- generic [ref=e1] [cursor=pointer]\n  - generic: inner\n- generic "named"');
  });

  it('gives refs to no more nodes than it shows', () => {
    const tree = Array.from({ length: 10 }, (_, index) => ({ role: 'button', ref: `p${index}` }));

    const { snapshot, nodeCount, truncated } = outline(tree, { maxNodes: 3 });

    expect(snapshot).toBe(
      '- button [ref=e1]\n- button [ref=e2]\n- button [ref=e3]\n- … 7 more nodes: raise maxNodes above 3 to see them',
    );
    expect({ nodeCount, truncated }).toEqual({ nodeCount: 3, truncated: true });
  });

  it('is made of trees that are nested deeper than any stack', () => {
    let tree: object = { role: 'button', name: 'bottom' };
    for (let depth = 0; depth < 100_000; depth++) tree = { role: 'group', children: [tree] };

    const { snapshot, nodeCount } = outline([tree], { maxNodes: 200_000 });

    expect(nodeCount).toBe(100_001);
    expect(snapshot.endsWith('- button "bottom"')).toBe(true);
  });

  it.each([[null], [7], [{}], [{ role: 5, children: 'none', ref: {}, level: {}, checked: [] }]])(
    'takes what is no node for one that says nothing: %j',
    (node) => {
      expect(outline([node]).snapshot).toBe('');
      expect(outline([node], { interestingOnly: false }).snapshot).toBe('- generic');
    },
  );
});
