import type { Fault } from '../../../model/order.js';
import type { Loop } from '../../x12/loops.js';
import { Taken } from '../../x12/taken.js';

const NOTED_MAX = 100;

/** How an 850 of one partner is read. */
export interface OrderReading {
  readonly currency: string;
  /** Of addresses that name no country: by X12's usage that of the two partners. */
  readonly countryCode: string;
  /** Which of a line's ids is our SKU: the first of these that it has. */
  readonly skuQualifiers: readonly string[];
  /** Values of BEG02 that are orders to be shipped. */
  readonly orderTypes: readonly string[];
}

/** One reading of a set: what was read of it, what refuses it, and what a person should know. Both lists are bounded. */
export class Reading {
  readonly taken = new Taken();
  readonly faults: Fault[] = [];
  readonly warnings: Fault[] = [];
  readonly originals: Record<string, string> = {};

  constructor(readonly settings: OrderReading) {}

  text(loop: Loop | undefined, at: number): string | undefined {
    return this.taken.text(loop, at);
  }

  fault(code: string, path: string, message: string): void {
    if (this.faults.length < NOTED_MAX) this.faults.push({ code, message, path });
  }

  warn(code: string, path: string, message: string): void {
    if (this.warnings.length < NOTED_MAX) this.warnings.push({ code, message, path });
  }
}

/** The path of an element, such as `ISA[1]/GS[1]/ST[2]/PO1[3].02`. */
export const elementPath = (loop: Loop, at: number): string => `${loop.path}.${String(at).padStart(2, '0')}`;
