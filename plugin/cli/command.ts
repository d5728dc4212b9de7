import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs'
import type { Context } from './context.ts'
import type { ExitCode } from './exit-code.ts'

export type Flags = Readonly<Record<string, Options>>
export type Positionals = Readonly<Record<string, PositionalOptions>>

/** Arguments as yargs read them, typed by the flags and positionals of the command. `--` holds what came after it. */
export type Arguments<F extends Flags, P extends Positionals> =
  CamelCase<InferredOptionTypes<F> & InferredOptionTypes<P>> & { readonly '--'?: readonly string[] }

type CamelCase<T> = { [K in keyof T as K extends string ? Camel<K> : K]: T[K] }
type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S

/** One verb: what it takes and what it does. Usage text and summary are in the catalogue, so that help loads no command. */
export interface Command {
  readonly flags: Flags
  readonly positionals: Positionals
  run(context: Context, args: Readonly<Record<string, unknown>>): Promise<ExitCode>
}

interface Definition<F extends Flags, P extends Positionals> {
  readonly flags: F
  readonly positionals: P
  run(context: Context, args: Arguments<F, P>): Promise<ExitCode>
}

/** Checks a definition's types; the arguments of `run` follow from its flags and positionals. */
export const command = <F extends Flags, P extends Positionals>(definition: Definition<F, P>): Command => definition as Command
