import { RoomCurve } from './room-curve.js';

/** What the options of one run add, each with what the rest of the load adds at least in the room that it leaves. */
export class Outlook {
  rest = new RoomCurve();
  /** The first option. */
  low = 0;
  // What option 0 adds and the room that it leaves; what each next one adds, and takes of the room.
  net = 0;
  netEach = 0;
  room = 0;
  roomEach = 0;

  addsAt(option: number): number {
    return this.net + this.netEach * option + this.rest.least(this.room - this.roomEach * option);
  }

  /** What one option more adds, room priced as it was in the last answer; one less, where `turn` is -1. */
  risesBy(turn: number): number {
    return (this.netEach + this.rest.slope * this.roomEach) * turn;
  }

  /** About the option that adds least, up to `high`: what options add falls, then rises. */
  mostPromising(high: number): number {
    let low = this.low;
    let most = high;
    while (low < most) {
      const middle = (low + most) >> 1;
      this.rest.least(this.room - this.roomEach * middle);
      if (this.risesBy(1) < 0) low = middle + 1;
      else most = middle;
    }
    return low;
  }
}
