import { z } from 'zod';
import type { Envelope } from './write.js';

/** Letters and digits of ids as X12's basic character set has them, without what may separate elements. */
const plainId = (length: number) => z.string().regex(new RegExp(`^[A-Za-z0-9 ._/&()+:-]{1,${length}}$`));

const identity = z.object({
  /** ISA05 or ISA07: `01` D-U-N-S, `12` telephone number, `ZZ` as the two agreed. */
  qualifier: z.string().regex(/^[A-Z0-9]{2}$/),
  /** ISA06 or ISA08. */
  id: plainId(15),
  /** GS02 or GS03; left out: the id. */
  groupId: plainId(15).optional(),
});

/** Settings of everyone that X12 is exchanged with. */
export const partnerSettings = z.object({
  us: identity,
  partner: identity,
  /** GS08 of what is written. Six digits, and an agreement's letters where partners ask for them: `004010VICS`. */
  version: z
    .string()
    .regex(/^00[3-8]\d{3}[A-Z0-9]{0,6}$/)
    .default('004010'),
  /** ISA15 is T. */
  test: z.boolean().default(false),
});

/** The envelope of what we write to the partner. */
export function envelopeOf({ us, partner, version, test }: z.infer<typeof partnerSettings>): Envelope {
  const side = ({ qualifier, id, groupId }: z.infer<typeof identity>) => ({ qualifier, id, groupId: groupId ?? id });
  return { sender: side(us), receiver: side(partner), version, isTest: test };
}
