import { section } from '../output/fields.ts'

/** A section with what each part has to say; nothing when all are silent. */
export const messages = (parts: readonly { readonly name: string, readonly message?: string }[]): readonly string[] => {
  const lines = parts.filter(part => part.message !== undefined && part.message !== '').map(part => `${part.name}: ${part.message}`)
  return lines.length === 0 ? [] : [section('Messages', lines.join('\n'))]
}
