import * as assert from 'uvu/assert'
import { type ClientOptions, InvalidArgumentError, JobManagerClient } from '../../src/client/index.ts'
import { resolveClientOptions } from '../../src/client/client-options.ts'
import { suite } from '../support/suite.ts'

const refusalOf = (options: ClientOptions): Error => {
  try {
    new JobManagerClient(options)
  } catch (error) {
    assert.instance(error, InvalidArgumentError)
    return error as Error
  }
  throw new Error('they were taken')
}

suite('options of a client', (test) => {
  for (const [options, url] of [
    [{}, 'http://127.0.0.1:19001/'],
    [{ host: 'jobs.example', port: 80 }, 'http://jobs.example/'],
    [{ host: '::1' }, 'http://[::1]:19001/'],
    [{ host: '[::1]', port: 5 }, 'http://[::1]:5/'],
    [{ url: 'https://jobs.example' }, 'https://jobs.example/'],
    [{ url: new URL('http://h:1/a/b?c#d') }, 'http://h:1/a/b/'],
  ] as const) {
    test(`lead to ${url}`, () => assert.is(resolveClientOptions(options).base.href, url))
  }

  for (const [what, options, message] of [
    ['both a url and a host', { url: 'http://h', host: 'h' }, /both a url and a host or port/],
    ['both a url and a port', { url: 'http://h', port: 1 }, /both a url and a host or port/],
    ['another protocol', { url: 'ftp://h' }, /the url cannot be used/],
    ['a url that is none', { url: 'jobs' }, /the url cannot be used/],
    ['a host that is a url', { host: 'http://h' }, /the host cannot be used/],
    ['a host with a path', { host: 'h/x' }, /the host cannot be used/],
    ['a host with credentials', { host: 'ann@h' }, /the host cannot be used/],
    ['a host with a port', { host: 'h:5' }, /the host cannot be used/],
    ['an empty host', { host: '' }, /the host cannot be used/],
    ['credentials in the url', { url: 'http://ann:secret@h' }, /credentials in it/],
    ['a port that is none', { port: 0 }, /port must be a whole number from 1 to 65535, got 0/],
    ['a port that is text', { port: '1' as never }, /port must be .*, got string/],
    ['a token with a line break', { token: 'secret\nx' }, /the token cannot be sent/],
    ['an empty token', { token: '' }, /the token cannot be sent/],
    ['no timeout at all', { timeout: 0 }, /timeout must be/],
    ['a timeout that no timer waits', { timeout: 2 ** 31 }, /timeout must be/],
    ['a poll interval of NaN', { pollInterval: NaN }, /pollInterval must be .* got NaN/],
    ['endless silence', { silence: Infinity }, /silence must be/],
    ['negative patience', { patience: -1 }, /patience must be/],
    ['half an attempt', { retry: { attempts: 0.5 } }, /retry.attempts must be/],
    ['waits that shrink', { retry: { factor: 0.5 } }, /retry.factor must be/],
    ['more chance than there is', { retry: { jitter: 2 } }, /retry.jitter must be/],
    ['no wait', { retry: { initial: 0 } }, /retry.initial must be/],
    ['no longest wait', { retry: { max: 0 } }, /retry.max must be/],
  ] as const) {
    test(`are refused with ${what}, which shows no secret`, () => {
      const text = refusalOf(options).message
      assert.match(text, message)
      assert.ok(text.startsWith('JobManagerClient: '))
      assert.not.match(text, /secret/)
    })
  }
})
