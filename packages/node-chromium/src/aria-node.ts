/** What playwright tells of one node of the accessibility tree; of a text, only the text. */
export function readAriaNode(value: unknown): AriaNode {
  if (typeof value === 'string') return { role: 'text', text: value, states: [], children: [] };
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { role, children } = fields;
  return {
    role: typeof role === 'string' ? role : 'generic',
    ...optional('name', fields),
    ...optional('text', fields),
    ...optional('ref', fields),
    ...optional('url', fields),
    ...optional('placeholder', fields),
    states: statesOf(fields),
    isClickable: fields['cursor'] === 'pointer',
    isAriaHidden: fields['ariaHidden'] === true,
    children: Array.isArray(children) ? children : [],
  };
}

/** In the words of playwright's own outline, which those who read them know. */
function statesOf(fields: Readonly<Record<string, unknown>>): string[] {
  return STATES.flatMap((name) => {
    const value = fields[name];
    if (value === true) return [name];
    return typeof value === 'string' || typeof value === 'number' ? [`${name}=${value}`] : [];
  });
}

const STATES = ['checked', 'disabled', 'expanded', 'active', 'invalid', 'level', 'pressed', 'selected'];

function optional<N extends string>(name: N, fields: Readonly<Record<string, unknown>>): { [K in N]?: string } {
  const value = fields[name];
  const found: { [K in N]?: string } = {};
  if (typeof value === 'string' && value !== '') found[name] = value;
  return found;
}

/** A node of the accessibility tree, or a text in it. */
export interface AriaNode {
  readonly role: string;
  readonly name?: string;
  /** When there is no other child. */
  readonly text?: string;
  /** Playwright's name of the element; only those that take a pointer have one. */
  readonly ref?: string;
  readonly url?: string;
  readonly placeholder?: string;
  readonly states: readonly string[];
  readonly isClickable?: boolean;
  readonly isAriaHidden?: boolean;
  readonly children: readonly unknown[];
}
