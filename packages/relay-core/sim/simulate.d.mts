/** Runs the program of the simulation as a person would. */
export function simulate(words: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }>;
