import { EngineUnavailableError } from '../errors/cluster-errors.ts'
import { type JetStream, Refusal } from './jetstream.ts'

const NAME_IN_USE = 10_058
/** No suitable peers; more copies than one without a cluster. */
const TOO_MANY_REPLICAS: readonly number[] = [10_005, 10_074]

/** What is asked of a stream beside its name and subjects. */
export interface StreamWish {
  readonly name: string
  readonly subjects: readonly string[]
  readonly allow_atomic?: true
  readonly allow_rollup_hdrs?: true
  readonly max_msgs_per_subject?: number
  readonly discard?: 'new' | 'old'
  readonly deny_delete?: true
}

/**
 * Makes a stream that is not there yet, with as many copies as there can be.
 * @throws EngineUnavailableError when it is not what was asked for: old servers leave out what they do not know.
 */
export async function ensureStream(
  js: JetStream,
  wish: StreamWish,
  replicas: number | undefined,
): Promise<void> {
  const config = (await js.info(wish.name)) ?? (await make(js, wish, replicas))
  for (const setting of ['allow_direct', ...(wish.allow_atomic === true ? ['allow_atomic'] : [])]) {
    if (config[setting] === true) continue
    throw new EngineUnavailableError(
      `The stream '${wish.name}' on the NATS servers does not have ${setting}.`,
      {
        remedy: 'Use nats-server 2.12 or newer on every server; delete the stream if something else made it.',
      },
    )
  }
}

async function make(
  js: JetStream,
  wish: StreamWish,
  replicas: number | undefined,
): Promise<Record<string, unknown>> {
  const most = replicas ?? (js.link.clustered ? 3 : 1)
  for (let copies = most; ; copies--) {
    try {
      return await js.create({
        storage: 'file',
        retention: 'limits',
        discard: 'old',
        allow_direct: true,
        num_replicas: copies,
        ...wish,
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.errCode === NAME_IN_USE) {
        // Somebody else was faster.
        const config = await js.info(wish.name)
        if (config !== null) return config
      } else if (!TOO_MANY_REPLICAS.includes(error.errCode) || copies === 1 || replicas !== undefined) {
        throw error
      }
    }
  }
}
