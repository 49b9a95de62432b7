import * as z from 'zod';

/** Who asks; set by the relay, never by a controller. */
export const callerField = { __controllerClientId: z.string().optional() };

/** The tab that an action works on; it may stand in the input as well as beside it. */
export const tabField = { tabSessionId: z.string().optional() };

/** Where a page is to be found; what a tab may be sent to is the node's rule. */
export const urlField = z.string().min(1).max(8_192);

/** A selector of an element: CSS, or where the action says so `text=…` and `role=button[name="…"]`. */
export const selectorField = z.string().min(1).max(2_000);

/** The name of an element in the latest snapshot of its tab. */
export const refField = z.string().regex(/^e[1-9]\d{0,9}$/, 'a ref of a snapshot, such as e12');

/** Where a reading action reads from: a tab, or a temporary one at `url`. */
export const sourceFields = { ...tabField, url: urlField.optional(), ...callerField };

/** What a command that may change the page tells of what came of it. */
export const newsFields = {
  /** Downloads that began since the last command of this tab told of any; `primitive.page.download` fetches them. */
  downloads: z
    .array(
      z.object({
        downloadId: z.string(),
        fileName: z.string(),
        url: z.string(),
        state: z.enum(['in_progress', 'completed', 'failed']),
        /** Known when it is completed. */
        byteLength: z.number().optional(),
        mimeType: z.string().optional(),
      }),
    )
    .optional(),
  /** Pop-ups that opened: tabs of the same owner. */
  popups: z.array(z.object({ tabSessionId: z.string(), tabId: z.number(), url: z.string() })).optional(),
  /** A dialog that waits for its answer (`primitive.page.dialog`). */
  dialog: z
    .object({
      type: z.enum(['alert', 'confirm', 'prompt', 'beforeunload']),
      message: z.string(),
      defaultValue: z.string().optional(),
    })
    .optional(),
};

/** What commands that act on a page answer: where the tab is now, and what came of it. */
export const actedFields = { tabSessionId: z.string(), url: z.string(), title: z.string().optional(), ...newsFields };
