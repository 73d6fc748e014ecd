import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import packed from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import type { TestContext } from '../../support/suite.ts'

/** Unpacked once, and not in the folder of temporary files, where others may find half of it. */
const unpacked = join(process.cwd(), 'node_modules/.cache/millrace-chromium')

/** A browser of the test's own. */
export async function launchChromium({ cleanup }: TestContext): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: await unpack(),
    args: ['--no-sandbox', '--disable-gpu'],
    headless: true,
  })
  cleanup(() => browser.close())
  return browser
}

async function unpack(): Promise<string> {
  const path = join(unpacked, 'chromium')
  if (existsSync(path)) return path
  const folder = `${unpacked}.${process.pid}`
  mkdirSync(folder, { recursive: true })
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = folder
  try {
    await packed.executablePath()
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  }
  try {
    renameSync(folder, unpacked)
  } catch (error) {
    // Another has been quicker.
    if (!existsSync(path)) throw error
    rmSync(folder, { recursive: true, force: true })
  }
  return path
}
