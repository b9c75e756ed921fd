/** Units of work in one step; a unit is about one option or load looked at, 20 to 50 ns. */
export const WORK_PER_STEP = 512;

/** Counts work, so that a budget means the same in every process. */
export class Effort {
  private work = 0;
  private readonly workMost: number;

  /** `stepsMost`: the budget in steps. */
  constructor(stepsMost: number) {
    this.workMost = stepsMost * WORK_PER_STEP;
  }

  get steps(): number {
    return Math.ceil(this.work / WORK_PER_STEP);
  }

  get spent(): boolean {
    return this.work >= this.workMost;
  }

  /** Work that may still be done. */
  get left(): number {
    return Math.max(0, this.workMost - this.work);
  }

  spend(work: number): void {
    this.work += work;
  }

  /** Runs something that may spend so much work at most, and no more than is left. `whole`: it might spend all that is left. */
  within<T>(workMost: number, run: (part: Effort, whole: boolean) => T): T {
    const { left } = this;
    const part = new Effort(Math.min(left, workMost) / WORK_PER_STEP);
    const result = run(part, left <= workMost);
    this.work += part.work;
    return result;
  }
}
