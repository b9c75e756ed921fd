/** A service of a node, and where it ships to, whatever is ordered. */
export interface Reach {
  readonly code: string;
  readonly vendor: string;
  readonly country: string;
  /** Empty where unknown. */
  readonly region: string;
  readonly leadTimeHours: number;
  readonly service: string;
  readonly carrier: string;
  /** That a card names; `ZZ`: every one. */
  readonly countries: readonly string[];
}
