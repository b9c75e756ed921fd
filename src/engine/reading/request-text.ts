import { isDeeper, type JsonVisitor, walkJson } from './json-walk.js';
import { type ParsedRequest, parseRequest, refuse } from './parse.js';
import { Faults, pathText, type RequestFault, stepsOf } from './reader.js';

/** Text that nests deeper is not read at all; requests have 8 levels. */
const DEPTH_MAX = 100;
const SHOWN_MAX = 60;
const SHORT_WHOLE = /^-?\d{1,15}$/;

/** A fault with the line of the text where it stands, from 1. */
export interface LineFault extends RequestFault {
  readonly line: number;
}

type ParsedText =
  | Extract<ParsedRequest, { readonly ok: true }>
  | { readonly ok: false; readonly faults: readonly LineFault[] };

/**
 * Reads JSON text as a request. Refuses what JSON.parse would hide, too: keys that are repeated, and numbers that it rounds to whole ones.
 * Degrees, of which nothing is decided, may have more digits than are kept.
 */
export function parseRequestText(text: string): ParsedText {
  const json = jsonOf(text);
  if (!json.ok) return { ok: false, faults: [{ path: '', message: `expected JSON: ${json.message}`, line: 1 }] };
  const faults = new Faults();
  faults.during(() => walkJson(text, new TextJudge(text, faults)));
  const parsed = faults.isEmpty ? parseRequest(json.value) : refuse(json.value, faults);
  return parsed.ok ? parsed : { ok: false, faults: withLines(text, parsed.faults) };
}

/** The value of a JSON text, or why it has none. */
export function jsonOf(text: string) {
  // Reading lists within lists by the million takes minutes and gigabytes.
  if (isDeeper(text, DEPTH_MAX)) return { ok: false, message: `nested deeper than ${DEPTH_MAX} levels` } as const;
  try {
    return { ok: true, value: JSON.parse(text) as unknown } as const;
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) } as const;
  }
}

/** Finds what the value of a text no longer shows. */
class TextJudge implements JsonVisitor {
  private readonly steps: (string | number)[] = [];
  /** Of each value around: the names in it so far, null where it has none yet. */
  private readonly names: (Set<string> | null)[] = [];

  constructor(
    private readonly text: string,
    private readonly faults: Faults,
  ) {}

  enter(step: string | number | null): void {
    if (step !== null) this.steps.push(step);
    if (typeof step === 'string') {
      const seen = this.names.at(-1) ?? new Set();
      if (seen.has(step)) this.faults.add(pathText(this.steps), 'repeated key');
      this.names[this.names.length - 1] = seen.add(step);
    }
    this.names.push(null);
  }

  leave(start: number, end: number): void {
    const first = this.text[start] as string;
    if ((first >= '0' && first <= '9') || first === '-') this.judgeNumber(this.text.slice(start, end));
    this.names.pop();
    this.steps.pop();
  }

  private judgeNumber(written: string): void {
    if (SHORT_WHOLE.test(written)) return;
    const value = Number(written);
    if (!Number.isSafeInteger(value) || decimalOf(written) === decimalOf(String(value))) return;
    const shown = written.length > SHOWN_MAX ? `${written.slice(0, SHOWN_MAX)}...` : written;
    this.faults.add(
      pathText(this.steps),
      `expected a number that is kept as it is written, got ${shown}, read as ${value}`,
    );
  }
}

/** The digits of a number without zeros around them, and the power of ten that the last one counts: one text for each value. */
function decimalOf(written: string): string {
  const [mantissa = '', power = '0'] = written.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let [from, to] = [0, digits.length];
  while (from < to && digits[from] === '0') from += 1;
  while (to > from && digits[to - 1] === '0') to -= 1;
  return from === to ? '0' : `${digits.slice(from, to)}e${Number(power) + whole.length - to}`;
}

/** A place that a path leads to or past; `line` is null where the text does not have it. */
interface Place {
  line: number | null;
  readonly within: Map<string | number, Place>;
}

/** The faults with the line of the value at their path, or of the nearest around it that is there. */
function withLines(text: string, faults: readonly RequestFault[]): LineFault[] {
  const outermost: Place = { line: null, within: new Map() };
  const trails = faults.map(({ path }) => {
    const trail = [outermost];
    for (const step of stepsOf(path)) {
      const { within } = trail.at(-1) as Place;
      const place = within.get(step) ?? { line: null, within: new Map() };
      within.set(step, place);
      trail.push(place);
    }
    return trail;
  });
  const around: (Place | undefined)[] = [];
  walkJson(text, {
    enter(step, line) {
      const place = step === null ? outermost : around.at(-1)?.within.get(step);
      if (place) place.line = line;
      around.push(place);
    },
    leave() {
      around.pop();
    },
  });
  return faults.map((fault, at) => {
    const nearest = trails[at]?.findLast(({ line }) => line !== null);
    return { ...fault, line: (nearest?.line ?? 0) + 1 };
  });
}
