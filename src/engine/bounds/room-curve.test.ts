import { describe, expect, it } from 'vitest';
import { randomFrom } from '../testing/random-request.js';
import { Envelope, RoomCurve } from './room-curve.js';

interface Option {
  readonly room: number;
  readonly net: number;
}

/** The least that one option of each part adds, all together within a room, by trying every choice. */
function leastByTrial(parts: readonly (readonly Option[])[], room: number, at = 0): number {
  if (room < 0) return Number.POSITIVE_INFINITY;
  if (at === parts.length) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (const option of parts[at] ?? [])
    least = Math.min(least, option.net + leastByTrial(parts, room - option.room, at + 1));
  return least;
}

function curveOf(parts: readonly (readonly Option[])[]): RoomCurve {
  const curve = new RoomCurve();
  const envelope = new Envelope();
  curve.reset();
  for (const options of parts) {
    envelope.clear();
    for (const { room, net } of options) envelope.put(room, net);
    envelope.draw();
    curve.add(envelope);
  }
  curve.close();
  return curve;
}

/** Parts with few options, many of them alike in room or in what they save for it. */
function randomParts(seed: number, count: number): Option[][] {
  const random = randomFrom(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + upTo(4) }, () => ({ room: upTo(6), net: upTo(40) - 30 })),
  );
}

describe('what parts add by the room that they have together', () => {
  it('is never less than the curve says', () => {
    for (let seed = 1; seed <= 1_500; seed += 1) {
      const parts = randomParts(seed, 1 + (seed % 4));
      const curve = curveOf(parts);
      for (let room = 0; room <= 24; room += 1)
        expect({ seed, room, isBound: curve.least(room) <= leastByTrial(parts, room) }).toEqual({
          seed,
          room,
          isBound: true,
        });
    }
  });

  it('is just what the curve says where there is room for all, and infinite where there is room for none', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const parts = randomParts(seed, 3);
      const curve = curveOf(parts);
      expect(curve.least(100)).toBe(leastByTrial(parts, 100));
      expect(curve.least(curve.leastRoom - 1)).toBe(Number.POSITIVE_INFINITY);
      expect(Number.isFinite(curve.least(curve.leastRoom))).toBe(true);
    }
  });

  it('is bounded alike whether a curve is drawn at once or continued from another', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const parts = randomParts(seed, 4);
      const whole = curveOf(parts);
      const continued = new RoomCurve();
      const envelope = new Envelope();
      continued.reset(curveOf(parts.slice(0, 3)));
      for (const { room, net } of parts[3] ?? []) envelope.put(room, net);
      envelope.draw();
      continued.add(envelope);
      continued.close();
      for (let room = 0; room <= 24; room += 1) expect(continued.least(room)).toBe(whole.least(room));
    }
  });

  it('is added up in whole numbers, also where many steps need more memory than there was', () => {
    const parts = Array.from({ length: 60 }, (_, at) => [
      { room: 0, net: 0 },
      { room: 7 + at, net: -1_000_003 * (at + 1) },
    ]);
    const curve = curveOf(parts);
    for (let room = 0; room <= 2_300; room += 13) expect(Number.isSafeInteger(curve.least(room))).toBe(true);
    expect(curve.least(1e6)).toBe(-1_000_003 * 1_830);
  });
});
