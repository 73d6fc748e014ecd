import type { MetricGroup } from '../../functions/metric-group.ts'

/** What the instances of one operator count by themselves: counters add up over subtasks, gauges show the last. */
export class MetricRegistry implements MetricGroup {
  /** Null while nothing has been counted, as with most operators. */
  #values: Map<string, number> | null = null

  count(name: string, by = 1): void {
    this.gauge(name, (this.#values?.get(name) ?? 0) + by)
  }

  gauge(name: string, value: number): void {
    this.#values ??= new Map()
    this.#values.set(name, value)
  }

  /** What was counted elsewhere since it was told of last: counters add up, so it is the difference that counts. */
  merge(values: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== before[name]) this.count(name, value - (before[name] ?? 0))
    }
  }

  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#values ?? [])
  }
}
