import { type EnvironmentOptions, LocalEnvironment } from '../../../src/index.ts'
import { checkBooks } from './books.ts'
import { LARGEST, type Numbers, type Step } from './graph-step.ts'
import { isSource, operatorOf, operators } from './graph-steps.ts'
import { multiset, turn } from './run.ts'

/** A random pipeline: any step may read any stream before it, and every stream that nothing reads ends in a sink. */
export interface RandomGraph {
  readonly steps: readonly Step[]
  readonly chunkSize: number
  readonly edgeCapacity: number
  readonly parallelism: number
  readonly sinks: number
}

/** What each sink received, and dead letters, as sorted text. */
export type Outcome = readonly (readonly string[])[]

/** What plain arrays make of it. */
export function expected({ steps }: RandomGraph): Outcome {
  const { streams, unread, letters } = evaluate(steps)
  return [...[...unread].map((at) => multiset(streams[at]!)), multiset(letters)]
}

/** A pipeline as it is recorded, and what it comes to once it has run. */
export interface BuiltGraph {
  readonly env: LocalEnvironment
  readonly outcome: () => Promise<Outcome>
}

/** How a pipeline is made where it is not run in this process. */
export interface Building<E extends LocalEnvironment> {
  readonly environment: (name: string, options: EnvironmentOptions) => E
  /** Ends a stream. Resolves to its records. */
  readonly end: (stream: Numbers, way: number) => Promise<readonly number[]> | readonly number[]
}

const inProcess: Building<LocalEnvironment> = {
  environment: (name, options) => new LocalEnvironment(name, options),
  end,
}

/** The same wherever it is called. */
export function build(
  graph: RandomGraph,
  options: EnvironmentOptions = {},
  building: Building<LocalEnvironment> = inProcess,
): BuiltGraph {
  const { chunkSize, edgeCapacity, parallelism, sinks } = graph
  const env = building.environment('random', { chunkSize, edgeCapacity, parallelism, ...options })
  const plan = evaluate(graph.steps)
  const streams: Numbers[] = []
  for (const { step, left, right } of plan.steps) {
    const inputs = [streams[left]!, streams[right]!] as const
    streams.push(...operatorOf(step).build(env, inputs, step))
  }
  const received = [...plan.unread].map((at) => building.end(streams[at]!, (at + sinks) % 5))
  const letters = env.deadLetters<number>().collect()
  return {
    env,
    outcome: async () => [
      ...(await Promise.all(received.map(async (values) => multiset(await values)))),
      multiset(letters.values.map(({ record }) => record)),
    ],
  }
}

/** What a job makes of it. Throws when its books do not balance. */
export async function outcome(graph: RandomGraph, options: EnvironmentOptions = {}): Promise<Outcome> {
  const built = build(graph, options)
  const result = await built.env.submit({ autostop: true })
  checkBooks(built.env.graph, result)
  return built.outcome()
}

interface Evaluation {
  /** What was really added: a step that would make too many records is a map instead. */
  readonly steps: readonly { readonly step: Step; readonly left: number; readonly right: number }[]
  readonly streams: readonly (readonly number[])[]
  /** Streams that no step reads. */
  readonly unread: ReadonlySet<number>
  readonly letters: readonly number[]
}

function evaluate(steps: readonly Step[]): Evaluation {
  const streams: (readonly number[])[] = []
  const done: Evaluation['steps'][number][] = []
  const unread = new Set<number>()
  const letters: number[] = []
  for (const wanted of steps) {
    const left = wanted.left % Math.max(1, streams.length)
    const right = wanted.right % Math.max(1, streams.length)
    const inputs = [streams[left] ?? [], streams[right] ?? []] as const
    const outputs = operatorOf(wanted).expect(inputs, wanted)
    const fits = outputs.every((output) => output.length <= LARGEST)
    const step = fits ? wanted : { ...wanted, operator: 'map' }
    if (!keepsSink(step)) unread.delete(left)
    if (['union', 'comap', 'join'].includes(step.operator)) unread.delete(right)
    for (const output of fits ? outputs : operators['map']!.expect(inputs, step))
      unread.add(streams.push(output) - 1)
    letters.push(...(operatorOf(step).letters?.(inputs, step) ?? []))
    done.push({ step, left, right })
  }
  return { steps: done, streams, unread, letters }
}

/** A `take` cancels what only it reads, and then nobody knows what had gone through. */
const keepsSink = (step: Step): boolean => isSource(step) || ['take', 'takeAndCancel'].includes(step.operator)

/** Ends the stream in one of several ways, where the test can see it. Resolves to the records. */
function end(stream: Numbers, way: number): Promise<readonly number[]> | readonly number[] {
  const seen: number[] = []
  switch (way) {
    case 0:
      stream.sink((value) => void seen.push(value), here)
      return seen
    case 1:
      stream.sink((value) => turn().then(() => seen.push(value)), { ...here, concurrency: 3 })
      return seen
    case 2:
      stream.sink((values: readonly number[]) => void seen.push(...values), { ...here, batch: { size: 3 } })
      return seen
    case 3:
      return read(stream.toAsyncIterable({ capacity: 2 }))
    default:
      stream.sink(async (value) => void seen.push(value), here)
      return seen
  }
}

const here = { placement: 'process' } as const

async function read(values: AsyncIterable<number>): Promise<readonly number[]> {
  const seen: number[] = []
  for await (const value of values) seen.push(value)
  return seen
}
