/** A column of the master problem: cost and its entries, row by row. */
export interface Column {
  cost: number;
  rows: Int32Array;
  entries: Float64Array;
}

const TINY = 1e-9;
const PIVOTS_BEFORE_REFRESH = 150;
/** Shares that right sides are raised by, each by another, so that few rows tie and pivots make headway. */
const RAISE = 1e-7;
const GOLDEN = 0.618034;

/**
 * The linear program over the loads known so far, by the revised simplex method in floating point. Only its prices are used, and
 * they are only proposals: whatever they are, the bound that follows from them is counted exactly elsewhere.
 *
 * Each row has a logical column of its own, which alone makes the first basis. Right sides are not negative. Columns enter by what they save for
 * their size, rows counted in their right sides: a piece of an item that a thousand are asked for is little.
 *
 * Source: Forrest & Goldfarb (1992) for the pricing, Charnes (1952) for the raised right sides.
 */
export class Master {
  readonly columns: Column[] = [];
  prices: Float64Array;
  /** What the prices make of the right sides: at the end of a solution, its cost. */
  objective = 0;
  /** Columns' sizes, inverted. */
  private readonly scales: number[] = [];
  private raised: Float64Array;
  /** Values of the basis at the right sides as they are. */
  private levels: Float64Array;
  private inverse: Float64Array;
  private basis: Int32Array;
  private values: Float64Array;
  private direction: Float64Array;
  private held: Int32Array;
  readonly inBasis: boolean[] = [];
  private logicalInBasis: Uint8Array;
  private sinceRefresh = 0;
  private degenerate = 0;
  /** Counted since it was last set to zero. */
  work = 0;

  constructor(
    private right: Float64Array,
    /** Cost of each row's logical column; may be changed between two solutions. */
    public logical: Float64Array,
  ) {
    const rows = right.length;
    this.prices = Float64Array.from(logical);
    this.inverse = new Float64Array(rows * rows);
    this.basis = new Int32Array(rows);
    this.raised = right.map(raised);
    this.values = Float64Array.from(this.raised);
    this.levels = Float64Array.from(right);
    this.direction = new Float64Array(rows);
    this.held = new Int32Array(rows);
    this.logicalInBasis = new Uint8Array(rows).fill(1);
    for (let row = 0; row < rows; row += 1) {
      this.inverse[row * rows + row] = 1;
      this.basis[row] = -1 - row;
      this.objective += (logical[row] as number) * (right[row] as number);
    }
  }

  add(column: Column): void {
    this.columns.push(column);
    this.inBasis.push(false);
    let size = 0;
    for (let at = 0; at < column.rows.length; at += 1) {
      const share = (column.entries[at] as number) / Math.max(1e-6, this.right[column.rows[at] as number] as number);
      size += share * share;
    }
    this.scales.push(1 / Math.sqrt(column.rows.length === 1 ? size : 1 + size));
  }

  /**
   * Adds a row that the present solution falls short of; `entryOf`: its entry in each column. Its logical column makes up for what is
   * missing.
   */
  addRow(right: number, logical: number, entryOf: (column: number) => number): void {
    const rows = this.right.length;
    const added = this.columns.map((column, at) => {
      const entry = entryOf(at);
      if (entry !== 0) {
        column.rows = Int32Array.of(...column.rows, rows);
        column.entries = Float64Array.of(...column.entries, entry);
      }
      return entry;
    });
    const width = rows + 1;
    const inverse = new Float64Array(width * width);
    const most = raised(right, rows);
    let value = most;
    for (let row = 0; row < rows; row += 1) {
      inverse.set(this.inverse.subarray(row * rows, (row + 1) * rows), row * width);
      const column = this.basis[row] as number;
      const entry = column >= 0 ? (added[column] as number) : 0;
      if (entry === 0) continue;
      value -= entry * (this.values[row] as number);
      for (let at = 0; at < rows; at += 1)
        inverse[rows * width + at] =
          (inverse[rows * width + at] as number) - entry * (inverse[row * width + at] as number);
    }
    inverse[width * width - 1] = 1;
    this.inverse = inverse;
    this.right = Float64Array.of(...this.right, right);
    this.logical = Float64Array.of(...this.logical, logical);
    this.basis = Int32Array.of(...this.basis, -1 - rows);
    this.raised = Float64Array.of(...this.raised, most);
    this.values = Float64Array.of(...this.values, Math.max(0, value));
    this.levels = new Float64Array(width);
    this.logicalInBasis = Uint8Array.of(...this.logicalInBasis, 1);
    this.direction = new Float64Array(width);
    this.held = new Int32Array(width);
    this.prices = Float64Array.of(...this.prices, 0);
    this.work += width * 4;
  }

  /** Value of a row's logical column. */
  logicalValue(row: number): number {
    return this.logicalInBasis[row] === 1 ? (this.levels[this.basis.indexOf(-1 - row)] as number) : 0;
  }

  /** Value of each column in the present solution; zero for those that are not listed. */
  solution(): Map<number, number> {
    const found = new Map<number, number>();
    this.basis.forEach((column, row) => {
      const value = this.levels[row] as number;
      if (column >= 0 && value > 1e-7) found.set(column, value);
    });
    return found;
  }

  /** Improves the solution until no known column does, or `pivotsMost` were made. */
  solve(pivotsMost: number): void {
    this.price();
    for (let pivots = 0; pivots < pivotsMost; pivots += 1) {
      const entering = this.choose();
      if (entering === null || !this.pivot(entering)) break;
    }
    this.price();
    this.level();
  }

  private level(): void {
    const rows = this.right.length;
    for (let row = 0; row < rows; row += 1) {
      let value = 0;
      for (let at = 0; at < rows; at += 1)
        value += (this.inverse[row * rows + at] as number) * (this.right[at] as number);
      this.levels[row] = value;
    }
    this.work += (rows * rows) >> 5;
  }

  private reducedCostOf(column: number): number {
    if (column >= 0) return this.reducedCost(this.columns[column] as Column);
    return (this.logical[-1 - column] as number) - (this.prices[-1 - column] as number);
  }

  private reducedCost(column: Column): number {
    let cost = column.cost;
    const { rows, entries } = column;
    for (let at = 0; at < rows.length; at += 1)
      cost -= (this.prices[rows[at] as number] as number) * (entries[at] as number);
    return cost;
  }

  /** Columns from 0, logical columns as -1 - row. After many steps without progress the first, which cannot cycle. */
  private choose(): number | null {
    const first = this.degenerate > 400;
    let chosen: number | null = null;
    const tiny = -TINY * (1 + Math.abs(this.objective)) * 0.01;
    let least = 0;
    for (let row = 0; row < this.right.length; row += 1) {
      if (this.logicalInBasis[row] === 1) continue;
      const cost = (this.logical[row] as number) - (this.prices[row] as number);
      if (cost >= tiny) continue;
      const saves = cost * (this.right[row] as number);
      if (saves < least || chosen === null) {
        least = saves;
        chosen = -1 - row;
        if (first) return chosen;
      }
    }
    for (let at = 0; at < this.columns.length; at += 1) {
      if (this.inBasis[at]) continue;
      const cost = this.reducedCost(this.columns[at] as Column);
      if (cost >= tiny) continue;
      const saves = cost * (this.scales[at] as number);
      if (saves < least || chosen === null) {
        least = saves;
        chosen = at;
        if (first) return chosen;
      }
    }
    this.work += 4 + (this.columns.length >> 2);
    return chosen;
  }

  private pivot(entering: number): boolean {
    const rows = this.right.length;
    const cost = this.reducedCostOf(entering);
    const { inverse, direction, values, basis } = this;
    this.directionOf(entering);
    let leaving = -1;
    let ratio = Number.POSITIVE_INFINITY;
    for (let row = 0; row < rows; row += 1) {
      const step = direction[row] as number;
      if (step <= 1e-9) continue;
      const here = Math.max(0, values[row] as number) / step;
      const tied = leaving >= 0 && here <= ratio + 1e-12;
      // Of rows that tie, the largest pivot is the safest.
      if (here < ratio - 1e-12 || (tied && this.prefers(row, leaving))) {
        ratio = Math.min(ratio, here);
        leaving = row;
      }
    }
    if (leaving < 0) return false;
    this.degenerate = ratio > 1e-11 ? 0 : this.degenerate + 1;
    const pivot = direction[leaving] as number;
    const from = leaving * rows;
    const { held } = this;
    let count = 0;
    for (let at = 0; at < rows; at += 1) {
      const entry = inverse[from + at] as number;
      if (entry === 0) continue;
      inverse[from + at] = entry / pivot;
      held[count] = at;
      count += 1;
    }
    let touched = 0;
    for (let row = 0; row < rows; row += 1) {
      const factor = direction[row] as number;
      if (row === leaving || factor === 0) continue;
      touched += 1;
      values[row] = (values[row] as number) - ratio * factor;
      const to = row * rows;
      for (let turn = 0; turn < count; turn += 1) {
        const at = held[turn] as number;
        inverse[to + at] = (inverse[to + at] as number) - factor * (inverse[from + at] as number);
      }
    }
    for (let turn = 0; turn < count; turn += 1) {
      const at = held[turn] as number;
      this.prices[at] = (this.prices[at] as number) + cost * (inverse[from + at] as number);
    }
    this.objective += cost * ratio;
    values[leaving] = ratio;
    const left = basis[leaving] as number;
    if (left >= 0) this.inBasis[left] = false;
    else this.logicalInBasis[-1 - left] = 0;
    if (entering >= 0) this.inBasis[entering] = true;
    else this.logicalInBasis[-1 - entering] = 1;
    basis[leaving] = entering;
    this.work += 4 + (rows >> 2) + ((count * touched) >> 5);
    this.sinceRefresh += 1;
    if (this.sinceRefresh >= PIVOTS_BEFORE_REFRESH) {
      this.refresh();
      this.price();
    }
    return true;
  }

  private prefers(row: number, over: number): boolean {
    if (this.degenerate > 400) return (this.basis[row] as number) < (this.basis[over] as number);
    return (this.direction[row] as number) > (this.direction[over] as number);
  }

  private directionOf(entering: number): void {
    const rows = this.right.length;
    const { inverse, direction } = this;
    if (entering < 0) {
      for (let row = 0; row < rows; row += 1) direction[row] = inverse[row * rows + (-1 - entering)] as number;
      return;
    }
    const column = this.columns[entering] as Column;
    for (let row = 0; row < rows; row += 1) {
      let sum = 0;
      const from = row * rows;
      for (let at = 0; at < column.rows.length; at += 1)
        sum += (inverse[from + (column.rows[at] as number)] as number) * (column.entries[at] as number);
      direction[row] = Math.abs(sum) < 1e-12 ? 0 : sum;
    }
  }

  private costOf(column: number): number {
    return column >= 0 ? (this.columns[column] as Column).cost : (this.logical[-1 - column] as number);
  }

  private price(): void {
    const rows = this.right.length;
    const { prices, inverse, basis } = this;
    prices.fill(0);
    this.objective = 0;
    for (let row = 0; row < rows; row += 1) {
      const cost = this.costOf(basis[row] as number);
      if (cost === 0) continue;
      const from = row * rows;
      for (let at = 0; at < rows; at += 1) {
        const entry = inverse[from + at] as number;
        if (entry !== 0) prices[at] = (prices[at] as number) + cost * entry;
      }
    }
    for (let at = 0; at < rows; at += 1) this.objective += (prices[at] as number) * (this.right[at] as number);
  }

  /** Inverts the basis anew, so that rounding errors do not pile up. */
  private refresh(): void {
    this.sinceRefresh = 0;
    const rows = this.right.length;
    const width = 2 * rows;
    const work = new Float64Array(rows * width);
    this.basis.forEach((column, at) => {
      if (column < 0) work[(-1 - column) * width + at] = 1;
      else {
        const { rows: held, entries } = this.columns[column] as Column;
        held.forEach((row, index) => {
          work[row * width + at] = entries[index] as number;
        });
      }
    });
    for (let row = 0; row < rows; row += 1) work[row * width + rows + row] = 1;
    for (let at = 0; at < rows; at += 1) {
      let pivotRow = at;
      for (let row = at + 1; row < rows; row += 1)
        if (Math.abs(work[row * width + at] as number) > Math.abs(work[pivotRow * width + at] as number))
          pivotRow = row;
      const pivot = work[pivotRow * width + at] as number;
      if (Math.abs(pivot) < 1e-11) return;
      if (pivotRow !== at)
        for (let index = at; index < width; index += 1) {
          const kept = work[at * width + index] as number;
          work[at * width + index] = work[pivotRow * width + index] as number;
          work[pivotRow * width + index] = kept;
        }
      for (let index = at; index < width; index += 1)
        work[at * width + index] = (work[at * width + index] as number) / pivot;
      for (let row = 0; row < rows; row += 1) {
        const factor = work[row * width + at] as number;
        if (row === at || factor === 0) continue;
        for (let index = at; index < width; index += 1) {
          const entry = work[at * width + index] as number;
          if (entry !== 0) work[row * width + index] = (work[row * width + index] as number) - factor * entry;
        }
      }
    }
    for (let row = 0; row < rows; row += 1) {
      let value = 0;
      for (let at = 0; at < rows; at += 1) {
        const entry = work[row * width + rows + at] as number;
        this.inverse[row * rows + at] = entry;
        value += entry * (this.raised[at] as number);
      }
      this.values[row] = value;
    }
    this.work += (rows * rows) >> 1;
  }
}

function raised(right: number, row: number): number {
  return right * (1 + RAISE * (1 + ((row * GOLDEN) % 1)));
}
