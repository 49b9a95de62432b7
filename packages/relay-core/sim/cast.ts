import type { Person } from './model/facts.js';

/** Who may take part in a storm. */
export const CONTROLLERS: readonly Person[] = [
  { name: 'alice', role: 'controller', clientId: 'alice', scopes: ['*'] },
  { name: 'bob', role: 'controller', clientId: 'bob', scopes: ['primitive.*', 'listener.*', 'command.*', 'logs.read'] },
  { name: 'carol', role: 'controller', clientId: 'carol', scopes: ['primitive.dom.*', 'primitive.tab.navigate'] },
  // From approving a pairing: no client, bound to one node.
  { name: 'guest', role: 'controller', nodeId: 'n1', scopes: ['primitive.*', 'listener.*'] },
];

export const NODES: readonly Person[] = ['n1', 'n2', 'n3'].map((nodeId) => ({
  name: nodeId,
  role: 'node',
  nodeId,
  scopes: [],
}));

/** Registered like the others, does nothing until all is quiet: then it sends the fresh commands. */
export const PROBE: Person = { name: 'probe', role: 'controller', clientId: 'probe', scopes: ['*'] };

const PEOPLE = new Map([...CONTROLLERS, ...NODES, PROBE].map((person) => [person.name, person]));

/** Somebody of the cast, by name. */
export function personNamed(name: string): Person {
  const person = PEOPLE.get(name);
  if (person === undefined) throw new Error(`Nobody in the cast is called ${name}.`);
  return person;
}

/** The refresh family that a client may log in with. */
export function familyOf({ clientId }: Person): string | undefined {
  return clientId === undefined ? undefined : `fam_${clientId}`;
}
