/** What a node or a vendor was given on a day so far, as one rule counts it. */
export interface DayCount {
  readonly ruleId: string;
  readonly vendorId: number;
  /** Null: of the vendor as a whole. */
  readonly nodeId: number | null;
  /** `YYYY-MM-DD`, of the node's own calendar; of a vendor in UTC. */
  readonly day: string;
  /** Units, or fulfillments. */
  readonly taken: number;
}
