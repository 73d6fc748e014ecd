import { deepEqual, equal, ok } from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { suite } from '../../support/suite.ts'
import { isGone, Managed } from './support/managed.ts'

suite('what a job writes', (test) => {
  test('lines have numbers without gaps, over all runs, and are told as they come', async (context) => {
    const managed = await Managed.open(context)
    const options = { restart: { type: 'fixed-delay', attempts: 1, delay: 1 } } as const
    const id = await managed.submit('hello partial first-time exit-1 complete', { options })
    const told: string[] = []
    managed.manager.log$(id).subscribe(({ seq, text }) => told.push(`${seq} ${text}`))
    await managed.reaches(id, 'completed')
    const { lines, first, last } = managed.manager.logs(id, 0, 1_000)
    equal(first, 1)
    equal(last, lines.length)
    deepEqual(
      lines.map(({ seq }) => seq),
      lines.map((_, index) => index + 1),
    )
    deepEqual(
      told,
      lines.map(({ seq, text }) => `${seq} ${text}`),
    )
    deepEqual(managed.lines(id), ['hello', 'no end', 'hello', 'no end'])
    const remarks = lines.filter(({ stream }) => stream === 'system').map(({ text }) => text)
    equal(remarks.length, 4)
  })

  test(
    'all of a flood is there at the end, in order, as far as lines are kept',
    { timeout: 60_000 },
    async (context) => {
      const managed = await Managed.open(context)
      const id = await managed.submit('flood complete')
      const other = await managed.submit('hello complete')
      await managed.reaches(other, 'completed')
      await managed.reaches(id, 'completed')
      const lines = managed.lines(id)
      ok(lines.length > 9_000, `${lines.length} lines`)
      deepEqual(
        lines,
        Array.from({ length: lines.length }, (_, index) => `line ${30_000 - lines.length + index}`),
      )
    },
  )

  test('secrets are handed over, and shown nowhere', async (context) => {
    const managed = await Managed.open(context, { maxRunning: 1 })
    const first = await managed.submit('hello wait')
    const secrets = { PASSWORD: 'correct horse battery' }
    const id = await managed.submit('secret complete', { secrets, env: { PLAIN: 'plain' } })
    await managed.reaches(first, 'running')
    const file = join(managed.data, 'jobs', id, 'secrets.json')
    equal(statSync(file).mode & 0o777, 0o600)
    managed.manager.cancel(first, 'enough')
    await managed.reaches(id, 'completed')
    deepEqual(managed.lines(id), ['the password is ***, and plain'])
    const shown = JSON.stringify([
      managed.manager.get(id),
      managed.manager.events.read({ since: 0, limit: 1_000 }),
      managed.manager.logs(id, 0, 1_000),
    ])
    ok(!shown.includes('correct horse'))
  })

  test("a job's process gets its own environment and folder, and not the server's", async (context) => {
    process.env['MILLRACE_TEST_TOKEN'] = 'of the server'
    context.cleanup(() => delete process.env['MILLRACE_TEST_TOKEN'])
    const managed = await Managed.open(context)
    const id = await managed.submit('asset env complete', { env: { GIVEN: 'yes' } })
    await managed.reaches(id, 'completed')
    const [asset, json] = managed.lines(id)
    equal(asset, 'an asset')
    const env = JSON.parse(json!) as Record<string, string>
    equal(env['GIVEN'], 'yes')
    equal(env['MILLRACE_JOB_ID'], id)
    equal(env['MILLRACE_TEST_TOKEN'], undefined)
    equal(env['PATH'], process.env['PATH'])
  })

  test(
    'who holds the pipes of a job that is over does not hold up its end',
    { timeout: 30_000 },
    async (context) => {
      const managed = await Managed.open(context)
      const id = await managed.submit('grandchild-with-pipes complete')
      await managed.reaches(id, 'completed')
      const [, pid] = /grandchild (\d+)/.exec(managed.lines(id)[0]!)!
      ok(!isGone(Number(pid)), 'it has a session of its own, and nobody else ends it')
      process.kill(Number(pid), 'SIGKILL')
    },
  )
})

suite('figures of a job', (test) => {
  test('are those of its last heartbeat', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('heartbeat heartbeat-2 wait')
    const progress: number[] = []
    const seen = new Promise<void>((resolve) => {
      managed.manager.progress$(id).subscribe((notice) => {
        equal(notice.job, id)
        progress.push(notice.progress.read)
        if (progress.length === 2) resolve()
      })
    })
    await seen
    deepEqual(progress, [1, 2])
    const job = managed.manager.get(id)
    equal(job.process?.rssBytes, 2_000_000)
    equal(job.process?.heapBytes, 10)
    equal(job.progress?.read, 2)
    ok(job.process.cpu >= 0)
    managed.manager.cancel(id, 'enough')
    const ended = await managed.reaches(id, 'cancelled')
    equal(ended.process, null)
    equal(ended.progress?.read, 2)
  })
})
