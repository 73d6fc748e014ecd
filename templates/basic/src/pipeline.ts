import { boundedOutOfOrderness, type DataStream, tumbling } from 'millrace'

/** What a line of the log says. */
export interface Request {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly path: string
  readonly status: number
}

/** How often a path was asked for in a window of five minutes. */
export interface Traffic {
  readonly from: string
  readonly path: string
  readonly requests: number
  /** Those answered with a status of 500 and more. */
  readonly failed: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

/**
 * The pipeline, wherever its lines come from: a file in `main.ts`, a diagram in its test. What is no line of a log
 * becomes a dead letter.
 */
export function traffic(lines: DataStream<string>): DataStream<Traffic> {
  return (
    lines
      .map(parse, { name: 'parse', onError: 'dead-letter' })
      // Servers write a request down when it has been answered: not quite in the order of their times.
      .assignTimestamps(({ at }) => at, boundedOutOfOrderness(10 * SECOND))
      .keyBy(({ path }) => path)
      .window(tumbling({ size: 5 * MINUTE }))
      .aggregate(
        {
          create: () => ({ requests: 0, failed: 0 }),
          add: (sum, { status }) => {
            sum.requests++
            if (status >= 500) sum.failed++
            return sum
          },
          result: (sum, { key, start }) => ({ from: new Date(start).toISOString(), path: key, ...sum }),
        },
        { name: 'count' },
      )
  )
}

const line = /^\S+ \S+ \S+ \[([^\]]+)\] "[A-Z]+ (\S+) [^"]*" (\d{3}) /

/** A line in the common log format. */
export function parse(text: string): Request {
  const [, time, path, status] = line.exec(text) ?? []
  if (time === undefined || path === undefined) throw new SyntaxError('no line of an access log')
  // 10/Oct/2025:13:55:36 +0200: the time stands where Date.parse wants a space.
  const at = Date.parse(time.replaceAll('/', ' ').replace(':', ' '))
  if (Number.isNaN(at)) throw new RangeError(`no time: ${time}`)
  return { at, path, status: Number(status) }
}
