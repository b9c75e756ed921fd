/** How many loads are priced, or weighed against prices, in one step. */
export const LOADS_PER_STEP = 32;

/** Counts work in steps, so that a budget means the same in every process: a step is one partial plan, or some loads looked at. */
export class Effort {
  steps = 0;

  constructor(readonly most: number) {}

  get spent(): boolean {
    return this.steps >= this.most;
  }

  spendOnLoads(count: number): void {
    this.steps += 1 + Math.floor(count / LOADS_PER_STEP);
  }
}
