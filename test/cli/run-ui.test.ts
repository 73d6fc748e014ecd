import { once } from 'node:events'
import type { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { launchChromium } from '../page/support/chromium.ts'
import { SeenPage } from '../page/support/seen-page.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { program } from './program-files.ts'

/** Resolves to what was written up to there. */
async function readsUpTo(output: Readable, wanted: RegExp): Promise<string> {
  let text = ''
  for await (const part of output.iterator({ destroyOnReturn: false })) {
    text += String(part)
    if (wanted.test(text)) return text
  }
  throw new Error(`it has written ${text}`)
}

suite(
  'millrace run --ui',
  (test) => {
    test('shows a program that runs here on a page, and closes that with it', async (context) => {
      const browser = await launchChromium(context)
      const child = new Millrace(context).spawn(['run', '--ui', program('ticking.ts')])
      const said = await readsUpTo(child.stderr!, /Shown at (\S+)\n/)
      const [, url] = /Shown at (\S+)\n/.exec(said)!
      const closed = once(child, 'close')
      const written = readsUpTo(child.stdout!, /it ended as/)
      const seen = await SeenPage.open(context, browser, { url: url! })
      await seen.row('ticking').getByText('running').waitFor()
      await seen.link('ticking').click()
      await seen.page.locator('.graph .node').filter({ hasText: 'double' }).waitFor()
      await seen.link('Log').click()
      await seen.page.locator('.log-line .text').getByText('ticking').waitFor()
      await seen.button('Stop').click()
      const [code] = (await closed) as [number]
      assert.match(await written, /^ticking\ncleaned up\nit ended as stopped\n/)
      assert.is(code, 5)
      await seen.sees('reconnecting: what is shown is old')
      assert.ok(await fetch(url!).catch(() => true))
    })

    test('shows how each job of a program has ended', async (context) => {
      const browser = await launchChromium(context)
      const child = new Millrace(context).spawn(['run', '--ui', '--watch', program('failing.ts')])
      const said = await readsUpTo(child.stderr!, /Waiting for changes/)
      const seen = await SeenPage.open(context, browser, { url: /Shown at (\S+)\n/.exec(said)![1]! })
      await seen.link('failing').click()
      await seen.link('Error').click()
      await seen.sees('no twos')
      await seen.button('Delete').click()
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await seen.sees('There are no jobs yet.')
      const closed = once(child, 'close')
      child.kill('SIGINT')
      assert.equal((await closed)[0], 130)
    })
  },
  { timeout: 60_000 },
)
