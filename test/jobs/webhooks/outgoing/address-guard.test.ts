import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../../src/errors/invalid-argument-error.ts'
import { WebhookAddressError } from '../../../../src/errors/webhook-subscription-errors.ts'
import {
  AddressGuard,
  type ResolvedAddress,
  webhookUrl,
} from '../../../../src/jobs/webhooks/outgoing/address-guard.ts'
import { suite } from '../../../support/suite.ts'

const found = (...addresses: readonly string[]): readonly ResolvedAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const leadingTo =
  (...addresses: readonly string[]) =>
  async (): Promise<readonly ResolvedAddress[]> =>
    found(...addresses)

async function refused(guard: AddressGuard, url: string): Promise<string> {
  try {
    await guard.addressesOf(new URL(url))
  } catch (error) {
    assert.ok(error instanceof WebhookAddressError, String(error))
    return error.message
  }
  throw new Error(`${url} was not refused`)
}

suite('AddressGuard', (test) => {
  test('lets public addresses pass', async () => {
    const guard = new AddressGuard([], leadingTo('93.184.216.34', '2606:2800:220:1::1'))
    assert.equal(
      await guard.addressesOf(new URL('https://example.com/hooks')),
      found('93.184.216.34', '2606:2800:220:1::1'),
    )
    assert.equal(await guard.addressesOf(new URL('http://8.8.8.8:99/')), found('8.8.8.8'))
  })

  test('refuses what is not, however it is written', async () => {
    const guard = new AddressGuard([], async () => {
      throw new Error('an address is not looked up')
    })
    const urls = [
      'http://127.0.0.1/',
      'http://2130706433/',
      'http://0x7f000001/',
      'http://0177.0.0.1/',
      'http://127.1/',
      'http://0/',
      'http://[::1]/',
      'http://[::]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:7f00:1]/',
      'http://[64:ff9b::7f00:1]/',
      'http://[2002:7f00:1::]/',
      'http://169.254.169.254/latest/meta-data',
      'http://１２７.0.0.1/',
    ]
    for (const url of urls) assert.match(await refused(guard, url), /not an address of the public internet/)
  })

  test('refuses names that lead nowhere else', async () => {
    const guard = new AddressGuard([], leadingTo('10.0.0.7', '::1'))
    assert.match(
      await refused(guard, 'https://hooks.example.com/'),
      'hooks.example.com leads to 10.0.0.7, ::1, which is not of the public internet',
    )
  })

  test('of several addresses gives those that are public', async () => {
    const guard = new AddressGuard([], leadingTo('10.0.0.7', '8.8.8.8', 'fd00::1'))
    assert.equal(await guard.addressesOf(new URL('https://example.com/')), found('8.8.8.8'))
  })

  test('says of a name that leads nowhere that it does', async () => {
    const unknown = new AddressGuard([], async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    })
    assert.match(
      await refused(unknown, 'https://nowhere.example/'),
      'nowhere.example leads nowhere (ENOTFOUND)',
    )
    assert.match(await refused(new AddressGuard([], leadingTo()), 'https://nowhere.example/'), 'ENODATA')
  })

  test('lets pass what it is told to', async () => {
    const guard = new AddressGuard(
      ['10.1.0.0/16', 'fd00::/8', '127.0.0.1', 'Hooks.Internal', '::1'],
      leadingTo('192.168.0.9'),
    )
    for (const url of ['http://10.1.2.3/', 'http://[fd12::9]/', 'http://127.0.0.1/', 'http://[::1]/'])
      assert.is((await guard.addressesOf(new URL(url))).length, 1, url)
    for (const url of ['http://10.2.0.0/', 'http://[fc12::9]/', 'http://127.0.0.2/', 'http://[::2]/'])
      await refused(guard, url)
    assert.equal(await guard.addressesOf(new URL('http://hooks.internal./x')), found('192.168.0.9'))
    await refused(guard, 'http://other.internal/')
    await refused(guard, 'http://sub.hooks.internal/')
  })

  test('refuses allowances that it cannot read', () => {
    for (const entry of [
      '',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0/8',
      'fd00::/129',
      'a b',
      'http://x/',
      '10.0.0.0/8/8',
      '-x',
    ]) {
      assert.throws(
        () => new AddressGuard([entry]),
        (error: unknown) => error instanceof InvalidArgumentError,
        entry,
      )
    }
  })

  test('asks for a name once at a time', async () => {
    const answers: ((found: readonly ResolvedAddress[]) => void)[] = []
    const guard = new AddressGuard([], () => new Promise((resolve) => void answers.push(resolve)))
    const url = new URL('https://example.com/')
    const both = [guard.addressesOf(url), guard.addressesOf(url)]
    assert.is(answers.length, 1)
    answers[0]!(found('8.8.8.8'))
    assert.equal(await Promise.all(both), [found('8.8.8.8'), found('8.8.8.8')])
    // What it leads to is not remembered.
    const later = refused(guard, url.href)
    answers[1]!(found('127.0.0.1'))
    await later
  })
})

suite('webhookUrl', (test) => {
  test('takes http and https', () => {
    assert.is(webhookUrl('https://Example.com/hooks?x=1').href, 'https://example.com/hooks?x=1')
    assert.is(webhookUrl('http://example.com:8080').port, '8080')
  })

  test('refuses all else, and repeats no password', () => {
    const wrong = [
      'example.com',
      '/hooks',
      'ftp://example.com/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://me:geheim@example.com/',
      'https://me@example.com/',
      'https://',
    ]
    for (const text of wrong) {
      assert.throws(
        () => webhookUrl(text),
        (error: unknown) => error instanceof WebhookAddressError && !error.message.includes('geheim'),
        text,
      )
    }
  })
})
