// What this repository asks of its own sources, apart from what any TypeScript project would.

import { disableNeedsReason } from './disable-needs-reason.js'
import { importDirection } from './import-direction.js'

const sources = ['src/**/*.ts', 'src/page/**/*.tsx']
const realTime = ['src/time/real-clock.ts', 'src/time/background-timers.ts', 'src/page/browser-clock.ts']

const timers = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
]
const useClock = 'Time and randomness are injected: use the Clock of the job.'

const namedExports = [
  { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Use a named export.' },
]

const ambientTime = [
  ['Date', 'now'],
  ['performance', 'now'],
  ['Math', 'random'],
  ['crypto', 'randomUUID'],
  ['crypto', 'getRandomValues'],
  ['process', 'nextTick'],
  ['process', 'hrtime'],
].map(([object, property]) => ({
  selector: `MemberExpression[object.name="${object}"][property.name="${property}"]`,
  message: useClock,
}))

const currentDate = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: useClock },
  { selector: 'CallExpression[callee.name="Date"]', message: useClock },
  {
    selector: `MemberExpression[object.name="globalThis"][property.name=/^(${timers.join('|')})$/]`,
    message: useClock,
  },
]

const timeModules = ['timers', 'timers/promises', 'perf_hooks'].flatMap((name) => [
  { name, message: useClock },
  { name: `node:${name}`, message: useClock },
])

const schedulers = {
  name: 'rxjs',
  importNames: ['asyncScheduler', 'asapScheduler', 'animationFrameScheduler'],
  message: 'Use the scheduler of the Clock of the job.',
}

/** @type {import('eslint').Linter.Config[]} */
export const architecture = [
  {
    name: 'millrace/everywhere',
    plugins: {
      millrace: {
        rules: { 'import-direction': importDirection, 'disable-needs-reason': disableNeedsReason },
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { 'millrace/disable-needs-reason': 'error' },
  },
  {
    name: 'millrace/src',
    files: sources,
    rules: {
      'millrace/import-direction': 'error',
      'max-lines': ['error', { max: 300 }],
      'no-restricted-globals': ['error', ...timers.map((name) => ({ name, message: useClock }))],
      'no-restricted-imports': ['error', { paths: [...timeModules, schedulers] }],
      'no-restricted-syntax': ['error', ...namedExports, ...ambientTime, ...currentDate],
    },
  },
  {
    name: 'millrace/real-clock',
    files: realTime,
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-syntax': ['error', ...namedExports],
    },
  },
]
