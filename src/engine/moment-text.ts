/** A moment in milliseconds as decisions carry it: UTC with Z, fractions of a second only where there are some. */
export function momentText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
