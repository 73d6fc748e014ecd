import fc from 'fast-check'
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { clientAddress } from '../../../src/jobs/server/client-address.ts'
import type { ServerEnv } from '../../../src/jobs/server/server-context.ts'
import { suite } from '../../support/suite.ts'

const proxies = ['10.0.0.0/8', '2001:db8::/32']

/** Where a server finds that a request came from. */
async function found(
  peer: string | undefined,
  headers: Readonly<Record<string, string>>,
  trusted: readonly string[] = proxies,
): Promise<string> {
  const addressOf = clientAddress(trusted)
  const app = new Hono<ServerEnv>()
  app.get('/', (c) => c.text(addressOf(c)))
  const env = peer === undefined ? undefined : { incoming: { socket: { remoteAddress: peer } } }
  return (await app.request('/', { headers }, env)).text()
}

suite('the address of a client', (test) => {
  const x = (value: string): Record<string, string> => ({ 'X-Forwarded-For': value })
  const forwarded = (value: string): Record<string, string> => ({ Forwarded: value })

  for (const [name, headers, address] of [
    ['nothing', {}, '10.0.0.1'],
    ['one address', x('1.2.3.4'), '1.2.3.4'],
    ['the last that was added', x('6.6.6.6, 1.2.3.4'), '1.2.3.4'],
    ['what is before proxies', x('6.6.6.6,1.2.3.4 , 10.1.1.1,10.0.0.2'), '1.2.3.4'],
    ['proxies only', x('10.3.3.3, 10.2.2.2'), '10.3.3.3'],
    ['a port', x('1.2.3.4:5678'), '1.2.3.4'],
    ['IPv6', x('2001:DB9:0::1'), '2001:db9::1'],
    ['IPv6 with a port', x('[2001:db9::1]:443'), '2001:db9::1'],
    ['IPv4 in IPv6', x('::ffff:1.2.3.4'), '1.2.3.4'],
    ['no address', x('1.2.3.4, unknown'), '10.0.0.1'],
    ['no address before a proxy', x('1.2.3.4, unknown, 10.2.2.2'), '10.2.2.2'],
    ['an empty header', x(''), '10.0.0.1'],
    ['Forwarded', forwarded('for=6.6.6.6, For="[2001:db9::1]:80";proto=http;by=10.0.0.1'), '2001:db9::1'],
    ['Forwarded behind other pairs', forwarded('proto=https; host="a.example:80"; for=1.2.3.4'), '1.2.3.4'],
    ['Forwarded that hides', forwarded('for=1.2.3.4, for=_hidden'), '10.0.0.1'],
    ['Forwarded without for', forwarded('proto=https'), '10.0.0.1'],
    ['Forwarded with two', forwarded('for=1.2.3.4;for=6.6.6.6'), '10.0.0.1'],
    ['a quote that a client left open', forwarded('for=6.6.6.6;x=", for=1.2.3.4'), '1.2.3.4'],
    ['a quote that a proxy closes', forwarded('for=6.6.6.6;x=", for="1.2.3.4"'), '1.2.3.4'],
    ['a host that is none', forwarded('for=1.2.3.4;host="a,for=6.6.6.6"'), '10.0.0.1'],
    ['both, where they agree', { ...x('6.6.6.6, 1.2.3.4'), ...forwarded('for=1.2.3.4') }, '1.2.3.4'],
    ['both, where they do not', { ...x('1.2.3.4'), ...forwarded('for=6.6.6.6') }, '10.0.0.1'],
    ['both, one proxy long', { ...x('1.2.3.4, 10.2.2.2'), ...forwarded('for=10.2.2.2') }, '10.2.2.2'],
  ] as const) {
    test(`by a proxy that tells ${name}`, async () =>
      assert.is(await found('::ffff:10.0.0.1', headers), address))
  }

  test('is that of the socket where it is no proxy', async () => {
    const headers = { ...x('6.6.6.6'), ...forwarded('for=6.6.6.6') }
    assert.is(await found('1.2.3.4', headers), '1.2.3.4')
    assert.is(await found('10.0.0.1', headers, []), '10.0.0.1')
    assert.is(await found('fe80::1%eth0', headers), 'fe80::1')
    assert.is(await found(undefined, headers), 'here')
  })

  test('is never what the client says, whatever it says', async () => {
    const address = fc.oneof(
      fc.constantFrom('10.9.9.9', '1.2.3.4', '2001:db8::5', '[2001:db8::5]:80', 'unknown', ''),
      fc.ipV4(),
      fc.ipV6(),
    )
    const said = fc.oneof(
      fc.array(address).map((all) => all.join(', ')),
      fc.array(address).map((all) => all.map((each) => `for="${each}"`).join(', ')),
      fc
        .array(fc.constantFrom('for=', '"', '\\', ',', ';', '6.6.6.6', '10.1.1.1', ' ', '=', '[', ']', 'x'))
        .map((parts) => parts.join('')),
    )
    const chain = fc.array(fc.constantFrom('10.0.0.2', '10.0.0.3', '2001:db8::1'), { maxLength: 3 })
    const headerOf = (name: string, parts: readonly string[]): Record<string, string> => ({
      [name]: parts.filter((part) => part !== '').join(', '),
    })
    const node = (each: string): string => (each.includes(':') ? `for="[${each}]"` : `for=${each}`)
    await fc.assert(
      fc.asyncProperty(said, chain, fc.boolean(), async (text, between, isX) => {
        // Each proxy adds who called it, the first of them the client.
        const added = ['9.8.7.6', ...between]
        const headers = isX
          ? headerOf('X-Forwarded-For', [text, ...added])
          : headerOf('Forwarded', [text, ...added.map(node)])
        assert.is(await found('10.0.0.1', headers), '9.8.7.6')
        // What the proxies do not know they let pass; then the client may look like a proxy, and like nobody else.
        const other = isX ? { Forwarded: text } : { 'X-Forwarded-For': text }
        const address = await found('10.0.0.1', { ...headers, ...other })
        assert.ok(['9.8.7.6', '10.0.0.1', ...between].includes(address), address)
      }),
    )
  })

  test('needs proxies that have addresses', () => {
    assert.throws(
      () => clientAddress(['nginx']),
      (error: unknown) => error instanceof InvalidArgumentError,
    )
  })
})
