import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { parseProviderConfig } from '../../../src/providers/config/parse-provider-config.ts'
import { suite } from '../../support/suite.ts'
import { genericParts } from '../support/fake-generic.ts'

const ray = { name: 'gpu', type: 'ray', url: 'http://127.0.0.1:8265' }
const http = { ...genericParts, name: 'batch', type: 'http', url: 'https://batch.example/v2' }

/** What is said of a configuration that cannot be used. */
const complaint = (config: unknown): string => {
  try {
    parseProviderConfig(config, 'providers[1]')
  } catch (error) {
    assert.instance(error, InvalidArgumentError)
    return (error as Error).message
  }
  return assert.unreachable('it was taken') as never
}

suite('the configuration of a provider', (test) => {
  test('of each type is taken as it is', () => {
    const configs = [
      ray,
      { ...ray, type: 'millrace', tokenEnv: 'TOKEN', timeout: 500, concurrency: 4, waiting: 0 },
      { name: 'r', type: 'replicate', token: 'r8_x', price: { perSecond: 0.001, currency: 'EUR' } },
      http,
      {
        ...ray,
        tokenFile: '/run/token',
        statuses: { Sleeping: 'queued' },
        stageRules: [{ stage: 'Training', words: ['epoch'], progress: true }],
        retry: { attempts: 0, initial: 10, max: 20, jitter: 0 },
        breaker: { failures: 1, cooldown: 5, longest: 50 },
        polling: { enabled: true, interval: 1_000 },
        webhook: {
          url: 'https://me.example/x?y=1',
          secrets: ['whsec_x'],
          allowFrom: ['10.0.0.0/8', '::1', 'fd00::/8'],
        },
      },
    ]
    for (const config of configs) assert.equal(parseProviderConfig(config), config)
  })

  const wrong: readonly (readonly [what: string, config: unknown, said: RegExp])[] = [
    ['nothing', undefined, /providers\[1\] must be an object/],
    ['no type', { name: 'a' }, /providers\[1\]\.type must be one of millrace, ray, replicate, http/],
    ['a type with a slip', { ...ray, type: 'Rey' }, /did you mean ray\?/],
    ['no name', { ...ray, name: undefined }, /providers\[1\]\.name is missing: it must be letters, digits/],
    ['a name with a space', { ...ray, name: 'my gpu' }, /providers\[1\]\.name must be letters, digits/],
    ['the name of this server', { ...ray, name: 'local' }, /must be another name than `local`/],
    ['no url', { ...ray, url: undefined }, /providers\[1\] \('gpu'\).*providers\[1\]\.url is missing/s],
    ['a url of a file', { ...ray, url: 'file:///etc' }, /begins with http:\/\/ or https:\/\//],
    ['credentials in the url', { ...ray, url: 'http://me:hush@ray/' }, /give them as `token`/],
    ['a query in the url', { ...ray, url: 'http://ray/?key=hush' }, /without `\?` and `#`/],
    ['a key that is not there', { ...ray, tokn: 'hush' }, /providers\[1\] has no `tokn`/],
    ['a key of another type', { ...ray, price: {} }, /has no `price`/],
    [
      'two tokens',
      { ...ray, token: 'hush', tokenEnv: 'X' },
      /tokenEnv must be left out, or be the only one: there is token and tokenEnv/,
    ],
    [
      'a token of two lines',
      { ...ray, token: 'hush\nhush' },
      /token must be a text without spaces and line breaks/,
    ],
    ['no time at all', { ...ray, timeout: 0 }, /timeout must be a number of milliseconds above 0/],
    ['half a call', { ...ray, concurrency: 0.5 }, /concurrency must be a whole number from 1 to 1000/],
    [
      'a status of nobody',
      { ...ray, statuses: { x: 'done' } },
      /statuses\.x must be one of pending, uploading/,
    ],
    [
      'a network that is none',
      { ...ray, webhook: { allowFrom: ['10.0.0.0/33'] } },
      /webhook\.allowFrom\[0\] must be an address/,
    ],
    [
      'an id that is nowhere',
      { ...http, get: { path: 'jobs' } },
      /get\.path must be a path with \{id\} in it/,
    ],
    ['a place for what is not known', { ...http, get: { path: '{id}/{name}' } }, /get\.path must be /],
    ['a path to another host', { ...http, get: { path: 'https://x/{id}' } }, /a path below the url/],
    ['the same without a scheme', { ...http, get: { path: '//x/{id}' } }, /a path below the url/],
    [
      'pages that are not asked for',
      { ...http, list: { path: 'jobs', next: { style: 'page' } } },
      /list\.path must be a path with \{page\} in it/,
    ],
    ['a style of nobody', { ...http, list: { path: 'jobs', next: { style: 'x' } } }, /list\.next/],
    ['no fields', { ...http, fields: { id: 'id' } }, /fields\.status is missing/],
    ['a list in the place of a text', { ...ray, url: [] }, /url must be an absolute url/],
    ['a text in the place of an object', { ...ray, retry: 'often' }, /retry must be of the type object/],
    ['half a pointer', { ...http, fields: { id: '/a~2', status: 's' } }, /`~` is written `~0`/],
    [
      'a token that splits',
      { ...http, auth: { prefix: 'hush\r\n' } },
      /auth\.prefix must be a text without line breaks/,
    ],
    [
      'a header that splits',
      { ...http, headers: { 'x-a': 'hush\r\nx-b: 1' } },
      /headers\.x-a must be a text without line breaks/,
    ],
  ]
  for (const [what, config, said] of wrong) {
    test(`with ${what} is refused, and says why without showing a value`, () => {
      const message = complaint(config)
      assert.match(message, said)
      assert.not.match(message, 'hush')
      assert.match(message, /\n {2}remedy: /)
    })
  }

  test('with several mistakes has all of them named', () => {
    const message = complaint({ ...ray, url: 'x', timeout: -1, name: '' })
    for (const place of ['name', 'url', 'timeout']) assert.match(message, `providers[1].${place}`)
  })
})
