import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { StoreError } from '../../../src/errors/job-server-errors.ts'
import type { JobStore } from '../../../src/jobs/store/job-store.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { isPressure } from '../../../src/jobs/supervisor/pressure.ts'
import { suite } from '../../support/suite.ts'
import { Managed } from './support/managed.ts'

/** A store on a disk that is full from time to time. */
class FullDisk {
  full = false
  refused = 0
  readonly store: JobStore

  constructor(writes: readonly (keyof JobStore)[]) {
    const store = new MemoryJobStore()
    this.store = new Proxy<JobStore>(store, {
      get: (_, name) => {
        const member = Reflect.get(store, name) as unknown
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          if (this.full && writes.includes(name as keyof JobStore)) {
            this.refused++
            throw new StoreError('the disk is full')
          }
          return Reflect.apply(member, store, args) as unknown
        }
      },
    })
  }

  async refuses(times: number): Promise<void> {
    const before = this.refused
    while (this.refused < before + times) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const changes = [
  'create',
  'transition',
  'patch',
  'addLogs',
  'addCheckpoint',
  'removeCheckpoint',
  'delete',
] as const

suite('a machine that is short of something', (test) => {
  test(
    'a job that ends while nothing can be written is shown as it ended when it can',
    { timeout: 30_000 },
    async (context) => {
      const disk = new FullDisk(changes)
      const managed = await Managed.open(context, { store: disk.store, maxRunning: 2 })
      const id = await managed.submit('hello first-time wait-for-file complete')
      const other = await managed.submit('heartbeat hello wait')
      await managed.logs(id, 'hello')
      await managed.logs(other, 'hello')
      disk.full = true
      managed.say(id, 'go')
      await disk.refuses(3)
      equal(managed.manager.get(id).status, 'running')
      throws(() => managed.manager.cancel(other, 'x'), { code: 'ERR_STORE' })
      disk.full = false
      await managed.reaches(id, 'completed')
      equal(managed.manager.get(other).status, 'running')
      const { lines } = managed.manager.logs(id, 0, 100)
      deepEqual(
        lines.map(({ seq }) => seq),
        lines.map((_, index) => index + 1),
      )
      const after = await managed.submit('complete')
      await managed.reaches(after, 'completed')
    },
  )

  test('lines that cannot be kept are counted, and the job does not wait for them', async (context) => {
    const disk = new FullDisk(['addLogs'])
    const managed = await Managed.open(context, { store: disk.store })
    const id = await managed.submit('hello first-time wait-for-file complete')
    disk.full = true
    await disk.refuses(1)
    managed.say(id, 'go')
    await managed.when(id, ({ status }) => status === 'completed')
    deepEqual(managed.manager.logs(id, 0, 100).lines, [])
    disk.full = false
    const again = await managed.submit('hello complete')
    await managed.reaches(again, 'completed')
    deepEqual(managed.lines(again), ['hello'])
  })

  test(
    'a checkpoint that could not be written down is gone on from all the same',
    { timeout: 30_000 },
    async (context) => {
      const disk = new FullDisk(['addCheckpoint'])
      const managed = await Managed.open(context, { store: disk.store })
      disk.full = true
      const restart = { type: 'fixed-delay', attempts: 1, delay: 1 } as const
      const id = await managed.submit('order first-time crash-with-checkpoint complete', {
        options: { restart },
      })
      await managed.reaches(id, 'completed')
      deepEqual(managed.resumes(id), [null, 'latest'])
    },
  )

  test(
    'no file descriptors are left: what cannot start waits, and starts by itself',
    { timeout: 60_000 },
    async (context) => {
      const managed = await Managed.open(context, { maxRunning: 2, store: new MemoryJobStore() })
      const running = await managed.submit('heartbeat hello wait')
      await managed.logs(running, 'hello')
      const files: number[] = []
      context.cleanup(() => files.forEach((file) => closeSync(file)))
      const id = await managed.submit('hello complete')
      // At once, before the process of the job is made.
      for (;;) {
        try {
          files.push(openSync('/dev/null', 'r'))
        } catch (error) {
          match(String(error), /EMFILE/)
          break
        }
      }
      await managed.warned(/too many open files|EMFILE/)
      equal(managed.manager.get(id).status, 'queued')
      equal(managed.manager.get(running).status, 'running')
      for (const file of files.splice(0)) closeSync(file)
      await managed.reaches(id, 'completed')
      equal(managed.path(id), 'queued running completed')
    },
  )

  test('what pressure is', () => {
    for (const code of ['ENOSPC', 'EMFILE', 'EAGAIN'])
      ok(isPressure(Object.assign(new Error(code), { code })))
    ok(isPressure(new StoreError('x')))
    ok(!isPressure(new TypeError('x')))
  })
})
