import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isJsonObject, JsonNumber, type JsonValue, readJson } from '../payload/json.js';
import { ROWS_MAX, type Row, type RowsRead, type Unreadable } from './row.js';

const LINE_CHARACTERS_MAX = 1_000_000;

const parser = new XMLParser({
  ...{ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#text' },
  ...{ parseTagValue: false, parseAttributeValue: false, removeNSPrefix: true, ignoreDeclaration: true },
  // References such as `&#233;` too.
  ...{ ignorePiTags: true, htmlEntities: true },
});

/**
 * Reads rows of an XML document. A place is a path from the row (`Qty`, `@id`, `Parcel/Tracking`), `..` goes up (`../Number`). Prefixes of names
 * are left away. A document with a DTD is refused: nothing is expanded but references to single characters.
 */
export function readXml(text: string, rows: string): RowsRead {
  const marked = text.replace(/^\uFEFF/, '');
  if (/<!(DOCTYPE|ENTITY)/i.test(marked)) return nothing('file', 'expected XML without a DTD');
  const valid = XMLValidator.validate(marked);
  if (valid !== true) return nothing(`line ${valid.err.line}`, `expected XML: ${valid.err.msg.slice(0, 200)}`);
  let read: JsonValue;
  try {
    read = parser.parse(marked) as JsonValue;
  } catch (cause) {
    // Such as one that is nested too deep, or has a name that no object may have.
    const problem = cause instanceof Error ? cause.message : String(cause);
    return nothing('file', `expected XML: ${problem.slice(0, 200)}`);
  }
  const found = rowsAt({ value: read, above: null }, rows.split('/'));
  if (found.length === 0) return nothing('file', `expected elements ${rows}`);
  return bounded(found.map((node, at) => rowOf(`row ${at + 1}`, node)));
}

/** Reads lines of JSON objects; in each the rows at a path, or the object itself. Places as in XML. */
export function readJsonLines(text: string, rows: string | undefined): RowsRead {
  const found: Row[] = [];
  const unreadable: Unreadable[] = [];
  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const place = `row ${at + 1}`;
    const value = line.length > LINE_CHARACTERS_MAX ? null : objectOf(line);
    if (value === null) {
      unreadable.push({ place, problem: `expected an object of at most ${LINE_CHARACTERS_MAX} characters` });
      continue;
    }
    const nodes = rowsAt({ value, above: null }, rows?.split('/') ?? []);
    if (nodes.length === 0) unreadable.push({ place, problem: `expected ${rows}` });
    for (const node of nodes) found.push(rowOf(place, node));
  }
  if (found.length === 0 && unreadable.length === 0) return nothing('file', 'expected lines of JSON');
  const read = bounded(found);
  return { rows: read.rows, unreadable: [...unreadable, ...read.unreadable] };
}

/** A value with what it stands in. */
interface Node {
  readonly value: JsonValue;
  readonly above: Node | null;
}

function rowsAt(root: Node, path: readonly string[]): Node[] {
  let nodes = [root];
  for (const name of path) nodes = nodes.flatMap((node) => childrenOf(node, name));
  return nodes.filter(({ value }) => isJsonObject(value) || typeof value === 'string');
}

function childrenOf(node: Node, name: string): Node[] {
  if (name === '..') return node.above === null ? [] : [node.above];
  if (!isJsonObject(node.value) || !Object.hasOwn(node.value, name)) return [];
  const child = node.value[name];
  if (child === undefined) return [];
  return (Array.isArray(child) ? (child as readonly JsonValue[]) : [child as JsonValue]).map((value) => ({
    value,
    above: node,
  }));
}

function rowOf(place: string, node: Node): Row {
  return {
    place,
    cell: (from) => {
      let nodes = [node];
      for (const name of String(from).split('/')) nodes = nodes.flatMap((at) => childrenOf(at, name));
      const texts = nodes.flatMap(({ value }) => textOf(value) ?? []);
      return texts.length === 0 ? undefined : texts.join(', ');
    },
  };
}

function textOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'boolean') return String(value);
  if (isJsonObject(value) && typeof value['#text'] === 'string') return value['#text'];
  return undefined;
}

function objectOf(line: string): JsonValue | null {
  try {
    const value = readJson(new TextEncoder().encode(line));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function bounded(rows: readonly Row[]): RowsRead {
  if (rows.length <= ROWS_MAX) return { rows, unreadable: [] };
  return {
    rows: rows.slice(0, ROWS_MAX),
    unreadable: [{ place: `row ${ROWS_MAX + 1}`, problem: `expected at most ${ROWS_MAX} rows` }],
  };
}

const nothing = (place: string, problem: string): RowsRead => ({ rows: [], unreadable: [{ place, problem }] });
