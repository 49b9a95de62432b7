import type { PageInput } from '@telepat/otto-node-runtime';
import type { Locator } from 'playwright-core';
import { chooseOptions } from './choose-options.js';
import { click } from './click.js';
import { drag } from './drag.js';
import { fill } from './fill.js';
import { limitsOf, type InputWorld } from './input-world.js';
import { pressKey, typeText } from './press-keys.js';
import { scrollBy } from './scroll-by.js';

/** Finds the element of an input and does to it what a person would. Playwright waits until the element is ready. */
export async function performInput(input: PageInput, world: InputWorld): Promise<void> {
  switch (input.kind) {
    case 'click':
      return click(await found(input.target, world), input, world);
    case 'hover': {
      const element = await found(input.target, world);
      return element.hover({ modifiers: [...input.modifiers], ...limitsOf(world) });
    }
    case 'fill':
      return fill(await found(input.target, world), input.value, world);
    case 'check': {
      const element = await found(input.target, world);
      return element.setChecked(input.checked, limitsOf(world));
    }
    case 'select':
      return chooseOptions(await found(input.target, world), input.values, world);
    case 'upload': {
      // Pages hide the field behind a button of their own.
      const element = await world.finder.find(input.target, { field: 'selector', mayBeHidden: true }, world.patience);
      const files = input.files.map(({ name, mimeType, bytes }) => ({ name, mimeType, buffer: Buffer.from(bytes) }));
      return element.setInputFiles(files, limitsOf(world));
    }
    case 'scroll_into_view': {
      const element = await world.finder.find(input.target, { field: 'toSelector', mayBeHidden: true }, world.patience);
      return element.scrollIntoViewIfNeeded(limitsOf(world));
    }
    case 'type':
      return typeText(input, world);
    case 'press':
      return pressKey(input, world);
    case 'scroll':
      return scrollBy(input, world);
    case 'drag':
      return drag(input, world);
  }
}

function found(target: Targeted['target'], { finder, patience }: InputWorld): Promise<Locator> {
  return finder.find(target, { field: 'selector', mayBeHidden: false }, patience);
}

type Targeted = Extract<PageInput, { kind: 'click' }>;
