import { dateAndTime } from './values.js';

/** Who writes to whom, as the two agreed; for ISA and GS. */
export interface Envelope {
  readonly sender: { readonly qualifier: string; readonly id: string; readonly groupId: string };
  readonly receiver: { readonly qualifier: string; readonly id: string; readonly groupId: string };
  /** GS08, such as `004010`; ISA12 is of the same release. */
  readonly version: string;
  readonly isTest: boolean;
}

/** A set to be written: segments between ST and SE, elements as text; empty ones at the end are left out. */
export interface OutgoingSet {
  readonly type: string;
  readonly segments: readonly (readonly (string | number | undefined)[])[];
}

const FUNCTIONAL_IDS: Readonly<Record<string, string>> = {
  ...{ '850': 'PO', '855': 'PR', '856': 'SH', '810': 'IN', '846': 'IB', '997': 'FA', '860': 'PC', '870': 'RS' },
};
/** ISA13 and GS06 have nine digits; begun again after that, as X12 allows. */
export const CONTROL_MAX = 999_999_999;
const ELEMENT = '*';
const COMPONENT = '>';
const TERMINATOR = '~';
const REPETITION = '^';

/**
 * One interchange with one group of sets of one type, in bytes: `*`, `>`, `~` and a newline after each segment. The same arguments give
 * the same bytes. Separators and control characters within values become spaces: X12 has no way to escape them.
 * `control` numbers the interchange and its group. Errors: RangeError for a control number that has no nine digits.
 */
export function writeInterchange(
  envelope: Envelope,
  control: number,
  at: string,
  sets: readonly OutgoingSet[],
): Uint8Array {
  if (!Number.isSafeInteger(control) || control < 1 || control > CONTROL_MAX)
    throw new RangeError(`expected a control number from 1 to ${CONTROL_MAX}, got ${control}`);
  const { sender, receiver, version, isTest } = envelope;
  const { date, time } = dateAndTime(at);
  const type = sets[0]?.type ?? '';
  // The release without its sub-release: 00401 of 004010.
  const isaVersion = version.slice(0, 5);
  const repeats = Number(isaVersion) >= 402;
  const number = String(control).padStart(9, '0');
  const padded = (text: string, length: number) => clean(text).slice(0, length).padEnd(length);
  const lines = [
    [
      ...['ISA', '00', padded('', 10), '00', padded('', 10), padded(sender.qualifier, 2), padded(sender.id, 15)],
      ...[padded(receiver.qualifier, 2), padded(receiver.id, 15), date.slice(2), time, repeats ? REPETITION : 'U'],
      ...[isaVersion, number, '0', isTest ? 'T' : 'P', COMPONENT],
    ].join(ELEMENT),
    segmentText([
      'GS',
      FUNCTIONAL_IDS[type],
      sender.groupId,
      receiver.groupId,
      date,
      time,
      String(control),
      'X',
      version,
    ]),
    ...sets.flatMap((set, index) => {
      const setControl = String(index + 1).padStart(4, '0');
      const body = set.segments.map(segmentText);
      return [
        segmentText(['ST', set.type, setControl]),
        ...body,
        segmentText(['SE', String(body.length + 2), setControl]),
      ];
    }),
    segmentText(['GE', String(sets.length), String(control)]),
    segmentText(['IEA', '1', number]),
  ];
  return new TextEncoder().encode(lines.map((line) => `${line}${TERMINATOR}\n`).join(''));
}

function segmentText(elements: readonly (string | number | undefined)[]): string {
  const texts = elements.map((element) => clean(String(element ?? '')));
  while (texts.length > 1 && texts.at(-1) === '') texts.pop();
  return texts.join(ELEMENT);
}

function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}*>~^]/gu, ' ').trim();
}
