import { ConnectorError } from '../../model/errors.js';
import type { Numbers } from '../connector.js';
import { hashOf, type InboxFile } from '../files/inbox.js';
import type { FileTransport } from '../files/transport.js';
import { acknowledgementOf, type SetOutcome, segmentsOf } from './acknowledgements.js';
import { readSets, type TransactionSet } from './sets.js';
import { CONTROL_MAX, type Envelope, type OutgoingSet, writeInterchange } from './write.js';

/** The series of control numbers that interchanges and groups of one account share. */
export const CONTROL_SERIES = 'x12';
const KEY_MAX = 150;
/** Answered by nothing: acknowledgements are not acknowledged. */
const RECEIPTS = 'FA';

/** Where an account's documents are put for its partner. */
export interface Outbox {
  readonly files: FileTransport;
  readonly folder: string;
  readonly envelope: Envelope;
  readonly numbers: Numbers;
}

/**
 * Writes one set as a file. Its key has one control number, one moment and one name for ever, so that writing it again is the same file
 * with the same bytes. Errors: ConnectorError of the transport; CONTROL_NUMBERS_USED_UP, class `permanent`.
 */
export async function sendSet(
  { files, folder, envelope, numbers }: Outbox,
  key: string,
  setOf: (issuedAt: string) => OutgoingSet,
): Promise<{ readonly control: number; readonly name: string }> {
  const { value: control, issuedAt } = await numbers.of(CONTROL_SERIES, key.slice(0, KEY_MAX));
  if (control > CONTROL_MAX) {
    const message = `expected a control number up to ${CONTROL_MAX}, got ${control}`;
    throw new ConnectorError('CONTROL_NUMBERS_USED_UP', 'permanent', message);
  }
  const set = setOf(issuedAt);
  const name = `${set.type}-${String(control).padStart(9, '0')}.edi`;
  await files.write(folder, name, writeInterchange(envelope, control, issuedAt, [set]));
  return { control, name };
}

/** Answers each group of a file that was taken in with a 997, a file each; groups of 997s are not answered. */
export async function sendReceipts(
  outbox: Outbox,
  file: InboxFile,
  faultsOf: (set: TransactionSet) => SetOutcome['faults'],
): Promise<void> {
  let outcomes: SetOutcome[] = [];
  for (const part of readSets([file.bytes])) {
    if (part.kind === 'set') {
      const { head, problems } = part.set;
      if (head.group.functionalId === RECEIPTS) continue;
      const { type, control } = head;
      const faults = faultsOf(part.set);
      outcomes.push({ type, control, problems, faults, segments: segmentsOf(part.set, faults) });
    } else if (part.kind === 'group_end') {
      const answered = outcomes;
      outcomes = [];
      const { group } = part;
      if (group.functionalId !== RECEIPTS)
        await sendSet(outbox, `997:${hashOf(file.bytes)}:${group.path}`, () => acknowledgementOf(part, answered));
    }
  }
}
