import type { UnreadableDocument, VendorDocument } from '../../vendor-documents.js';
import type { TransactionSet } from '../../x12/sets.js';
import { acknowledgementOf855 } from './acknowledgements.js';
import { invoiceOf810 } from './invoices.js';
import type { VendorSettings } from './settings.js';
import { shipmentsOf856 } from './shipments.js';
import { VendorSet } from './vendor-set.js';

/** What one set says: documents, and what of it could not be read, with segment paths. */
export interface SetRead {
  readonly documents: readonly VendorDocument[];
  readonly unreadable: readonly UnreadableDocument[];
}

/** A set without its end may be half a document. */
const CUT_OFF = ['SE_MISSING', 'SET_TOO_LONG'];

/** The documents of an 855, 856 or 810. What cannot be read of it holds up nothing else. */
export function documentsOf(set: TransactionSet, settings: VendorSettings): SetRead {
  const read = new VendorSet(set, settings);
  const cut = set.problems.find(({ code }) => CUT_OFF.includes(code));
  if (cut) return { documents: [], unreadable: [{ poNumber: null, problem: `${cut.path}: ${cut.message}` }] };
  const documents = READERS.get(set.head.type)?.(read);
  if (documents === undefined) {
    const problem = `${set.head.path}: a set ${set.head.type.slice(0, 10)} is none that a vendor sends us`;
    return { documents: [], unreadable: [{ poNumber: null, problem }] };
  }
  return { documents, unreadable: read.problems };
}

const READERS = new Map<string, (set: VendorSet) => readonly VendorDocument[]>([
  ['855', acknowledgementOf855],
  ['856', shipmentsOf856],
  ['810', invoiceOf810],
]);
