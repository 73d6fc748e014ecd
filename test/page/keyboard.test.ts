import * as assert from 'uvu/assert'
import { squares } from '../jobs/end-to-end/pipelines/squares.ts'
import { programOptions, Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

/** What has the focus: its name, whether that is to be seen, and whether it is within what can be seen. */
const focused = `(() => {
  const node = document.activeElement
  if (node === document.body) return null
  const { outlineStyle, outlineWidth } = getComputedStyle(node)
  const box = node.getBoundingClientRect()
  const label = node.labels?.[0]?.textContent
  const name = node.getAttribute('aria-label') ?? label ?? node.textContent
  return {
    name: name.trim(),
    isMarked: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
    isInSight: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  }
})()`

interface Focused {
  readonly name: string
  readonly isMarked: boolean
  readonly isInSight: boolean
}

/** Names of all that Tab leads to, in order. */
async function walk(seen: SeenPage): Promise<readonly string[]> {
  const names: string[] = []
  for (let steps = 0; steps < 80; steps++) {
    await seen.page.keyboard.press('Tab')
    const at = await seen.page.evaluate<Focused | null>(focused)
    if (at === null) return names
    assert.ok(at.isMarked, `it is not to be seen that ${at.name} has the focus`)
    assert.ok(at.isInSight, `${at.name} has the focus out of sight`)
    assert.ok(at.name !== '', 'what has the focus has no name')
    names.push(at.name)
  }
  throw new Error(`Tab leads to no end: ${names.join(', ')}`)
}

suite(
  'by keys alone',
  (test) => {
    test('everything is reached, and where one is is to be seen', async (context) => {
      const scene = await Scene.open(context)
      const settings = { records: 10, offset: 0 }
      const { env } = squares(settings, { port: scene.port, ...programOptions('squares', settings) })
      context.cleanup(() => env.close())
      const job = await env.start()
      await job.result
      const seen = await SeenPage.open(context, await launchChromium(context), { url: scene.url })
      await seen.row('squares').waitFor()
      await seen.isLive()
      const top = ['Skip to the content', 'Millrace', 'Jobs', 'Server', 'Theme: system']
      const list = await walk(seen)
      assert.equal(list.slice(0, 5), top)
      for (const name of [
        'Submit a bundle',
        'Search jobs by name',
        'Any status',
        'Choose squares',
        'squares',
      ])
        assert.ok(list.includes(name), `${name} is not in ${list.join(', ')}`)

      await seen.go(`/jobs/${job.id}`)
      await seen.page.locator('.graph .node').first().waitFor()
      const graph = await walk(seen)
      for (const name of ['Restart', 'Delete', 'Graph', 'Charts', 'Log', 'Timeline', 'Operators of the job'])
        assert.ok(graph.includes(name), `${name} is not in ${graph.join(', ')}`)
      for (const node of await seen.page.locator('.graph .node').allTextContents())
        assert.ok(graph.includes(node.trim()), `${node} is not reached`)

      await seen.go('/server')
      await seen.button('Add a webhook').waitFor()
      assert.ok((await walk(seen)).includes('Name of the new token'))
    })

    test('one comes back to where one was from a question, and to the top of another view', async (context) => {
      const scene = await Scene.open(context)
      const settings = { records: 10, offset: 0 }
      const { env } = squares(settings, { port: scene.port, ...programOptions('squares', settings) })
      context.cleanup(() => env.close())
      const job = await env.start()
      await job.result
      const seen = await SeenPage.open(context, await launchChromium(context), {
        url: scene.url,
        path: `/jobs/${job.id}`,
      })
      const has = async (name: string): Promise<void> =>
        seen.becomes(`document.activeElement.textContent.trim() === '${name}'`)
      await seen.button('Delete').focus()
      await seen.page.keyboard.press('Enter')
      await has('Keep')
      await seen.page.keyboard.press('Escape')
      await seen.page.getByRole('dialog').waitFor({ state: 'detached' })
      await has('Delete')
      await seen.page.keyboard.press('Enter')
      await has('Keep')
      await seen.page.keyboard.press('Enter')
      await has('Delete')
      await seen.page.keyboard.press('Enter')
      await seen.page.keyboard.press('Tab')
      await seen.page.keyboard.press('Enter')
      await seen.sees('There are no jobs yet.')
      assert.is(await seen.page.evaluate('document.activeElement.id'), 'main')
      await seen.page.keyboard.press('g')
      await seen.page.keyboard.press('s')
      await seen.page.getByRole('heading', { name: 'Server' }).waitFor()
      await seen.becomes(`document.title === 'Server · Millrace'`)
      await seen.page.keyboard.press('g')
      await seen.page.keyboard.press('j')
      await seen.sees('There are no jobs yet.')
      await seen.page.keyboard.press('/')
      assert.is(await seen.page.evaluate('document.activeElement.id'), 'search')
    })

    test('the theme is chosen, and kept', async (context) => {
      const scene = await Scene.open(context)
      const seen = await SeenPage.open(context, await launchChromium(context), {
        url: scene.url,
        colorScheme: 'light',
        reducedMotion: 'reduce',
      })
      const ground = (): Promise<unknown> =>
        seen.page.evaluate('getComputedStyle(document.body).backgroundColor')
      const light = await ground()
      await seen.button('Theme: system').press('Enter')
      await seen.button('Theme: light').press('Enter')
      await seen.button('Theme: dark').waitFor()
      const dark = await ground()
      assert.is.not(dark, light)
      await seen.page.reload()
      await seen.button('Theme: dark').waitFor()
      assert.is(await ground(), dark)
      await seen.button('Theme: dark').press('Space')
      await seen.button('Theme: system').waitFor()
      assert.is(await ground(), light)
    })
  },
  { timeout: 60_000 },
)
