import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Millrace } from '../cli/millrace.ts'
import { program } from '../cli/program-files.ts'
import { Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

suite(
  'a bundle',
  (test) => {
    test('that was saved is submitted by choosing it, and by dropping it', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const millrace = new Millrace(context)
      const file = join(millrace.data, 'numbers.millrace')
      const saved = await millrace.call(['submit', '--save', file, program('numbers.ts'), '10'])
      assert.equal([saved.code, saved.err], [0, `Saved "numbers" in ${file}\n`])
      const seen = await SeenPage.open(context, browser, { url: scene.url })
      await seen.page.getByLabel('A bundle to submit').setInputFiles(file)
      await seen.page.locator('.job-head').getByText('completed').waitFor()
      await seen.page.goBack()
      await seen.row('numbers').getByText('completed').waitFor()

      const text = readFileSync(file, 'utf8')
      // In words, as there is nothing of browsers in the types of tests.
      const dropped = await seen.page.evaluateHandle(`(() => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([${JSON.stringify(text)}], 'numbers.millrace'))
        return transfer
      })()`)
      await seen.page.dispatchEvent('body', 'dragover', { dataTransfer: dropped })
      await seen.sees('Drop a bundle to submit it')
      await seen.page.dispatchEvent('body', 'drop', { dataTransfer: dropped })
      await seen.page.locator('.job-head').getByText('completed').waitFor()
      assert.is(scene.manager.list({ limit: 10 }).total, 2)
    })

    test('that is none, or needs secrets, is refused in words', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const millrace = new Millrace(context)
      const seen = await SeenPage.open(context, browser, { url: scene.url })
      const input = seen.page.getByLabel('A bundle to submit')
      const file = join(millrace.data, 'notes.txt')
      writeFileSync(file, 'no json')
      await input.setInputFiles(file)
      await seen.sees(/notes\.txt was not submitted\. This file is no bundle\./)
      const secret = join(millrace.data, 'secret.millrace')
      const env = { KEY: 'nobody-may-see-this' }
      await millrace.call(['submit', '--save', secret, '--secret', 'KEY', program('numbers.ts')], { env })
      assert.not.match(readFileSync(secret, 'utf8'), env.KEY)
      await input.setInputFiles(secret)
      await seen.sees(/It needs the secrets KEY\./)
      assert.is(scene.manager.list({ limit: 10 }).total, 0)
    })
  },
  { timeout: 60_000 },
)
