import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { SqliteJobStore } from '../../../src/jobs/store/sqlite-job-store.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { dataFolder, isGone, Managed } from './support/managed.ts'
import { ServerProcess } from './support/server-process.ts'

const restart = { type: 'fixed-delay', attempts: 3, delay: 3_600_000 } as const

interface Killed {
  readonly data: string
  readonly ids: readonly string[]
}

/** Starts these in a server, waits until each has written `ready` or waits for its restart, and kills it. */
async function killed(
  context: TestContext,
  jobs: readonly (readonly [words: string, status?: string])[],
  before: (server: ServerProcess, ids: readonly string[]) => Promise<void> = async () => {},
): Promise<Killed> {
  const data = await dataFolder(context)
  const server = new ServerProcess(context, data, 10)
  const ids: string[] = []
  for (const [words] of jobs) ids.push(await server.submit(words, { options: { restart } }))
  // Another look at the same database: what it says is what the next server finds.
  const store = new SqliteJobStore({ file: join(data, 'jobs.db') })
  for (const [index, [, status = 'running']] of jobs.entries()) {
    const isThere = (): boolean =>
      store.get(ids[index]!)?.status === status &&
      (status !== 'running' || store.logs(ids[index]!, 0, 100).lines.some(({ text }) => text === 'hello'))
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await before(server, ids)
  await server.kill()
  store.close()
  return { data, ids }
}

suite(
  'a server that starts again',
  (test) => {
    test('goes on with what ran, from savepoints where there are', async (context) => {
      const { data, ids } = await killed(context, [
        ['save-when-orphaned order first-time hello-wait complete'],
        ['order first-time hello-wait complete'],
        ['order checkpoint first-time hello-wait complete'],
        ['complete-when-orphaned hello wait'],
      ])
      const managed = await Managed.open(context, { data })
      for (const id of ids) await managed.reaches(id, 'completed')
      const [saved, plain, checkpointed, completed] = ids as [string, string, string, string]
      for (const id of [saved, plain, checkpointed]) {
        equal(managed.path(id), 'queued running restarting running completed')
        equal(managed.manager.get(id).restarts, 1)
        match(managed.causes(id)[2]!, /^The server had ended while the job ran; it /)
      }
      match(managed.causes(saved)[2]!, /goes on from savepoint 101/)
      match(managed.causes(plain)[2]!, /begins again/)
      match(managed.causes(checkpointed)[2]!, /goes on from checkpoint 1/)
      deepEqual(managed.resumes(saved), [null, 'latest'])
      deepEqual(managed.resumes(plain), [null, null])
      deepEqual(managed.resumes(checkpointed), [null, 'latest'])
      equal(managed.path(completed), 'queued running completed')
    })

    test('ends processes that do not end by themselves, with what they have started', async (context) => {
      const { data, ids } = await killed(context, [
        ['stay-when-orphaned grandchild first-time hello-wait complete'],
        ['grandchild first-time hello-wait complete'],
      ])
      const pids = ids.map((id) => processOf(data, id))
      const managed = await Managed.open(context, { data, orphanDeadline: 300 })
      equal(managed.manager.status.ready, false)
      equal(managed.manager.status.running, 2)
      for (const id of ids) await managed.reaches(id, 'completed')
      equal(managed.manager.status.ready, true)
      for (const pid of pids) ok(isGone(pid))
      for (const id of ids) {
        const grandchildren = managed.lines(id).flatMap((line) => /grandchild (\d+)/.exec(line)?.[1] ?? [])
        equal(grandchildren.length, 2)
        for (const pid of grandchildren) await gone(Number(pid))
      }
    })

    test('finds what somebody had wanted', async (context) => {
      const { data, ids } = await killed(
        context,
        [
          ['ignore-orders checkpoint hello wait'],
          ['ignore-orders hello wait'],
          ['ignore-orders hello wait'],
          ['ignore-orders hello wait'],
          ['ignore-orders complete-when-orphaned hello wait'],
        ],
        async (server, [first, second, third, fourth, fifth]) => {
          equal(await server.stop(first!), 'stopping')
          equal(await server.stop(second!), 'stopping')
          equal(await server.cancel(third!), 'running')
          equal(await server.remove(fourth!), 'removing')
          equal(await server.stop(fifth!), 'stopping')
        },
      )
      const managed = await Managed.open(context, { data })
      const [stopped, unsaved, cancelled, deleted, completed] = ids as [
        string,
        string,
        string,
        string,
        string,
      ]
      equal((await managed.reaches(stopped, 'stopped')).savepoint?.id, 1)
      equal((await managed.reaches(unsaved, 'failed')).error?.code, 'ERR_JOB_PROCESS')
      await managed.reaches(cancelled, 'cancelled')
      await managed.reaches(completed, 'completed')
      await managed.deleted(deleted)
      throws(() => managed.manager.get(deleted), { code: 'ERR_JOB_NOT_FOUND' })
    })

    test('waits on for restarts, and starts what was queued', async (context) => {
      const data = await dataFolder(context)
      const server = new ServerProcess(context, data, 1)
      const waiting = await server.submit('exit-1', { options: { restart } })
      const busy = await server.submit('checkpoint first-time hello-wait complete')
      const queued = await server.submit('complete')
      const store = new SqliteJobStore({ file: join(data, 'jobs.db') })
      while (!store.logs(busy, 0, 100).lines.some(({ text }) => text === 'hello'))
        await new Promise((resolve) => setTimeout(resolve, 20))
      const { dueAt } = store.get(waiting)!
      await server.kill()
      store.close()
      const managed = await Managed.open(context, { data, maxRunning: 1 })
      await managed.reaches(queued, 'completed')
      await managed.reaches(busy, 'completed')
      equal(managed.path(waiting), 'queued running restarting')
      await managed.manager.close({ drain: true })
      const after = new SqliteJobStore({ file: join(data, 'jobs.db') })
      equal(after.get(waiting)?.dueAt, dueAt)
      after.close()
    })

    test('heeds orders to jobs that it waits for', async (context) => {
      const { data, ids } = await killed(context, [
        ['stay-when-orphaned checkpoint first-time hello-wait complete'],
        ['stay-when-orphaned first-time hello-wait complete'],
        ['stay-when-orphaned first-time hello-wait complete'],
      ])
      const managed = await Managed.open(context, { data, orphanDeadline: 1_000 })
      const [stopped, cancelled, deleted] = ids as [string, string, string]
      equal(managed.manager.stop(stopped, { cause: 'enough' }).status, 'stopping')
      equal(managed.manager.cancel(cancelled, 'enough').status, 'running')
      await managed.manager.delete(deleted, { force: true })
      equal((await managed.reaches(stopped, 'stopped')).savepoint?.id, 1)
      await managed.reaches(cancelled, 'cancelled')
      managed.manager.continue(stopped, 'go on')
      await managed.reaches(stopped, 'completed')
    })

    test('takes no other process for the one it looks for', async (context) => {
      const { data, ids } = await killed(context, [['first-time hello-wait complete']])
      const innocent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], {
        detached: true,
        stdio: 'ignore',
      })
      context.cleanup(() => innocent.kill('SIGKILL'))
      const file = join(data, 'jobs', ids[0]!, 'process.json')
      const started = JSON.parse(readFileSync(file, 'utf8')) as object
      writeFileSync(file, JSON.stringify({ ...started, pid: innocent.pid }))
      const managed = await Managed.open(context, { data, orphanDeadline: 60_000 })
      await managed.reaches(ids[0]!, 'completed')
      equal(innocent.exitCode ?? innocent.signalCode, null)
      const ended = once(innocent, 'exit')
      innocent.kill('SIGKILL')
      await ended
    })
  },
  { timeout: 60_000 },
)

suite('a server that closes', (test) => {
  test('asks for savepoints, and the next one goes on from them', async (context) => {
    const first = await Managed.open(context)
    const saved = await first.submit('order first-time hello-wait complete')
    const plain = await first.submit('order first-time hello-wait complete', {
      options: { checkpointed: false },
    })
    for (const id of [saved, plain]) await first.logs(id, 'hello')
    const store = await closed(first, true)
    for (const id of [saved, plain]) {
      equal(store.get(id)?.status, 'restarting')
      equal(store.get(id)?.process, null)
    }
    store.close()
    const second = await Managed.open(context, { data: first.data })
    for (const id of [saved, plain]) {
      await second.reaches(id, 'completed')
      equal(second.path(id), 'queued running restarting running completed')
      match(second.causes(id)[2]!, /^The server was closed; it /)
    }
    deepEqual(second.resumes(saved), [null, 'latest'])
    match(second.causes(saved)[2]!, /goes on from savepoint 101/)
    deepEqual(second.resumes(plain), [null, null])
  })

  test('kills what does not end in time, or when it is not to drain', async (context) => {
    const first = await Managed.open(context, { drainTimeout: 200 })
    const id = await first.submit('ignore-orders checkpoint first-time hello-wait complete')
    await first.logs(id, 'hello')
    ;(await closed(first, true)).close()
    const second = await Managed.open(context, { data: first.data })
    await second.reaches(id, 'completed')
    match(second.causes(id)[2]!, /^The server was closed; it goes on from checkpoint 1/)

    const third = await Managed.open(context)
    const other = await third.submit('checkpoint hello wait')
    await third.logs(other, 'hello')
    const store = await closed(third, false)
    equal(store.get(other)?.status, 'restarting')
    store.close()
  })

  test('lets those go on that end on their own, and takes no more', async (context) => {
    const managed = await Managed.open(context)
    const stopping = await managed.submit('hello wait')
    await managed.logs(stopping, 'hello')
    managed.manager.stop(stopping, { cause: 'enough' })
    const closing = managed.manager.close({ drain: true })
    equal(managed.manager.status.ready, false)
    let refused: unknown
    try {
      await managed.submit('complete')
    } catch (error) {
      refused = error
    }
    equal((refused as { code?: string }).code, 'ERR_SERVER_BUSY')
    await closing
    const store = new SqliteJobStore({ file: join(managed.data, 'jobs.db') })
    equal(store.get(stopping)?.status, 'stopped')
    store.close()
  })
})

async function closed(managed: Managed, drain: boolean): Promise<SqliteJobStore> {
  await managed.manager.close({ drain })
  return new SqliteJobStore({ file: join(managed.data, 'jobs.db') })
}

const processOf = (data: string, id: string): number =>
  (JSON.parse(readFileSync(join(data, 'jobs', id, 'process.json'), 'utf8')) as { pid: number }).pid

async function gone(pid: number): Promise<void> {
  while (!isGone(pid)) await new Promise((resolve) => setImmediate(resolve))
}
