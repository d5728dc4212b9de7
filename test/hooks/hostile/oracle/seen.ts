import type { RelatedRule } from '../../../../hooks/hook.ts'
import type { Reply } from '../target.ts'

/** What a customize answer makes visible: by name or by selector. A rule that has neither shows all of a namespace. */
export function seenIn(reply: Reply): readonly string[] {
  if (reply.status !== 200) return []
  const { relatedResources = [] } = JSON.parse(reply.text) as { readonly relatedResources?: readonly RelatedRule[] }
  return relatedResources.flatMap(({ apiVersion, resource, namespace, names, labelSelector }) => {
    const from = `${resource}.${apiVersion} of ${namespace ?? 'every namespace'}`
    return names === undefined ? [`${from} ${labelSelector === undefined ? 'all' : JSON.stringify(labelSelector)}`] : names.map(name => `${from} named ${name}`)
  })
}
