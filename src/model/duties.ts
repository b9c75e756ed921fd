/** Duty and import tax of goods of an HS prefix and origin, from a day on. Percentages as decimal text. */
export interface DutyRule {
  readonly destination: string;
  /** Null: from anywhere. */
  readonly origin: string | null;
  /** '' matches every HS code. */
  readonly hsPrefix: string;
  readonly percent: string;
  /** Of the customs value with duty. */
  readonly taxPercent: string;
  readonly validFrom: string;
}

/** What a country lets in without duty. */
export interface DutyThreshold {
  readonly destination: string;
  readonly freeUpTo: string;
  readonly currency: string;
  /** Import tax is due whatever the value. */
  readonly taxAlways: boolean;
}

export interface Duties {
  readonly rates: readonly DutyRule[];
  readonly thresholds: readonly DutyThreshold[];
}
