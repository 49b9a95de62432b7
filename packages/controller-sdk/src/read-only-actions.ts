import type { ActionName } from '@telepat/otto-protocol';

/**
 * Whether a repeat of an action has no effect, so that it can be sent again although nobody knows what became of the
 * first try. The descriptors say the same; here stands a copy without their schemas, and a test holds the two together.
 */
export function isReadOnly(action: string): boolean {
  return Object.hasOwn(READ_ONLY, action) && READ_ONLY[action as ActionName]; // hasOwn has just proved the name
}

const READ_ONLY: Readonly<Record<ActionName, boolean>> = {
  'primitive.tab.open': false,
  'primitive.tab.close': false,
  'primitive.tab.close_owned': false,
  'primitive.tab.navigate': false,
  'primitive.tab.back': false,
  'primitive.tab.forward': false,
  'primitive.tab.reload': false,
  'primitive.tab.activate': false,
  'primitive.tab.query': true,
  'primitive.dom.extract_text': true,
  'primitive.dom.extract_html': true,
  'primitive.dom.extract_clean_html': true,
  'primitive.dom.extract_distilled_html': true,
  'primitive.dom.extract_markdown': true,
  'primitive.page.snapshot': true,
  'primitive.page.screenshot': true,
  'primitive.page.pdf': true,
  'primitive.page.console': true,
  'primitive.page.download': true,
  'primitive.page.evaluate': false,
  'primitive.page.wait_for': true,
  'primitive.page.dialog': false,
  'primitive.input.click': false,
  'primitive.input.hover': false,
  'primitive.input.type': false,
  'primitive.input.fill': false,
  'primitive.input.press': false,
  'primitive.input.select': false,
  'primitive.input.check': false,
  'primitive.input.scroll': false,
  'primitive.input.drag': false,
  'primitive.input.upload': false,
  'command.list': true,
  'command.run': false,
  'command.test': false,
  'command.reddit_posts': false,
  'listener.subscribe': false,
  'listener.unsubscribe': false,
};
