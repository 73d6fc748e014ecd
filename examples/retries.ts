// What becomes of a record whose function throws: the job fails, or the record is skipped, set aside, or tried again.
//
//   node --import tsx examples/retries.ts

import { JobFailedError, LocalEnvironment } from '../src/index.ts'

/** Answers every third time it is asked; never for 'page 3'. */
function flakyServer(): (page: string) => Promise<string> {
  const asked = new Map<string, number>()
  return async (page) => {
    asked.set(page, (asked.get(page) ?? 0) + 1)
    if (page === 'page 3' || asked.get(page)! < 3) throw new Error('503 Service Unavailable')
    return `${page} fetched at attempt ${asked.get(page)}`
  }
}

const pages = ['page 1', 'page 2', 'page 3']

// Two retries after the first attempt, with 5 ms, then 10 ms between them; whoever fails thrice is skipped.
const patient = new LocalEnvironment('patient')
patient
  .fromBatch(pages)
  .map(flakyServer(), {
    name: 'fetch',
    concurrency: 3,
    timeout: 1_000, // a call that takes longer fails, and is retried too
    onError: { retry: { attempts: 2, backoff: { initial: 5, factor: 2 } }, then: 'skip' },
  })
  .sink((answer) => console.log(answer))

const { nodes } = await patient.submit({ autostop: true })
const fetch = nodes.find(({ name }) => name === 'fetch')!
console.log(`${fetch.handled} handled, ${fetch.dropped} skipped, ${fetch.errors} calls failed`)

// Without a policy the first failure ends the job, and the error says where to look.
const strict = new LocalEnvironment('strict')
strict
  .fromBatch(pages)
  .map(flakyServer(), { name: 'fetch' })
  .sink(() => {})

try {
  await strict.submit({ autostop: true })
} catch (error) {
  if (!(error instanceof JobFailedError)) throw error
  console.log(error.code)
  console.log(`operator ${error.operator}, record ${error.record}, cause: ${(error.cause as Error).message}`)
}
