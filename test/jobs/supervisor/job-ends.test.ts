import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { suite } from '../../support/suite.ts'
import { isGone, Managed } from './support/managed.ts'

suite('how jobs end', (test) => {
  test('a job that comes to its end is completed, with its result', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('hello oops complete')
    const job = await managed.reaches(id, 'completed')
    equal(job.result?.status, 'completed')
    equal(job.result?.jobId, id)
    equal(job.error, null)
    equal(job.process, null)
    equal(managed.path(id), 'queued running completed')
    deepEqual([...managed.lines(id)].sort(), ['hello', 'oops'])
    match(managed.causes(id)[1]!, /^Process \d+ was started; the job begins\.$/)
    equal(managed.causes(id)[2], 'The job came to its end.')
  })

  test('a job that fails tells its error whole', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('fail')
    const { error, result } = await managed.reaches(id, 'failed')
    equal(error?.name, 'JobFailedError')
    equal(error?.operator, 'parse')
    deepEqual(error?.site, { file: 'a.ts', line: 3, column: 4 })
    equal(error?.cause?.message, 'no price')
    equal(result?.status, 'failed')
    equal(managed.causes(id)[2], 'It failed: bad record.')
  })

  test('an outcome that was written and not told counts', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('complete-untold')
    await managed.reaches(id, 'completed')
  })

  test('a process that lingers after the end of its job is killed', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('complete-and-linger')
    await managed.reaches(id, 'completed')
  })

  const crashes = {
    'exit-0': /exited with code 0 before the job was over/,
    'exit-1': /exited with code 1 before the job was over/,
    'last-words': /exited with code 3 before the job was over/,
    abort: /was ended by SIGABRT/,
    kill: /was ended by SIGKILL, as the system does when it is short of memory/,
  }
  for (const [word, told] of Object.entries(crashes)) {
    test(`${word} fails the job`, async (context) => {
      const managed = await Managed.open(context)
      const id = await managed.submit(`hello ${word}`)
      const { error, result } = await managed.reaches(id, 'failed')
      equal(error?.name, 'JobProcessError')
      equal(error?.code, 'ERR_JOB_PROCESS')
      match(error.message, told)
      equal(error?.cause?.operator, word === 'last-words' ? 'parse' : undefined)
      equal(result, null)
      match(managed.causes(id)[2]!, told)
      match(managed.causes(id)[2]!, /not restarted because it has no restart strategy/)
      deepEqual(managed.lines(id)[0], 'hello')
    })
  }

  for (const word of ['heap', 'buffers', 'big']) {
    test(`a job that takes too much memory (${word}) fails`, { timeout: 60_000 }, async (context) => {
      const managed = await Managed.open(context)
      const id = await managed.submit(`${word} wait`, { options: { memoryMb: 160 } })
      const other = await managed.submit('heartbeat hello wait')
      const { error } = await managed.reaches(id, 'failed')
      equal(error?.name, 'JobOutOfMemoryError')
      match(error.message, /it may have 160 MB/)
      equal(managed.manager.get(other).status, 'running')
    })
  }

  for (const word of ['spin', 'freeze']) {
    test(`a job that gives no sign of life (${word}) fails`, async (context) => {
      const managed = await Managed.open(context, { heartbeatTimeout: 500 })
      const id = await managed.submit(`heartbeat hello ${word}`)
      const { error } = await managed.reaches(id, 'failed')
      equal(error?.name, 'JobUnresponsiveError')
      match(error.message, /for 500 ms/)
    })
  }

  test('what a process has started ends with it', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('grandchild complete')
    await managed.reaches(id, 'completed')
    const pid = Number(/grandchild (\d+)/.exec(managed.lines(id)[0]!)![1])
    await gone(pid)
  })

  test('a message that is not understood is remarked, and the job goes on', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('nonsense complete')
    await managed.reaches(id, 'completed')
    const system = managed.manager.logs(id, 0, 100).lines.filter(({ stream }) => stream === 'system')
    ok(system.some(({ text }) => text.includes('rssBytes')))
  })

  test('a program whose file is gone fails', async (context) => {
    const managed = await Managed.open(context, { maxRunning: 1 })
    const first = await managed.submit('wait')
    const id = await managed.submit('complete')
    await managed.reaches(first, 'running')
    const { rm } = await import('node:fs/promises')
    await rm(`${managed.data}/files`, { recursive: true })
    managed.manager.cancel(first, 'enough')
    const { error } = await managed.reaches(id, 'failed')
    equal(error?.code, 'ERR_MISSING_FILES')
  })
})

async function gone(pid: number): Promise<void> {
  while (!isGone(pid)) await new Promise((resolve) => setImmediate(resolve))
}
