import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { HttpError, LocalEnvironment } from '../../../src/index.ts'
import { rayServe, type RayServeOptions } from '../../../src/ray/index.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { startRecordedRay } from '../support/recorded-ray.ts'
import { callModel } from './call-model.ts'

interface Model {
  predict(text: string): number
}

const serve = async ({ cleanup }: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup(() => new Promise((resolve) => server.close(resolve)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/model`
}

/** What a job that makes one call comes to. */
const called = async (
  address: string,
  options: Partial<RayServeOptions<Model>> = {},
  callTimeout = 5_000,
): Promise<unknown> => {
  const source = rayServe<Model>(address, {
    methods: { predict: '' },
    retry: { attempts: 3, backoff: { initial: 1 } },
    check: false,
    ...options,
  })
  const env = new LocalEnvironment('calls', { callTimeout }).registerService('model', source)
  const answers = env
    .fromBatch(['a text'])
    .map((text, ctx) => ctx.service('model').predict(text))
    .collect()
  try {
    await env.submit({ autostop: true })
    return answers.values[0]
  } catch (error) {
    return (error as Error).cause ?? error
  }
}

suite('deployments of Ray Serve', (test) => {
  test('are called as a service', async (context) => {
    const server = await startRecordedRay(context, 'serve')
    await callModel(server.address)
    assert.equal(server.surprises, [])
    // What has thrown once would again.
    assert.is(server.requests.filter((request) => request === 'POST /model/nonsense').length, 1)
  })

  test('are asked again while they are overloaded', async (context) => {
    let calls = 0
    const address = await serve(context, (_, response) => {
      if (++calls < 3) response.writeHead(503).end('too many requests')
      else response.writeHead(200, { 'content-type': 'application/json' }).end('7')
    })
    assert.is(await called(address), 7)
    assert.is(calls, 3)
  })

  test('fail with an error that says whether to try again', async (context) => {
    const address = await serve(context, (_, response) => void response.writeHead(503).end('busy'))
    const error = (await called(address, { retry: { attempts: 0 } })) as HttpError
    assert.instance(error, HttpError)
    assert.is(error.status, 503)
    assert.ok(error.retryable)
  })

  test('that do not answer in time are left', async (context) => {
    let aborted: () => void = () => {}
    const gone = new Promise<void>((resolve) => (aborted = resolve))
    const address = await serve(context, (request) => void request.socket.once('close', aborted))
    const error = (await called(address, {}, 100)) as Error
    assert.is(error.name, 'ServiceTimeoutError')
    // The caller has given up, and the request with it.
    await gone
  })

  test('that answer too late for a request are asked again', async (context) => {
    let calls = 0
    const address = await serve(context, (_, response) => {
      if (++calls > 1) response.writeHead(200, { 'content-type': 'application/json' }).end('1')
    })
    assert.is(await called(address, { timeout: 100 }), 1)
  })

  test('say when what they answer is no JSON', async (context) => {
    const address = await serve(context, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('NaN')
    })
    const error = (await called(address)) as Error
    assert.match(error.message, 'is no JSON')
  })

  test('are missed at the start of a job', async (context) => {
    const server = await startRecordedRay(context, 'serve')
    const error = (await called(`${server.address}/other`, { check: true })) as Error
    assert.match(error.message, 'no deployment at /other, but /model')
    assert.equal(server.requests, ['GET /-/routes'])
  })
})
