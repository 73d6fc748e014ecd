import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Scope, WhoAmI } from '../../protocol/server-info.ts'
import { browserClock } from '../browser-clock.ts'
import { EventLink, type LinkState, type Notice } from './event-link.ts'
import { refusalFor } from './permission.ts'
import { ServerApi } from './server-api.ts'

const TOKEN = 'millrace.token'

/** What a tab has with its server: a token where one is needed, one stream of events, requests. */
export class Session {
  readonly api: ServerApi
  readonly token: Signal<string | null> = signal(storedToken())
  /** Whether the server wants a token, or another one. */
  readonly wantsToken: Signal<boolean> = signal(false)
  /** Whom the server takes one for; null before that is known. */
  readonly who: Signal<WhoAmI | null> = signal(null)
  readonly state: Signal<LinkState> = signal<LinkState>('connecting')
  /** Whether what is shown is what is. */
  readonly isLive: ReadonlySignal<boolean> = computed(() => this.state.value === 'live')
  /** Milliseconds since the epoch, once a second. */
  readonly now: Signal<number> = signal(browserClock.now())
  readonly #link: EventLink
  readonly #listeners = new Set<(notice: Notice) => void>()

  constructor() {
    this.api = new ServerApi(
      () => this.token.value,
      () => (this.wantsToken.value = true),
    )
    this.#link = new EventLink(this.api, browserClock, {
      hear: (notice) => this.#tell(notice),
      become: (state) => this.#become(state),
    })
  }

  open(): void {
    this.#link.connect()
    const tick = (): void => {
      this.now.value = browserClock.now()
      browserClock.after(1000, tick)
    }
    tick()
    // A laptop that wakes up does not wait for the silence to be noticed.
    window.addEventListener('online', () => this.#wake())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && !this.isLive.value) this.#wake()
    })
  }

  /** Tries with a token; it is kept for this tab, or for good. */
  useToken(token: string, remember: boolean): void {
    this.token.value = token
    this.wantsToken.value = false
    ;(remember ? localStorage : sessionStorage).setItem(TOKEN, token)
    this.state.value = 'connecting'
    this.who.value = null
    this.#link.connect()
    this.#tell({ type: 'again' })
  }

  /** Why the token is not for what needs a scope; null: it is, as far as is known. */
  refusal(needed: Scope): string | null {
    return refusalFor(this.who.value, needed)
  }

  /** @returns how to hear no more */
  listen(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #become(state: LinkState): void {
    this.state.value = state
    // Another server may answer than before, or the token may have been changed for another.
    if (state === 'live' || (state === 'waiting' && this.who.value === null)) void this.#askWho()
  }

  async #askWho(): Promise<void> {
    try {
      this.who.value = await this.api.get<WhoAmI>('whoami')
    } catch {
      // Then the server says what is not allowed when it is asked for it.
    }
  }

  #wake(): void {
    if (!this.wantsToken.value) this.#link.connect()
  }

  #tell(notice: Notice): void {
    for (const listener of [...this.#listeners]) listener(notice)
  }
}

const storedToken = (): string | null => sessionStorage.getItem(TOKEN) ?? localStorage.getItem(TOKEN)
