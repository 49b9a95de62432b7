/** Strings for the terminal itself: OSC, DCS, SOS, PM and APC, up to their end. A body stops at any further escape. */
const CONTROL_STRING =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u001b\u0007\u009c]*(?:\u0007|\u009c|\u001b\\)/g;

/** Cursor, colour and mode sequences, and the short ones. */
// eslint-disable-next-line no-control-regex -- see above
const SEQUENCE = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-Z\\^-~]/g;

/** What is left of control characters, line feed and tab aside. */
// eslint-disable-next-line no-control-regex -- see above
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Text from elsewhere (a page, a node, a log) as it may be shown on a terminal: whatever a terminal would obey is
 * taken out, so that page content can neither recolour, move the cursor, set titles nor write to the clipboard.
 * Each expression reads every character a bounded number of times.
 *
 * @example plainText('a\u001b[31mb\u001b]0;title\u0007c') // 'abc'
 */
export function plainText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(CONTROL_STRING, '').replace(SEQUENCE, '').replace(CONTROL, '');
}
