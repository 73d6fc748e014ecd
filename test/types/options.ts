import { optionNames, ownOptions } from '../../src/graph/option-names.ts'
import type { CallOperatorOptions } from '../../src/functions/operator-options.ts'

interface Options extends CallOperatorOptions {
  readonly width?: number
  readonly height?: number
}

ownOptions<Options>({ width: true, height: true })
// @ts-expect-error one is forgotten
ownOptions<Options>({ width: true })
// @ts-expect-error one is too many
ownOptions<Options>({ width: true, height: true, depth: true })
// @ts-expect-error the options of every operator are known
ownOptions<Options>({ width: true, height: true, name: true })
// @ts-expect-error all of them, where there is no operator
optionNames<Options>({ width: true, height: true })
