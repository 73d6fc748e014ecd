import * as assert from 'uvu/assert'
import { ProviderCannotError, ProviderUnavailableError } from '../../../src/errors/provider-errors.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { aDriverJob, aRayJob } from '../support/fake-ray.ts'
import { providerContract } from '../support/provider-contract.ts'
import { rayScene } from '../support/scenes.ts'

providerContract('Ray', rayScene)

suite('jobs of a Ray cluster', (test) => {
  test('are told with what Ray knows of them', async (context) => {
    const { api, provider } = await rayScene(context)
    api.jobs.push(
      aRayJob({
        status: 'FAILED',
        message:
          'Job entrypoint command failed with exit code 1, last available logs (truncated to 20,000 chars):\nboom',
        error_type: 'JOB_ENTRYPOINT_COMMAND_ERROR',
        end_time: 1_647_388_712_500,
        metadata: { name: 'a model' },
        driver_exit_code: 1,
      }),
    )
    const job = await provider.get('raysubmit_4LamXRuQpYdSMg7J', context)
    assert.equal(job, {
      externalId: 'raysubmit_4LamXRuQpYdSMg7J',
      status: 'failed',
      externalStatus: 'FAILED',
      name: 'a model',
      submittedAt: '2022-03-15T23:58:31.000Z',
      startedAt: '2022-03-15T23:58:31.000Z',
      endedAt: '2022-03-15T23:58:32.500Z',
      error: {
        name: 'ForeignJobError',
        lineage: [],
        message:
          'Job entrypoint command failed with exit code 1, last available logs (truncated to 20,000 chars):\nboom',
        fields: { errorType: 'JOB_ENTRYPOINT_COMMAND_ERROR', exitCode: 1 },
      },
    })
  })

  test('of drivers that nobody submitted are there by the id of the driver', async (context) => {
    const { api, provider } = await rayScene(context)
    api.jobs.push(aDriverJob(), aRayJob({ job_id: '01000000' }))
    const { jobs } = await provider.list({ limit: 10 }, context)
    assert.equal(jobs.map(({ externalId }) => externalId).sort(), ['02000000', 'raysubmit_4LamXRuQpYdSMg7J'])
    assert.is((await provider.get('02000000', context)).status, 'running')
    for (const work of [
      provider.cancel('02000000', context),
      provider.logs('02000000', { after: 0, limit: 1 }, context),
    ]) {
      const error = await rejectionOf(work)
      assert.instance(error, ProviderCannotError)
      assert.match((error as Error).message, 'submission type jobs')
    }
  })

  test('that cannot be understood lose no others, and neither do odd fields', async (context) => {
    const { api, provider } = await rayScene(context)
    const odd = [
      null,
      7,
      { ...aRayJob(), submission_id: null },
      { submission_id: 'x' },
      aRayJob({ submission_id: 'a', status: 'HIBERNATING' }),
      { ...aRayJob({ submission_id: 'b' }), start_time: 'soon', metadata: 7, message: [], unheardOf: true },
    ]
    api.jobs.push(...(odd as never[]))
    const { jobs, unreadable } = await provider.list({ limit: 10 }, context)
    assert.equal(
      jobs.map(({ externalId, status, externalStatus }) => [externalId, status, externalStatus]),
      [
        ['a', null, 'HIBERNATING'],
        ['b', 'queued', 'PENDING'],
      ],
    )
    assert.is(unreadable?.length, 4)
    assert.match(unreadable?.at(-1) ?? '', 'job 4 of the list: it has no status')
  })

  test('are asked for once, however many pages they are', async (context) => {
    const { api, provider, add } = await rayScene(context)
    for (let i = 0; i < 10; i++) await add('running')
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof provider.list>> = await provider.list(
        { limit: 3, ...(cursor === null ? {} : { cursor }) },
        context,
      )
      cursor = page.next
    } while (cursor !== null)
    assert.is(api.count(/^GET \/api\/jobs\/$/), 1)
    await provider.list({ limit: 3 }, context)
    assert.is(api.count(/^GET \/api\/jobs\/$/), 2)
  })

  test('have a last line when they are over, and not before', async (context) => {
    const { api, provider, add, write } = await rayScene(context)
    const id = await add('running')
    write(id, 'start\r\n 10%\r 20%\r 3')
    const texts = async (after: number): Promise<readonly string[]> =>
      (await provider.logs(id, { after, limit: 10 }, context)).map(({ text }) => text)
    assert.equal(await texts(0), ['start', ' 10%', ' 20%'])
    assert.equal(await texts(3), [])
    write(id, '0%\rdone')
    api.put({ submission_id: id, status: 'SUCCEEDED' })
    assert.equal(await texts(3), [' 30%', 'done'])
    assert.equal(await texts(5), [])
  })

  test('are asked for with the slash and the token that Ray wants', async (context) => {
    const { api, provider } = await rayScene(context)
    await provider.list({ limit: 1 }, context)
    assert.is(api.requests[0]?.path, '/api/jobs/')
    assert.is(api.requests[0]?.headers.authorization, 'Bearer a-token-of-a-test')
  })

  test('fail with the last line of a traceback, and not with all of it', async (context) => {
    const { api, provider } = await rayScene(context)
    const body =
      'Traceback (most recent call last):\n  File "job_head.py", line 1, in x\nValueError: a-token-of-a-test\n'
    api.faults.on(/./, { status: 500, headers: { 'content-type': 'text/plain' }, body })
    const error = await rejectionOf(provider.get('x', context))
    assert.instance(error, ProviderUnavailableError)
    assert.match((error as Error).message, 'answered GET /api/jobs/x with 500: ValueError: ***')
    assert.not.match((error as Error).message, 'Traceback')
  })
})
