// Runs everything that must hold before a change is merged, stops at the first step that fails and names it.

import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const steps = ['format:check', 'lint', 'types', 'build', 'package:check', 'api', 'coverage']
const root = fileURLToPath(new URL('..', import.meta.url))

for (const [index, step] of steps.entries()) {
  console.log(`\nverify ${index + 1}/${steps.length}: ${step}`)
  const started = Date.now()
  const { status } = spawnSync('npm', ['run', '--silent', step], { cwd: root, stdio: 'inherit' })
  if (status !== 0) {
    console.error(`\nverify failed at "${step}". Run it alone with: npm run ${step}`)
    process.exit(1)
  }
  console.log(`verify: ${step} passed in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
console.log('\nverify: every step passed')
