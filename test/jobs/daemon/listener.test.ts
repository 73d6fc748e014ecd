import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { describeHolder } from '../../../src/jobs/daemon/describe-holder.ts'
import { findListener } from '../../../src/jobs/daemon/listener.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const listening = async ({ cleanup }: TestContext, host: string): Promise<number> => {
  const server = createServer((socket) => socket.resume().end('220 mail\r\n'))
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()))
  cleanup(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

const onLinux = process.platform === 'linux'

suite('findListener', (test) => {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0']) {
    test(`finds the process that listens on ${host}`, async (context) => {
      if (!onLinux) return
      const port = await listening(context, host)
      assert.is(findListener(port)?.pid, process.pid)
      assert.match(findListener(port)!.name, /node|MainThread/)
    })
  }

  test('finds nobody where nobody listens', async () => {
    assert.is(findListener(1), undefined)
  })
})

suite('describeHolder', (test) => {
  test('names a process that does not speak HTTP', async (context) => {
    const port = await listening(context, '127.0.0.1')
    const description = await describeHolder('127.0.0.1', port, realClock)
    if (onLinux) assert.match(description, new RegExp(`^process ${process.pid} \\(`))
  })
})
