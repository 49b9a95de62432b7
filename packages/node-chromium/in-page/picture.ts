import { absoluteUrl } from './absolute-url.js';
import type { Become } from './copy-tree.js';
import { attributeOf, firstMatch, nameOf } from './dom.js';

/** Where pages that load pictures late keep their addresses; `src` is a stand-in then. */
const LATE = ['data-src', 'data-lazy-src', 'data-original', 'data-srcset', 'data-lazy-srcset'];

/** A picture by the address that the page means, or its words where it has none. */
export function picture(source: Element, inert: Document): Become<never> | undefined {
  const alt = (attributeOf(source, 'alt') ?? '').replace(/\s+/g, ' ').trim();
  const address = [...LATE, 'src', 'srcset']
    .map((name) => absoluteUrl(source, firstAddress(name, attributeOf(source, name))))
    .find((url) => url !== undefined);
  if (address === undefined) {
    const text = inert.createElement('span');
    text.textContent = alt;
    return alt === '' ? undefined : { copy: text, isWhole: true };
  }
  const copy = inert.createElement('img');
  copy.setAttribute('src', address);
  copy.setAttribute('alt', alt);
  return { copy, isWhole: true };
}

/** A film or a sound is a link to it. */
export function media(source: Element, inert: Document): Become<never> | undefined {
  const nested = firstMatch(source, 'source[src]');
  const url = absoluteUrl(source, attributeOf(source, 'src') ?? (nested === null ? null : attributeOf(nested, 'src')));
  if (url === undefined) return undefined;
  const copy = inert.createElement('a');
  copy.setAttribute('href', url);
  const name = attributeOf(source, 'aria-label') ?? attributeOf(source, 'title') ?? '';
  copy.textContent = name.trim() === '' ? (nameOf(source) === 'video' ? 'Video' : 'Audio') : name;
  return { copy, isWhole: true };
}

function firstAddress(name: string, value: string | null): string | null {
  return value !== null && name.endsWith('srcset') ? (value.trim().split(/,?\s/)[0] ?? null) : value;
}
