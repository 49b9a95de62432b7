import type { CDPSession } from 'playwright-core';

/** Watches whether a document that the main frame goes to cannot be loaded. Of some navigations nobody else tells. */
export class DocumentFailures {
  /** The error of the first one, in the words of the browser. */
  readonly first: Promise<string>;
  readonly #session: CDPSession;
  readonly #mainFrameId: string;
  #resolve: (errorText: string) => void = () => {};
  #loaderId: string | undefined;

  constructor(session: CDPSession, mainFrameId: string) {
    this.#session = session;
    this.#mainFrameId = mainFrameId;
    this.first = new Promise((resolve) => (this.#resolve = resolve));
  }

  begin(): void {
    this.#session.on('Page.frameStartedNavigating', this.#onStarted);
    this.#session.on('Network.loadingFailed', this.#onFailed);
    this.#session.on('Page.frameStoppedLoading', this.#onStopped);
    this.#session.on('Page.frameNavigated', this.#onNavigated);
    this.#session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }).catch(alreadyGone);
  }

  end(): void {
    this.#session.off('Page.frameStartedNavigating', this.#onStarted);
    this.#session.off('Network.loadingFailed', this.#onFailed);
    this.#session.off('Page.frameStoppedLoading', this.#onStopped);
    this.#session.off('Page.frameNavigated', this.#onNavigated);
    this.#session.send('Network.disable').catch(alreadyGone);
  }

  readonly #onStarted = ({ frameId, loaderId }: { frameId: string; loaderId: string }): void => {
    if (frameId === this.#mainFrameId) this.#loaderId = loaderId;
  };

  /** The request of a document has the id of its loader. */
  readonly #onFailed = ({ requestId, errorText }: { requestId: string; errorText: string }): void => {
    if (requestId === this.#loaderId) this.#resolve(errorText);
  };

  /** Without a document: the server sent none, or a download. */
  readonly #onStopped = ({ frameId }: { frameId: string }): void => {
    if (frameId === this.#mainFrameId && this.#loaderId !== undefined) this.#resolve('net::ERR_ABORTED');
  };

  readonly #onNavigated = ({ frame }: { frame: { id: string; unreachableUrl?: string } }): void => {
    // What follows a failure is the browser's own error page.
    if (frame.id === this.#mainFrameId && frame.unreachableUrl === undefined) this.#loaderId = undefined;
  };
}

/** The page went: nothing fails any more. */
function alreadyGone(): void {}
