/** What one more piece of each item, one more use of an item's single shipment, and one more shipment are worth. Whole numbers, scaled. */
export interface Duals {
  readonly piece: Float64Array;
  /** Not negative: what each shipment with some of the item pays. */
  readonly use: Float64Array;
  /** Not negative: what each shipment pays, the shipment penalty included. */
  readonly shipment: number;
  /** Per item: what cuts add to the worth of so many pieces in one load; null where there are none. */
  readonly bonus: readonly (Float64Array | null)[];
}

/** What so many pieces of an item, one at least, are worth in one load. */
export function worthOf({ piece, use, bonus }: Duals, item: number, pieces: number): number {
  const worth = (piece[item] as number) * pieces - (use[item] as number);
  const table = bonus[item];
  return table ? worth + (table[pieces] as number) : worth;
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
