import { readSets } from '../../../x12/sets.js';
import { documentsOf } from '../documents.js';
import { vendorSettings } from '../settings.js';

/** A vendor with one site by another name, whose clocks are Chicago's. */
export const settings = vendorSettings.parse({
  us: { qualifier: 'ZZ', id: 'HEADGATE' },
  partner: { qualifier: '01', id: '043109560' },
  transport: { kind: 'folder', path: 'acme' },
  folders: { in: 'in', out: 'out' },
  sites: { dal: 'DALLAS' },
  timeZone: 'America/Chicago',
});
const bytes = (text: string) => new TextEncoder().encode(text);
/** A set in its envelope, as the vendor sends it. */
export const document = (set: string, group = 'PR') =>
  bytes(
    [
      'ISA*00*          *00*          *01*043109560      *ZZ*HEADGATE       *260302*1000*U*00401*000000077*0*P*>',
      `GS*${group}*043109560*HEADGATE*20260302*1000*77*X*004010`,
      set,
      `GE*1*77`,
      'IEA*1*000000077',
    ]
      .join('\n')
      .replaceAll('\n', '~\n'),
  );
/** A set from the segments between ST and SE, one a line. */
export const withEnd = (type: string, body: string) => {
  const segments = body.trim().split('\n');
  return [`ST*${type}*0001`, ...segments, `SE*${segments.length + 2}*0001`].join('\n');
};
/** What the documents of a file say. */
export const read = (file: Uint8Array) => {
  const said = [...readSets([file])].flatMap((part) => (part.kind === 'set' ? [documentsOf(part.set, settings)] : []));
  return { documents: said.flatMap((one) => one.documents), unreadable: said.flatMap((one) => one.unreadable) };
};
/** What one set says. */
export const documents = (type: string, body: string) => read(document(withEnd(type, body)));
