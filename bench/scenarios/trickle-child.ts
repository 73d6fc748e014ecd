import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Subject } from 'rxjs'
import { drain } from '../libraries/rxjs.ts'
import { report } from '../report/channel.ts'
import { median } from '../report/statistics.ts'

export interface TrickleReport {
  /** Turns of the event loop between a record's birth and its arrival. */
  readonly mostTurns: number
  readonly usualTurns: number
  readonly usualMicroseconds: number
}

const { values } = parseArgs({ options: { variant: { type: 'string', default: '' } } })
const records = 500

interface Born {
  readonly turn: number
  readonly at: number
}

let turn = 0
let counting = setImmediate(function count() {
  turn++
  counting = setImmediate(count)
})

const turns: number[] = []
const microseconds: number[] = []
const born = (): Born => ({ turn, at: performance.now() })
const arrive = (record: Born): void => {
  turns.push(turn - record.turn)
  microseconds.push((performance.now() - record.at) * 1000)
}

/** One at a time, each long after the one before it has gone through. */
const feed = async (subject: Subject<Born>): Promise<void> => {
  await sleep(20)
  for (let i = 0; i < records; i++) {
    await sleep(1)
    subject.next(born())
  }
  subject.complete()
}

async function* trickling(): AsyncGenerator<Born, void, undefined> {
  for (let i = 0; i < records; i++) {
    await sleep(1)
    yield born()
  }
}

const keep = (record: Born): Born => record

const variants: { readonly [name: string]: () => Promise<void> } = {
  'rxjs Subject': async () => {
    const subject = new Subject<Born>()
    const drained = drain(subject, arrive)
    await feed(subject)
    await drained
  },
  'millrace fromObservable': async () => {
    const { LocalEnvironment } = await import('../../src/index.ts')
    const subject = new Subject<Born>()
    const env = new LocalEnvironment('trickle')
    env.fromObservable(subject, { overflow: 'error', capacity: 1024 }).map(keep).sink(arrive)
    const submitted = env.submit({ autostop: true })
    await feed(subject)
    await submitted
  },
  'millrace async generator': async () => {
    const { LocalEnvironment } = await import('../../src/index.ts')
    const env = new LocalEnvironment('trickle')
    env
      .fromBatch(() => trickling())
      .map(keep)
      .sink(arrive)
    await env.submit({ autostop: true })
  },
}

const run = variants[values.variant]
if (run === undefined) throw new Error(`no variant is called '${values.variant}'`)
await run()
clearImmediate(counting)
if (turns.length !== records) throw new Error(`${String(turns.length)} of ${String(records)} arrived`)
const outcome: TrickleReport = {
  mostTurns: Math.max(...turns),
  usualTurns: median(turns),
  usualMicroseconds: median(microseconds),
}
report(outcome)
