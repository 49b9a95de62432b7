/**
 * Thrown where no answer is better than any: the connection is destroyed, so that the client knows no more than that
 * its request may not have been carried out.
 */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';

  constructor(options?: ErrorOptions) {
    super('The request is left without an answer.', options);
  }
}
