import path from 'node:path'
import { entryPoint, layers, mayImport } from './layers.js'

/**
 * @param {string} file
 * @returns {{ root: string, layer: string } | undefined} undefined where the file is not in src
 */
const locate = (file) => {
  const [, root, inside] = /^(.*\/src)\/(.+)$/.exec(file.replaceAll('\\', '/')) ?? []
  if (root === undefined || inside === undefined) return undefined
  const slash = inside.indexOf('/')
  return { root, layer: slash < 0 ? entryPoint : inside.slice(0, slash) }
}

/**
 * @param {unknown} node
 * @returns {node is { value: unknown }}
 */
const hasValue = (node) => typeof node === 'object' && node !== null && 'value' in node

/**
 * Holds the imports of src, also those of types, to the table in layers.js.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const importDirection = {
  meta: {
    type: 'problem',
    docs: { description: 'Imports between the folders of src go one way' },
    schema: [],
    messages: {
      direction:
        '"{{from}}" may not import "{{to}}": it may import {{allowed}}. Move the code, or change lint/layers.js.',
      unknown: 'src/{{layer}} is not in the table of layers. Add it to lint/layers.js.',
      outside: 'src may not import {{source}}, which lies outside of it.',
    },
  },
  create(context) {
    const here = locate(context.filename)
    if (here === undefined) return {}

    /**
     * @param {import('eslint').Rule.Node} node
     * @param {unknown} source
     */
    const check = (node, source) => {
      if (typeof source !== 'string' || !source.startsWith('.')) return
      const target = path.resolve(path.dirname(context.filename), source)
      const there = locate(target)
      if (there === undefined || there.root !== here.root) {
        context.report({ node, messageId: 'outside', data: { source } })
      } else if (there.layer !== entryPoint && !(there.layer in layers)) {
        context.report({ node, messageId: 'unknown', data: { layer: there.layer } })
      } else if (!mayImport(here.layer, there.layer)) {
        const allowed = layers[here.layer]?.join(', ') || 'no other layer'
        context.report({ node, messageId: 'direction', data: { from: here.layer, to: there.layer, allowed } })
      }
    }
    /** @param {import('eslint').Rule.Node & { source?: unknown }} node */
    const checkSource = (node) => {
      if (hasValue(node.source)) check(node, node.source.value)
    }

    return {
      Program(node) {
        if (here.layer !== entryPoint && !(here.layer in layers)) {
          context.report({ node, messageId: 'unknown', data: { layer: here.layer } })
        }
      },
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ImportExpression: checkSource,
      TSImportType: checkSource,
    }
  },
}
