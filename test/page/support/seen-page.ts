import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import type { TestContext } from '../../support/suite.ts'

/** Milliseconds until what is looked for has to be there. */
const PATIENCE = 20_000

/** The page in a browser. What it must never do is seen to: errors, what the policy forbids, requests to other hosts. */
export class SeenPage {
  readonly page: Page
  readonly url: string
  /** What browsers complain about. */
  readonly complaints: string[] = []
  /** Hosts that were asked. */
  readonly hosts = new Set<string>()
  /** Times that the document was loaded. */
  loads = 0

  private constructor(page: Page, url: string) {
    this.page = page
    this.url = url
    page.setDefaultTimeout(PATIENCE)
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      // A server that is gone, or refuses, is no mistake of the page.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
        this.complaints.push(message.text())
      }
    })
    page.on('dialog', (dialog) => {
      this.complaints.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => this.hosts.add(new URL(request.url()).host))
    page.on('load', () => this.loads++)
  }

  /** Opens a place in the page. After the test nothing may have been complained about. */
  static async open(
    context: TestContext,
    browser: Browser,
    { url, path = '/', ...options }: { url: string; path?: string } & BrowserContextOptions,
  ): Promise<SeenPage> {
    const tab = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    const seen = new SeenPage(await tab.newPage(), url)
    context.cleanup(async () => {
      await tab.close()
      assert.equal(seen.complaints, [])
      assert.equal([...seen.hosts], [new URL(url).host])
    })
    await seen.page.goto(url + path)
    return seen
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.url + path)
  }

  /** Resolves when that text is to be seen. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor()
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true })
  }

  /** A row of a table, by what it has in it. */
  row(text: string): Locator {
    return this.page.getByRole('row').filter({ hasText: text })
  }

  /** Resolves when an expression of the page is true: that it is looked at again its policy lets only the debugger do. */
  async becomes(expression: string): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      const look = () => (${expression} ? resolve(null) : requestAnimationFrame(look))
      look()
    })`)
  }

  /** Resolves when events come in. */
  async isLive(): Promise<void> {
    await this.page.locator('.link-state.live').waitFor()
  }
}
