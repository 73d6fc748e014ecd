import type { JSX } from 'preact'
import type { WireError } from '../../protocol/wire-error.ts'
import { formatCount } from '../format/format.ts'
import { DataTable, figures } from '../ui/data-table.tsx'
import { type Fact, Facts } from '../ui/facts.tsx'

/** Why a job failed: the operator, the line of its program, the record, the causes. */
export function ErrorView({ error }: { readonly error: WireError | null }): JSX.Element {
  if (error === null) return <p class="empty">Nothing went wrong.</p>
  const letters = error.deadLetters ?? []
  return (
    <section class="error" aria-label="Error">
      <ErrorBox error={error} />
      {letters.length === 0 ? null : (
        <>
          <h3>Last dead letters</h3>
          <DataTable
            label="Last dead letters"
            headings={['Operator', 'Record', 'Error', figures('Attempts')]}
          >
            {letters.map((letter, i) => (
              <tr key={i}>
                <th scope="row">{letter.operator}</th>
                <td class="path">
                  {typeof letter.record === 'string' ? letter.record : JSON.stringify(letter.record)}
                </td>
                <td>{letter.error.message}</td>
                <td class="number">{formatCount(letter.attempts)}</td>
              </tr>
            ))}
          </DataTable>
        </>
      )}
    </section>
  )
}

function ErrorBox({ error }: { readonly error: WireError }): JSX.Element {
  const { name, code, message, operator, site, record, remedy, stack, cause } = error
  const facts: readonly Fact[] = [
    ['Operator', operator],
    ['At', site === undefined ? undefined : `${site.file}:${site.line}:${site.column}`],
    ['Record', record],
    ['What to do', remedy],
  ]
  return (
    <div class="error-box">
      <p class="error-name">
        {name} {code === undefined ? null : <code>{code}</code>}
      </p>
      <pre class="message">{withoutFields(message)}</pre>
      <Facts facts={facts} />
      {stack === undefined ? null : (
        <details>
          <summary>Stack</summary>
          <pre class="stack">{stack}</pre>
        </details>
      )}
      {cause === undefined ? null : (
        <>
          <p class="faint">caused by</p>
          <ErrorBox error={cause} />
        </>
      )}
    </div>
  )
}

/** Errors of operators say below their message what is shown here as fields. */
const withoutFields = (message: string): string => message.split(/\n {2}(?:operator|record|remedy): /, 1)[0]!
