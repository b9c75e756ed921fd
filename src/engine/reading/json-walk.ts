/** What is told of each value of a JSON text, in the order of the text. */
export interface JsonVisitor {
  /** `step`: the name or the index by which the value stands in what is around it, null for the outermost. `line`: from 0. */
  enter(step: string | number | null, line: number): void;
  /** `start` and `end`: where the value's text lies. */
  leave(start: number, end: number): void;
}

/** Around a value: a list, with how many entries it had so far, or an object, with the name that was read last. */
interface Around {
  readonly start: number;
  readonly isList: boolean;
  count: number;
  name: string | null;
}

/** Tells all values of a text that JSON.parse accepts: names as often as they come, and numbers as they are written. */
export function walkJson(text: string, visitor: JsonVisitor): void {
  const open: Around[] = [];
  let line = 0;
  const enter = () => {
    const around = open.at(-1);
    if (!around) visitor.enter(null, line);
    else if (around.isList) visitor.enter(around.count++, line);
    else visitor.enter(around.name, line);
    if (around) around.name = null;
  };
  for (let at = 0; at < text.length; ) {
    const start = at;
    const character = text[at] as string;
    at += 1;
    if (character === '\n') line += 1;
    else if (character === '{' || character === '[') {
      enter();
      open.push({ start, isList: character === '[', count: 0, name: null });
    } else if (character === '}' || character === ']') visitor.leave(open.pop()?.start ?? start, at);
    else if (!BETWEEN.has(character)) {
      const around = open.at(-1);
      at = character === '"' ? endOfText(text, start) : endOfWord(text, at);
      if (around && !around.isList && around.name === null) around.name = nameOf(text.slice(start, at));
      else {
        enter();
        visitor.leave(start, at);
      }
    }
  }
}

/** Whether lists and objects lie deeper in one another than `most`. Of a text that is no JSON it says something, too. */
export function isDeeper(text: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at) - 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === '{' || character === '[') depth += 1;
    if (depth > most) return true;
  }
  return false;
}

const BETWEEN = new Set([' ', '\t', '\r', ',', ':']);
const ENDS = new Set([' ', '\t', '\r', '\n', ',', ']', '}']);

/** After the closing quote of the text that begins at `start`. */
function endOfText(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function nameOf(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

/** After the number, or the word such as true, of which `from` is the second character. */
function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !ENDS.has(text[at] as string)) at += 1;
  return at;
}
