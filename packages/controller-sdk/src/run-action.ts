import type { ActionName } from '@telepat/otto-protocol';
import type { CommandOptions } from './command.js';
import type { InputOf, OutputOf } from './otto-client.js';

/** Runs an action of the catalogue where the caller stands, and gives its data. */
export type RunAction<O> = <A extends ActionName>(action: A, input: InputOf<A>, options: O) => Promise<OutputOf<A>>;

/** `CommandOptions` of a command whose node is known. */
export type NodeCommandOptions = Omit<CommandOptions, 'nodeId'>;

/** `CommandOptions` of a command whose tab is known. */
export type TabCommandOptions = Omit<NodeCommandOptions, 'tabSessionId'>;
