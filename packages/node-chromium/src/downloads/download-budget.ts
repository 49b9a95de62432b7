import { DOWNLOAD_BYTES_PER_NODE_MAX } from '@telepat/otto-protocol/limits';

/** What the downloads of all tabs may still take of the disk. */
export class DownloadBudget {
  #left: number;

  constructor(bytes: number = DOWNLOAD_BYTES_PER_NODE_MAX) {
    this.#left = bytes;
  }

  /** Whether there is room for a download that grows or goes; when there is not, nothing changes. */
  change({ from, to }: { readonly from: number; readonly to: number }): boolean {
    if (to - from > this.#left) return false;
    this.#left -= to - from;
    return true;
  }
}
