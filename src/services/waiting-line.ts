interface Place<T> {
  readonly value: T | undefined
  next: Place<T>
  previous: Place<T>
}

/**
 * First in, first out, and anyone may leave from the middle at the same small price: a linked ring. An array
 * would keep the places of those who left, which is for ever where the head of the line never moves.
 */
export class WaitingLine<T> {
  readonly #head: Place<T>

  constructor() {
    const head = { value: undefined } as Place<T>
    head.next = head
    head.previous = head
    this.#head = head
  }

  get isEmpty(): boolean {
    return this.#head.next === this.#head
  }

  /** Joins at the end. Returns how to leave; leaving twice, or after having been shifted, does nothing. */
  push(value: T): () => void {
    const place: Place<T> = { value, next: this.#head, previous: this.#head.previous }
    place.previous.next = place
    this.#head.previous = place
    return () => remove(place)
  }

  shift(): T | undefined {
    const first = this.#head.next
    if (first === this.#head) return undefined
    remove(first)
    return first.value
  }
}

function remove<T>(place: Place<T>): void {
  place.previous.next = place.next
  place.next.previous = place.previous
  // The place now points at itself, so that removing it again changes nothing.
  place.next = place
  place.previous = place
}
