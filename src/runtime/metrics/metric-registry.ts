import type { MetricGroup } from '../../functions/metric-group.ts'

/** What the instances of one operator count by themselves: counters add up over subtasks, gauges show the last. */
export class MetricRegistry implements MetricGroup {
  readonly #values = new Map<string, number>()

  count(name: string, by = 1): void {
    this.#values.set(name, (this.#values.get(name) ?? 0) + by)
  }

  gauge(name: string, value: number): void {
    this.#values.set(name, value)
  }

  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#values)
  }
}
