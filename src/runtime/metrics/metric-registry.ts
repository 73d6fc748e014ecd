import type { MetricGroup } from '../../functions/metric-group.ts'

/** What a registry holds, as it is told elsewhere. */
export interface RegistryReport {
  readonly values: Readonly<Record<string, number>>
  readonly gauges: readonly string[]
}

/** What the instances of one operator count by themselves: counters add up over subtasks, gauges show the last. */
export class MetricRegistry implements MetricGroup {
  /** Null while nothing has been counted, as with most operators. */
  #values: Map<string, number> | null = null

  /** Names of those that are gauges; null: none is. */
  #gauges: Set<string> | null = null

  count(name: string, by = 1): void {
    this.#set(name, (this.#values?.get(name) ?? 0) + by)
  }

  gauge(name: string, value: number): void {
    this.#gauges ??= new Set()
    this.#gauges.add(name)
    this.#set(name, value)
  }

  /** What was counted elsewhere since it was told of last: of counters the difference, of gauges the value. */
  merge(told: RegistryReport, before: RegistryReport | undefined): void {
    for (const [name, value] of Object.entries(told.values)) {
      const known = before?.values[name]
      if (value === known) continue
      if (told.gauges.includes(name)) this.gauge(name, value)
      else this.count(name, value - (known ?? 0))
    }
  }

  /** For another that is to have the same. */
  report(): RegistryReport {
    return { values: this.snapshot(), gauges: [...(this.#gauges ?? [])] }
  }

  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#values ?? [])
  }

  #set(name: string, value: number): void {
    this.#values ??= new Map()
    this.#values.set(name, value)
  }
}
