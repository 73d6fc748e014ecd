import {
  type Collector,
  countWindow,
  type DataStream,
  type KeyedProcessContext,
  type LocalEnvironment,
  mapState,
  session,
  sliding,
  type Timer,
  tumbling,
} from '../../../src/index.ts'

/** What all shapes work on. */
export interface Event {
  readonly key: number
  readonly n: number
  /** Event time. */
  readonly at: number
  /** The watermark when it came. */
  readonly seen: number
}

/** A pipeline, and what it comes to, computed from plain arrays. */
export interface Shape {
  readonly name: string
  /** What it comes to is known for records that come too late as well. */
  readonly late?: boolean
  readonly build: (
    left: DataStream<Event>,
    right: DataStream<Event>,
    env: LocalEnvironment,
  ) => DataStream<string>
  /** In any order. */
  readonly expected: (left: readonly Event[], right: readonly Event[]) => readonly string[]
}

interface Round {
  readonly n: number
  readonly round: number
}

const SIZE = 10
const LATENESS = 2
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

/** Groups by what `of` gives; an event may be in several. */
function groups(
  events: readonly Event[],
  of: (event: Event) => readonly string[],
): ReadonlyMap<string, Event[]> {
  const grouped = new Map<string, Event[]>()
  for (const event of events) {
    for (const group of of(event)) grouped.set(group, [...(grouped.get(group) ?? []), event])
  }
  return grouped
}

const windowSums = (
  name: string,
  events: readonly Event[],
  starts: (at: number) => readonly number[],
): string[] =>
  [...groups(events, ({ key, at }) => starts(at).map((start) => `${key}@${start}`))].map(
    ([group, members]) => `${name} ${group}: ${sum(members.map(({ n }) => n))}`,
  )

const tumblingStarts = (at: number): readonly number[] => [Math.floor(at / SIZE) * SIZE]
const slidingStarts = (at: number): readonly number[] => {
  const last = Math.floor(at / 5) * 5
  return [last - 5, last]
}

/** Its window has been put away. */
const isLate = ({ at, seen }: Event): boolean => tumblingStarts(at)[0]! + SIZE - 1 + LATENESS <= seen

const total = { create: () => 0, add: (so: number, { n }: Event) => so + n }

/** Sums by windows of its own making, in keyed state and timers. */
class TimedSums {
  readonly state = { sums: mapState<number, number>() }

  process({ n, at }: Event, { state, timers }: TimedContext): void {
    const start = Math.floor(at / SIZE) * SIZE
    state.sums.set(start, (state.sums.get(start) ?? 0) + n)
    timers.atEventTime(start + SIZE)
  }

  onTimer({ key, time }: Timer<number>, { state }: TimedContext, out: Collector<string>): void {
    const start = time - SIZE
    void out.emit(`timers ${key}@${start}: ${state.sums.get(start)}`)
    state.sums.delete(start)
  }
}
type TimedContext = KeyedProcessContext<TimedSums['state'], number>

const byKey = ({ key }: Event): number => key

export const shapes: readonly Shape[] = [
  {
    name: 'scan',
    late: true,
    build: (left) =>
      left
        .keyBy(byKey)
        .scan((so: { key: number; total: number }, { key, n }) => ({ key, total: so.total + n }), {
          key: 0,
          total: 0,
        })
        .map(({ key, total }) => `scan ${key}: ${total}`),
    expected: (left) =>
      left.map(({ key }, i) => {
        const before = left.slice(0, i + 1).filter((other) => other.key === key)
        return `scan ${key}: ${sum(before.map(({ n }) => n))}`
      }),
  },
  {
    name: 'tumbling, and what is late',
    late: true,
    build: (left) => {
      const sums = left
        .keyBy(byKey)
        .window(tumbling({ size: SIZE }), { allowedLateness: LATENESS })
        .aggregate({ ...total, result: (so, { key, start }) => ({ key, start, so }) })
      const last = sums
        .keyBy(({ key, start }) => `${key}@${start}`)
        .reduce((_, next) => next)
        .map(({ key, start, so }) => `tumbling ${key}@${start}: ${so}`)
      return last.union(sums.sideOutput<Event>('late').map(({ n }) => `late ${n}`))
    },
    expected: (left) => [
      ...windowSums(
        'tumbling',
        left.filter((event) => !isLate(event)),
        tumblingStarts,
      ),
      ...left.filter(isLate).map(({ n }) => `late ${n}`),
    ],
  },
  {
    name: 'sliding',
    build: (left) =>
      left
        .keyBy(byKey)
        .window(sliding({ size: SIZE, every: 5 }))
        .aggregate({ ...total, result: (so, { key, start }) => `sliding ${key}@${start}: ${so}` }),
    expected: (left) => windowSums('sliding', left, slidingStarts),
  },
  {
    name: 'timers',
    build: (left) => left.keyBy(byKey).process(TimedSums),
    expected: (left) => windowSums('timers', left, tumblingStarts),
  },
  {
    name: 'interval join',
    build: (left, right) =>
      left.keyBy(byKey).join(right.keyBy(byKey), (a, b) => `interval ${a.n}-${b.n}`, {
        type: 'inner',
        between: [-3, 4],
      }),
    expected: (left, right) =>
      left.flatMap((a) =>
        right
          .filter((b) => a.key === b.key && b.at - a.at >= -3 && b.at - a.at <= 4)
          .map((b) => `interval ${a.n}-${b.n}`),
      ),
  },
  {
    name: 'window join',
    build: (left, right) =>
      left.keyBy(byKey).join(right.keyBy(byKey), (a, b) => `window ${a?.n}-${b?.n}`, {
        type: 'left',
        window: tumbling({ size: SIZE }),
      }),
    expected: (left, right) =>
      left.flatMap((a) => {
        const partners = right.filter(
          (b) => a.key === b.key && Math.floor(a.at / SIZE) === Math.floor(b.at / SIZE),
        )
        if (partners.length === 0) return [`window ${a.n}-undefined`]
        return partners.map((b) => `window ${a.n}-${b.n}`)
      }),
  },
  {
    name: 'union, counted by windows of windows',
    build: (left, right) =>
      left
        .union(right)
        .keyBy(byKey)
        .window(tumbling({ size: SIZE }))
        .aggregate({ ...total, result: (so, { start }) => ({ start, so }) })
        .keyBy(({ start }) => start % (2 * SIZE))
        .window(tumbling({ size: 2 * SIZE }))
        .aggregate({
          create: () => 0,
          add: (so: number, window) => so + window.so,
          result: (so, { key, start }) => `windows ${key}@${start}: ${so}`,
        }),
    expected: (left, right) =>
      [
        ...groups([...left, ...right], ({ at }) => {
          const start = Math.floor(at / SIZE) * SIZE
          return [`${start % (2 * SIZE)}@${Math.floor(start / (2 * SIZE)) * 2 * SIZE}`]
        }),
      ].map(([group, members]) => `windows ${group}: ${sum(members.map(({ n }) => n))}`),
  },
  {
    name: 'bounded fold',
    build: (left, right) =>
      left
        .union(right)
        .keyBy(byKey)
        .aggregate({ ...total, result: (so, key) => `fold ${key}: ${so}` }),
    expected: (left, right) =>
      [...groups([...left, ...right], ({ key }) => [`${key}`])].map(
        ([key, members]) => `fold ${key}: ${sum(members.map(({ n }) => n))}`,
      ),
  },
  {
    name: 'dedupe and batch',
    build: (left, right) =>
      left
        .union(right)
        .keyBy(({ key, at }) => `${key} ${at}`)
        .dedupe()
        .batch({ size: 3 })
        .flatMap((batch) => batch.map(({ key, at }) => `distinct ${key} ${at}`)),
    expected: (left, right) => [
      ...new Set([...left, ...right].map(({ key, at }) => `distinct ${key} ${at}`)),
    ],
  },
  {
    name: 'slow calls',
    build: (left) =>
      left.map(
        async ({ n }, ctx) => {
          await ctx.delay(n % 4)
          return `call ${n}`
        },
        { concurrency: 3, ordered: false },
      ),
    expected: (left) => left.map(({ n }) => `call ${n}`),
  },
  {
    name: 'sessions',
    build: (left) =>
      left
        .keyBy(byKey)
        .window(session({ gap: 3 }))
        .aggregate({
          ...total,
          merge: (a: number, b: number) => a + b,
          result: (so, { key, start }) => `session ${key}@${start}: ${so}`,
        }),
    expected: (left) =>
      [...groups(left, ({ key }) => [`${key}`])].flatMap(([key, members]) => {
        const sessions: { start: number; last: number; so: number }[] = []
        for (const { at, n } of [...members].sort((a, b) => a.at - b.at)) {
          const open = sessions.at(-1)
          if (open !== undefined && at - open.last < 3) {
            open.last = at
            open.so += n
          } else sessions.push({ start: at, last: at, so: n })
        }
        return sessions.map(({ start, so }) => `session ${key}@${start}: ${so}`)
      }),
  },
  {
    name: 'count windows',
    late: true,
    build: (left) =>
      left
        .keyBy(byKey)
        .window(countWindow(3))
        .aggregate({ ...total, result: (so, { key }) => `three ${key}: ${so}` }),
    expected: (left) =>
      [...groups(left, ({ key }) => [`${key}`])].flatMap(([key, members]) =>
        Array.from({ length: Math.ceil(members.length / 3) }, (_, i) => {
          const three = members.slice(3 * i, 3 * i + 3)
          return `three ${key}: ${sum(three.map(({ n }) => n))}`
        }),
      ),
  },
  {
    name: 'temporal join',
    build: (left, right) =>
      left
        .keyBy(byKey)
        .temporalJoin(right.keyBy(byKey), (event, row) => `row ${event.n}: ${row?.at}`, { type: 'left' }),
    expected: (left, right) =>
      left.map(({ key, n, at }) => {
        const rows = right.filter((row) => row.key === key && row.at <= at)
        return `row ${n}: ${rows.length === 0 ? undefined : Math.max(...rows.map((row) => row.at))}`
      }),
  },
  {
    name: 'feedback',
    late: true,
    build: (left, _, env) => {
      const again = env.fromFuture<Round>('again')
      const rounds = left
        .map(({ n }) => ({ n, round: 0 }))
        .union(again)
        .map((round) => round)
      rounds
        .filter(({ n, round }) => round < n % 3)
        .map(({ n, round }) => ({ n, round: round + 1 }))
        .fillFuture(again)
      return rounds.map(({ n, round }) => `round ${n}: ${round}`)
    },
    expected: (left) =>
      left.flatMap(({ n }) => Array.from({ length: 1 + (n % 3) }, (_, i) => `round ${n}: ${i}`)),
  },
]
