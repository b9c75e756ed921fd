/** What one more piece of each item, one more use of an item's single shipment, and one more shipment are worth. Whole numbers, scaled. */
export interface Duals {
  readonly piece: Float64Array;
  /** Not negative: what each shipment with some of the item pays. */
  readonly use: Float64Array;
  /** Not negative: what each shipment pays, the shipment penalty included. */
  readonly shipment: number;
}

/** What each node may ship, and how much of each item may be left. */
export interface Box {
  /** 1: the node has to ship something. */
  readonly must: Uint8Array;
  /** Pieces of each item, `items` entries a node. */
  readonly least: Int32Array;
  readonly most: Int32Array;
  readonly leaveLeast: Int32Array;
  readonly leaveMost: Int32Array;
}
