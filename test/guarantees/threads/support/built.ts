import * as assert from 'uvu/assert'
import type { EnvironmentOptions, JobResult } from '../../../../src/index.ts'
import { multiset, run } from '../../support/run.ts'
import { type PipelineName, pipelines } from '../pipelines/index.ts'
import type { Pipeline, PipelineSettings } from '../pipelines/pipeline.ts'

const entry = new URL('../programs/pipeline.ts', import.meta.url)

/**
 * The pipeline here, whose threads can load it once more. @param own options that are not JSON, of the process alone
 */
export function built<N extends PipelineName>(
  name: N,
  options: EnvironmentOptions,
  settings: PipelineSettings = {},
  own: EnvironmentOptions = {},
): ReturnType<(typeof pipelines)[N]> {
  const argv = [name, JSON.stringify(options), JSON.stringify(settings)]
  return pipelines[name]({ ...options, entry, argv, ...own }, settings) as ReturnType<(typeof pipelines)[N]>
}

export interface Outcome {
  readonly result: JobResult
  /** What was collected by name, as sorted text. */
  readonly seen: Readonly<Record<string, readonly string[]>>
}

/** Runs to the end, and checks the books. */
export async function outcomeOf({ env, seen }: Pipeline): Promise<Outcome> {
  const result = await run(env)
  const values = Object.entries(seen).map(([name, collected]) => [name, multiset(collected.values)] as const)
  return { result, seen: Object.fromEntries(values) }
}

/** What one has and the other has not, by name: nothing. */
export function sameSeen(actual: Outcome['seen'], wanted: Outcome['seen']): void {
  const names = Object.keys({ ...wanted, ...actual })
  const without = (values: readonly string[] = [], others: readonly string[] = []): readonly string[] => {
    const left = [...others]
    return values.filter((value) => {
      const at = left.indexOf(value)
      if (at >= 0) left.splice(at, 1)
      return at < 0
    })
  }
  const differences = names.map((name) => ({
    name,
    missing: without(wanted[name], actual[name]),
    added: without(actual[name], wanted[name]),
  }))
  assert.equal(
    differences.filter(({ missing, added }) => missing.length + added.length > 0),
    [],
  )
}
