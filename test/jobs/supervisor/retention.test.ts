import { deepEqual, equal, throws } from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { Managed } from './support/managed.ts'

const day = 24 * 3_600_000

/** Short timers are real; sweeps come, and days pass, by hand. */
class AgingClock extends ManualClock {
  #aged = 0

  override now(): number {
    return super.now() + this.#aged
  }

  age(ms: number): void {
    this.#aged += ms
  }

  override setTimeout(run: () => void, ms: number): () => void {
    if (ms >= 10_000) return super.setTimeout(run, ms)
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  }
}

suite('retention', (test) => {
  test('jobs that are over go when they are old, with their folders; those that stopped stay', async (context) => {
    const clock = new AgingClock()
    const managed = await Managed.open(context, { clock, retention: { jobs: 3 * day, events: 4 } })
    const { manager } = managed
    const completed = await managed.submit('complete')
    const stopped = await managed.submit('stop-itself')
    await managed.reaches(completed, 'completed')
    await managed.reaches(stopped, 'stopped')
    clock.age(2 * day)
    const late = await managed.submit('fail')
    await managed.reaches(late, 'failed')
    clock.age(day)
    while (existsSync(join(managed.data, 'jobs', completed))) await clock.advance(60_000)
    throws(() => manager.get(completed), { code: 'ERR_JOB_NOT_FOUND' })
    equal(manager.get(stopped).status, 'stopped')
    equal(manager.get(late).status, 'failed')
    deepEqual(readdirSync(join(managed.data, 'jobs')).sort(), [stopped, late].sort())
    while (manager.events.last - manager.events.first + 1 > 4) await clock.advance(60_000)
  })

  test('programs that no job uses go after a day', async (context) => {
    const clock = new AgingClock()
    const managed = await Managed.open(context, { clock })
    const id = await managed.submit('complete')
    await managed.reaches(id, 'completed')
    const files = (): readonly string[] => readdirSync(join(managed.data, 'files'))
    clock.age(2 * day)
    for (let sweeps = 0; sweeps < 3; sweeps++) await clock.advance(60_000)
    equal(files().length, 2)
    await managed.manager.delete(id, { force: false })
    while (files().length > 0) await clock.advance(60_000)
  })

  test('what a server that died has left is removed at the next start', async (context) => {
    const first = await Managed.open(context)
    const id = await first.submit('complete')
    await first.reaches(id, 'completed')
    await first.manager.close({ drain: true })
    const jobs = join(first.data, 'jobs')
    mkdirSync(join(jobs, id, 'work'))
    mkdirSync(join(jobs, 'of-nobody', 'work'), { recursive: true })
    await Managed.open(context, { data: first.data })
    while (existsSync(join(jobs, id, 'work')) || existsSync(join(jobs, 'of-nobody'))) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    deepEqual(readdirSync(jobs), [id])
  })
})
