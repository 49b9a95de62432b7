/** What every example is given: where the relay is and who one is, and where its lines go. */
export interface Stage {
  readonly env: Readonly<Record<string, string | undefined>>;
  print(line: string): void;
}

/** One idea, with the words that were typed behind its name. */
export type Example = (stage: Stage, ...words: string[]) => Promise<void>;
