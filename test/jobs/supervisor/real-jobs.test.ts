import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { SqliteJobStore } from '../../../src/jobs/store/sqlite-job-store.ts'
import { join } from 'node:path'
import { suite } from '../../support/suite.ts'
import { dataFolder, Managed } from './support/managed.ts'
import { exact, ledgerFor, type RealJob, written } from './support/real-jobs.ts'
import { ServerProcess } from './support/server-process.ts'

const restart = { type: 'fixed-delay', attempts: 2, delay: 1 } as const

const submitted = async (managed: Managed, name: string, job: RealJob): Promise<string> => {
  const submission = await ledgerFor(managed.manager, managed.data, name, job)
  return managed.manager.submit(submission, { by: 'a test' }).job.id
}

suite(
  'real jobs',
  (test) => {
    test('one comes to its end, and says how far it is', async (context) => {
      const managed = await Managed.open(context, {}, { real: true })
      const id = await submitted(managed, 'a', { limit: 300 })
      const { result, progress } = await managed.reaches(id, 'completed')
      equal(result?.status, 'completed')
      equal(result.nodes[0]?.out, 300)
      ok(progress !== null)
      deepEqual(written(managed.data, 'a'), exact(300))
      deepEqual(managed.lines(id), ['at 100'])
    })

    test('one that throws fails with the operator and the line', async (context) => {
      const managed = await Managed.open(context, {}, { real: true })
      const id = await submitted(managed, 'a', { limit: 300, trouble: 'throw' })
      const { error, result } = await managed.reaches(id, 'failed')
      equal(error?.code, 'ERR_JOB_FAILED')
      equal(error?.operator, 'watch')
      match(error?.site?.file ?? '', /ledger-pipeline\.ts$/)
      equal(result?.status, 'failed')
      equal(managed.manager.get(id).restarts, 0)
    })

    for (const trouble of ['abort', 'kill', 'exit', 'spin']) {
      test(`a process that is gone (${trouble}) is started again, with nothing lost or doubled`, async (context) => {
        const managed = await Managed.open(context, { heartbeatTimeout: 3_000 }, { real: true })
        const id = await submitted(managed, 'a', { limit: 300, trouble, options: { restart } })
        const { restarts } = await managed.reaches(id, 'completed', 'failed')
        equal(managed.path(id), 'queued running restarting running completed')
        match(managed.causes(id)[3]!, /goes on from checkpoint \d+/)
        equal(restarts, 1)
        deepEqual(written(managed.data, 'a'), exact(300))
      })
    }

    test('one that is stopped with a savepoint goes on from there', async (context) => {
      const managed = await Managed.open(context, {}, { real: true })
      const { manager } = managed
      const id = await submitted(managed, 'a', { limit: 300, trouble: 'wait' })
      await managed.logs(id, 'at 100')
      const asked = await manager.savepoint(id)
      equal(asked.kind, 'savepoint')
      manager.stop(id, { cause: 'enough' })
      const { savepoint } = await managed.reaches(id, 'stopped')
      equal(savepoint?.kind, 'savepoint')
      ok(savepoint.id > asked.id)
      deepEqual(written(managed.data, 'a'), [])
      managed.say(id, 'go-on')
      manager.continue(id, 'go on')
      await managed.reaches(id, 'completed')
      deepEqual(written(managed.data, 'a'), exact(300))
      deepEqual(managed.lines(id), ['at 100'])
    })

    test('one that is cancelled ends', async (context) => {
      const managed = await Managed.open(context, {}, { real: true })
      const id = await submitted(managed, 'a', { limit: 1_000_000 })
      await managed.logs(id, 'at 100')
      managed.manager.cancel(id, 'enough')
      const { error } = await managed.reaches(id, 'cancelled')
      equal(error?.code, 'ERR_JOB_CANCELLED')
    })

    test('one goes on over a server that closes, and one that is killed', async (context) => {
      const data = await dataFolder(context)
      const server = new ServerProcess(context, data, 4, 'real')
      const killed = await server.ledger('killed', { limit: 400, trouble: 'wait' })
      const alone = await server.ledger('alone', {
        limit: 400,
        trouble: 'wait',
        options: { checkpointed: false },
      })
      const store = new SqliteJobStore({ file: join(data, 'jobs.db') })
      for (const id of [killed, alone]) {
        while (store.logs(id, 0, 100).lines.every(({ text }) => text !== 'at 100')) {
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
      await server.kill()
      store.close()
      const second = await Managed.open(context, { data, maxRunning: 3 }, { real: true })
      const closed = await submitted(second, 'closed', { limit: 400, trouble: 'wait' })
      await second.logs(closed, 'at 100')
      await second.manager.close({ drain: true })
      // With room for all, as each of them waits for its word.
      const third = await Managed.open(context, { data, maxRunning: 3 }, { real: true })
      for (const [id, name] of [
        [killed, 'killed'],
        [closed, 'closed'],
        [alone, 'alone'],
      ] as const) {
        third.say(id, 'go-on')
        await third.reaches(id, 'completed')
        deepEqual(written(data, name), exact(400))
        if (name !== 'alone') match(third.causes(id)[2]!, /goes on from savepoint/)
      }
    })
  },
  { timeout: 90_000 },
)
