/** The characters that divide an interchange, each one byte but the terminator, which may be two (a letter in UTF-8). */
export interface Separators {
  readonly element: string;
  /** null: the interchange names none, or one that cannot be told from its data. */
  readonly component: string | null;
  /** Only from version 00402 on: before that ISA11 is the letter `U`. */
  readonly repetition: string | null;
  readonly terminator: string;
}

/** A head of an interchange as found: its elements (`[0]` is `ISA`), its separators, and the characters that it takes. */
export interface IsaHead {
  readonly elements: readonly string[];
  readonly separators: Separators;
  readonly length: number;
}

/** A head is 106 characters by rule; in the wild its fields are cut short or padded with anything. */
const ISA_LENGTH_MAX = 512;
const LOOK_AHEAD = 256;
const ISA_ELEMENTS = 16;
const REPETITION_SINCE = 402;
const PLAIN = /[A-Za-z0-9 ]/;

/**
 * Reads an interchange's head at the start of `text` (one character a byte). Its separators are ISA[3], ISA16 and what follows it,
 * then checked against the segment that comes next; an ISA16 that was left out is seen by that.
 * Returns `more` where too little of the text is there yet, and null where it is no head.
 */
export function readIsa(text: string, atEnd: boolean): IsaHead | 'more' | null {
  const head = text.slice(0, ISA_LENGTH_MAX + LOOK_AHEAD);
  if (head.length < ISA_LENGTH_MAX + LOOK_AHEAD && !atEnd) return 'more';
  const element = head[3];
  if (!head.startsWith('ISA') || element === undefined || PLAIN.test(element) || /[\r\n]/.test(element)) return null;
  let last = 3;
  for (let seen = 1; seen < ISA_ELEMENTS; seen += 1) {
    last = head.indexOf(element, last + 1);
    if (last < 0 || last > ISA_LENGTH_MAX) return null;
  }
  const fields = head.slice(0, last).split(element);
  if (fields.some((field) => /[\r\n]/.test(field))) return readBroken(head);
  const end = endOfHead(head, last + 1, element);
  if (end === null) return null;
  const [isa11 = '', isa12 = ''] = fields.slice(11);
  const { terminator } = end;
  const isFree = (sign: string) =>
    sign.length === 1 && !PLAIN.test(sign) && sign !== element && !terminator.includes(sign);
  const component = isFree(end.component) ? end.component : null;
  const repeats = Number(isa12) >= REPETITION_SINCE && isFree(isa11) && isa11 !== component;
  return {
    elements: [...fields, end.component],
    separators: { element, component, repetition: repeats ? isa11 : null, terminator },
    length: end.length,
  };
}

/** A head that was broken at a fixed width of lines, as the rest of such a document is; no terminator is a newline there. */
function readBroken(head: string): IsaHead | null {
  const found = readIsa(head.replace(/[\r\n]/g, ''), true);
  if (found === null || found === 'more') return null;
  let length = 0;
  for (let left = found.length; left > 0; length += 1) if (!/[\r\n]/.test(head[length] ?? '')) left -= 1;
  return { ...found, length };
}

interface EndOfHead {
  readonly component: string;
  readonly terminator: string;
  readonly length: number;
}

/** What ends the head from ISA16 on: the first reading after which a segment begins. */
function endOfHead(head: string, at: number, element: string): EndOfHead | null {
  const sixteenth = head[at] ?? '';
  const readings: EndOfHead[] = [];
  const whole = terminatorAt(head, at + 1);
  // Where lines end with it, it is the terminator, and ISA16 was left out.
  const isTerminator = (after: number) => /^\s*[^\r\n]+/.exec(head.slice(after))?.[0].endsWith(sixteenth) === true;
  if (whole !== null && !/[\r\n]/.test(sixteenth) && !(/[\r\n]/.test(whole.terminator) && isTerminator(whole.length)))
    readings.push({ component: sixteenth, ...whole });
  const cut = terminatorAt(head, at);
  if (cut !== null) readings.push({ component: '', ...cut });
  for (const known of [/^(?:GS|TA1|IEA|ISA)$/, /^[A-Z][A-Z0-9]{1,2}$/])
    for (const reading of readings) {
      const next = head.slice(reading.length).trimStart();
      const [id = ''] = next.split(element, 1);
      if (known.test(id) && next.length > id.length) return reading;
    }
  return null;
}

function terminatorAt(head: string, at: number): { terminator: string; length: number } | null {
  const first = head[at];
  if (first === undefined || PLAIN.test(first)) return null;
  const second = head[at + 1] ?? '';
  if (first === '\r' && second === '\n') return { terminator: '\n', length: at + 2 };
  const isUtf8Pair = first >= '\xc2' && first <= '\xdf' && second >= '\x80' && second <= '\xbf';
  return isUtf8Pair ? { terminator: first + second, length: at + 2 } : { terminator: first, length: at + 1 };
}
