import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { report } from '../report/channel.ts'
import { runPipeline, type ThreadsTime } from './threads-program.ts'
import { burn, type ThreadsRun } from './threads-work.ts'

/** Of the harness: records in one message, and messages that a worker has at a time. */
const BATCH = 256
const AHEAD = 2

const inOneThread = ({ records, rounds }: ThreadsRun): ThreadsTime => {
  const begun = performance.now()
  let sum = 0
  for (let n = 0; n < records; n++) sum = (sum + burn(n, rounds)) % 1_000_000_007
  return { milliseconds: performance.now() - begun, sum }
}

/** What one would write by hand: batches to whichever worker has room, and their results back. */
const inWorkers = async ({ records, rounds, threads }: ThreadsRun): Promise<ThreadsTime> => {
  const workers = Array.from({ length: threads }, () => new Worker(import.meta.filename))
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))))
  const begun = performance.now()
  let next = 0
  let seen = 0
  let sum = 0
  await new Promise<void>((resolve) => {
    const feed = (worker: Worker): void => {
      if (next === records) return
      const batch: number[] = []
      while (batch.length < BATCH && next < records) batch.push(next++)
      worker.postMessage({ batch, rounds })
    }
    for (const worker of workers) {
      worker.on('message', (results: readonly number[]) => {
        feed(worker)
        for (const value of results) sum = (sum + value) % 1_000_000_007
        seen += results.length
        if (seen === records) resolve()
      })
      for (let i = 0; i < AHEAD; i++) feed(worker)
    }
  })
  const milliseconds = performance.now() - begun
  await Promise.all(workers.map((worker) => worker.terminate()))
  return { milliseconds, sum }
}

/** Rounds in a microsecond, here and now. */
const calibrate = (): number => {
  const rounds = 1_000_000
  burn(1, rounds)
  const begun = performance.now()
  burn(1, rounds)
  return rounds / ((performance.now() - begun) * 1000)
}

const variants: { readonly [name: string]: (run: ThreadsRun) => ThreadsTime | Promise<ThreadsTime> } = {
  'one thread': inOneThread,
  worker_threads: inWorkers,
  'millrace in threads': (run) => runPipeline(run, 'thread'),
  'millrace in the process': (run) => runPipeline(run, 'process'),
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      variant: { type: 'string', default: '' },
      records: { type: 'string', default: '0' },
      rounds: { type: 'string', default: '0' },
      threads: { type: 'string', default: '2' },
    },
  })
  const { variant, ...sizes } = values
  const run = {
    records: Number(sizes.records),
    rounds: Number(sizes.rounds),
    threads: Number(sizes.threads),
  }
  report(variant === 'calibrate' ? calibrate() : await variants[variant]!(run))
} else {
  parentPort!.on('message', ({ batch, rounds }: { batch: readonly number[]; rounds: number }) => {
    parentPort!.postMessage(batch.map((n) => burn(n, rounds)))
  })
  parentPort!.postMessage('ready')
}
