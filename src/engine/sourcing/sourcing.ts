/**
 * A request in which every node asks a fixed sum for shipping at all and then a fixed sum a piece, up to one limit: the facility
 * location problem. Sites stand in order of their nodes' ids, clients in order of their first lines; amounts are scaled whole numbers.
 */
export interface Sourcing {
  readonly sites: number;
  readonly clients: number;
  /** Per site: the node's index, what its shipment costs before any piece, and when it arrives. */
  readonly node: Int32Array;
  readonly opening: Float64Array;
  readonly arrivesAt: Float64Array;
  /** Per site: what it can ship in all; Infinity where it can ship everything it offers. */
  readonly room: Float64Array;
  /** Per client: the index of the item, its pieces, and what a piece takes of a room. */
  readonly item: Int32Array;
  readonly demand: Int32Array;
  readonly weight: Float64Array;
  /** `clients` entries a site: the cost of a piece, Infinity where it cannot be shipped, and the most pieces. */
  readonly cost: Float64Array;
  readonly most: Int32Array;
  /** Each client is one piece, and pieces differ in weight: rooms are knapsacks. Else each piece weighs 1. */
  readonly isPacked: boolean;
  /** Added to every plan. */
  readonly constant: number;
  /** Every plan costs a multiple of it, the constant apart. */
  readonly grain: number;
}

/** Pieces per site and client, `clients` entries a site. */
export type Assignment = Int32Array;
