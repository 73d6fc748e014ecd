import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { type Called, callable, isProblem } from './call.ts'
import { submissionInput } from './fake-manager.ts'

const startToken = 'a-token-of-the-start-that-is-long'
const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { Authorization: `Bearer ${token}` },
})

async function tokenFor(call: Called['call'], scope: string): Promise<{ id: string; token: string }> {
  const json = { name: `for ${scope}`, scopes: [scope] }
  const { status, body, text } = await call('POST /api/v1/tokens', { json, ...bearer(startToken) })
  assert.is(status, 201, text)
  return body
}

suite('tokens', (test) => {
  test('without any everybody on this machine may do all; with the first one nobody without', async (context) => {
    const { call } = callable(context)
    assert.is((await call('GET /api/v1/jobs')).status, 200)
    const reader = { name: 'reader', scopes: ['read'] }
    isProblem(await call('POST /api/v1/tokens', { json: reader }), 409, 'ERR_LAST_ADMIN')
    const { body: admin } = await call('POST /api/v1/tokens', { json: { name: 'me', scopes: ['admin'] } })
    const refused = await call('GET /api/v1/jobs')
    isProblem(refused, 401, 'ERR_UNAUTHENTICATED')
    assert.match(refused.headers.get('www-authenticate')!, /^Bearer/)
    assert.is((await call('POST /api/v1/tokens', { json: reader, ...bearer(admin.token) })).status, 201)
    isProblem(await call(`DELETE /api/v1/tokens/${admin.id}`, bearer(admin.token)), 409, 'ERR_LAST_ADMIN')
    assert.is((await call('GET /api/v1/jobs', bearer(admin.token))).status, 200)
  })

  test('each scope includes those before it', async (context) => {
    const { call, manager } = callable(context, { token: startToken })
    const { id } = manager.create()
    const asked = {
      read: ['GET /api/v1/jobs', `GET /api/v1/jobs/${id}`, 'GET /api/v1/server', 'GET /metrics'],
      submit: [`POST /api/v1/jobs/${id}/stop`, `POST /api/v1/jobs/${id}/cancel`, `DELETE /api/v1/jobs/${id}`],
      admin: ['GET /api/v1/tokens'],
    }
    const scopes = ['read', 'submit', 'admin'] as const
    for (const held of scopes) {
      const { token } = await tokenFor(call, held)
      for (const needed of scopes) {
        for (const what of asked[needed]) {
          const answer = await call(what, bearer(token))
          if (scopes.indexOf(held) < scopes.indexOf(needed)) isProblem(answer, 403, 'ERR_FORBIDDEN')
          else assert.ok(![401, 403].includes(answer.status), `${held}: ${what}`)
        }
      }
      const { body } = await call('GET /api/v1/whoami', bearer(token))
      assert.equal(body, { name: `token for ${held}`, scope: held })
    }
    for (const what of Object.values(asked).flat()) isProblem(await call(what), 401, 'ERR_UNAUTHENTICATED')
  })

  test('are not needed where there are none, and everybody may do everything', async (context) => {
    const { call } = callable(context)
    const { body } = await call('GET /api/v1/whoami')
    assert.equal(body, { name: 'somebody on this machine', scope: 'admin' })
  })

  test('health and the description are for everybody', async (context) => {
    const { call } = callable(context, { token: startToken })
    for (const path of ['/healthz', '/readyz', '/openapi.json'])
      assert.is((await call(`GET ${path}`)).status, 200)
  })

  test('are shown once, kept as hashes, and name who did something', async (context) => {
    const { call, manager } = callable(context, { token: startToken })
    const { token, id } = await tokenFor(call, 'submit')
    assert.match(token, /^millrace_[\w-]{43}$/)
    const list = await call('GET /api/v1/tokens', bearer(startToken))
    assert.not.match(list.text, new RegExp(token))
    assert.is(list.body.items[0]!.lastUsedAt, null)
    const { body: job } = await call('POST /api/v1/jobs', { json: submissionInput(), ...bearer(token) })
    await call(`POST /api/v1/jobs/${job.id}/cancel`, bearer(token))
    const [, cancelled] = manager.transitions(job.id, { limit: 10 }).items
    assert.is(cancelled!.cause, 'cancelled by token for submit')
    const used = await call('GET /api/v1/tokens', bearer(startToken))
    assert.ok(used.body.items[0]!.lastUsedAt !== null)
    assert.is((await call(`DELETE /api/v1/tokens/${id}`, bearer(startToken))).status, 204)
    isProblem(await call('GET /api/v1/jobs', bearer(token)), 401, 'ERR_UNAUTHENTICATED')
    isProblem(await call(`DELETE /api/v1/tokens/${id}`, bearer(startToken)), 404, 'ERR_NOT_FOUND')
  })

  test('are asked for however the path is written', async (context) => {
    const { call } = callable(context, { token: startToken })
    const paths = [
      '/%61pi/v1/jobs',
      '/api/v1/%6aobs',
      '/healthz/../api/v1/jobs',
      '/api/v1/jobs/',
      '//api/v1/jobs',
    ]
    for (const path of [...paths, '/API/v1/jobs', '/api%2Fv1/jobs', '/metrics?', '/%6detrics']) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const { status } = await call(`${method} ${path}`)
        assert.ok([401, 404, 405].includes(status), `${method} ${path}: ${status}`)
      }
    }
  })

  test('a token at the start must be long', (context) => {
    assert.throws(
      () => callable(context, { token: 'too-short' }),
      (error: unknown) => error instanceof InvalidArgumentError && !error.message.includes('too-short'),
    )
  })

  test('other schemes, and what is no token, are refused', async (context) => {
    const { call } = callable(context, { token: startToken })
    for (const value of [
      `Basic ${startToken}`,
      startToken,
      'Bearer',
      `Bearer ${startToken} x`,
      `Bearer ${startToken}x`,
    ]) {
      isProblem(
        await call('GET /api/v1/jobs', { headers: { Authorization: value } }),
        401,
        'ERR_UNAUTHENTICATED',
      )
    }
    assert.is(
      (await call('GET /api/v1/jobs', { headers: { Authorization: `bearer  ${startToken}` } })).status,
      200,
    )
  })
})

suite('failures of authentication', (test) => {
  const guess = bearer('a-guess-of-what-the-token-might-be')

  test('make an address wait, but not whoever is known there', async (context) => {
    const clock = new ManualClock()
    const { call } = callable(context, { token: startToken, clock, limits: { authFailures: 3 } })
    const { token } = await tokenFor(call, 'read')
    for (let i = 0; i < 3; i++) isProblem(await call('GET /api/v1/jobs', guess), 401, 'ERR_UNAUTHENTICATED')
    const refused = await call('GET /api/v1/jobs', guess)
    isProblem(refused, 429, 'ERR_SERVER_BUSY')
    assert.is(refused.headers.get('retry-after'), '60')
    assert.is((await call('GET /api/v1/jobs', bearer(startToken))).status, 200)
    // It is right, but whoever guessed it now would learn nothing.
    isProblem(await call('GET /api/v1/jobs', bearer(token)), 429, 'ERR_SERVER_BUSY')
    await clock.advance(60_000)
    assert.is((await call('GET /api/v1/jobs', bearer(token))).status, 200)
    isProblem(await call('GET /api/v1/jobs', guess), 401, 'ERR_UNAUTHENTICATED')
  })
})

suite('pages of others', (test) => {
  const get = (host: string, more: Record<string, string> = {}): { headers: Record<string, string> } => ({
    headers: { Host: host, ...more },
  })

  test('a name that leads here by rebinding is refused', async (context) => {
    const { call } = callable(context, { allowedHosts: ['Jobs.example.com'] })
    for (const host of [
      'localhost',
      'localhost:19001',
      '127.0.0.1:19001',
      '[::1]:19001',
      '192.168.0.7',
      'jobs.example.com:80',
    ]) {
      assert.is((await call('GET /api/v1/jobs', get(host))).status, 200, host)
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'evil@localhost@evil',
      '',
    ]) {
      isProblem(await call('GET /api/v1/jobs', get(host)), 403, 'ERR_FORBIDDEN')
      isProblem(await call('GET /healthz', get(host)), 403, 'ERR_FORBIDDEN')
    }
  })

  test('another origin is refused, its own is not', async (context) => {
    const { call } = callable(context, { allowedOrigins: ['https://board.example.com/'] })
    const from = (origin: string): { headers: Record<string, string> } =>
      get('localhost:19001', { Origin: origin })
    for (const origin of ['http://localhost:19001', 'https://board.example.com']) {
      assert.is((await call('GET /api/v1/jobs', from(origin))).status, 200, origin)
    }
    for (const origin of [
      'http://localhost:3000',
      'http://127.0.0.1:19001',
      'null',
      'https://evil.example',
    ]) {
      isProblem(await call('POST /api/v1/jobs', from(origin)), 403, 'ERR_FORBIDDEN')
    }
  })

  test('what browsers send across sites without an origin is refused, but not a link to a page', async (context) => {
    const { call } = callable(context)
    const across = get('localhost', { 'Sec-Fetch-Site': 'cross-site' })
    isProblem(await call('GET /api/v1/events', across), 403, 'ERR_FORBIDDEN')
    assert.is((await call('GET /healthz', across)).status, 200)
    assert.is(
      (await call('GET /api/v1/jobs', get('localhost', { 'Sec-Fetch-Site': 'same-origin' }))).status,
      200,
    )
  })
})
