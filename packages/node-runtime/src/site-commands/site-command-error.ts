/**
 * A failure with a code of the command's own: `throw new SiteCommandError('sold_out', 'Nothing is left.')`. Where the
 * class cannot be imported, `fail` of the command's context throws the same.
 */
export class SiteCommandError extends Error {
  override readonly name = 'SiteCommandError';
  /** Lower case letters, digits and underlines. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
