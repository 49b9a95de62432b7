/** A node's connection, as its channel sees it. */
export interface NodeLink {
  send(text: string): void;
  bufferedBytes(): number;
}
