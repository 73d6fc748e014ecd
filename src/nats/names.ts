import { EngineError } from '../errors/cluster-errors.ts'

const words = /^[\w-]+(\.[\w-]+)*$/
const word = /^[\w-]+$/

/** What everything is called on the servers. Everything of one cluster begins with its prefix. */
export class Names {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** A bucket that other clients see as key-value. */
  get recordStream(): string {
    return `KV_${this.#prefix}`
  }

  get recordPrefix(): string {
    return `$KV.${this.#prefix}.`
  }

  get fileStream(): string {
    return `${this.#prefix}_files`
  }

  /** A piece of a file, or how many there are. */
  file(hash: string, piece: number | 'count' | '*'): string {
    return `${this.#prefix}.files.${hash}.${piece}`
  }

  call(subject: string): string {
    return `${this.#prefix}.calls.${checkWords(subject, 'subject')}`
  }

  jobStream(job: string): string {
    return `${this.#prefix}_job_${checkWord(job, 'job')}`
  }

  job(job: string): JobNames {
    return new JobNames(`${this.#prefix}.job.${checkWord(job, 'job')}`, this.jobStream(job))
  }

  record(key: string): string {
    return this.recordPrefix + checkWords(key, 'key')
  }

  get all(): { readonly files: string; readonly records: string } {
    return { files: this.file('*', '*'), records: `${this.recordPrefix}>` }
  }
}

/** The subjects of one job's stream. */
export class JobNames {
  readonly stream: string
  readonly #prefix: string

  constructor(prefix: string, stream: string) {
    this.#prefix = prefix
    this.stream = stream
  }

  get all(): string {
    return `${this.#prefix}.>`
  }

  /** What a region has committed: its last message counts. */
  control(region: string): string {
    return `${this.#prefix}.c.${checkWords(region, 'region')}`
  }

  get allEnds(): string {
    return `${this.#prefix}.e.>`
  }

  /** All messages of an edge end. */
  end(end: string): string {
    return `${this.inline(end).slice(0, -1)}*`
  }

  /** Its messages that carry what they say. */
  inline(end: string): string {
    return `${this.#prefix}.e.${checkWords(end, 'edge end')}.m`
  }

  /** Its messages that say where it is. */
  reference(end: string): string {
    return `${this.#prefix}.e.${checkWords(end, 'edge end')}.x`
  }

  /** The edge end that a subject belongs to. */
  endOf(subject: string): string {
    return subject.slice(this.#prefix.length + 3, -2)
  }

  /** What is too large for a message, of one commit. `*`: of all commits of the region. */
  pieces(region: string, commit: string): string {
    return `${this.#prefix}.x.${region}.${commit}`
  }

  /** A blob of a region, of the commit that wrote it. */
  blob(region: string, commit: string, name: string): string {
    return `${this.#prefix}.s.${region}.${commit}.${name}`
  }
}

/** Any text as one word of a subject. */
export function asWord(text: string): string {
  return text.replaceAll(/[^\w-]/gu, (character) => `=${character.codePointAt(0)!.toString(16)}=`) || '='
}

export function fromWord(escaped: string): string {
  if (escaped === '=') return ''
  return escaped.replaceAll(/=([\da-f]+)=/g, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  )
}

function checkWord(text: string, what: string): string {
  if (word.test(text)) return text
  throw new EngineError(`'${text}' cannot name a ${what} on NATS.`, {
    remedy: 'Use letters, digits, _ and -.',
  })
}

function checkWords(text: string, what: string): string {
  if (words.test(text)) return text
  throw new EngineError(`'${text}' cannot name a ${what} on NATS.`, {
    remedy: 'Use letters, digits, _ and -, with single dots between them.',
  })
}
