import type { Locator } from 'playwright-core';
import type { Patience } from './patience.js';

/** What a list of options has; undefined when the element is none, or its page does not tell. */
export async function readOptions(element: Locator, patience: Patience): Promise<OptionList | undefined> {
  const answer: unknown = await patience.answer(element.evaluate(READ_OPTIONS).catch(notTold));
  const fields = fieldsOf(answer);
  const { options } = fields;
  if (!Array.isArray(options)) return undefined;
  return {
    isMultiple: fields['isMultiple'] === true,
    isMenu: fields['isMenu'] === true,
    options: options.map((option) => {
      const { value, label, isDisabled, isHidden, isSelected } = fieldsOf(option);
      return {
        value: String(value),
        label: String(label),
        isDisabled: isDisabled === true,
        isHidden: isHidden === true,
        isSelected: isSelected === true,
      };
    }),
  };
}

/** Longer lists are not walked through. */
const OPTIONS_MAX = 500;

/** It runs among the page's own scripts, and does without what they may have replaced. */
const READ_OPTIONS = `(select) => {
  if (select.localName !== 'select' || select.options.length > ${OPTIONS_MAX}) return undefined;
  const list = { isMultiple: select.multiple, isMenu: !select.multiple && select.size < 2, options: [] };
  for (let index = 0; index < select.options.length; index++) {
    const option = select.options[index];
    const { value, label, disabled, selected, parentElement, hidden } = option;
    const isDisabled = disabled || (parentElement.localName === 'optgroup' && parentElement.disabled);
    list.options[index] = { value, label, isDisabled, isHidden: hidden || option.style.display === 'none', isSelected: selected };
  }
  return list;
}`;

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The page has replaced what the reading needs, or the element went. */
function notTold(): undefined {}

/** A list of options as its page tells. */
export interface OptionList {
  readonly isMultiple: boolean;
  /** One line that opens, rather than a box that shows several options. */
  readonly isMenu: boolean;
  readonly options: readonly ListOption[];
}

/** One of them. */
export interface ListOption {
  readonly value: string;
  readonly label: string;
  readonly isDisabled: boolean;
  readonly isHidden: boolean;
  readonly isSelected: boolean;
}
