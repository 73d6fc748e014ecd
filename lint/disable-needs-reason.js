/**
 * A rule may be switched off only with a reason: `// eslint-disable-next-line some-rule -- why`.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const disableNeedsReason = {
  meta: {
    type: 'suggestion',
    docs: { description: 'A directive that switches a rule off names the rule and says why' },
    schema: [],
    messages: {
      rule: 'Name the rule that is switched off.',
      reason: 'Say why the rule is switched off: eslint-disable-next-line rule -- reason.',
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const [, rest] = /^\s*eslint-disable(?:-next-line|-line)?(?![\w-])([^]*)$/.exec(comment.value) ?? []
          if (rest === undefined || !comment.loc) continue
          const [rules = '', reason] = rest.split(/\s--\s/)
          if (rules.trim() === '') context.report({ loc: comment.loc, messageId: 'rule' })
          else if (!reason?.trim()) context.report({ loc: comment.loc, messageId: 'reason' })
        }
      },
    }
  },
}
