import type { IncomingMessage } from 'node:http'
import { Problem } from './problem.ts'

const MEBIBYTE = 1024 * 1024

/** Bytes of bodies at once. */
export interface RoomOptions {
  /** A body up to this size is small: none of a few large ones holds it up. @default 1 MiB */
  readonly small: number
  /** For all small ones together. @default 8 MiB */
  readonly forSmall: number
  /** For all others together; a larger one has it to itself. @default 24 MiB */
  readonly forLarge: number
  /** How long a body waits for its turn. Metacontroller gives up after 10 s, and what is asked takes its time too. @default 3000 */
  readonly patienceMs: number
}

/** Takes a body in, at once or when there is room. Answers how to give its place back. */
export type Room = (bytes: number, request: IncomingMessage) => Promise<() => void>

/**
 * Bounds the memory of the server: a body takes several times its size once it is objects, and fifty of 10 MiB, which Metacontroller
 * may well send at once, took more than the pod has. Bodies without room stay unread in their connections and come in order;
 * one that waited too long is a 429, upon which Metacontroller calls again without an event or a growing pause.
 */
export function roomFor(options: Partial<RoomOptions> = {}): Room {
  const { small = MEBIBYTE, forSmall = 8 * MEBIBYTE, forLarge = 24 * MEBIBYTE, patienceMs = 3000 } = options
  const lanes = { small: new Lane(forSmall, patienceMs), large: new Lane(forLarge, patienceMs) }
  return (bytes, request) => (bytes <= small ? lanes.small : lanes.large).enter(bytes, request)
}

interface Waiting {
  readonly bytes: number
  readonly admit: () => void
}

class Lane {
  readonly #capacity: number
  readonly #patienceMs: number
  readonly #waiting: Waiting[] = []
  #used = 0
  #inside = 0

  constructor(capacity: number, patienceMs: number) {
    this.#capacity = capacity
    this.#patienceMs = patienceMs
  }

  async enter(bytes: number, request: IncomingMessage): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await this.#turn(bytes, request)
    else this.#take(bytes)
    return () => this.#leave(bytes)
  }

  /** One that alone is more than there is room for comes in when nobody else is there: it would wait for ever. */
  #fits(bytes: number): boolean {
    return this.#inside === 0 || this.#used + bytes <= this.#capacity
  }

  #take(bytes: number): void {
    this.#used += bytes
    this.#inside += 1
  }

  #leave(bytes: number): void {
    this.#used -= bytes
    this.#inside -= 1
    this.#next()
  }

  #next(): void {
    for (let first = this.#waiting[0]; first !== undefined && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift()
      this.#take(first.bytes)
      first.admit()
    }
  }

  async #turn(bytes: number, request: IncomingMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = { bytes, admit: resolve }
    const giveUp = (problem: Problem): void => {
      const at = this.#waiting.indexOf(waiting)
      if (at >= 0) this.#waiting.splice(at, 1)
      reject(problem)
      this.#next()
    }
    const onGone = (): void => giveUp(new Problem(400, 'InvalidBody', { message: 'the caller closed the connection before its body was read' }))
    const timer = setTimeout(() => giveUp(noRoom(this.#patienceMs)), this.#patienceMs)
    this.#waiting.push(waiting)
    request.once('close', onGone)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      request.off('close', onGone)
    }
  }
}

/** The connection is kept: Node reads the body and forgets it, whereas a caller who is cut off while he sends may not see the answer. */
function noRoom(patienceMs: number): Problem {
  const message = `other large requests left no room for this body within ${patienceMs} ms; nothing was lost, it is asked for again`
  return new Problem(429, 'NoRoomForBody', { message, headers: { 'Retry-After': '2', Connection: 'keep-alive' } })
}
