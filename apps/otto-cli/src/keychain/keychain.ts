/** Where the operating system keeps secrets of this user, each under a name. */
export interface Keychain {
  /**
   * Undefined when there is none under the name.
   * @throws Error when the keychain is not there, is locked, or does not answer
   */
  read(name: string): Promise<string | undefined>;
  /** @throws Error when it could not be kept */
  write(name: string, secret: string): Promise<void>;
  /** @throws Error when it could not be taken away; one that is not there is no error */
  remove(name: string): Promise<void>;
}
