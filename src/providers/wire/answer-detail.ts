/** Characters of what a provider says that are shown. */
const SHOWN = 200

/** What a refusal says for people: a field of its JSON, or the last line of a plain text. Nothing of a page. */
export function detailOf(text: string, contentType: string | null): string {
  const said = fieldOf(text) ?? (/html/.test(contentType ?? '') || /^\s*</.test(text) ? '' : lastLine(text))
  const line = said.replace(/\s+/g, ' ').trim()
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN - 1)}…`
}

/** As problems, Django, FastAPI and most others have it. Undefined where the text is no JSON, or says nothing. */
function fieldOf(text: string): string | undefined {
  try {
    const json = JSON.parse(text) as unknown
    if (typeof json === 'string') return json
    const { detail, message, error, title } = Object(json) as Readonly<Record<string, unknown>>
    const nested = (Object(error) as { readonly message?: unknown }).message
    const found = [detail, message, error, nested, title].find((value) => typeof value === 'string')
    return found ?? ''
  } catch {
    return undefined
  }
}

/** What a traceback ends with is what went wrong. */
function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
