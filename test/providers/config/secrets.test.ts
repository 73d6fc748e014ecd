import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { headerFrom, tokenOf, webhookSecretsOf } from '../../../src/providers/config/secrets.ts'
import { suite } from '../../support/suite.ts'

const name = 'gpu'
const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    assert.instance(error, InvalidArgumentError)
    return (error as Error).message
  }
  return assert.unreachable('it was taken') as never
}

suite('the secrets of a provider', (test) => {
  test('are in the configuration, in a variable, or in a file', ({ cleanup }) => {
    assert.is(tokenOf({ name }), undefined)
    assert.is(tokenOf({ name, token: 'a' }), 'a')
    assert.is(tokenOf({ name, tokenEnv: 'T' }, { env: { T: ' b ' } }), 'b')
    assert.is(tokenOf({ name, tokenFile: '/t' }, { readFile: (path) => `${path}\n` }), '/t')
    const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
    cleanup(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'token'), 'from a-file\n'.replace(' ', '-'))
    assert.is(tokenOf({ name, tokenFile: join(folder, 'token') }), 'from-a-file')
  })

  test('that are not to be had are named, and not shown', () => {
    assert.match(
      refusal(() => tokenOf({ name, tokenEnv: 'T' }, { env: {} })),
      "The provider 'gpu' takes `tokenEnv` from the environment variable T, which is not set",
    )
    assert.match(
      refusal(() => tokenOf({ name, tokenEnv: 'T' }, { env: { T: ' ' } })),
      'set T where the server runs',
    )
    assert.match(
      refusal(() => tokenOf({ name, tokenFile: '/nowhere/token' })),
      'ENOENT',
    )
    const message = refusal(() => tokenOf({ name, tokenFile: '/t' }, { readFile: () => 'two\nlines' }))
    assert.match(message, 'The token that `tokenFile`')
    assert.not.match(message, 'two')
  })

  test('that are headers of an API are in variables, and can be sent', () => {
    assert.is(headerFrom(name, 'headersEnv.x-key', 'K', { env: { K: 'a key' } }), 'a key')
    const message = refusal(() => headerFrom(name, 'headersEnv.x-key', 'K', { env: { K: 'two\nlines' } }))
    assert.match(message, "What `headersEnv.x-key` of the provider 'gpu' takes from K cannot be sent")
    assert.not.match(message, 'two')
  })

  test('of webhooks are in the configuration and in a variable', () => {
    const env = { S: 'whsec_b, whsec_c\n' }
    assert.equal(webhookSecretsOf({ name }), [])
    assert.equal(webhookSecretsOf({ name, webhook: { secrets: ['whsec_a'], secretsEnv: 'S' } }, { env }), [
      'whsec_a',
      'whsec_b',
      'whsec_c',
    ])
    assert.match(
      refusal(() => webhookSecretsOf({ name, webhook: { secretsEnv: 'S' } }, { env: {} })),
      'webhook.secretsEnv',
    )
  })
})
