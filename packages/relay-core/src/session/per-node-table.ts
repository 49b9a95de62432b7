/** Things of a node by `requestId`, found in constant time and ended together when the node goes. */
export class PerNodeTable<T extends { readonly nodeId: string; readonly requestId: string }> {
  readonly #byNode = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  find(nodeId: string, requestId: string): T | undefined {
    return this.#byNode.get(nodeId)?.get(requestId);
  }

  /** Whether any node has one of this id: the cost grows with the nodes. */
  isAnywhere(requestId: string): boolean {
    for (const items of this.#byNode.values()) if (items.has(requestId)) return true;
    return false;
  }

  add(item: T): void {
    const items = this.#byNode.get(item.nodeId) ?? new Map<string, T>();
    this.#byNode.set(item.nodeId, items);
    if (!items.has(item.requestId)) this.#size += 1;
    items.set(item.requestId, item);
  }

  /** @returns false when it was not there */
  remove(item: T): boolean {
    const items = this.#byNode.get(item.nodeId);
    if (items?.get(item.requestId) !== item) return false;
    items.delete(item.requestId);
    this.#size -= 1;
    if (items.size === 0) this.#byNode.delete(item.nodeId);
    return true;
  }

  ofNode(nodeId: string): T[] {
    return [...(this.#byNode.get(nodeId)?.values() ?? [])];
  }
}
