import { MemoryKeyValue } from './memory-key-value.js';

/** A store whose disk fails for as long as it is told to. */
export class FailingKeyValue extends MemoryKeyValue {
  failure: Error | undefined;

  override get(key: string): Promise<string | undefined> {
    return this.failure === undefined ? super.get(key) : Promise.reject(this.failure);
  }

  override set(key: string, value: string): Promise<void> {
    return this.failure === undefined ? super.set(key, value) : Promise.reject(this.failure);
  }

  override delete(key: string): Promise<void> {
    return this.failure === undefined ? super.delete(key) : Promise.reject(this.failure);
  }
}
