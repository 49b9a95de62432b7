/** Thrown by a command that has failed and has said so in its own answer: only the exit code is left to give. */
export class AlreadyTold extends Error {
  override readonly name = 'AlreadyTold';
}
