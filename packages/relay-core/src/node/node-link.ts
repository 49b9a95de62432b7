/** A node's connection, as its channel sees it. */
export interface NodeLink {
  /** The running node that it leads to, where that told. */
  readonly instanceId: string | undefined;
  send(text: string): void;
  bufferedBytes(): number;
}
