import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { FunctionTable, PipelineGraph } from '../graph/pipeline-graph.ts'
import type { Transformation } from '../graph/transformation.ts'
import type { ResolvedEnvironmentOptions } from './environment-options.ts'

/** Generators and streams handed over ready-made: one job has read them, and the next would find them empty. */
export class OneShotInputs {
  readonly #read = new WeakSet<object>()

  /**
   * A job is about to read the sources of this graph.
   * @throws InvalidArgumentError when one of them has been read by an earlier job, or may have to be read again.
   */
  claim(
    graph: PipelineGraph,
    functions: FunctionTable,
    { checkpoints, restart }: Pick<ResolvedEnvironmentOptions, 'checkpoints' | 'restart'>,
  ): void {
    const inputs = graph.nodes.flatMap((node) => {
      const input = oneShotInput(node, functions.get(node.id))
      return input === null ? [] : [{ node, input }]
    })
    for (const { node, input } of inputs) {
      if (checkpoints !== null || restart.type !== 'none') throw unrepeatable(node)
      if (!this.#read.has(input)) continue
      throw new InvalidArgumentError(
        `Source '${node.name}' was given what can be read once, and an earlier job has read it.`,
        {
          operator: node.name,
          site: node.site,
          remedy: 'Pass a function that makes it, so that each job has its own: fromBatch(() => generate()).',
        },
      )
    }
    for (const { input } of inputs) this.#read.add(input)
  }
}

function unrepeatable({ name, site }: Transformation): InvalidArgumentError {
  return new InvalidArgumentError(
    `Source '${name}' was given what can be read once, but a job with checkpoints or restarts may have to read it again.`,
    {
      operator: name,
      site,
      remedy: 'Pass a function that makes it: fromBatch(() => generate()).',
    },
  )
}

/** What has a `next` is an iterator, and iterators are read once; so are streams. */
function oneShotInput(node: Transformation, input: unknown): object | null {
  if (node.kind !== 'source' || typeof input !== 'object' || input === null) return null
  if (node.source.type === 'readable') return input
  if (node.source.type !== 'batch') return null
  return typeof (input as { next?: unknown }).next === 'function' ? input : null
}
