/**
 * Text that does nothing to a terminal. Sequences that colour or move go whole; what else controls (ESC, BEL, CR, all of C0 and C1)
 * becomes a space. Line ends and tabs stay.
 */
export const plainText = (text: string): string => text.replaceAll(SEQUENCE, '').replaceAll(CONTROLS, ' ')

/** Whether a text is plain already. */
export const isPlain = (text: string): boolean => plainText(text) === text

/** `ESC [ … letter`, or the same with the one character that C1 has for its beginning. */
const SEQUENCE = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]/g

const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]+/g
