import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { JobManagerClient } from '../../../src/client/index.ts'
import { JobNotRunningError } from '../../../src/errors/job-server-errors.ts'
import { suite } from '../../support/suite.ts'
import { linesIn, Scene, temporary } from '../end-to-end/support/scene.ts'
import { picky } from './programs/picky.ts'

const RECORDS = 30

/** Resolves when so many letters are there in all. */
async function lettersAre({ deadLetters }: JobManagerClient, job: string, wanted: number): Promise<void> {
  while ((await deadLetters.list(job, { limit: 1 })).total !== wanted) await delay(10)
}

function kill(data: string, job: string): void {
  const { pid } = JSON.parse(readFileSync(join(data, 'jobs', job, 'process.json'), 'utf8')) as { pid: number }
  process.kill(pid, 'SIGKILL')
}

suite(
  'dead letters of jobs on a server',
  (test) => {
    test('are shown, replayed and deleted while the job runs', async (context) => {
      const { client, port } = await Scene.open(context)
      const folder = temporary(context)
      const env = picky({ folder, records: RECORDS }, { port })
      context.cleanup(() => env.close())
      const job = await env.start()
      job.result.catch(() => {})
      await lettersAre(client, job.id, 10)
      const { items, counts } = await client.deadLetters.list(job.id)
      assert.equal(
        items.map(({ text }) => Number(text)).sort((a, b) => a - b),
        Array.from({ length: 10 }, (_, i) => 3 * i),
      )
      const letter = items.find(({ text }) => text === '3')!
      assert.equal(
        [letter.operator, letter.state, letter.error, letter.attempts, letter.obstacle],
        ['picky', 'kept', { name: 'Error', code: null, message: 'not 3' }, 1, null],
      )
      assert.equal(
        counts.operators.map(({ operator, kept }) => [operator, kept]),
        [['picky', 10]],
      )
      const detail = await client.deadLetters.get(job.id, letter.id)
      assert.is(detail.record, '3')
      assert.match(detail.stack!, 'picky.ts')

      // Nothing is mended: it comes back, and says so.
      assert.equal(await client.deadLetters.replay(job.id, { ids: [letter.id] }), { letters: 1 })
      while ((await client.deadLetters.list(job.id)).counts.replayed < 1) await delay(10)
      const again = (await client.deadLetters.list(job.id)).items.find(({ text }) => text === '3')!
      assert.ok(again.id > letter.id)
      assert.is(again.replays, 1)
      assert.is((await client.deadLetters.get(job.id, again.id)).replayOf, letter.id)
      const gone = await client.deadLetters.get(job.id, letter.id).catch((error: unknown) => error)
      assert.match((gone as Error).message, 'no dead letter')

      const zero = items.find(({ text }) => text === '0')!
      assert.equal(await client.deadLetters.delete(job.id, { ids: [zero.id] }), { letters: 1 })
      writeFileSync(join(folder, 'mended'), '')
      assert.equal(await client.deadLetters.replay(job.id, { all: true, operator: 'picky' }), { letters: 9 })
      await lettersAre(client, job.id, 0)
      writeFileSync(join(folder, 'done'), '')
      await job.result
      assert.equal(
        linesIn(join(folder, 'out')),
        Array.from({ length: RECORDS - 1 }, (_, i) => `${i + 1} 1`).sort(),
      )
      const refusal = await client.deadLetters.replay(job.id, { all: true }).catch((error: unknown) => error)
      assert.instance(refusal, JobNotRunningError)
      assert.match((refusal as JobNotRunningError).remedy!, 'restart it')
    })

    test('are replayed exactly once, though the process is killed at any moment', async (context) => {
      const { client, port, data } = await Scene.open(context)
      const folder = temporary(context)
      const env = picky({ folder, records: RECORDS }, { port })
      context.cleanup(() => env.close())
      const job = await env.start()
      job.result.catch(() => {})
      await lettersAre(client, job.id, 10)
      writeFileSync(join(folder, 'mended'), '')
      for (const pause of [0, 5, 30]) {
        const { items } = await client.deadLetters.list(job.id, { state: 'kept', limit: 4 })
        if (items.length > 0) await client.deadLetters.replay(job.id, { ids: items.map(({ id }) => id) })
        await delay(pause)
        const before = (await client.jobs.get(job.id)).restarts
        kill(data, job.id)
        while ((await client.jobs.get(job.id)).restarts === before) await delay(10)
        while ((await client.jobs.get(job.id)).status !== 'running') await delay(10)
      }
      await client.deadLetters.replay(job.id, { all: true })
      await lettersAre(client, job.id, 0)
      writeFileSync(join(folder, 'done'), '')
      await job.result
      assert.equal(linesIn(join(folder, 'out')), Array.from({ length: RECORDS }, (_, i) => `${i} 1`).sort())
    })

    test('wait for a stopped job to be continued', async (context) => {
      const { client, port } = await Scene.open(context)
      const folder = temporary(context)
      const env = picky({ folder, records: RECORDS }, { port })
      context.cleanup(() => env.close())
      const job = await env.start()
      job.result.catch(() => {})
      await lettersAre(client, job.id, 10)
      await client.jobs.stop(job.id)
      while ((await client.jobs.get(job.id)).status !== 'stopped') await delay(10)
      const refusal = await client.deadLetters.replay(job.id, { all: true }).catch((error: unknown) => error)
      assert.match((refusal as JobNotRunningError).remedy!, 'continue it')
      writeFileSync(join(folder, 'mended'), '')
      await client.jobs.continue(job.id)
      assert.equal(await client.deadLetters.replay(job.id, { all: true }), { letters: 10 })
      await lettersAre(client, job.id, 0)
      writeFileSync(join(folder, 'done'), '')
      while ((await client.jobs.get(job.id)).status !== 'completed') await delay(10)
      assert.equal(linesIn(join(folder, 'out')), Array.from({ length: RECORDS }, (_, i) => `${i} 1`).sort())
    })
  },
  { timeout: 120_000 },
)
