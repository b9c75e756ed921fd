import type { UnreadableDocument, VendorDocument } from '../../../vendor-documents.js';
import { readAcknowledgements } from '../acknowledgements.js';
import type { DocumentFile } from '../document-rows.js';
import { readInvoices } from '../invoices.js';
import { vendorSettings } from '../settings.js';
import { readShipments } from '../shipments.js';
import { SENDING } from './acme.js';

/** When the files of tests are first seen. */
export const SEEN_AT = '2026-03-05T08:00:00.000Z';

/** Reads a file of one kind of document under its settings. */
export function readAs(
  kind: 'acknowledgements' | 'shipments' | 'invoices',
  spec: Record<string, unknown>,
  text: string,
): { readonly documents: readonly VendorDocument[]; readonly unreadable: readonly UnreadableDocument[] } {
  const settings = vendorSettings.parse({
    ...SENDING,
    [kind]: { folder: 'in', format: { kind: 'delimited' }, ...spec },
  });
  const unreadable: UnreadableDocument[] = [];
  const file: DocumentFile = {
    ...{ bytes: new TextEncoder().encode(text), timeZone: settings.timeZone, currency: settings.currency },
    ...{ seenAt: SEEN_AT, tell: (problem) => unreadable.push(problem) },
  };
  const { acknowledgements, shipments, invoices } = settings;
  const documents: readonly VendorDocument[] = [
    ...(acknowledgements ? readAcknowledgements(file, acknowledgements) : []),
    ...(shipments ? readShipments(file, shipments) : []),
    ...(invoices ? readInvoices(file, invoices) : []),
  ];
  return { documents, unreadable };
}
