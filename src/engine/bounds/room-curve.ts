/** Prices of room times room stay below this, so that they are exact. */
const PRODUCT_MAX = 2 ** 50;

/**
 * The corners of the lower envelope of one part's options: what an option adds, by the room that it takes. Options are put in any order; those
 * above the envelope, and those with more room that add no less, are left out.
 */
export class Envelope {
  room = new Float64Array(16);
  net = new Float64Array(16);
  count = 0;
  private points = 0;
  private pointRoom = new Float64Array(16);
  private pointNet = new Float64Array(16);

  clear(): void {
    this.points = 0;
    this.count = 0;
  }

  /** Adds an option. */
  put(room: number, net: number): void {
    if (this.points === this.pointRoom.length) this.grow();
    const { pointRoom, pointNet } = this;
    let to = this.points;
    while (to > 0 && (pointRoom[to - 1] as number) > room) {
      pointRoom[to] = pointRoom[to - 1] as number;
      pointNet[to] = pointNet[to - 1] as number;
      to -= 1;
    }
    pointRoom[to] = room;
    pointNet[to] = net;
    this.points += 1;
  }

  /** Finds the corners among what was put. */
  draw(): void {
    const { pointRoom, pointNet, room, net } = this;
    let count = 0;
    for (let at = 0; at < this.points; at += 1) {
      const here = pointRoom[at] as number;
      const adds = pointNet[at] as number;
      if (count > 0 && adds >= (net[count - 1] as number)) continue;
      // Quotients that are rounded alike differ by less than any whole price of room could tell.
      while (
        count > 0 &&
        (here === room[count - 1] ||
          (count > 1 &&
            this.steepness(count - 2, count - 1) <=
              ((net[count - 1] as number) - adds) / (here - (room[count - 1] as number))))
      )
        count -= 1;
      room[count] = here;
      net[count] = adds;
      count += 1;
    }
    this.count = count;
  }

  /** What a unit of room saves between two corners. */
  steepness(from: number, to: number): number {
    return (
      ((this.net[from] as number) - (this.net[to] as number)) /
      ((this.room[to] as number) - (this.room[from] as number))
    );
  }

  private grow(): void {
    const twice = (values: Float64Array) => {
      const larger = new Float64Array(values.length * 2);
      larger.set(values);
      return larger;
    };
    this.pointRoom = twice(this.pointRoom);
    this.pointNet = twice(this.pointNet);
    this.room = twice(this.room);
    this.net = twice(this.net);
  }
}

/**
 * What several parts add at least, by the room that they have together: the steps between the corners of their envelopes, those first that
 * save most for their room. What it answers is exact: the parts' least sum with room at a whole price, less the price of all room there is.
 *
 * Source: the linear relaxation of the multiple-choice knapsack, Sinha & Zoltners (1979).
 */
export class RoomCurve {
  /** What a unit of room was worth in the last answer; a whole number, not negative. */
  slope = 0;
  count = 0;
  /** Room and sum of the parts' first corners. */
  leastRoom = 0;
  private leastNet = 0;
  private steepest = 0;
  // Steps, the steepest first.
  private steep = new Float64Array(32);
  private stepRoom = new Float64Array(32);
  private stepNet = new Float64Array(32);
  // Sums up to each step.
  private rooms = new Float64Array(33);
  private nets = new Float64Array(33);

  /** Begins with no part, or with those of another curve. */
  reset(other: RoomCurve | null = null): void {
    this.count = 0;
    this.leastRoom = 0;
    this.leastNet = 0;
    if (!other) return;
    this.reserve(other.count);
    this.count = other.count;
    this.leastRoom = other.leastRoom;
    this.leastNet = other.leastNet;
    for (let at = 0; at < other.count; at += 1) {
      this.steep[at] = other.steep[at] as number;
      this.stepRoom[at] = other.stepRoom[at] as number;
      this.stepNet[at] = other.stepNet[at] as number;
    }
  }

  /** Adds a part; one without options leaves no room that is enough. */
  add(part: Envelope): void {
    if (part.count === 0) {
      this.leastRoom = Number.POSITIVE_INFINITY;
      return;
    }
    this.leastRoom += part.room[0] as number;
    this.leastNet += part.net[0] as number;
    const own = part.count - 1;
    this.reserve(this.count + own);
    const { steep, stepRoom, stepNet } = this;
    let from = this.count - 1;
    let to = this.count + own - 1;
    for (let corner = own; corner > 0; to -= 1) {
      const steepness = part.steepness(corner - 1, corner);
      if (from >= 0 && (steep[from] as number) < steepness) {
        steep[to] = steep[from] as number;
        stepRoom[to] = stepRoom[from] as number;
        stepNet[to] = stepNet[from] as number;
        from -= 1;
      } else {
        steep[to] = steepness;
        stepRoom[to] = (part.room[corner] as number) - (part.room[corner - 1] as number);
        stepNet[to] = (part.net[corner] as number) - (part.net[corner - 1] as number);
        corner -= 1;
      }
    }
    this.count += own;
  }

  /** Adds up the steps; to be called before `least`. */
  close(): void {
    const { rooms, nets, stepRoom, stepNet, count } = this;
    rooms[0] = this.leastRoom;
    nets[0] = this.leastNet;
    for (let at = 0; at < count; at += 1) {
      rooms[at + 1] = (rooms[at] as number) + (stepRoom[at] as number);
      nets[at + 1] = (nets[at] as number) + (stepNet[at] as number);
    }
    this.steepest = Math.floor(PRODUCT_MAX / Math.max(1, rooms[count] as number));
  }

  /** No options of the parts that have so much room together add less. Infinity where none do. */
  least(room: number): number {
    const { rooms, nets, steep, count } = this;
    this.slope = 0;
    if (room < this.leastRoom) return Number.POSITIVE_INFINITY;
    if (room >= (rooms[count] as number)) return nets[count] as number;
    // The step during which the room ends.
    let at = 0;
    let above = count - 1;
    while (at < above) {
      const middle = (at + above) >> 1;
      if ((rooms[middle + 1] as number) > room) above = middle;
      else at = middle + 1;
    }
    this.slope = Math.min(this.steepest, Math.ceil(steep[at] as number) - 1);
    while (at < count && (steep[at] as number) > this.slope) at += 1;
    return (nets[at] as number) + this.slope * ((rooms[at] as number) - room);
  }

  private reserve(steps: number): void {
    if (steps <= this.steep.length) return;
    const larger = (values: Float64Array) => {
      const room = new Float64Array(steps * 2 + (values.length - this.steep.length));
      room.set(values);
      return room;
    };
    this.rooms = larger(this.rooms);
    this.nets = larger(this.nets);
    this.stepRoom = larger(this.stepRoom);
    this.stepNet = larger(this.stepNet);
    this.steep = larger(this.steep);
  }
}
