import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { defaultStageRules } from '../../../src/jobs/progress/default-stage-rules.ts'
import { percentOf } from '../../../src/jobs/progress/percent.ts'
import { resolveStageRules } from '../../../src/jobs/progress/stage-rules.ts'
import { StageReader } from '../../../src/jobs/progress/stage-reader.ts'
import { stageRulesSchema } from '../../../src/protocol/progress-stage-rule.ts'
import { suite } from '../../support/suite.ts'

const reader = new StageReader(defaultStageRules)

/** `Training 30`, with a dash for what the line does not say. */
function said(line: string, by = reader): string {
  const { stage, figure } = by.read(line)
  return `${stage ?? '-'} ${figure === null ? '-' : percentOf(figure.done, figure.total)}`
}

const cases: Readonly<Record<string, string>> = {
  // The words of the rules.
  'preprocessing images': 'Preprocessing -',
  'Loading model': 'Preprocessing -',
  'Warming up the GPU': 'Warmup -',
  'warmup 1': 'Warmup -',
  'step 12': 'Training -',
  EPOCH: 'Training -',
  Validating: 'Validation -',
  'running validation': 'Validation -',
  'saved checkpoint-500': 'Saving checkpoint -',
  hello: '- -',
  // Beginnings of words, not parts of them.
  'footsteps 3/10': '- -',
  'timestep 5/10': '- -',
  'downloading the weights': '- -',
  'global_step: 7 of 10': 'Training 70',
  'train/steps 7/10': 'Training 70',
  checkpointed: 'Saving checkpoint -',
  uncheckpointed: '- -',
  '😀step 1/2': 'Training 50',
  '𝐬step 1/2': '- -',
  // Figures behind a word that counts.
  'step 1500/5000': 'Training 30',
  'epoch 3/10': 'Training 30',
  'step 1,500/5,000': 'Training 30',
  'step 1500 / 5000': 'Training 30',
  'Epoch [3/10]': 'Training 30',
  'Epoch #3/10': 'Training 30',
  '{"step": "3/10"}': 'Training 30',
  'Steps: 30%': 'Training 30',
  'epoch 2.5/10': 'Training 25',
  'step 2/3': 'Training 66.7',
  'step 9999/10000': 'Training 99.9',
  'step 3/10.': 'Training 30',
  'Steps ━━━━━━╺━━━━ 1500/5000 30% 0:10': 'Training 30',
  'Steps: 33%|███       | 1000/3000 [10:00<20:00, 2.5it/s]': 'Training 33.3',
  // More than all is all; of nothing nobody knows how much is done.
  'step 150/100': 'Training 100',
  'step 0/0': 'Training -',
  'step 5/0': 'Training -',
  'step 0/10': 'Training 0',
  // Other numbers.
  'step 2024/01/02': 'Training -',
  'step 1/1234567890123456789': 'Training -',
  'step -1/10': 'Training -',
  'step 5: 12/34': 'Training -',
  'accuracy 97% at step 5': 'Training -',
  'Epoch 3: 45%|██ | 45/100': 'Training -',
  'GPU 97%': '- -',
  'model.safetensors: 100%|███| 9.98G/9.98G': '- -',
  '2024/01/02 12:00 ready': '- -',
  // Figures without a word.
  '30%': '- 30',
  '[30%] building': '- 30',
  '(12.5 %)': '- 12.5',
  '30%|███       | 1000/3000 [10:00<20:00]': '- 33.3',
  '9%|█ | 1.2G/9.9G': '- 9',
  '[12/48] compiling': '- 25',
  '[31/12] a day': '- -',
  'Progress: 12.5%': '- 12.5',
  'progress 3 of 4': '- 75',
  // Several stages in a line: the first word.
  'Loading checkpoint shards: 67%|██| 2/3': 'Preprocessing -',
  'step 500: saving checkpoint': 'Training -',
  'Saving checkpoint at step 3/10': 'Saving checkpoint 30',
  'running validation at epoch 3/10': 'Validation 30',
  // What something else within the job counts.
  'Validation step 3/10': 'Validation -',
  'warming up (step 3/10)': 'Warmup -',
  'Loading progress: 50%': 'Preprocessing -',
  // Several figures: the finer one, if it is of all, or within the other.
  'epoch 3/10, step 1400/5000': 'Training 28',
  'Epoch 3/10, Steps: 29%|██ | 29/100': 'Training 29',
  'Epoch [3/10], Step [400/500]': 'Training 28',
  'Epoch [0/10], Step [400/500]': 'Training 8',
  'step 1/4, then step 3/4': 'Training 25',
}

suite('a line of a log', (test) => {
  for (const [line, expected] of Object.entries(cases)) {
    test(`reads ${JSON.stringify(line)}`, () => assert.is(said(line), expected))
  }

  test('is read by the rules that a user gives', () => {
    const rules = stageRulesSchema.parse([
      { stage: 'Herding', words: ['Sheep   counted', 'lamb'], progress: true },
      { stage: 'Shearing', words: ['shear'] },
    ])
    const own = new StageReader(rules)
    assert.is(said('sheep counted: 3/4', own), 'Herding 75')
    assert.is(said('shearing sheep', own), 'Shearing -')
    assert.is(said('step 3/4', own), '- -')
    const both = new StageReader([...rules, ...defaultStageRules])
    assert.is(said('epoch 1/4, step 3/4, lamb 1/2', both), 'Training 50')
    assert.is(said('shearing step 1/4', both), 'Shearing -')
    assert.is(said('step 3/4', new StageReader([])), '- -')
  })

  test('goes by the first rule where two have the same word', () => {
    const twice = new StageReader([
      { stage: 'One', words: ['step'] },
      { stage: 'Two', words: ['steps'] },
    ])
    assert.is(said('steps 3/4', twice), 'One -')
  })

  test('never gives a figure that is none, whatever it is', () => {
    const word = fc.constantFrom(
      'step',
      'epoch',
      'validat',
      'progress',
      '30%',
      '3/10',
      '1,000',
      '|',
      '[',
      ' ',
      '/',
      'of',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join('')),
    )
    fc.assert(
      fc.property(fc.array(text), (parts) => {
        const { figure } = reader.read(parts.join(' '))
        if (figure === null) return
        const percent = percentOf(figure.done, figure.total)
        assert.ok(percent !== null && percent >= 0 && percent <= 100, String(percent))
      }),
    )
  })

  test('gives back what was written behind a word that counts', () => {
    const count = fc.nat({ max: 1_000_000 })
    const write = fc.constantFrom(String, (value: number) => value.toLocaleString('en'))
    const between = fc.constantFrom(' ', ': ', '=', ' [', '": ')
    fc.assert(
      fc.property(count, count, write, between, (done, more, written, gap) => {
        const total = done + more
        fc.pre(total > 0)
        const { figure } = reader.read(`at step${gap}${written(done)}/${written(total)}, loss 0.1`)
        assert.equal(figure, { done, total, word: 'step' })
      }),
    )
  })
})

suite('rules for stages', (test) => {
  test('are words, and not without end', () => {
    const rule = { stage: 'A', words: ['a'] }
    assert.ok(stageRulesSchema.safeParse([]).success)
    assert.ok(stageRulesSchema.safeParse(defaultStageRules).success)
    for (const wrong of [
      [{ ...rule, words: [] }],
      [{ ...rule, words: [''] }],
      [{ ...rule, words: ['(a+)+$'] }],
      [{ ...rule, words: ['a'.repeat(61)] }],
      [{ ...rule, words: Array.from({ length: 9 }, () => 'a') }],
      [{ ...rule, stage: '' }],
      [{ ...rule, pattern: 'a' }],
      Array.from({ length: 17 }, () => rule),
    ]) {
      assert.not(stageRulesSchema.safeParse(wrong).success, JSON.stringify(wrong))
    }
  })

  test('cost no more than they may, on the worst of lines', () => {
    const words = Array.from({ length: 8 }, () => 'a')
    const rules = Array.from({ length: 16 }, (_, index) => ({ stage: 'A', words, progress: index % 2 === 0 }))
    const worst = new StageReader(rules)
    // It would not be done in time if places and figures were looked for without a bound.
    for (let line = 0; line < 400; line++) assert.is(worst.read('a 1/2 '.repeat(170)).stage, 'A')
  })
})

suite('rules that a server is given', (test) => {
  test('are for all providers, or for one', () => {
    const rules = [{ stage: 'A', words: ['a'] }]
    assert.equal(resolveStageRules(undefined, [{ name: 'x' }]), { all: undefined, byProvider: {} })
    assert.equal(resolveStageRules([], [{ name: 'x', stageRules: rules }]), {
      all: [],
      byProvider: { x: rules },
    })
  })

  test('are refused where they are none', () => {
    const wrong = [{ stage: 'A', words: ['*'] }]
    for (const [all, providers, message] of [
      [wrong, [], /stageRules are none: begins with a letter or a digit at 0\.words\.0/],
      [undefined, [{ name: 'x', stageRules: wrong }], /The stageRules of the provider x are none/],
    ] as const) {
      assert.throws(
        () => resolveStageRules(all, providers),
        (error: unknown) => error instanceof InvalidArgumentError && message.test(error.message),
      )
    }
  })
})
