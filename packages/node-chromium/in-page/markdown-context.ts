/** What an element tells its descendants while they are copied for Markdown. */
export interface MarkdownContext {
  /** A cell of a table is one line. */
  readonly isInTable: boolean;
  /** Takes the tables in the cells of a table, which come after it. */
  readonly nestedTables?: Element;
  /** Within an article or the main part, navigation is a part of it. */
  readonly isInContent: boolean;
  /** Takes the navigation of the page, which comes after everything else. */
  readonly navigation: Element;
}
