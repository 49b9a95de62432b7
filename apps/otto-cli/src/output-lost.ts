/** What a command printed did not reach its place, such as a file on a full disk: whatever it did, nobody has the answer. */
export class OutputLost extends Error {
  override readonly name = 'OutputLost';

  constructor(cause: Error) {
    super(`the output could not be written: ${cause.message}`, { cause });
  }
}
