import { OttoError } from '@telepat/otto-protocol';
import type { Locator } from 'playwright-core';
import { limitsOf, type InputWorld } from './input-world.js';
import { readOptions, type ListOption, type OptionList } from './read-options.js';
import { whenEnabled } from './when-enabled.js';

/**
 * Chooses options of a list as a person does, with keys and clicks, so that the page sees trusted events. Where that
 * cannot be (a menu of the system's, a list that is too long or does not tell what it has), playwright sets them.
 */
export async function chooseOptions(element: Locator, values: readonly string[], world: InputWorld): Promise<void> {
  await whenEnabled(element, world);
  const list = await whenThere(element, values, world);
  if (list === undefined || (list.isMenu && HAS_SYSTEM_MENUS)) return set(element, values, world);
  const wanted = wantedOf(values, list);
  // No key of a person's leaves a menu without a choice.
  if (list.isMenu && wanted.size === 0) return set(element, values, world);
  if (!list.isMultiple && wanted.size > 1) throw refused('The list takes one option at a time.');
  if (list.options.every(({ isSelected }, index) => isSelected === wanted.has(index))) return;
  await (list.isMenu ? pick(element, { list, wanted }, world) : clickEach(element, { list, wanted }, world));
  const chosen = await readOptions(element, world.patience);
  const isDone = chosen?.options.every(({ isSelected }, index) => isSelected === wanted.has(index)) ?? true;
  // The page takes keys and clicks for something else.
  if (!isDone) await set(element, values, world);
}

/** There, the menu of a list is not the page's, and no key of ours reaches it. */
const HAS_SYSTEM_MENUS = process.platform === 'darwin';

/** Waits until the list has all that is wanted; undefined when it does not tell what it has. */
async function whenThere(element: Locator, values: readonly string[], { patience }: InputWorld) {
  for (;;) {
    const list = await readOptions(element, patience);
    if (list === undefined) return undefined;
    const found = values.map((value) => list.options.find((option) => isNamed(option, value)));
    if (found.every((option) => option?.isDisabled === false)) return list;
    if (patience.isOver) {
      throw refused(
        found.includes(undefined)
          ? 'The list does not have all of these options.'
          : 'An option that was to be chosen is disabled.',
      );
    }
    await patience.pause(PAUSE_MS);
  }
}

const PAUSE_MS = 100;

function wantedOf(values: readonly string[], { options }: OptionList): ReadonlySet<number> {
  return new Set(values.map((value) => options.findIndex((option) => isNamed(option, value))));
}

function isNamed({ value, label }: ListOption, name: string): boolean {
  return value === name || label.replace(/\s+/g, ' ').trim() === name.replace(/\s+/g, ' ').trim();
}

/** Opens the menu and walks to the option: the page hears of it once, when it is chosen. */
async function pick(element: Locator, { list, wanted }: Choice, world: InputWorld): Promise<void> {
  const { page, patience } = world;
  const steps = list.options
    .slice(0, Math.max(...wanted))
    .filter(({ isDisabled, isHidden }) => !isDisabled && !isHidden);
  await element.focus(limitsOf(world));
  for (const key of ['Space', 'Home', ...steps.map(() => 'ArrowDown'), 'Enter']) {
    patience.act();
    await patience.answer(page.keyboard.press(key));
  }
}

/** Clicks what is to change in a box of options, one after another. */
async function clickEach(element: Locator, { list, wanted }: Choice, world: InputWorld): Promise<void> {
  const options = element.locator('option');
  for (const [index, { isSelected }] of list.options.entries()) {
    const isToBeClicked = list.isMultiple ? isSelected !== wanted.has(index) : wanted.has(index);
    if (!isToBeClicked) continue;
    world.patience.act();
    await options
      .nth(index)
      .click({ ...limitsOf(world), ...(list.isMultiple ? { modifiers: ['ControlOrMeta'] } : {}) });
  }
}

async function set(element: Locator, values: readonly string[], world: InputWorld): Promise<void> {
  const chosen = await element.selectOption([...values], limitsOf(world));
  if (chosen.length < new Set(values).size) throw refused('The list takes one option at a time.');
}

function refused(message: string): OttoError {
  return new OttoError('element_not_actionable', { message, effect: 'none' });
}

interface Choice {
  readonly list: OptionList;
  /** Places of the options that are to be chosen. */
  readonly wanted: ReadonlySet<number>;
}
