import { attributeOf, cellsOf, firstMatch, isHtml, nameOf, parentOf, rowsOf } from './dom.js';

/**
 * Whether a table holds data: rows and columns of cells, rather than the layout of a page. What has tables or headings
 * in its cells lays out a page, unless cells of its own say what is in its columns or rows.
 */
export function isDataTable(source: Element): source is HTMLTableElement {
  if (!isHtml(source, 'table')) return false;
  if (/^(presentation|none)$/.test(attributeOf(source, 'role') ?? '')) return false;
  const rows = [...rowsOf(source)].map(cellsOf);
  const hasHeads = rows.some((cells) =>
    cells.some((cell) => nameOf(cell) === 'th' && attributeOf(cell, 'colspan') === null),
  );
  if (!hasHeads && firstMatch(source, 'table, h1, h2, h3, h4, h5, h6') !== null) return false;
  const isColumn = hasHeads && rows.length > 1;
  return isColumn || rows.some((cells) => cells.length > 1);
}

/**
 * A rectangular copy of a table, its head in `th`: Markdown knows no spans, and every row has as many cells as the
 * first. `fill` copies the content of one cell.
 */
export function dataTable(
  source: HTMLTableElement,
  inert: Document,
  fill: (cell: Element, target: Element) => void,
): Element {
  const rows = [...rowsOf(source)].filter(isShown);
  const grid = gridOf(rows);
  const width = grid.reduce((most, row) => Math.max(most, row.length), 0);
  const hasHead = rows[0] !== undefined && isHead(rows[0]);

  const copy = inert.createElement('table');
  if (!hasHead) copy.append(rowOf(Array.from({ length: width }), 'th'));
  for (const [index, cells] of grid.entries()) {
    copy.append(
      rowOf(
        Array.from({ length: width }, (_, column) => cells[column]),
        hasHead && index === 0 ? 'th' : 'td',
      ),
    );
  }
  return copy;

  function rowOf(cells: readonly (Element | undefined)[], name: 'th' | 'td'): Element {
    const row = inert.createElement('tr');
    for (const cell of cells) {
      const target = inert.createElement(name);
      if (cell !== undefined) fill(cell, target);
      row.append(target);
    }
    return row;
  }
}

/** A cell may claim any span; this many columns or rows are believed, and a row is at most this many columns wide. */
const SPAN_MAX = 100;
const COLUMNS_MAX = 500;

/** The cells at their columns; where one spans several, only the first has it. */
function gridOf(rows: readonly HTMLTableRowElement[]): (Element | undefined)[][] {
  const grid: (Element | undefined)[][] = [];
  /** For each column, how many more rows a cell from above takes. */
  const taken: number[] = [];
  for (const row of rows) {
    const line: (Element | undefined)[] = [];
    const skipTaken = (): void => {
      while ((taken[line.length] ?? 0) > 0) {
        taken[line.length] = (taken[line.length] ?? 0) - 1;
        line.push(undefined);
      }
    };
    for (const cell of cellsOf(row).filter(isShown)) {
      skipTaken();
      for (let column = 0; column < spanOf(cell, 'colspan') && line.length < COLUMNS_MAX; column++) {
        taken[line.length] = spanOf(cell, 'rowspan') - 1;
        line.push(column === 0 ? cell : undefined);
      }
    }
    skipTaken();
    grid.push(line);
  }
  return grid;
}

function isShown(element: Element): boolean {
  return getComputedStyle(element).display !== 'none';
}

function spanOf(cell: Element, name: 'colspan' | 'rowspan'): number {
  const span = Number.parseInt(attributeOf(cell, name) ?? '1', 10);
  return span >= 1 ? Math.min(span, SPAN_MAX) : 1;
}

function isHead(row: Element): boolean {
  const section = parentOf(row);
  if (section !== null && nameOf(section) === 'thead') return true;
  return cellsOf(row).every((cell) => nameOf(cell) === 'th');
}
