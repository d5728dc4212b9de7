/** In place of the title, where a test leaves out a part of itself. */
export const PART = '(part of a test)'

/** A test that was left out, and the reason it gave. */
export interface Skip {
  /** From the repository's root. */
  readonly file: string
  readonly title: string
  readonly because: string
}

/** A skip that is no fault even where everything can run. */
export interface Allowed extends Skip {
  /** What is not shown then, and why that is bearable. */
  readonly bearable: string
}
