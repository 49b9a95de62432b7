import { ACTIONS, OttoError, type ActionDescriptor } from '@telepat/otto-protocol';
import { actOnTab } from '../act-on-tab.js';
import { optionalTarget, requireTarget } from '../element-target.js';
import { nodeAction, type ActionTools, type NodeAction } from '../node-action.js';
import type { ElementTarget, PageInput } from '../ports.js';
import { requireTab } from '../source-page.js';
import { waitMsOf } from '../wait-ms.js';

/** What a person does to a page: each row makes one input of the driver from the input of its action. */
export const inputActions = {
  'primitive.input.click': inputAction(ACTIONS['primitive.input.click'], (input) => ({
    kind: 'click',
    target: requireTarget(input),
    button: input.button,
    clickCount: input.clickCount,
    modifiers: input.modifiers,
  })),
  'primitive.input.hover': inputAction(ACTIONS['primitive.input.hover'], (input) => ({
    kind: 'hover',
    target: requireTarget(input),
    modifiers: input.modifiers,
  })),
  'primitive.input.type': inputAction(ACTIONS['primitive.input.type'], (input) => ({
    kind: 'type',
    ...targetIn(input),
    text: input.text,
    delayMs: input.delayMs,
  })),
  'primitive.input.fill': inputAction(ACTIONS['primitive.input.fill'], (input) => ({
    kind: 'fill',
    target: requireTarget(input),
    value: input.value,
  })),
  'primitive.input.press': inputAction(ACTIONS['primitive.input.press'], (input) => ({
    kind: 'press',
    ...targetIn(input),
    key: input.key,
  })),
  'primitive.input.select': inputAction(ACTIONS['primitive.input.select'], (input) => ({
    kind: 'select',
    target: requireTarget(input),
    values: input.values,
  })),
  'primitive.input.check': inputAction(ACTIONS['primitive.input.check'], (input) => ({
    kind: 'check',
    target: requireTarget(input),
    checked: input.checked,
  })),
  'primitive.input.scroll': inputAction(ACTIONS['primitive.input.scroll'], readScroll),
  'primitive.input.drag': inputAction(ACTIONS['primitive.input.drag'], (input) => ({
    kind: 'drag',
    target: requireTarget(input),
    to: requireTarget(goalOf(input), GOAL_NAMES),
  })),
  'primitive.input.upload': inputAction(ACTIONS['primitive.input.upload'], (input, { decodeBase64 }) => ({
    kind: 'upload',
    target: requireTarget(input),
    files: input.files.map(({ name, mimeType, contentBase64 }) => ({
      name,
      mimeType,
      bytes: decodeBase64(contentBase64),
    })),
  })),
};

const GOAL_NAMES = { selector: 'toSelector', ref: 'toRef' };

function goalOf({ toSelector, toRef }: NamedGoal): NamedTarget {
  return { selector: toSelector, ref: toRef };
}

/** Scrolls by a distance, or until an element is in view. */
function readScroll(input: ScrollFields): PageInput {
  const goal = optionalTarget(goalOf(input), GOAL_NAMES);
  const { dx, dy } = input;
  const isByDistance = dx !== undefined || dy !== undefined;
  if (isByDistance === (goal !== undefined)) {
    const message = 'Give either a distance (dx, dy) or where to scroll to (toSelector or toRef).';
    throw new OttoError('invalid_action_input', { message, effect: 'none' });
  }
  if (goal === undefined) return { kind: 'scroll', ...targetIn(input), dx: dx ?? 0, dy: dy ?? 0 };
  if (optionalTarget(input) === undefined) return { kind: 'scroll_into_view', target: goal };
  const message = 'selector and ref belong to a distance: what is scrolled to brings its surroundings with it.';
  throw new OttoError('invalid_action_input', { message, effect: 'none' });
}

function targetIn(input: NamedTarget): { target?: ElementTarget } {
  const target = optionalTarget(input);
  return target === undefined ? {} : { target };
}

function inputAction<I extends ActionDescriptor['input'] & { readonly _output: TabNamed }>(
  descriptor: ActionDescriptor<I, ActedOutput>,
  read: (input: I['_output'], tools: ActionTools) => PageInput,
): NodeAction {
  return nodeAction(descriptor, async (input, call) => {
    const pageInput = read(input, call.tools);
    const tab = requireTab(input.tabSessionId, call.tools);
    return actOnTab(tab, call, (page, { signal }) => page.act(pageInput, { waitMs: waitMsOf(call), signal }));
  });
}

type ActedOutput = (typeof ACTIONS)['primitive.input.click']['output'];

interface TabNamed {
  readonly tabSessionId?: string | undefined;
}

interface NamedTarget {
  readonly selector?: string | undefined;
  readonly ref?: string | undefined;
}

interface NamedGoal {
  readonly toSelector?: string | undefined;
  readonly toRef?: string | undefined;
}

interface ScrollFields extends NamedTarget, NamedGoal {
  readonly dx?: number | undefined;
  readonly dy?: number | undefined;
}
