import * as z from 'zod';

/** Who asks; set by the relay, never by a controller. */
export const callerField = { __controllerClientId: z.string().optional() };

/** The tab that an action works on; it may stand in the input as well as beside it. */
export const tabField = {
  tabSessionId: z.string().describe('The tab, as primitive.tab.open named it.').optional(),
};

/** Where a page is to be found; what a tab may be sent to is the node's rule. */
export const urlField = z.string().min(1).max(8_192);

/** A selector of an element: CSS, or where the action says so `text=…` and `role=button[name="…"]`. */
export const selectorField = z
  .string()
  .min(1)
  .max(2_000)
  .describe('The first element that matches: CSS, `text=…` or `role=button[name="…"]`.');

/** The name of an element in the latest snapshot of its tab. */
export const refField = z
  .string()
  .regex(/^e[1-9]\d{0,9}$/, 'a ref of a snapshot, such as e12')
  .describe('The element of this ref in the latest snapshot of the tab, such as `e12`.');

/** Where a reading action reads from: a tab, or a temporary one at `url`. */
export const sourceFields = {
  ...tabField,
  url: urlField
    .describe(
      'Read this page in a tab of its own, which is closed again; instead of a tab. Parts of it that take longer than ten seconds, or half of the time, are not waited for.',
    )
    .optional(),
  ...callerField,
};

/** What a command that may change the page tells of what came of it. */
export const newsFields = {
  downloads: z
    .array(
      z.object({
        downloadId: z.string(),
        fileName: z.string(),
        url: z.string(),
        state: z.enum(['in_progress', 'completed', 'failed']),
        byteLength: z.number().describe('Known when it is completed.').optional(),
        mimeType: z
          .string()
          .describe('Known when it is completed: as a `data:` address says, else by the ending of its name.')
          .optional(),
        reason: z.string().describe('Why it failed.').optional(),
      }),
    )
    .describe(
      'Downloads that began, or came to their end, since a command of this tab told of them; `primitive.page.download` fetches them.',
    )
    .optional(),
  popups: z
    .array(z.object({ tabSessionId: z.string(), tabId: z.number(), url: z.string() }))
    .describe('Pop-ups that opened: tabs of the same owner.')
    .optional(),
  dialog: z
    .object({
      type: z.enum(['alert', 'confirm', 'prompt', 'beforeunload']),
      message: z.string(),
      defaultValue: z.string().optional(),
    })
    .describe('A dialog that waits for its answer; `primitive.page.dialog` gives it.')
    .optional(),
};

/** What commands that act on a page answer: where the tab is now, and what came of it. */
export const actedFields = {
  tabSessionId: z.string(),
  url: z.string().describe('Where the tab is now.'),
  title: z.string().optional(),
  ...newsFields,
};
