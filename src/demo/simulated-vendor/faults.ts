import { z } from 'zod';

/** What a simulated vendor can be told to do wrong. */
export const FAULTS = [
  'none',
  'down',
  'accept-then-hang',
  'accept-then-drop',
  'reject',
  'partial',
  'bare-answer',
  'slow',
  'rate-limit',
  'garbage',
  'unauthorized',
] as const;
export type FaultName = (typeof FAULTS)[number];

/** `vendor` missing: all of them. `times` missing: until told otherwise. */
export const faultOrder = z.object({
  vendor: z.string().min(1).max(100).optional(),
  fault: z.enum(FAULTS),
  times: z.number().int().min(1).max(1_000_000).optional(),
});

/** Faults in force, per vendor or for all. */
export class Faults {
  private readonly inForce = new Map<string, { fault: FaultName; left: number }>();

  set(order: z.infer<typeof faultOrder>): void {
    const key = order.vendor ?? '*';
    if (order.vendor === undefined) this.inForce.clear();
    this.inForce.set(key, { fault: order.fault, left: order.times ?? Number.POSITIVE_INFINITY });
  }

  /** The vendor's fault if it is one of those asked about; uses up one of its times. */
  take(vendor: string, among: readonly FaultName[]): FaultName | null {
    const key = this.inForce.has(vendor) ? vendor : '*';
    const found = this.inForce.get(key);
    if (!found || !among.includes(found.fault)) return null;
    found.left -= 1;
    // Used up, it no longer stands before what all vendors do wrong.
    if (found.left <= 0) this.inForce.delete(key);
    return found.fault;
  }
}
