/** Receives whole plans and says what may still win. */
export interface Judge {
  /** Plans whose bound is above this cannot win; scaled. */
  readonly cutoff: number;
  /** No plan is known yet. */
  readonly isEmpty: boolean;
  /** The loads of the best plan known: pieces per item of each, one load a node. */
  readonly known: readonly { readonly node: number; readonly takes: Int32Array }[];
  /** Units of work that judging one plan counts as. */
  readonly work: number;
  /** Judges a plan: pieces per item of each load, one load a node. */
  judge(loads: readonly { readonly node: number; readonly takes: Int32Array }[]): void;
}
