import type { Locator } from 'playwright-core';
import type { Patience } from './patience.js';

/** What a list of options has; undefined when the element is none, or its page does not tell. */
export async function readOptions(element: Locator, patience: Patience): Promise<OptionList | undefined> {
  const answer: unknown = await patience.answer(element.evaluate(readInPage, OPTIONS_MAX).catch(notTold));
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

/** It is sent to the page, where it runs among the page's own scripts: it does without what they may have replaced. */
function readInPage(select: SelectInPage, optionsMax: number): unknown {
  if (select.localName !== 'select' || select.options.length > optionsMax) return undefined;
  const options: object[] = [];
  for (let index = 0; index < select.options.length; index++) {
    const option = select.options[index];
    if (option === undefined) continue;
    const { value, label, disabled, selected, hidden, parentElement: group } = option;
    options[index] = {
      value,
      label,
      isDisabled: disabled || (group.localName === 'optgroup' && group.disabled === true),
      isHidden: hidden || option.style.display === 'none',
      isSelected: selected,
    };
  }
  return { isMultiple: select.multiple, isMenu: !select.multiple && select.size < 2, options };
}

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

/** The list in the page, which may be any element. */
interface SelectInPage {
  readonly localName: string;
  readonly multiple: boolean;
  readonly size: number;
  readonly options: ArrayLike<{
    readonly value: string;
    readonly label: string;
    readonly disabled: boolean;
    readonly selected: boolean;
    readonly hidden: boolean;
    readonly style: { readonly display: string };
    readonly parentElement: { readonly localName: string; readonly disabled?: boolean };
  }>;
}
