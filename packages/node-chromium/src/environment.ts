/** The variables of a process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a browser may see of our environment: all but our own variables (among them are secrets), with `extra` on top.
 */
export function browserEnvironment(env: Environment, extra: Readonly<Record<string, string>>): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !name.toUpperCase().startsWith('OTTO_')) seen[name] = value;
  }
  return { ...seen, ...extra };
}
