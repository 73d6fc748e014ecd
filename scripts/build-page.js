// Puts the web page together from its sources, into what is published.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundlePage } from '../dist/jobs/page/bundle-page.js'

const root = fileURLToPath(new URL('..', import.meta.url))

for (const { path, bytes } of await bundlePage(join(root, 'src/page'))) {
  const file = join(root, 'dist/page', path === '/' ? 'index.html' : path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
}
